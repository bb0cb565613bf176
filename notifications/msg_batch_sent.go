package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// BatchSent tells the clerks that the list of a batch was made and can no longer change.
type BatchSent struct {
	Batch int64       `json:"batch"`
	Name  string      `json:"name"`
	Lines int         `json:"lines"`
	Total policy.Fen  `json:"total"`
	List  string      `json:"list"` // 清单校验码; empty when no line was left
	On    policy.Date `json:"on"`
}

// Kind names the message.
func (BatchSent) Kind() string { return "batch-sent" }

// Key is the batch.
func (m BatchSent) Key() (string, policy.Date) { return fmt.Sprintf("batch/%d", m.Batch), m.On }

// Buttons open the batch.
func (m BatchSent) Buttons() ([]Button, bool) {
	return []Button{{"拨付", fmt.Sprintf("拨付 %d", m.Batch)}}, false
}

var batchSent = define(Kind{
	Name: "batch-sent", Title: "拨付清单已导出", Audience: Officials, Role: models.Clerk, Timing: Daytime,
	Sample: BatchSent{Batch: 3, Name: "2027年第1批", Lines: 12, Total: 345000000, List: "3f9a17c24be0d1", On: 20270105},
}, always[BatchSent])
