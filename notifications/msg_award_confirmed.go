package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// AwardConfirmed tells a firm that two people have confirmed its award, and when each instalment is due.
type AwardConfirmed struct {
	Award    int64       `json:"award"`
	Item     string      `json:"item"`
	Clause   string      `json:"clause"`
	Amount   policy.Fen  `json:"amount"`
	Approved policy.Date `json:"approved"`
	Parts    []AwardPart `json:"parts"`
}

// AwardPart is one instalment.
type AwardPart struct {
	No     int         `json:"no"`
	Amount policy.Fen  `json:"amount"`
	Due    policy.Date `json:"due"`
}

// Kind names the message.
func (AwardConfirmed) Kind() string { return "award-confirmed" }

// Key is the award.
func (m AwardConfirmed) Key() (string, policy.Date) {
	return fmt.Sprintf("award/%d", m.Award), m.Approved
}

var awardConfirmed = define(Kind{
	Name: "award-confirmed", Title: "奖励核定", Audience: Firms, Timing: Morning, Must: true,
	Next: []string{"到账", "我的奖励"},
	Sample: AwardConfirmed{
		Award: 5, Item: "中国500强总部落户奖励", Clause: "三（一）", Amount: 200000000, Approved: 20260310,
		Parts: []AwardPart{{1, 80000000, 20260310}, {2, 60000000, 20270101}, {3, 60000000, 20280101}},
	},
}, func(q models.Query, _ models.Recipient, m AwardConfirmed) (string, error) {
	now, err := q.AwardStanding(m.Award)
	if err != nil || now.State != "" && now.State != "revoked" {
		return "", err
	}
	return "奖励已撤销", nil
})
