package notifications

import (
	"fmt"

	"duixian/policy"
)

// RunEnded tells whoever asked for a long run in chat how it ended: its answer was only the number.
type RunEnded struct {
	Run      int64       `json:"run"`
	Epoch    int         `json:"epoch"`
	Title    string      `json:"title"`
	State    string      `json:"state"` // succeeded, failed, halted
	Business policy.Date `json:"business"`
	Result   string      `json:"result"` // what it counted, or why it did not do its work
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (RunEnded) Kind() string { return "run-ended" }

// Key is the attempt: a retry that ends otherwise is news.
func (m RunEnded) Key() (string, policy.Date) { return fmt.Sprintf("run/%d/%d", m.Run, m.Epoch), m.On }

var runEnded = define(Kind{
	Name: "run-ended", Title: "任务结果", Audience: Officials, Timing: AtOnce,
	Next: []string{"任务 列表", "待办"},
	Sample: RunEnded{
		Run: 120, Epoch: 1, Title: "奖补审核", State: "succeeded", Business: 20270104, Result: "机构 200 家，新审核结论 12 项，可送审 9 项", On: 20270104,
	},
}, always[RunEnded]) // an answer, even when somebody has retried since
