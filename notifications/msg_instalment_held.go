package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// InstalmentHeld tells a firm that an instalment waits, why, and what it can do. Nothing is lost by a hold.
type InstalmentHeld struct {
	Award  int64       `json:"award"`
	No     int         `json:"no"`
	Of     int         `json:"of"`
	Item   string      `json:"item"`
	Amount policy.Fen  `json:"amount"`
	Why    string      `json:"why"`
	Do     string      `json:"do"`
	Clause string      `json:"clause"`
	On     policy.Date `json:"on"`
}

// Kind names the message.
func (InstalmentHeld) Kind() string { return "instalment-held" }

// Key is the instalment.
func (m InstalmentHeld) Key() (string, policy.Date) { return instalmentThing(m.Award, m.No), m.On }

var instalmentHeld = define(Kind{
	Name: "instalment-held", Title: "分期暂缓", Audience: Firms, Timing: Morning, Must: true,
	Next: []string{"到账", "人工"},
	Sample: InstalmentHeld{
		Award: 5, No: 2, Of: 3, Item: "中国500强总部落户奖励", Amount: 60000000, Why: "列入严重失信主体名单", Do: "请先办理信用修复，移出名单后提出解除暂缓",
		Clause: "五（二）", On: 20270101,
	},
}, func(q models.Query, _ models.Recipient, m InstalmentHeld) (string, error) {
	return instalmentMoved(q, m.Award, m.No, models.Held)
})
