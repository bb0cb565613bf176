package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// RoundWaiting tells the clerks what a round waits for: when it has come to a step that takes people, and again while nobody does it.
type RoundWaiting struct {
	Round   int64       `json:"round"`
	Version int         `json:"version"` // of the round: once it has moved on, the message is old
	Name    string      `json:"name"`
	State   string      `json:"state"`
	Waits   string      `json:"waits"`
	Do      string      `json:"do,omitempty"`
	Late    bool        `json:"late,omitempty"`
	Until   policy.Date `json:"until"` // by when the round is to be confirmed
	On      policy.Date `json:"on"`
}

// Kind names the message.
func (RoundWaiting) Kind() string { return "round-waiting" }

// Key is the round.
func (m RoundWaiting) Key() (string, policy.Date) { return fmt.Sprintf("round/%d", m.Round), m.On }

var roundWaiting = define(Kind{
	Name: "round-waiting", Title: "评定进度", Audience: Officials, Role: models.Clerk, Timing: Morning, Latest: true,
	Next: []string{"轮次", "待办"},
	Sample: RoundWaiting{
		Round: 1, Version: 4, Name: "2026年度星级评定", State: "评分中", Waits: "3家资料不全，须逐家由两人决定（不计、补录、缓评或无星）", Do: "轮次 2026", Until: 20260731, On: 20260608,
	},
}, func(q models.Query, _ models.Recipient, m RoundWaiting) (string, error) {
	now, err := q.RoundStanding(m.Round)
	if err == nil && now.Version != int64(m.Version) {
		return "评定已进入下一步", nil
	}
	return "", err
})
