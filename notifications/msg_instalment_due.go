package notifications

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// InstalmentDue tells a firm that an instalment has passed its check and may be paid now.
type InstalmentDue struct {
	Award  int64        `json:"award"`
	No     int          `json:"no"`
	Of     int          `json:"of"`
	Item   string       `json:"item"`
	Amount policy.Fen   `json:"amount"`
	Due    policy.Date  `json:"due"`
	Month  policy.Month `json:"month"` // in which it is expected, 0 = not known yet
}

// Kind names the message.
func (InstalmentDue) Kind() string { return "instalment-due" }

// Key is the instalment.
func (m InstalmentDue) Key() (string, policy.Date) { return instalmentThing(m.Award, m.No), m.Due }

func instalmentThing(award int64, no int) string { return fmt.Sprintf("award/%d/%d", award, no) }

var instalmentDue = define(Kind{
	Name: "instalment-due", Title: "分期到期", Audience: Firms, Timing: Morning, Must: true,
	Next:   []string{"到账"},
	Sample: InstalmentDue{Award: 5, No: 2, Of: 3, Item: "中国500强总部落户奖励", Amount: 60000000, Due: 20270101, Month: 202712},
}, func(q models.Query, _ models.Recipient, m InstalmentDue) (string, error) {
	return instalmentMoved(q, m.Award, m.No, models.Due, models.InBatch)
})

// instalmentMoved says where an instalment has gone that is in none of the states, or empty.
func instalmentMoved(q models.Query, award int64, no int, states ...models.InstalmentState) (string, error) {
	now, err := q.InstalmentStanding(award, no)
	if err != nil {
		return "", err
	}
	if slices.Contains(states, models.InstalmentState(now.State)) {
		return "", nil
	}
	switch models.InstalmentState(now.State) {
	case models.Scheduled:
		return "该期尚未到期", nil
	case models.Due, models.InBatch:
		return "该期已可拨付", nil
	case models.Paid:
		return "该期已拨付", nil
	case models.Held:
		return "该期已暂缓拨付", nil
	case models.Returned:
		return "该期已退汇", nil
	}
	return "该期已不再拨付", nil
}
