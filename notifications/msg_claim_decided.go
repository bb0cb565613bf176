package notifications

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// ClaimDecided tells a firm what the rules say of its claim: how much, or why not.
type ClaimDecided struct {
	Claim      int64       `json:"claim"`
	Decision   int64       `json:"decision"`
	Item       string      `json:"item"`    // its Chinese name
	Fact       string      `json:"fact"`    // what it is for: 2025年度, certificate; may be empty
	Outcome    string      `json:"outcome"` // exact, ceiling, refer, none, needs_decision
	Amount     policy.Fen  `json:"amount"`
	Why        string      `json:"why"` // the condition that fails, one sentence
	Clause     string      `json:"clause"`
	Earliest   policy.Date `json:"earliest"`    // first day on which it could become true, 0 = none
	NeverRated bool        `json:"never_rated"` // passed although the firm has no stars yet
	On         policy.Date `json:"on"`
}

// Kind names the message.
func (ClaimDecided) Kind() string { return "claim-decided" }

// Key is the decision: a new one is news.
func (m ClaimDecided) Key() (string, policy.Date) {
	return fmt.Sprintf("claim/%d/%d", m.Claim, m.Decision), m.On
}

var claimDecided = define(Kind{
	Name: "claim-decided", Title: "审核结论", Audience: Firms, Timing: Morning,
	Next: []string{"为什么", "进度"},
	Sample: ClaimDecided{
		Claim: 12, Decision: 34, Item: "引进人才奖励", Fact: "2025年引进", Outcome: "none", Why: "引进满 6 个月的人员 18 人，未达到 20 人",
		Clause: "三（七）", Earliest: 20260415, NeverRated: true, On: 20260301,
	},
}, func(q models.Query, _ models.Recipient, m ClaimDecided) (string, error) {
	return claimMoved(q, m.Claim, m.Decision)
})

// claimMoved says whether a claim has got a newer decision, or was withdrawn.
func claimMoved(q models.Query, claim, decision int64, states ...models.ClaimState) (string, error) {
	now, err := q.ClaimStanding(claim)
	switch {
	case err != nil:
		return "", err
	case now.State == "" || now.State == string(models.ClaimWithdrawn):
		return "申报已撤回", nil
	case now.Version != decision:
		return "已有新的审核结论", nil
	case len(states) > 0 && !slices.Contains(states, models.ClaimState(now.State)):
		return "申报已进入下一步", nil
	}
	return "", nil
}
