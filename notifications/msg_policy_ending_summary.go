package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PolicyEndingSummary tells the clerks which organisations still have something open as the policy ends.
type PolicyEndingSummary struct {
	Last  LastDay     `json:"last"`
	Until policy.Date `json:"until"`
	Step  int         `json:"step"`
	On    policy.Date `json:"on"`
	Orgs  int         `json:"orgs"`
	Lines []OpenItem  `json:"lines"`
}

// OpenItem is what is open of one item.
type OpenItem struct {
	Item   string     `json:"item"`
	Orgs   int        `json:"orgs"`
	Things int        `json:"things"`
	Known  policy.Fen `json:"known"` // of those whose amount is known; ceilings count in full
}

// Kind names the message.
func (PolicyEndingSummary) Kind() string { return "policy-ending-summary" }

// Key is the end, and the day of the step.
func (m PolicyEndingSummary) Key() (string, policy.Date) {
	return fmt.Sprintf("policy/%s", m.Last.Day), Advice{Step: m.Step}.before(m.Last.Day)
}

// Ended says that the last day has passed.
func (m PolicyEndingSummary) Ended() bool { return m.On > m.Last.Day }

// Left says how far away the last day is.
func (m PolicyEndingSummary) Left() string { return left(m.On, m.Last.Day) }

// Known is the sum of what is known.
func (m PolicyEndingSummary) Known() (sum policy.Fen) {
	for _, l := range m.Lines {
		sum += l.Known
	}
	return sum
}

// Shown are the lines that fit on a telephone.
func (m PolicyEndingSummary) Shown() []OpenItem { return m.Lines[:min(len(m.Lines), maxLines)] }

// Rest is how many more there are.
func (m PolicyEndingSummary) Rest() int { return len(m.Lines) - len(m.Shown()) }

var policyEndingSummary = defineFor(Kind{
	Name: "policy-ending-summary", Title: "政策到期汇总", Audience: Officials, Role: models.Clerk, Timing: Morning, Latest: true,
	Next: []string{"待办"},
	Sample: PolicyEndingSummary{
		Last: LastDay{Day: 20280831, Workday: 20280831, Tentative: true}, Until: 20290831, Step: 90, On: 20280602, Orgs: 12,
		Lines: []OpenItem{{"境内展位补助", 7, 8, 0}, {"首次认定国家高新技术企业奖励", 3, 3, 300000000}, {"重点产业大学生、高技能人才引进奖励", 4, 4, 0}},
	},
}, func(_ models.Query, _ models.Recipient, today policy.Date, m PolicyEndingSummary) (PolicyEndingSummary, string, error) {
	m.On = today
	if m.Ended() != (m.Step == policy.Missed) {
		return m, "政策已到期", nil
	}
	return m, "", nil
})
