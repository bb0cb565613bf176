package jobs

import (
	"context"

	"duixian/models"
)

// mayBeVoid are the kinds of plans that are one thing, done whole or not at all, and hold nothing while they wait. One of them that contradicts what has been
// decided since would do so for ever: it ends, and whoever made it is told why. Plans with lines hold single lines instead.
var mayBeVoid = map[string]bool{"roster": true, "legal-review": true, accountsKind: true, appropriationKind: true, standingKind: true}

// voidPlan ends an approved plan that could not be carried out because of why; nothing of it has been done. Of another kind, why is the end of the run.
func voidPlan(ctx context.Context, run *Run, why error) error {
	q := run.Store.Read(ctx)
	a, err := q.Approval(run.Row.ApprovalID)
	if err != nil {
		return err
	}
	p, err := q.Plan(a.PlanID)
	if err != nil {
		return err
	}
	if !mayBeVoid[p.Kind] || p.LineCount > 0 || a.State != models.ApprovalApproved || p.State != models.PlanApproved || a.CheckerID == nil {
		return why
	}
	checker, err := q.Member(*a.CheckerID)
	if err != nil {
		return err
	}
	return run.Chunk(ctx, "void", 0, func(tx *models.Tx) error {
		a := a
		if err := supersede(tx, run, &a, p, why.Error(), models.Entry{Action: "void", Data: map[string]any{"plan": p.ID, "reason": why.Error()}}); err != nil {
			return err
		}
		return run.tellOutcome(tx, run.At(), run.Row.ID, p, a, checker.Name)
	})
}

// supersede is the end of an approved plan of which nothing is done, and its place in the record, which says what was done and why. Claims that it holds are free
// for another plan.
func supersede(tx *models.Tx, run *Run, a *models.Approval, p models.Plan, why string, record models.Entry) error {
	a.Reason, a.RunID = cutBytes(why, longestAmountReason), run.Row.ID
	record.Stream, record.Actor, record.Entity, record.RunID = streamOf(p.Kind), models.System, a.Entity(), run.Row.ID
	if err := tx.MoveApproval(a, models.ApprovalApproved, models.ApprovalSuperseded); err != nil {
		return err
	}
	if err := tx.SetPlanState(p.ID, models.PlanApproved, models.PlanSuperseded); err != nil {
		return err
	}
	if err := freeClaims(tx, p, run.Row.BusinessDate); err != nil {
		return err
	}
	return tx.Audit(run.At(), record)
}
