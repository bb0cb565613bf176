package notifications

import "slices"

// maxButtons is how many a message carries: more than a phone shows at once helps nobody.
const maxButtons = 5

// asker is a message whose buttons name the very thing it is about. decides says that a tap settles something.
type asker interface {
	Buttons() (next []Button, decides bool)
}

// ButtonsOf are a message's own lines, else those that are likely after its kind.
func ButtonsOf(m Message) (next []Button, decides bool) {
	if a, ok := m.(asker); ok {
		return a.Buttons()
	}
	k, err := KindOf(m.Kind())
	if err != nil {
		return nil, false
	}
	for _, line := range k.Next {
		next = append(next, Button{line, line})
	}
	return next, false
}

// buttons are 收到 and what the notices of the digest ask for. Two questions at once would make it unclear which of them a yes is for, so
// that then each only opens its own matter: its last button.
func (d digest) buttons() []Button {
	asking := 0
	for _, it := range d.items {
		if it.asks {
			asking++
		}
	}
	out := []Button{}
	if asking == 0 {
		out = append(out, Button{"收到", "收到"})
	}
	for _, it := range d.items {
		next := it.next
		if it.asks && asking > 1 {
			last := next[len(next)-1]
			next = []Button{{last.Line, last.Line}}
		}
		for _, b := range next {
			if len(out) < maxButtons && !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	return out
}
