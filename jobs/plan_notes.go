package jobs

import (
	"fmt"

	"duixian/models"
)

// PlanNotes is what a plan without lines of money asks two people to decide, in words: an objection's outcome, the firms of a red or black list. Other
// kinds have none.
func PlanNotes(p models.Plan) ([]string, error) {
	switch p.Kind {
	case objectionKind:
		d, err := detailOf[ObjectionDetail](p)
		return []string{fmt.Sprintf("异议 #%d（公示 #%d 第 %d 行 %s，%s）：%s", d.Objection, d.Publicity, d.Line, d.Name, d.Item, d.OutcomeText()), "答复：" + d.Answer}, err
	case redPlan, blackPlan, removalPlan:
		d, err := detailOf[ListDetail](p)
		notes := make([]string, len(d.Entries))
		for i, l := range d.Entries {
			notes[i] = l.Text(d.List)
		}
		return notes, err
	case selectionKind:
		d, err := detailOf[SelectionDetail](p)
		return d.notes(), err
	}
	return nil, nil
}
