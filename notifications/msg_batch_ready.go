package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// BatchReady tells the treasurer that two people have agreed on a batch and its list can be made.
type BatchReady struct {
	Batch int64       `json:"batch"`
	Name  string      `json:"name"`
	Lines int         `json:"lines"`
	Total policy.Fen  `json:"total"`
	Held  int         `json:"held"` // lines of the plan that did not get in
	On    policy.Date `json:"on"`
}

// Kind names the message.
func (BatchReady) Kind() string { return "batch-ready" }

// Key is the batch.
func (m BatchReady) Key() (string, policy.Date) { return fmt.Sprintf("batch/%d", m.Batch), m.On }

// Buttons open the batch, and make its list.
func (m BatchReady) Buttons() ([]Button, bool) {
	return []Button{{"拨付", fmt.Sprintf("拨付 %d", m.Batch)}, {"导出清单", fmt.Sprintf("拨付 导出 %d", m.Batch)}}, false
}

var batchReady = define(Kind{
	Name: "batch-ready", Title: "拨付批次待导出", Audience: Officials, Timing: Daytime, Must: true,
	Sample: BatchReady{Batch: 3, Name: "2027年第1批", Lines: 12, Total: 345000000, Held: 1, On: 20270105},
}, func(q models.Query, _ models.Recipient, m BatchReady) (string, error) {
	b, err := q.Batch(m.Batch)
	if err != nil || b.State == models.BatchApproved {
		return "", err
	}
	return "清单已导出", nil
})
