package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// HoldLifted tells a firm that two people have lifted the hold on an instalment.
type HoldLifted struct {
	Award  int64        `json:"award"`
	No     int          `json:"no"`
	Of     int          `json:"of"`
	Item   string       `json:"item"`
	Amount policy.Fen   `json:"amount"`
	Month  policy.Month `json:"month"` // in which it is expected, 0 = not known yet
	On     policy.Date  `json:"on"`
}

// Kind names the message.
func (HoldLifted) Kind() string { return "hold-lifted" }

// Key is the instalment.
func (m HoldLifted) Key() (string, policy.Date) { return instalmentThing(m.Award, m.No), m.On }

var holdLifted = define(Kind{
	Name: "hold-lifted", Title: "解除暂缓", Audience: Firms, Timing: Morning, Must: true,
	Next:   []string{"到账"},
	Sample: HoldLifted{Award: 5, No: 2, Of: 3, Item: "中国500强总部落户奖励", Amount: 60000000, Month: 202712, On: 20270620},
}, func(q models.Query, _ models.Recipient, m HoldLifted) (string, error) {
	return instalmentMoved(q, m.Award, m.No, models.Scheduled, models.Due, models.InBatch)
})
