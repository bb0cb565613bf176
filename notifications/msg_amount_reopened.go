package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// AmountReopened tells clerks that an amount which two people decided does not count any more: something became known, or a
// cap has come under it, before it was awarded. They decide again.
type AmountReopened struct {
	Claim    int64       `json:"claim"`
	Decision int64       `json:"decision"`
	Org      string      `json:"org"`
	Item     string      `json:"item"`
	Was      policy.Fen  `json:"was"`
	Most     policy.Fen  `json:"most"` // it can be now
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (AmountReopened) Kind() string { return "amount-reopened" }

// Key is the decision that opened it again.
func (m AmountReopened) Key() (string, policy.Date) {
	return fmt.Sprintf("decision/%d", m.Decision), m.On
}

var amountReopened = define(Kind{
	Name: "amount-reopened", Title: "须重新核定金额", Audience: Officials, Role: models.Clerk, Timing: Morning,
	Next:   []string{"核定"},
	Sample: AmountReopened{Claim: 12, Decision: 41, Org: "示例人力资源有限公司", Item: "重大活动举办资助（一档）", Was: 8000000, Most: 10000000, On: 20260702},
}, func(q models.Query, _ models.Recipient, m AmountReopened) (string, error) {
	return claimMoved(q, m.Claim, m.Decision)
})
