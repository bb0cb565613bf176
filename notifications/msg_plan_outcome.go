package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PlanOutcome tells the maker of a plan what became of it.
type PlanOutcome struct {
	Approval int64       `json:"approval"`
	Plan     int64       `json:"plan"`
	Title    string      `json:"title"`
	State    string      `json:"state"` // approved, rejected, expired, superseded: approved, yet not to be done any more
	Checker  string      `json:"checker"`
	Reason   string      `json:"reason"`
	Lines    int         `json:"lines"`
	Total    policy.Fen  `json:"total"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (PlanOutcome) Kind() string { return "plan-outcome" }

// Key is the request and its end.
func (m PlanOutcome) Key() (string, policy.Date) {
	return fmt.Sprintf("approval/%d/%s", m.Approval, m.State), m.On
}

// Buttons open the plan.
func (m PlanOutcome) Buttons() ([]Button, bool) {
	line := fmt.Sprintf("方案 %d", m.Plan)
	return []Button{{line, line}, {"待办", "待办"}}, false
}

var planOutcome = define(Kind{
	Name: "plan-outcome", Title: "方案处理结果", Audience: Officials, Timing: Daytime,
	Sample: PlanOutcome{
		Approval: 3, Plan: 8, Title: "2026年3月奖励方案", State: "rejected", Checker: "示例复核", Reason: "第 4 项的认定文号缺失", Lines: 26, Total: 45200000, On: 20260311,
	},
}, func(q models.Query, _ models.Recipient, m PlanOutcome) (string, error) {
	now, err := q.ApprovalStanding(m.Approval)
	if err != nil || now.State == m.State || m.State == string(models.ApprovalApproved) && now.State == string(models.ApprovalExecuted) {
		return "", err
	}
	return "该方案又有变化", nil
})
