package jobs

import (
	"context"
	"errors"
	"fmt"

	"duixian/models"
	"duixian/policy"
)

const volumeKind = "volume"

// VolumeDetail is what a plan of the kind volume asks two people to let go on.
type VolumeDetail struct {
	Run   int64       `json:"run"`
	Job   string      `json:"job"`
	Day   policy.Date `json:"day"`
	Items int         `json:"items"`
	Fen   policy.Fen  `json:"amount"`
	Why   string      `json:"why"`
}

// Allow lets a run go on that was held because it would do far more than usual. One official is enough where nothing is
// paid: the run goes on at once. A run that makes money payable becomes a plan with every line of it, for a second
// person; the run goes on with the yes. If by then there is more to do than was looked at, it is held again.
func (r *Runner) Allow(ctx context.Context, actor models.Actor, runID int64, now policy.Instant) (models.Submission, models.Run, error) {
	q := r.env.Store.Read(ctx)
	v, err := q.Volume(runID)
	if models.CodeOf(err) == models.NotFound || err == nil && v.State != models.VolumeHeld {
		return models.Submission{}, models.Run{}, models.E(models.Invalid, "#%d 没有因数量远高于平常而等待放行；查看各次执行：任务 记录 任务名，或 duixian job history", runID)
	}
	if err != nil {
		return models.Submission{}, models.Run{}, err
	}
	j, err := r.job(v.Job)
	if err != nil {
		return models.Submission{}, models.Run{}, err
	}
	if err := r.mayAsk(ctx, j, actor, 0); err != nil {
		return models.Submission{}, models.Run{}, err
	}
	row, err := q.Run(runID)
	if err != nil {
		return models.Submission{}, row, err
	}
	if j.Pays {
		sub, err := r.askToAllow(ctx, actor, j, v, now)
		return sub, row, err
	}
	err = r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) (err error) {
		if err := mayBegin(tx, j, 0); err != nil {
			return err
		}
		row, err = letGo(tx, actor, runID, 0, now)
		return err
	})
	if err != nil {
		return models.Submission{}, row, err
	}
	row, err = r.startAsked(ctx, j, row)
	return models.Submission{}, row, err
}

// letGo marks a held run as allowed and queues it again. Done before, it changes nothing.
func letGo(tx *models.Tx, actor models.Actor, runID, approval int64, now policy.Instant) (models.Run, error) {
	row, err := tx.Run(runID)
	if err != nil {
		return row, err
	}
	ok, err := tx.AllowVolume(runID, actor, approval)
	if err != nil {
		return row, err
	}
	if !ok {
		v, err := tx.Volume(runID)
		if err == nil && (v.ApprovalID != approval || v.Actor != actor.Member) {
			err = models.E(models.Conflict, "#%d 已经放行或已重新核查，请查看：任务 记录 任务名，或 duixian job history", runID)
		}
		return row, err
	}
	if err := tx.Audit(now, models.Entry{
		Stream: "jobs", Actor: actor, Action: "allow", Entity: fmt.Sprintf("run/%d", runID), RunID: runID, Data: map[string]any{"job": row.Job, "approval": approval, "was": row.State},
	}); err != nil {
		return row, err
	}
	if !row.State.Ended() {
		return row, nil
	}
	return reopen(tx, actor, row, now)
}

// askToAllow submits what the run would do, line by line.
func (r *Runner) askToAllow(ctx context.Context, actor models.Actor, j *entry, v models.Volume, now policy.Instant) (models.Submission, error) {
	q := r.env.Store.Read(ctx)
	waiting, err := q.ApprovalsIn(models.ApprovalPending, models.ApprovalApproved)
	if err != nil {
		return models.Submission{}, err
	}
	for _, a := range waiting {
		p, err := q.Plan(a.PlanID)
		if err != nil {
			return models.Submission{}, err
		}
		if d, err := detailOf[VolumeDetail](p); err == nil && p.Kind == volumeKind && d.Run == v.RunID {
			return models.Submission{}, models.E(models.Conflict, "#%d 的放行已经送审（方案 #%d），等待复核人 %s 前同意", v.RunID, p.ID, a.ExpiresOn.Text())
		}
	}
	row, err := q.Run(v.RunID)
	if err != nil {
		return models.Submission{}, err
	}
	load, err := j.Volume(ctx, r.env, v.BusinessDate, row.Params)
	if err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, models.PlanDraft{
		Kind: volumeKind, Title: fmt.Sprintf("放行“%s”（#%d，业务日 %s）", j.Title, v.RunID, v.BusinessDate.Text()), KnownOn: v.BusinessDate, MadeOn: now.Date(), Lines: load.Lines,
		Detail: VolumeDetail{Run: v.RunID, Job: v.Job, Day: v.BusinessDate, Items: load.Items, Fen: load.Fen, Why: v.Why},
	}, now)
}

// applyVolumeLine does nothing by itself: the lines are what two people looked at, and the run does them.
func applyVolumeLine(*models.Tx, *Run, models.Approval, models.Plan, models.PlanLine) (models.LineState, string, error) {
	return models.LineApplied, "", nil
}

// applyVolume lets the run of a plan go on.
func applyVolume(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	d, err := detailOf[VolumeDetail](p)
	if err != nil {
		return err
	}
	v, err := tx.Volume(d.Run)
	if err != nil {
		return err
	}
	v.Items, v.Fen, v.At = d.Items, d.Fen, run.At() // what was looked at, no more
	if err := tx.PutVolume(v); err != nil {
		return err
	}
	_, err = letGo(tx, models.Actor{Member: run.Row.Actor}, d.Run, a.ID, run.At())
	return err
}

// goOn runs what the yes to a plan of the kind volume has queued.
func (r *Runner) goOn(ctx context.Context, planID int64) error {
	p, err := r.env.Store.Read(ctx).Plan(planID)
	if err != nil || p.Kind != volumeKind {
		return err
	}
	d, err := detailOf[VolumeDetail](p)
	if err != nil {
		return err
	}
	j, err := r.job(d.Job)
	if err != nil {
		return err
	}
	row, err := r.env.Store.Read(ctx).Run(d.Run)
	if err == nil {
		_, err = r.startAsked(ctx, j, row)
	}
	if models.CodeOf(err) == models.Conflict {
		return nil // another process is at it
	}
	return errors.Join(err)
}
