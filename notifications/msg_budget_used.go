package notifications

import (
	"fmt"

	"duixian/policy"
)

// BudgetUsed tells officials that most of a year's money through a channel is promised: once at each mark.
type BudgetUsed struct {
	Year         int        `json:"year"`
	Channel      string     `json:"channel"`
	Mark         int64      `json:"mark"`    // per cent: 70, 90
	Percent      int64      `json:"percent"` // when it was told
	Appropriated policy.Fen `json:"appropriated"`
	Used         policy.Fen `json:"used"`    // ordered, and still to be ordered in the year
	Ordered      policy.Fen `json:"ordered"` // of it
	Free         policy.Fen `json:"free"`    // negative when more is promised than there is
}

// Kind names the message.
func (BudgetUsed) Kind() string { return "budget-used" }

// Key is the mark of the purse.
func (m BudgetUsed) Key() (string, policy.Date) {
	return fmt.Sprintf("budget/%d/%s/%d", m.Year, m.Channel, m.Mark), policy.NewDate(m.Year, 1, 1)
}

// Beyond is how much more is promised than there is.
func (m BudgetUsed) Beyond() policy.Fen { return max(0, -m.Free) }

var budgetUsed = define(Kind{
	Name: "budget-used", Title: "指标占用提醒", Audience: Officials, Timing: Daytime, Must: true,
	Next: []string{"资金"},
	Sample: BudgetUsed{
		Year: 2026, Channel: "市级", Mark: 90, Percent: 92, Appropriated: policy.Yuan(5_000_000), Used: policy.Yuan(4_600_000), Ordered: policy.Yuan(3_100_000), Free: policy.Yuan(400_000),
	},
}, always[BudgetUsed])
