package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// RunFailed wakes the operators, or the other officials where there is none: a run has ended without doing its work.
type RunFailed struct {
	Run      int64       `json:"run"`
	Epoch    int         `json:"epoch"`
	Job      string      `json:"job"`
	Title    string      `json:"title"`
	State    string      `json:"state"` // failed, halted
	Business policy.Date `json:"business"`
	Done     int         `json:"done"`
	Total    int         `json:"total"`
	Code     string      `json:"code"`
	Error    string      `json:"error"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (RunFailed) Kind() string { return "run-failed" }

// Key is the attempt: a retry that fails again is news.
func (m RunFailed) Key() (string, policy.Date) { return fmt.Sprintf("run/%d/%d", m.Run, m.Epoch), m.On }

var runFailed = define(Kind{
	Name: "run-failed", Title: "任务失败", Audience: Officials, Timing: AtOnce, Must: true,
	Next: []string{"任务 列表", "待办"},
	Sample: RunFailed{
		Run: 120, Epoch: 2, Job: "instalments-due", Title: "分年拨付到期核查", State: "failed", Business: 20270101, Done: 200, Total: 512,
		Code: "unavailable", Error: "磁盘或数据库空间已满", On: 20270101,
	},
}, func(q models.Query, _ models.Recipient, m RunFailed) (string, error) {
	now, err := q.RunStanding(m.Run)
	if err != nil || now.Version == int64(m.Epoch) && now.State == m.State {
		return "", err
	}
	return "任务已重新执行", nil
})
