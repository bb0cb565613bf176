package models

import (
	"fmt"
	"slices"
)

// Deed is one thing that two people can do with a case: the word that plans and commands keep, and the one people read and type.
type Deed struct{ Code, Text string }

// What a plan about a case does.
const (
	CaseSettle     = "settle"     // pay the difference, or ask it back
	CaseWriteOff   = "write_off"  // nothing is paid or asked back
	CaseFull       = "full"       // of a choice: all of it, beside the other award
	CaseDifference = "difference" // of a choice: what it is more than the other award
	CaseNone       = "none"       // of a choice: nothing of it
)

// AdjustmentDetail is what a plan of kind adjustment would do with a case.
type AdjustmentDetail struct {
	Case   int64  `json:"case"`
	Do     string `json:"do"` // the code of a Deed
	Reason string `json:"reason"`
}

// Deeds lists what can be done with a case of this kind.
func (k AdjustmentKind) Deeds() []Deed {
	switch k {
	case TopUpCase:
		return []Deed{{CaseSettle, "补发"}, {CaseWriteOff, "不补发"}}
	case ClawbackCase:
		return []Deed{{CaseSettle, "追回"}, {CaseWriteOff, "不追回"}}
	case ChoiceCase:
		return []Deed{{CaseFull, "全额核定"}, {CaseDifference, "补足差额"}, {CaseNone, "不核定"}}
	}
	return nil
}

// Deed finds one of them by its code or by its word.
func (k AdjustmentKind) Deed(typed string) (Deed, bool) {
	deeds := k.Deeds()
	i := slices.IndexFunc(deeds, func(d Deed) bool { return d.Code == typed || d.Text == typed })
	if i < 0 {
		return Deed{}, false
	}
	return deeds[i], true
}

// Said is a step of a case as people read it.
func (s AdjustmentStep) Said() string {
	switch s.Kind {
	case "heard":
		return "企业陈述申辩：" + s.Text
	case "setoff":
		return fmt.Sprintf("冲抵奖励 #%d 第 %d 期 %s", s.AwardID, s.InstalmentNo, s.AmountFen.Text())
	case "repaid":
		return "企业退回 " + s.AmountFen.Text() + "（凭证 " + s.Text + "）"
	}
	return s.Text
}

// Heard says that the firm has answered since it was told.
func (a Adjustment) Heard(steps []AdjustmentStep) bool {
	return slices.ContainsFunc(steps, func(s AdjustmentStep) bool { return s.Kind == "heard" && a.ToldOn != 0 && s.OnDay >= a.ToldOn })
}
