package notifications

import (
	"fmt"

	"duixian/policy"
)

// StandingEnded tells clerks and approvers that a standing approval (限额授权) has ended before its last day: from now on the
// night approves nothing under it.
type StandingEnded struct {
	Standing int64       `json:"standing"`
	By       string      `json:"by"`
	Reason   string      `json:"reason"`
	Used     policy.Fen  `json:"used"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (StandingEnded) Kind() string { return "standing-ended" }

// Key is the standing approval: it ends once.
func (m StandingEnded) Key() (string, policy.Date) {
	return fmt.Sprintf("standing/%d", m.Standing), m.On
}

var standingEnded = define(Kind{
	Name: "standing-ended", Title: "限额授权结束", Audience: Officials, Timing: Morning,
	Next:   []string{"限额授权"},
	Sample: StandingEnded{Standing: 3, By: "系统", Reason: "授权的复核人示例复核已不再担任“复核”", Used: 12000000, On: 20260702},
}, always[StandingEnded])
