package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// OpinionGap is one answer that stands between a candidate and a place: an office that disagrees, or that has not answered. Silence is not consent.
type OpinionGap struct {
	Office   Office      `json:"office"`
	Subject  string      `json:"subject"`
	Name     string      `json:"name"`
	Verdict  Verdict     `json:"verdict,omitempty"` // empty = no answer
	Reason   string      `json:"reason,omitempty"`  // of the office
	Overdue  policy.Date `json:"overdue,omitempty"` // its last day, once that has passed
	Ruling   int64       `json:"ruling,omitempty"`  // what people decided about it
	Decided  string      `json:"decided,omitempty"` // their reason …
	By       string      `json:"by,omitempty"`      // … and who entered it
	Evidence string      `json:"basis,omitempty"`
}

// Text says a gap for people.
func (g OpinionGap) Text() string { return g.Says() + "：" + g.Name + g.decision() }

// Says is what the office said, or did not say.
func (g OpinionGap) Says() string {
	switch {
	case g.Verdict == Disagree:
		return g.Office.Text() + "不同意（" + g.Reason + "）"
	case g.Overdue != 0:
		return g.Office.Text() + "未答复（" + g.Overdue.Text() + "截止，逾期）"
	}
	return g.Office.Text() + "未答复"
}

// decision is what people decided about it, empty when nothing.
func (g OpinionGap) decision() string {
	if g.Ruling == 0 {
		return ""
	}
	text := "；已研究决定：" + g.Decided
	if g.Evidence != "" {
		text += "（" + g.Evidence + "）"
	}
	return text + "，" + g.By + "录入"
}

// GapNotes words gaps, those of one office and one decision in one line with all names.
func GapNotes(gaps []OpinionGap) []string {
	var notes []string
	for i := 0; i < len(gaps); {
		names := []string{gaps[i].Name}
		next := i + 1
		for ; next < len(gaps) && gaps[next].Says() == gaps[i].Says() && gaps[next].decision() == gaps[i].decision(); next++ {
			names = append(names, gaps[next].Name)
		}
		notes = append(notes, fmt.Sprintf("部门意见：%s：%s%s", gaps[i].Says(), few(names), gaps[i].decision()))
		i = next
	}
	return notes
}

// few are names for one line of a note: all of them stand in the list itself.
func few(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等%d个", strings.Join(names[:3], "、"), len(names))
}
