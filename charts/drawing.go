package charts

// Drawing is a picture as shapes, in pixels from the top left, painted in order.
type Drawing struct {
	Width, Height int
	Title, About  string // for who cannot see it
	shapes        []shape
}

// shape is one of rect and text; a line is a thin rect.
type shape struct {
	x, y, w, h int
	fill       string // #rrggbb
	edge       string // colour of the outline, empty = none
	text       string
	size       int
	anchor     anchor
	bold       bool
}

type anchor uint8

const (
	start anchor = iota
	middle
	end
)

func (a anchor) String() string { return [...]string{"start", "middle", "end"}[a] }

func (d *Drawing) rect(x, y, w, h int, fill, edge string) {
	d.shapes = append(d.shapes, shape{x: x, y: y, w: w, h: h, fill: fill, edge: edge})
}

// text writes words whose baseline begins, is centred or ends at x.
func (d *Drawing) text(x, y, size int, a anchor, fill, words string, bold bool) {
	d.shapes = append(d.shapes, shape{x: x, y: y, fill: fill, text: words, size: size, anchor: a, bold: bold})
}

// wide is about how wide words come out: a Chinese character is as wide as it is high, others a little over half.
func wide(words string, size int) (w int) {
	for _, r := range words {
		if r >= 0x2E80 {
			w += size
		} else {
			w += size * 56 / 100
		}
	}
	return w
}
