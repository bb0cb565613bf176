package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// MaterialWaiting reminds a firm that its claim still waits for material.
type MaterialWaiting struct {
	Advice
	OpenLine
	Since policy.Date `json:"since"`
	Until policy.Date `json:"until"` // 0 = no day set
}

// Kind names the message.
func (MaterialWaiting) Kind() string { return "material-waiting" }

// Key is the claim, and the day of the step.
func (m MaterialWaiting) Key() (string, policy.Date) {
	return fmt.Sprintf("claim/%d", m.Claim), m.Since.AddDays(m.Step)
}

// Days is how long it has waited.
func (m MaterialWaiting) Days() int { return m.Since.DaysUntil(m.On) }

// Soon says that the last day is near enough to count days.
func (m MaterialWaiting) Soon() bool { return m.On.DaysUntil(m.Until) <= 180 }

// Left says how far away the last day is.
func (m MaterialWaiting) Left() string { return left(m.On, m.Until) }

var materialWaiting = defineFor(Kind{
	Name: "material-waiting", Title: "申报缺材料", Audience: Firms, Timing: Morning, Latest: true,
	Next: []string{"进度", "人工"},
	Sample: MaterialWaiting{
		Advice:   AdviceOf(policy.BuiltinReminders().Ladder(policy.Material), 1, 14, 20260316),
		OpenLine: OpenLine{Claim: 12, Decision: 33, State: models.ClaimNeedsData, Item: "境内展位补助", Fact: "浙江省人力资源博览会", Needs: []string{"展位费"}},
		Since:    20260302, Until: 20260430,
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m MaterialWaiting) (MaterialWaiting, string, error) {
	m.On = today
	if m.Until != 0 && today > m.Until {
		return m, "申报期已过", nil
	}
	if _, why, err := gone(q, m.Org, today); why != "" || err != nil {
		return m, why, err
	}
	why, err := claimMoved(q, m.Claim, m.Decision, models.ClaimNeedsData)
	return m, why, err
})
