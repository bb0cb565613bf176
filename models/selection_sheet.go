package models

import (
	"encoding/json"

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
