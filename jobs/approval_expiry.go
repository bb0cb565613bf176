package jobs

import (
	"context"
	"fmt"
	"time"

	"duixian/models"
)

// approvalExpiry ends requests that nobody decided in time and reminds of those that wait. What an expired plan held is free for the
// next plan.
var approvalExpiry = Job{
	Name: "approval-expiry", Title: "审批到期", Summary: "超过三个工作日未审批的方案作废，其余的每天早上提醒复核人",
	Schedule: "0 5 * * *", CatchUp: CatchUp{Policy: Coalesce}, Timeout: 10 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator}, Run: runApprovalExpiry,
}

func runApprovalExpiry(ctx context.Context, run *Run) error {
	on := run.Row.BusinessDate
	waiting, err := run.Store.Read(ctx).ApprovalsIn(models.ApprovalPending)
	if err != nil {
		return err
	}
	expired := 0
	for _, a := range waiting {
		if a.ExpiresOn >= on {
			if err := run.Chunk(ctx, fmt.Sprintf("%012d", a.ID), 1, func(tx *models.Tx) error { return run.remind(tx, run.At(), run.Row.ID, a) }); err != nil {
				return err
			}
			continue
		}
		err := run.Chunk(ctx, fmt.Sprintf("%012d", a.ID), 1, func(tx *models.Tx) error {
			a := a
			a.DecidedAt, a.Reason = run.At(), "逾期未审批"
			if err := tx.MoveApproval(&a, models.ApprovalPending, models.ApprovalExpired); err != nil {
				if models.CodeOf(err) == models.Conflict {
					return nil // decided while we looked
				}
				return err
			}
			if err := tx.SetPlanState(a.PlanID, models.PlanSubmitted, models.PlanExpired); err != nil {
				return err
			}
			plan, err := tx.Plan(a.PlanID)
			if err != nil {
				return err
			}
			if err := freeClaims(tx, plan, on); err != nil {
				return err
			}
			if err := tx.Audit(run.At(), models.Entry{Stream: streamOf(plan.Kind), Actor: models.System, Action: "expire", Entity: a.Entity(), RunID: run.Row.ID, Data: map[string]any{"plan": plan.ID}}); err != nil {
				return err
			}
			return run.tellOutcome(tx, run.At(), run.Row.ID, plan, a, "")
		})
		if err != nil {
			return err
		}
		expired++
	}
	run.Summarise(map[string]int{"waiting": len(waiting) - expired, "expired": expired})
	return nil
}
