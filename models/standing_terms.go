package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// StandingTerms are what a standing approval says, before it has a number.
type StandingTerms struct {
	Kinds     []string    `json:"kinds"`
	Items     []string    `json:"items,omitempty"` // none = all
	From      policy.Date `json:"from"`
	To        policy.Date `json:"to"` // last day
	PerLine   policy.Fen  `json:"per_line"`
	PerNight  policy.Fen  `json:"per_night"`
	PerPeriod policy.Fen  `json:"per_period"`
	Basis     *Basis      `json:"basis,omitempty"`
	Reason    string      `json:"reason,omitempty"`
}

// Basis is what an award plan rests on: the minutes of a meeting (会议纪要) or the number of a recognition (认定文号), and its
// day.
type Basis struct {
	No string      `json:"no"`
	On policy.Date `json:"on"`
}

// Text is the basis as people write it.
func (b Basis) Text() string { return b.No + "（" + b.On.Text() + "）" }

// The kinds of plans that a standing approval may be for, as people call them.
var StandingKinds = []struct{ Kind, Name string }{{"award", "奖补核定"}, {"release", "解除暂缓"}, {"batch", "拨付批次"}}

// StandingKindText is the name of a kind.
func StandingKindText(kind string) string {
	for _, k := range StandingKinds {
		if k.Kind == kind {
			return k.Name
		}
	}
	return kind
}

// StandingKind is the kind that people call so, or write in a command; empty when there is none.
func StandingKind(word string) string {
	for _, k := range StandingKinds {
		if word == k.Kind || word == k.Name {
			return k.Kind
		}
	}
	return ""
}

// Standing makes the row of terms.
func (t StandingTerms) Standing() StandingApproval {
	s := StandingApproval{Kinds: listed(t.Kinds), Items: listed(t.Items), FromOn: t.From, ToOn: t.To, LineFen: t.PerLine, NightFen: t.PerNight, PeriodFen: t.PerPeriod, Reason: t.Reason}
	if t.Basis != nil {
		s.BasisNo, s.BasisOn = t.Basis.No, t.Basis.On
	}
	return s
}

// Terms are the terms of a row.
func (s StandingApproval) Terms() StandingTerms {
	t := StandingTerms{Kinds: s.KindList(), Items: s.ItemList(), From: s.FromOn, To: s.ToOn, PerLine: s.LineFen, PerNight: s.NightFen, PerPeriod: s.PeriodFen, Reason: s.Reason}
	if s.BasisNo != "" {
		t.Basis = &Basis{s.BasisNo, s.BasisOn}
	}
	return t
}

// Lines say the terms to people, one thing a line; item names an item.
func (t StandingTerms) Lines(item func(id string) string) []string {
	names := func(ids []string, name func(string) string) string {
		out := make([]string, len(ids))
		for i, id := range ids {
			out[i] = name(id)
		}
		return strings.Join(out, "、")
	}
	what := names(t.Kinds, StandingKindText)
	if len(t.Items) > 0 {
		what += "，限于" + names(t.Items, item)
	} else {
		what += "，不限事项"
	}
	lines := []string{
		"范围：" + what, "期限：" + t.From.Text() + "至" + t.To.Text(),
		fmt.Sprintf("限额：每笔不超过 %s，每晚合计不超过 %s，全期合计不超过 %s", t.PerLine.Text(), t.PerNight.Text(), t.PerPeriod.Text()),
	}
	if t.Basis != nil {
		lines = append(lines, "依据："+t.Basis.Text())
	}
	if t.Reason != "" {
		lines = append(lines, "说明："+t.Reason)
	}
	return lines
}
