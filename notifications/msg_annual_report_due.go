package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// AnnualReportDue reminds a firm to publish its annual report: without it, it is rated 无星.
type AnnualReportDue struct {
	Advice
	Year int     `json:"year"` // reported on
	Due  LastDay `json:"due"`
}

// Kind names the message.
func (AnnualReportDue) Kind() string { return "annual-report-due" }

// Key is the report, and the day of the step.
func (m AnnualReportDue) Key() (string, policy.Date) {
	return fmt.Sprintf("report/%d/%d", m.Org, m.Year), m.before(m.Due.Day)
}

// Left says how far away the day is.
func (m AnnualReportDue) Left() string { return left(m.On, m.Due.Day) }

var annualReportDue = defineFor(Kind{
	Name: "annual-report-due", Title: "年度报告公示", Audience: Firms, Timing: Morning, Latest: true,
	Next: []string{"到期", "人工"},
	Sample: AnnualReportDue{
		Advice: AdviceOf(policy.BuiltinReminders().Ladder(policy.AnnualReport), 1, 30, 20270301), Year: 2026, Due: LastDay{Day: 20270331, Workday: 20270331, Tentative: true},
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m AnnualReportDue) (AnnualReportDue, string, error) {
	m.On = today
	if today > m.Due.Day {
		return m, "截止日已过", nil
	}
	if reg, why, err := gone(q, m.Org, today); why != "" || err != nil || !reg.Licensed {
		if why == "" && err == nil {
			why = "许可或备案已注销"
		}
		return m, why, err
	}
	done, err := q.HasFact(m.Org, policy.AnnualReport, fmt.Sprint(m.Year), today)
	if done {
		return m, "年度报告已公示", err
	}
	return m, "", err
})
