package policy

import (
	"slices"
	"strings"
)

// Overlap is what best-of made of a decision. It is kept with what the decision was made of, so that the decision can be repeated.
type Overlap struct {
	Reason   string         `json:"reason"`
	Mine     Fen            `json:"mine"` // by the rules alone
	Due      Fen            `json:"due"`
	Deducted Fen            `json:"deducted"`
	MayWaive bool           `json:"may_waive,omitempty"`
	Against  []OverlapRival `json:"against,omitempty"`
}

// OverlapRival is the other benefit as people know it.
type OverlapRival struct {
	ID     string `json:"id"`   // claim/12 or external/3
	Name   string `json:"name"` // of the item, or of the policy with its document
	Amount *Fen   `json:"amount,omitempty"`
	Paid   Fen    `json:"paid,omitempty"`
	Kept   bool   `json:"kept,omitempty"`
	Clause string `json:"clause"`
	Phrase string `json:"phrase"`
}

// overlapReasons are the codes of best-of: what they say and what can be done. They belong to no book, as 从优从高不重复 is how
// books meet; a book that has a code of the same name is asked first.
var overlapReasons = map[string]Reason{
	BestLower:                  {"同一事项另有更高的奖补，从优从高不重复", "按较高的一项享受；如选择享受本项，请书面告知经办人，登记选择后重新审核。"},
	BestTopUp:                  {"同一事项已领取较低的奖补，补足差额", "如已领取的金额有误，请提供到账凭证更正。"},
	BestPaid:                   {"同一事项已领取不低于本项的奖补", "如未实际到账，请提供证明更正。"},
	BestRepay:                  {"同一事项已领取较低的奖补，须先退回", "退回后请提供凭证，退回登记后重新审核。"},
	BestUnknown:                {"同一事项另有其他政策奖补，金额尚不清楚", "请提供该项奖补的核定文件或到账凭证，金额登记后重新审核。"},
	BestOtherYear:              {"与另一年度的奖补是否重复享受须由主管部门决定", "由两名工作人员决定后告知。"},
	BestWaived:                 {"已选择享受其他政策的奖补", "选择有变化的，请在核定前书面告知经办人。"},
	"EXCLUSIVE_WITH_INTEGRITY": {"与诚信示范机构奖励不重复享受", "两项奖励取其高者；如有不同意见可以提出异议。"},
}

// Reason is what a code says: of this book, or of best-of.
func (b *Book) Reason(code string) (Reason, bool) {
	if r, ok := b.Reasons[code]; ok {
		return r, true
	}
	r, ok := overlapReasons[code]
	return r, ok
}

// ownReason is the code for an item that a sentence of this policy takes away: the book's own where it has one.
func ownReason(item string) string {
	switch {
	case strings.HasPrefix(item, "integrity-demo-"):
		return "EXCLUSIVE_WITH_BACKBONE"
	case item == "backbone-firm":
		return "EXCLUSIVE_WITH_INTEGRITY"
	case item == "specialty-top10-first":
		return "SINGLE_ITEM_NOT_REPEATED"
	case strings.HasPrefix(item, "hq-settle-"):
		return "HIGHER_TIER_APPLIES"
	case strings.HasPrefix(item, "event-host-"):
		return "OTHER_TIER_APPLIES"
	}
	return BestLower
}

// Overlaid is a decision as best-of leaves it. Nil leaves it as it is, and so does a decision that gives nothing for reasons of its own.
func (b *Book) Overlaid(d Decision, o *Overlap) Decision {
	if o == nil {
		return d
	}
	code := o.Reason
	if code == BestExcluded {
		code = ownReason(d.Item)
	}
	step := Step{Code: code, Have: o.have(), Need: "从优从高不重复", Clause: OverlapClause, Phrase: OverlapPhrase}
	if len(o.Against) > 0 {
		step.Clause, step.Phrase = o.Against[0].Clause, o.Against[0].Phrase
		if step.Clause != OverlapClause {
			step.Need = "不重复享受"
		}
	}
	if d.Outcome == OutcomeNone && d.Reason == code { // the rules have heard of it as a fact
		d.Steps = append(slices.Clone(d.Steps[:len(d.Steps)-1]), step)
		return b.Explain(d)
	}
	if d.Outcome != OutcomeExact && d.Outcome != OutcomeCeiling {
		return d
	}
	d.Steps = append(slices.Clone(d.Steps), step)
	last := &d.Steps[len(d.Steps)-1]
	switch code {
	case BestTopUp:
		last.OK = true
		d.Outcome, d.Amount = OutcomeExact, &o.Due
	case BestRepay, BestUnknown, BestOtherYear:
		d.Outcome, d.Amount = OutcomeNeedsDecision, nil
	default:
		d.Outcome, d.Amount = OutcomeNone, new(Fen(0))
	}
	d.Reason, d.Clause = code, step.Clause
	return b.Explain(d)
}

// have says both amounts: 本项 1,000,000.00 元；某办法 1,500,000.00 元（享受该项）.
func (o *Overlap) have() string {
	parts := []string{"本项 " + o.Mine.Text()}
	for _, r := range o.Against {
		s := r.Name
		if !strings.HasSuffix(s, "）") {
			s += " "
		}
		switch {
		case r.Amount == nil:
			s += "金额不明"
		default:
			s += r.Amount.Text()
		}
		switch {
		case r.Paid > 0 && r.Amount != nil && r.Paid == *r.Amount:
			s += "（已领取）"
		case r.Paid > 0:
			s += "（已领取 " + r.Paid.Text() + "）"
		case r.Kept:
			s += "（享受该项）"
		}
		parts = append(parts, s)
	}
	if o.Reason == BestTopUp {
		parts = append(parts, "差额 "+o.Due.Text())
	}
	if o.MayWaive && o.Reason != BestTopUp {
		parts = append(parts, "可以书面选择享受另一项")
	}
	return strings.Join(parts, "；")
}
