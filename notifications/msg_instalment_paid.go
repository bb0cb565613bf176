package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// InstalmentPaid tells a firm that the treasury has paid an instalment.
type InstalmentPaid struct {
	Award  int64       `json:"award"`
	No     int         `json:"no"`
	Of     int         `json:"of"`
	Item   string      `json:"item"`
	Amount policy.Fen  `json:"amount"`
	Where  string      `json:"where"` // bank and the tail of the account
	On     policy.Date `json:"on"`
}

// Kind names the message.
func (InstalmentPaid) Kind() string { return "instalment-paid" }

// Key is the instalment.
func (m InstalmentPaid) Key() (string, policy.Date) { return instalmentThing(m.Award, m.No), m.On }

var instalmentPaid = define(Kind{
	Name: "instalment-paid", Title: "奖补到账", Audience: Firms, Timing: Morning, Must: true,
	Next:   []string{"到账", "我的奖励"},
	Sample: InstalmentPaid{Award: 5, No: 2, Of: 3, Item: "中国500强总部落户奖励", Amount: 60000000, Where: "示例银行示例支行尾号1234", On: 20271208},
}, func(q models.Query, _ models.Recipient, m InstalmentPaid) (string, error) {
	return instalmentMoved(q, m.Award, m.No, models.Paid)
})
