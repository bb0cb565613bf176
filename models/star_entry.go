package models

import (
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// StarDetail is what an entry of a rating keeps: its score sheet, and what two people decided of it, if they had to.
type StarDetail struct {
	Sheet    policy.StarSheet `json:"sheet"`
	Decision *StarDecision    `json:"decision,omitempty"`
}

// StarDecision is what two people decided about a firm that could not be rated by the model alone.
type StarDecision struct {
	Choice  StarChoice         `json:"choice"`
	Reason  string             `json:"reason"`
	Without []string           `json:"without,omitempty"` // indicators that count nothing
	Late    *policy.StarInputs `json:"late,omitempty"`    // what was known on the day of the decision
	Plan    int64              `json:"plan"`
	On      policy.Date        `json:"on"`
}

// StarChoice is how a firm is rated that the model alone cannot rate.
type StarChoice string

// The choices. Without: what is missing counts nothing. Late: what became known after the data were frozen counts. Postpone: no rating in this round.
// None: 无星. Keep: a line that was held stands as it was.
const (
	ChooseWithout  StarChoice = "without"
	ChooseLate     StarChoice = "late"
	ChoosePostpone StarChoice = "postpone"
	ChooseNone     StarChoice = "none"
	ChooseKeep     StarChoice = "keep"
)

// StarChoices lists them with the words people type.
var StarChoices = []struct {
	Choice StarChoice
	Text   string
}{{ChooseWithout, "不计"}, {ChooseLate, "补录"}, {ChoosePostpone, "缓评"}, {ChooseNone, "无星"}, {ChooseKeep, "维持"}}

// Text is the choice as people read it.
func (c StarChoice) Text() string {
	for _, x := range StarChoices {
		if x.Choice == c {
			return x.Text
		}
	}
	return string(c)
}

// ParseStarChoice reads a choice by its name or the word people type.
func ParseStarChoice(text string) (StarChoice, error) {
	for _, x := range StarChoices {
		if text == x.Text || text == string(x.Choice) {
			return x.Choice, nil
		}
	}
	return "", E(Invalid, "办法应为：不计（缺的指标计0分）、补录（采用截止后到的资料）、缓评（本轮不评）、无星，暂缓的还可以维持")
}

// Star reads the detail of a rating's entry.
func (e RoundEntry) Star() (StarDetail, error) {
	var d StarDetail
	if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
		return d, fmt.Errorf("评定 #%d 中 %s 的评分表无法读取: %w", e.RoundID, e.Subject, err)
	}
	return d, nil
}
