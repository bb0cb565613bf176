package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// BatchUnanswered asks about a batch that the treasury has had for some time without answering all of it. What is unanswered stays on its way: it never becomes payable again
// by itself.
type BatchUnanswered struct {
	Batch    int64       `json:"batch"`
	Name     string      `json:"name"`
	Exported policy.Date `json:"exported"`
	Days     int         `json:"days"`     // working days since
	Lines    int         `json:"lines"`    // unanswered
	Amount   policy.Fen  `json:"amount"`   // of these
	Answered int         `json:"answered"` // lines
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (BatchUnanswered) Kind() string { return "batch-unanswered" }

// Key is the batch: one question, and another one some working days later.
func (m BatchUnanswered) Key() (string, policy.Date) { return fmt.Sprintf("batch/%d", m.Batch), m.On }

// Buttons open the batch.
func (m BatchUnanswered) Buttons() ([]Button, bool) {
	return []Button{{"拨付", fmt.Sprintf("拨付 %d", m.Batch)}, {"对账", "对账"}}, false
}

var batchUnanswered = define(Kind{
	Name: "batch-unanswered", Title: "拨付批次未答复", Audience: Officials, Timing: Morning, Must: true, Latest: true,
	Sample: BatchUnanswered{Batch: 3, Name: "2027年第1批", Exported: 20270105, Days: 5, Lines: 4, Amount: 120000000, Answered: 8, On: 20270112},
}, func(q models.Query, _ models.Recipient, m BatchUnanswered) (string, error) {
	b, err := q.Batch(m.Batch)
	if err != nil || b.State == models.BatchExported {
		return "", err
	}
	return "财政已全部答复", nil
})
