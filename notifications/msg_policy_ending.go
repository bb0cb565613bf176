package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PolicyEnding tells a firm what it would lose with the policy: only those that have something open hear it.
type PolicyEnding struct {
	Advice
	Last    LastDay       `json:"last"`  // of the validity
	Until   policy.Date   `json:"until"` // applications are taken
	Lines   []OpenLine    `json:"lines"`
	Recruit *RecruitShort `json:"recruit"` // nil = nobody is missing
}

// RecruitShort says that an agency has people of the last year, and not enough.
type RecruitShort struct {
	Year     int `json:"year"`
	Reported int `json:"reported"`
	Counted  int `json:"counted"` // who have the months or can still get them
	Need     int `json:"need"`
}

// Missing is how many are missing.
func (r RecruitShort) Missing() int { return r.Need - r.Counted }

// Kind names the message.
func (PolicyEnding) Kind() string { return "policy-ending" }

// Key is the end, and the day of the step.
func (m PolicyEnding) Key() (string, policy.Date) {
	return fmt.Sprintf("policy/%d/%s", m.Org, m.Last.Day), m.before(m.Last.Day)
}

// Ended says that the last day has passed.
func (m PolicyEnding) Ended() bool { return m.On > m.Last.Day }

// Left says how far away the last day is.
func (m PolicyEnding) Left() string { return left(m.On, m.Last.Day) }

// Things is how much is open.
func (m PolicyEnding) Things() int {
	if m.Recruit != nil {
		return len(m.Lines) + 1
	}
	return len(m.Lines)
}

// Shown are the lines that fit on a telephone.
func (m PolicyEnding) Shown() []OpenLine { return m.Lines[:min(len(m.Lines), maxLines)] }

// Rest is how many more there are.
func (m PolicyEnding) Rest() int { return len(m.Lines) - len(m.Shown()) }

// Known is the sum of what is known of the lines.
func (m PolicyEnding) Known() (sum policy.Fen) {
	for _, l := range m.Lines {
		sum += l.Amount
	}
	return sum
}

var policyEnding = defineFor(Kind{
	Name: "policy-ending", Title: "政策到期", Audience: Firms, Timing: Morning, Latest: true,
	Next: []string{"进度", "到期"},
	Sample: PolicyEnding{
		Advice: AdviceOf(policy.BuiltinReminders().Ladder(policy.PolicyEnd), 1, 90, 20280602),
		Last:   LastDay{Day: 20280831, Workday: 20280831, Tentative: true}, Until: 20290831,
		Lines: []OpenLine{
			{Claim: 12, Decision: 33, State: models.ClaimNeedsData, Item: "境内展位补助", Fact: "浙江省人力资源博览会", Needs: []string{"展位费"}},
			{Claim: 15, Decision: 41, State: models.ClaimHeld, Item: "首次认定国家高新技术企业奖励", Amount: 100000000, Needs: []string{"请先办理信用修复，移出名单后自动重新审核"}},
			{Claim: 17, Decision: 45, State: models.ClaimNeedsDecision, Item: "重大活动举办资助（一档）", Amount: 10000000, AtMost: true, Needs: []string{"等待工作人员核定金额"}},
		},
		Recruit: &RecruitShort{Year: 2028, Reported: 19, Counted: 18, Need: 20},
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m PolicyEnding) (PolicyEnding, string, error) {
	m.On = today
	if m.Ended() != (m.Step == policy.Missed) {
		return m, "政策已到期", nil
	}
	if _, why, err := gone(q, m.Org, today); why != "" || err != nil {
		return m, why, err
	}
	var err error
	if m.Lines, err = stillOpen(q, m.Lines); err != nil {
		return m, "", err
	}
	if r := m.Recruit; r != nil {
		n, err := q.ReportedRecruits(m.Org, r.Year)
		if err != nil {
			return m, "", err
		}
		if n != r.Reported { // people were reported meanwhile: the numbers are not right any more
			m.Recruit = nil
		}
	}
	if m.Things() == 0 {
		return m, "事项已办结", nil
	}
	return m, "", nil
})
