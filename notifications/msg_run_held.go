package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// RunHeld asks the clerks to look at a run that would do far more than usual and therefore has done nothing yet. A
// reminder comes on each later morning until somebody has answered.
type RunHeld struct {
	Run      int64       `json:"run"`
	Title    string      `json:"title"`
	Business policy.Date `json:"business"`
	Items    int         `json:"items"`
	Total    policy.Fen  `json:"total"` // 0 where the sum is not known beforehand
	Why      string      `json:"why"`
	Pays     bool        `json:"pays"` // letting it go on takes a second person
	Reminder bool        `json:"reminder"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (RunHeld) Kind() string { return "run-held" }

// Key is the run: one question, and one reminder a day.
func (m RunHeld) Key() (string, policy.Date) { return fmt.Sprintf("run/%d", m.Run), m.On }

var runHeld = define(Kind{
	Name: "run-held", Title: "任务等待放行", Audience: Officials, Timing: Daytime, Must: true,
	Sample: RunHeld{
		Run: 120, Title: "分年拨付到期核查", Business: 20270101, Items: 512, Total: 3_072_000_000, Pays: true, On: 20270101,
		Why: "数量远高于平常：本次将办理 512 项、30,720,000.00 元；平常一次 40 项、2,400,000.00 元，上限 200 项、12,000,000.00 元",
	},
}, func(q models.Query, _ models.Recipient, m RunHeld) (string, error) {
	v, err := q.Volume(m.Run)
	if err != nil || v.State == models.VolumeHeld {
		return "", err
	}
	return "已放行或已重新核查", nil
})
