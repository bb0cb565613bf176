package models

// SelectionKinds are the rounds that select, in the order in which they are opened.
var SelectionKinds = []RoundKind{Backbone, Integrity, Elite}

// selectionNames is what people call them beside the full name.
var selectionNames = map[string]RoundKind{
	"骨干": Backbone, "骨干企业": Backbone, "骨干评选": Backbone, "诚信": Integrity, "诚信企业": Integrity, "诚信评选": Integrity, "精英": Elite, "引才精英": Elite,
}

// SelectionKindOf reads what people call a selection: 骨干, 骨干企业评选, backbone.
func SelectionKindOf(text string) (RoundKind, bool) {
	for _, k := range SelectionKinds {
		if text == string(k) || text == k.Text() {
			return k, true
		}
	}
	k, ok := selectionNames[text]
	return k, ok
}
