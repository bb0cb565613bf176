package models

import (
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// KindSelection is the kind of plan by which two people decide a selection, or who moves up in it.
const KindSelection = "selection"

// SelectionDetail is what two people see of a selection: the whole list with reasons, what the meeting decided and what the offices said. It is what the
// reserves move up by, whatever becomes known later.
type SelectionDetail struct {
	Round   int64              `json:"round"`
	Kind    RoundKind          `json:"kind"`
	Year    int                `json:"year"`
	Places  int                `json:"places"`
	Tie     string             `json:"tie"`
	Jury    []string           `json:"jury,omitempty"`
	Lines   []SelectionLine    `json:"lines"`
	Rulings []RulingLine       `json:"rulings,omitempty"`
	Gaps    []OpinionGap       `json:"gaps,omitempty"`  // all of them decided
	Moves   bool               `json:"moves,omitempty"` // not the list itself: who leaves it, and who moves up
	Leaves  []SelectionLeaving `json:"leaves,omitempty"`
}

// SelectionLine is one candidate: the result, and its sheet.
type SelectionLine struct {
	Subject string         `json:"subject"`
	Org     int64          `json:"org"`
	Sheet   SelectionSheet `json:"sheet"`
}

// RulingLine is a decision of the meeting as the second person sees it.
type RulingLine struct {
	ID     int64  `json:"id"`
	Ruling Ruling `json:"ruling"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
	Basis  string `json:"basis,omitempty"`
	By     string `json:"by"`
}

// SelectionLeaving is one who gives up a place.
type SelectionLeaving struct {
	Subject string `json:"subject"`
	Org     int64  `json:"org"`
	Name    string `json:"name"`
	Place   int    `json:"place"`
	Reason  string `json:"reason"`
}

// Title is the selection as plans and lists name it.
func (d SelectionDetail) Title() string {
	title := fmt.Sprintf("%d年度%s方案", d.Year, d.Kind.Text())
	if d.Moves {
		title = fmt.Sprintf("%d年度%s递补方案", d.Year, d.Kind.Text())
	}
	return title
}

// SelectionOf reads what a plan of that kind asks two people to decide.
func SelectionOf(p Plan) (SelectionDetail, error) {
	var body struct{ Detail SelectionDetail }
	err := json.Unmarshal([]byte(p.Body), &body)
	return body.Detail, err
}

// Placings are the results of a frozen list.
func (d SelectionDetail) Placings() []policy.Placing {
	list := make([]policy.Placing, len(d.Lines))
	for i, l := range d.Lines {
		list[i] = policy.Placing{Subject: l.Subject, Standing: l.Sheet.Standing, Rank: l.Sheet.Rank, Place: l.Sheet.Place, Reserve: l.Sheet.Reserve, Tied: l.Sheet.Tied}
	}
	return list
}

// Line finds a candidate of a frozen list by its organisation.
func (d SelectionDetail) Line(org int64) (SelectionLine, bool) {
	for _, l := range d.Lines {
		if l.Org == org {
			return l, true
		}
	}
	return SelectionLine{}, false
}

// Index is where a subject stands in a list that has it, else -1.
func (d SelectionDetail) Index(subject string) int {
	for i, l := range d.Lines {
		if l.Subject == subject {
			return i
		}
	}
	return -1
}

// Notes say to both people what the lines do not: the tie rule, the meeting, the offices, who gives up a place.
func (d SelectionDetail) Notes() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	for _, l := range d.Leaves {
		add("退出：%s（原第%d个名额），%s", l.Name, l.Place, l.Reason)
	}
	for _, r := range d.Rulings {
		text := r.Ruling.Text() + "：" + r.Name + "，" + r.Reason
		if r.Basis != "" {
			text += "（" + r.Basis + "）"
		}
		add("%s，%s录入", text, r.By)
	}
	notes = append(notes, GapNotes(d.Gaps)...)
	if len(d.Jury) > 0 {
		add("专家评审：评委%d名，评分已全部收齐；5名以上的去掉一个最高分和一个最低分", len(d.Jury))
	}
	return notes
}
