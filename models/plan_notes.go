package models

import "fmt"

// PlanNotes are the words of a plan beside its lines, for everybody who shows one: the basis of awards and the standing approval they were made under, the terms
// of a standing approval, what is allotted, who goes first, an objection's outcome, the firms of a list, what goes for a rating or a selection as a whole, why a
// case was opened and what the firm said. Rosters, accounts and documents are shown by their rows. itemName words an item.
func (q Query) PlanNotes(p Plan, itemName func(id string) string) (notes []string, err error) {
	switch p.Kind {
	case "award":
		var d struct {
			Basis    *Basis `json:"basis"`
			Standing int64  `json:"standing"`
		}
		if err = p.detail(&d); err != nil {
			return nil, err
		}
		if d.Basis != nil {
			notes = append(notes, "依据："+d.Basis.Text())
		}
		if d.Standing != 0 {
			notes = append(notes, fmt.Sprintf("在限额授权 #%d 以内，由系统夜间以两位授权人的名义同意", d.Standing))
		}
	case "standing":
		var t StandingTerms
		err = p.detail(&t)
		notes = t.Lines(itemName)
	case "appropriation":
		var d AppropriationDetail
		err = p.detail(&d)
		for _, a := range d.Changes {
			notes = append(notes, a.Text())
		}
	case "shortage":
		var d ShortageDetail
		err = p.detail(&d)
		notes = d.Text()
	case KindObjection:
		var d ObjectionDetail
		err = p.detail(&d)
		notes = []string{fmt.Sprintf("异议 #%d（公示 #%d 第 %d 行 %s，%s）：%s", d.Objection, d.Publicity, d.Line, d.Name, d.Item, d.OutcomeText()), "答复：" + d.Answer}
	case KindRedList, KindBlackList, KindListRemoval:
		var d ListDetail
		err = p.detail(&d)
		for _, l := range d.Entries {
			notes = append(notes, l.Text(d.List))
		}
	case RatingsPlan:
		var d RatingsDetail
		err = p.detail(&d)
		notes = []string{"数据校验码 " + d.Inputs[:min(8, len(d.Inputs))] + "，模型 " + d.Model}
	case KindSelection:
		d, err := SelectionOf(p)
		return d.Notes(), err
	case RoundDecisionPlan:
		var d DecisionDetail
		err = p.detail(&d)
		notes = []string{"理由：" + d.Reason}
	case RatingChangePlan:
		var d ChangeDetail
		err = p.detail(&d)
		notes = d.notes()
	case "adjustment":
		return q.adjustmentNotes(p)
	}
	return notes, err
}

// adjustmentNotes say what a plan about a case would do, and what the firm said.
func (q Query) adjustmentNotes(p Plan) ([]string, error) {
	var d AdjustmentDetail
	if err := p.detail(&d); err != nil {
		return nil, err
	}
	a, err := q.Adjustment(d.Case)
	if err != nil {
		return nil, err
	}
	deed, _ := a.Kind.Deed(d.Do)
	notes := []string{a.Cause, "处理：" + deed.Text + "；理由：" + d.Reason}
	if a.Kind == ClawbackCase && d.Do == CaseSettle {
		notes = append(notes, "先冲抵尚未拨付的分期，不足部分由企业退回")
	}
	steps, err := q.AdjustmentSteps(a.ID)
	for _, s := range steps {
		notes = append(notes, s.OnDay.Text()+" "+s.Said())
	}
	return notes, err
}
