package main

// history is everything that was ever said about one thing, in the order of the file.
type history[T any] []said[T]

type said[T any] struct {
	known day
	row   T
}

func (h *history[T]) add(known day, row T) { *h = append(*h, said[T]{known, row}) }

// at is what is believed on a day: the newest statement known by then, of equally new ones the last in the file.
func (h history[T]) at(d day) (row T, ok bool) {
	var newest day
	for _, s := range h {
		if s.known <= d && s.known >= newest {
			row, newest, ok = s.row, s.known, true
		}
	}
	return row, ok
}
