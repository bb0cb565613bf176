package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// ClawbackTold tells a firm, before anybody proposes it, that part of an award may be asked back, why, and until when it may be heard.
type ClawbackTold struct {
	Case   int64       `json:"case"`
	Item   string      `json:"item"`
	Amount policy.Fen  `json:"amount"`
	Was    policy.Fen  `json:"was"`
	Now    policy.Fen  `json:"now"`
	Why    string      `json:"why"`
	Until  policy.Date `json:"until"`
	On     policy.Date `json:"on"`
}

// Kind names the message.
func (ClawbackTold) Kind() string { return "clawback-told" }

// Key is the case and the day: a case whose amount changes is told again.
func (m ClawbackTold) Key() (string, policy.Date) { return fmt.Sprintf("adjustment/%d", m.Case), m.On }

var clawbackTold = define(Kind{
	Name: "clawback-told", Title: "拟追回奖补告知", Audience: Firms, Timing: Morning,
	Next: []string{"我的奖励", "人工"},
	Sample: ClawbackTold{
		Case: 3, Item: "首次认定国家高新技术企业奖励", Amount: 20_000_000, Was: 100_000_000, Now: 80_000_000,
		Why: "核定后资料有变化，结论由 1,000,000.00 元 变为 800,000.00 元：高企首次认定奖励：800,000.00 元，同一事项已领取较低的奖补，补足差额（五（四））", Until: 20260709, On: 20260702,
	},
}, func(q models.Query, _ models.Recipient, m ClawbackTold) (string, error) {
	a, err := q.Adjustment(m.Case)
	if err != nil {
		return "", err
	}
	if a.State != models.CaseOpen || a.AmountFen != m.Amount {
		return "追回事项已经变化", nil
	}
	return "", nil
})
