package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// BatchDue tells the clerks that instalments are due which no batch asks for yet. It comes again only when they have changed.
type BatchDue struct {
	Lines     int         `json:"lines"`
	Total     policy.Fen  `json:"total"`
	NoAccount int         `json:"no_account"` // of these, which wait for an account
	On        policy.Date `json:"on"`
}

// Kind names the message.
func (BatchDue) Kind() string { return "batch-due" }

// Key is the day.
func (m BatchDue) Key() (string, policy.Date) { return "payments", m.On }

var batchDue = define(Kind{
	Name: "batch-due", Title: "可提请拨付", Audience: Officials, Role: models.Clerk, Timing: Morning, Latest: true,
	Next:   []string{"任务 试算 拨付批次", "报审 拨付批次"},
	Sample: BatchDue{Lines: 12, Total: 345000000, NoAccount: 2, On: 20270104},
}, always[BatchDue])
