package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// ClaimHeld tells a firm that its claim is right but waits, and for what. Nothing is lost by it.
type ClaimHeld struct {
	Claim    int64       `json:"claim"`
	Decision int64       `json:"decision"`
	Item     string      `json:"item"`
	Amount   policy.Fen  `json:"amount"`
	Why      string      `json:"why"`
	Do       string      `json:"do"` // empty = there is nothing to do
	Clause   string      `json:"clause"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (ClaimHeld) Kind() string { return "claim-held" }

// Key is the decision that waits.
func (m ClaimHeld) Key() (string, policy.Date) {
	return fmt.Sprintf("claim/%d/%d", m.Claim, m.Decision), m.On
}

var claimHeld = define(Kind{
	Name: "claim-held", Title: "申报暂缓", Audience: Firms, Timing: Morning, Must: true,
	Next: []string{"进度", "人工"},
	Sample: ClaimHeld{
		Claim: 12, Decision: 34, Item: "引进人才奖励", Amount: 1200000, Why: "列入严重失信主体名单", Do: "请先办理信用修复，移出名单后自动重新审核",
		Clause: "五（二）", On: 20260310,
	},
}, func(q models.Query, _ models.Recipient, m ClaimHeld) (string, error) {
	return claimMoved(q, m.Claim, m.Decision, models.ClaimHeld)
})
