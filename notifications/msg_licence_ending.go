package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// LicenceEnding reminds a firm that its licence or filing ends, or says once that it has ended.
type LicenceEnding struct {
	Advice
	Filing bool       `json:"filing"`
	End    LastDay    `json:"end"`
	Parts  int        `json:"parts"` // instalments that are not paid yet
	Unpaid policy.Fen `json:"unpaid"`
}

// Kind names the message.
func (LicenceEnding) Kind() string { return "licence-ending" }

// Key is this end, and the day of the step.
func (m LicenceEnding) Key() (string, policy.Date) {
	return fmt.Sprintf("licence/%d/%s", m.Org, m.End.Day), m.before(m.End.Day)
}

// Name is what ends.
func (m LicenceEnding) Name() string {
	if m.Filing {
		return "人力资源服务备案"
	}
	return "人力资源服务许可"
}

// Expired says that it has ended.
func (m LicenceEnding) Expired() bool { return m.On > m.End.Day }

// Left says how far away the end is.
func (m LicenceEnding) Left() string { return left(m.On, m.End.Day) }

// Apply is the last day of “有效期届满三十日前” (行政许可法第五十条); a filing has none.
func (m LicenceEnding) Apply() policy.Date {
	if m.Filing {
		return 0
	}
	return m.End.Day.AddDays(-30)
}

// Late says that this day has passed.
func (m LicenceEnding) Late() bool { return m.On > m.Apply() }

var licenceEnding = defineFor(Kind{
	Name: "licence-ending", Title: "许可、备案到期", Audience: Firms, Timing: Morning, Latest: true,
	Next: []string{"到期", "人工"},
	Sample: LicenceEnding{
		Advice: AdviceOf(policy.BuiltinReminders().Ladder(policy.Licence), 1, 90, 20260108),
		End:    LastDay{Day: 20260405, Workday: 20260403}, Parts: 2, Unpaid: 120000000,
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m LicenceEnding) (LicenceEnding, string, error) {
	m.On = today
	reg, why, err := gone(q, m.Org, today)
	switch {
	case why != "" || err != nil:
		return m, why, err
	case !reg.Licensed:
		return m, "许可或备案已注销", nil
	case reg.End != m.End.Day:
		return m, "许可或备案已延续", nil
	case m.Expired() != (m.Step == policy.Missed):
		return m, "许可或备案已到期", nil
	}
	return m, "", nil
})
