package notifications

import (
	"fmt"

	"duixian/policy"
)

// DeskAnswered brings an official's answer to the person of a firm who asked for a human being, or objected.
type DeskAnswered struct {
	Request int64       `json:"request"`
	What    string      `json:"what"` // 人工咨询, 申诉
	Answer  string      `json:"answer"`
	On      policy.Date `json:"on"`
}

// Kind names the message.
func (DeskAnswered) Kind() string { return "desk-answered" }

// Key is the request.
func (m DeskAnswered) Key() (string, policy.Date) { return fmt.Sprintf("desk/%d", m.Request), m.On }

var deskAnswered = define(Kind{
	Name: "desk-answered", Title: "咨询答复", Audience: Firms, Timing: Daytime, Must: true,
	Next:   []string{"人工"},
	Sample: DeskAnswered{Request: 3, What: "申诉", Answer: "已收到补充材料，本周内复核", On: 20260310},
}, always[DeskAnswered])
