package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// InstalmentReturned tells a firm that the bank sent an instalment back, why, and what it can do. The money is not lost: it is paid again.
type InstalmentReturned struct {
	Award  int64       `json:"award"`
	No     int         `json:"no"`
	Of     int         `json:"of"`
	Item   string      `json:"item"`
	Amount policy.Fen  `json:"amount"`
	Where  string      `json:"where"` // bank and the tail of the account
	Why    string      `json:"why"`   // the bank's words, may be empty
	On     policy.Date `json:"on"`
}

// Kind names the message.
func (InstalmentReturned) Kind() string { return "instalment-returned" }

// Key is the instalment.
func (m InstalmentReturned) Key() (string, policy.Date) { return instalmentThing(m.Award, m.No), m.On }

var instalmentReturned = define(Kind{
	Name: "instalment-returned", Title: "奖补退汇", Audience: Firms, Timing: Morning, Must: true,
	Next:   []string{"到账", "人工"},
	Sample: InstalmentReturned{Award: 5, No: 2, Of: 3, Item: "中国500强总部落户奖励", Amount: 60000000, Where: "示例银行示例支行尾号1234", Why: "账号户名不符", On: 20271208},
}, func(q models.Query, _ models.Recipient, m InstalmentReturned) (string, error) {
	return instalmentMoved(q, m.Award, m.No, models.Returned)
})
