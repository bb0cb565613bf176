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
	Name: "approval-expiry", Title: "审批到期", Summary: "超过三个工作日未审批的方案作废，其余的每天早上提醒复核人；等待放行的任务提醒经办人",
	// A reminder of last Tuesday helps nobody, and a deadline that has passed has passed once.
	Schedule: "0 5 * * *", CatchUp: CatchUp{Policy: Coalesce}, Timeout: 10 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator}, Run: runApprovalExpiry,
}

func runApprovalExpiry(ctx context.Context, run *Run) error {
	on := run.Row.BusinessDate
	waiting, err := run.Store.Read(ctx).ApprovalsIn(models.ApprovalPending)
	if err != nil {
		return err
	}
	var counts expiries
	if err := run.Tallied(&counts); err != nil {
		return err
	}
	for _, a := range waiting {
		to := fmt.Sprintf("%012d", a.ID)
		if to <= run.Cursor() { // an owner before got so far
			continue
		}
		done := counts
		if a.ExpiresOn >= on {
			done.Waiting++
			if err := run.Chunk(ctx, to, 1, func(tx *models.Tx) error {
				if err := run.remind(tx, run.At(), run.Row.ID, a); err != nil {
					return err
				}
				return run.Tally(tx, done)
			}); err != nil {
				return err
			}
			counts = done
			continue
		}
		done.Expired++
		err := run.Chunk(ctx, to, 1, func(tx *models.Tx) error {
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
			if err := freeRound(tx, plan, models.RoundStep{On: on, At: run.At(), Actor: models.System, RunID: run.Row.ID, Reason: "方案逾期作废"}); err != nil {
				return err
			}
			if err := tx.Audit(run.At(), models.Entry{Stream: streamOf(plan.Kind), Actor: models.System, Action: "expire", Entity: a.Entity(), RunID: run.Row.ID, Data: map[string]any{"plan": plan.ID}}); err != nil {
				return err
			}
			if err := run.tellOutcome(tx, run.At(), run.Row.ID, plan, a, ""); err != nil {
				return err
			}
			return run.Tally(tx, done)
		})
		if err != nil {
			return err
		}
		counts = done
	}
	if err := remindOfHeld(ctx, run); err != nil {
		return err
	}
	run.Summarise(counts)
	return nil
}

// expiries is what a run leaves in its record.
type expiries struct {
	Expired int `json:"expired"`
	Waiting int `json:"waiting"`
}

// remindOfHeld asks again, once a morning, about runs that wait because they would do far more than usual.
func remindOfHeld(ctx context.Context, run *Run) error {
	held, err := run.Store.Read(ctx).HeldVolumes(run.Row.BusinessDate)
	if err != nil {
		return err
	}
	for _, v := range held {
		j, err := run.jobOf(v.Job)
		if err != nil || v.At.Date() == run.At().Date() { // of a newer program; or asked today
			continue
		}
		to := fmt.Sprintf("held/%012d", v.RunID)
		if to <= run.Cursor() {
			continue
		}
		if err := run.Chunk(ctx, to, 1, func(tx *models.Tx) error { return run.tellHeldRun(tx, j.Job, v, run.At(), true) }); err != nil {
			return err
		}
	}
	return nil
}
