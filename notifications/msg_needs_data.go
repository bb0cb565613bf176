package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// NeedsData tells a firm what is missing before its claim, or its recruits, can be decided.
type NeedsData struct {
	Claim    int64       `json:"claim"` // 0 = insurance months of a payer
	Decision int64       `json:"decision"`
	Item     string      `json:"item"`
	Material []string    `json:"material"` // what to hand in
	By       policy.Date `json:"by"`       // until when, 0 = no day set
	On       policy.Date `json:"on"`

	Payer     int64          `json:"payer"` // enterprise whose months are missing, 0 = none
	PayerName string         `json:"payer_name"`
	Insurance string         `json:"insurance"`
	Months    []policy.Month `json:"months"`
}

// Kind names the message.
func (NeedsData) Kind() string { return "needs-data" }

// Key is the decision that could not be made, or the payer whose months are missing.
func (m NeedsData) Key() (string, policy.Date) {
	if m.Claim == 0 {
		return fmt.Sprintf("payer/%d/%s", m.Payer, m.Insurance), m.On
	}
	return fmt.Sprintf("claim/%d/%d", m.Claim, m.Decision), m.On
}

var needsData = define(Kind{
	Name: "needs-data", Title: "需补材料", Audience: Firms, Timing: Morning, Must: true,
	Next: []string{"进度", "到期"},
	Sample: NeedsData{
		Claim: 12, Decision: 33, Item: "引进人才奖励", Material: []string{"劳动合同复印件"}, By: 20260331, On: 20260301,
		Payer: 3, PayerName: "示例智能装备有限公司", Insurance: "pension", Months: []policy.Month{202511, 202512},
	},
}, func(q models.Query, _ models.Recipient, m NeedsData) (string, error) {
	if m.Claim != 0 {
		return claimMoved(q, m.Claim, m.Decision, models.ClaimNeedsData)
	}
	known, err := q.CoveredMonths(m.Payer, m.Insurance, m.Months)
	if err != nil || known < len(m.Months) {
		return "", err
	}
	return "所缺月份已收到", nil
})
