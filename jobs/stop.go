package jobs

import (
	"context"

	"duixian/models"
	"duixian/policy"
)

// Stop stops everything: one official is enough. No run starts, and a run that is going gives up before its next transaction. Starting again is a plan
// of the kind resume, for two.
func (r *Runner) Stop(ctx context.Context, actor models.Actor, reason string, now policy.Instant) (models.Stop, error) {
	var stop models.Stop
	done := func(q models.Query) (bool, error) {
		live, err := q.Stopped()
		return live != nil && live.Actor == actor.Member && live.Since == now && live.Reason == reason, err
	}
	err := r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) error {
		ok, err := hasRole(tx.Query, actor.Member, []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor})
		if err != nil {
			return err
		}
		if !ok {
			return models.E(models.Forbidden, "只有在职的工作人员可以紧急停止")
		}
		stop, err = tx.Stop(actor, reason, now)
		return err
	})
	return stop, err
}

// Restart asks a second person to start everything again after a stop.
func (r *Runner) Restart(ctx context.Context, actor models.Actor, now policy.Instant) (models.Submission, error) {
	stop, err := r.env.Store.Read(ctx).Stopped()
	if err != nil {
		return models.Submission{}, err
	}
	if stop == nil {
		return models.Submission{}, models.E(models.Invalid, "现在没有停止，不需要恢复")
	}
	return r.SubmitDraft(ctx, actor, ResumeDraft(*stop, now.Date()), now)
}
