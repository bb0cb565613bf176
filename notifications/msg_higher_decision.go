package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// HigherDecision tells a firm that late facts make more of a claim than was awarded. Nothing is promised by it: the
// difference needs a plan and two people like any other sum.
type HigherDecision struct {
	Claim    int64       `json:"claim"`
	Decision int64       `json:"decision"`
	Item     string      `json:"item"`
	Awarded  policy.Fen  `json:"awarded"`
	Now      policy.Fen  `json:"now"`
	Why      string      `json:"why"`
	Clause   string      `json:"clause"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (HigherDecision) Kind() string { return "higher-decision" }

// Key is the decision.
func (m HigherDecision) Key() (string, policy.Date) {
	return fmt.Sprintf("claim/%d/%d", m.Claim, m.Decision), m.On
}

// More is the difference.
func (m HigherDecision) More() policy.Fen { return m.Now - m.Awarded }

var higherDecision = define(Kind{
	Name: "higher-decision", Title: "结论高于已核定", Audience: Firms, Timing: Morning,
	Next: []string{"我的奖励", "进度"},
	Sample: HigherDecision{
		Claim: 12, Decision: 40, Item: "引进人才奖励", Awarded: 1200000, Now: 1500000, Why: "补报 3 人的参保月份，满 6 个月的人员由 24 人增至 30 人",
		Clause: "三（七）", On: 20260702,
	},
}, func(q models.Query, _ models.Recipient, m HigherDecision) (string, error) {
	return claimMoved(q, m.Claim, m.Decision)
})
