package models

import (
	"encoding/json"
	"fmt"
	"strings"

	"duixian/policy"
)

// SelectionSheet is what an entry of a selection keeps in its Detail: its own marks and its own reasons, in words. Nothing in it speaks of anybody else, so that a
// firm may read all of its own.
type SelectionSheet struct {
	Code     string          `json:"code"`
	Name     string          `json:"name"` // of a person only the first character
	Standing policy.Standing `json:"standing"`
	Rank     int             `json:"rank,omitempty"` // among all who could be ranked
	Of       int             `json:"of"`             // how many those are
	Places   int             `json:"places"`
	Place    int             `json:"place,omitempty"`
	Reserve  int             `json:"reserve,omitempty"`
	Tied     bool            `json:"tied,omitempty"`
	Marks    []SelectionMark `json:"marks"`
	Bars     []string        `json:"bars,omitempty"` // codes
	Behind   string          `json:"behind,omitempty"`
	Ruling   string          `json:"ruling,omitempty"` // why the meeting decided against the rank
}

// SelectionMark is one criterion and the candidate's own mark.
type SelectionMark struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"` // empty = not known
	Merit bool   `json:"merit,omitempty"`
}

// SelectionSheetOf reads the sheet of an entry.
func SelectionSheetOf(e RoundEntry) (SelectionSheet, error) {
	var s SelectionSheet
	err := json.Unmarshal([]byte(e.Detail), &s)
	return s, err
}

// Why says a result in one line for people: what the candidate has, and what stands between it and a place. bar says a reason in words.
func (s SelectionSheet) Why(bar func(code string) string) string {
	var marks []string
	for _, m := range s.Marks {
		if m.Value == "" {
			m.Value = "暂缺"
		}
		marks = append(marks, m.Name+" "+m.Value)
	}
	text := strings.Join(marks, "，")
	switch s.Standing {
	case policy.Reserve:
		switch {
		case s.Tied:
			text += "；与末位并列，按“并列者均不入选”的口径未入选"
		case s.Behind != "":
			text += "；" + s.Behind + "在末位入选者之后"
		}
	case policy.Barred:
		var bars []string
		for _, b := range s.Bars {
			bars = append(bars, bar(b))
		}
		text = "不具备入选资格：" + strings.Join(bars, "；")
	case policy.Incomplete:
		text += "；评选数据不全，未排名（不按零分计）"
	}
	if s.Ruling != "" {
		text += "；集体研究：" + s.Ruling
	}
	return text
}

// Text says where a candidate stands: 入选第3名, 递补第1名（总第11名）.
func (s SelectionSheet) Text() string {
	switch s.Standing {
	case policy.Selected:
		if s.Ruling != "" {
			return fmt.Sprintf("入选第%d名（原排名第%d，集体研究调入）", s.Place, s.Rank)
		}
		return fmt.Sprintf("入选第%d名", s.Place)
	case policy.Reserve:
		if s.Tied {
			return fmt.Sprintf("递补第%d名（并列第%d名）", s.Reserve, s.Rank)
		}
		return fmt.Sprintf("递补第%d名（排名第%d）", s.Reserve, s.Rank)
	case policy.Barred:
		return "不具备资格"
	case policy.Incomplete:
		return "数据不全"
	case policy.MovedOut:
		return "集体研究调出"
	}
	return string(s.Standing)
}
