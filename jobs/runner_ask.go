package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"duixian/models"
	"duixian/policy"
)

// DateParam is the parameter that sets the business date of a run by hand: 2025-03-31. Without it the day is today.
const DateParam = "date"

// RunNow runs a job because somebody asked. The same request (requestID, else what Job.Request makes of the
// parameters, else the approval) is one run, however often it is asked for: one that is done is not done again, one
// that failed goes on. Asked for a day that has a slot, with no other parameter, the run takes that slot, and the
// clock leaves it alone; a slot that has run is not touched: the request gets a row of its own. Slots that were missed
// are recorded first. A run whose owner is dead is taken over. The row says how it ended; the error says why it could not
// be started, Conflict when another process is executing it.
func (r *Runner) RunNow(ctx context.Context, actor models.Actor, name string, params models.Params, approval int64, requestID string, now policy.Instant) (models.Run, error) {
	j, row, err := r.ask(ctx, actor, name, params, approval, requestID, now)
	if err != nil {
		return row, err
	}
	return r.startAsked(ctx, j, row)
}

// Retry runs a failed, halted or skipped run again, or one whose owner is dead: it goes on from its cursor, for its own
// day.
func (r *Runner) Retry(ctx context.Context, actor models.Actor, runID int64, now policy.Instant) (models.Run, error) {
	row, err := r.env.Store.Read(ctx).Run(runID)
	if errors.Is(err, models.ErrNotFound) {
		return row, models.E(models.NotFound, "没有编号为 #%d 的任务记录", runID)
	} else if err != nil {
		return row, err
	}
	j, err := r.job(row.Job)
	if err != nil {
		return row, err
	}
	if err := r.mayAsk(ctx, j, actor, row.ApprovalID, models.Operator); err != nil {
		return row, err
	}
	done := func(q models.Query) (bool, error) { return q.RunWasAsked(runID, actor, now) }
	err = r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) (err error) {
		if err := mayBegin(tx, j, row.ApprovalID); err != nil {
			return err
		}
		if row, err = tx.Run(runID); err != nil {
			return err
		}
		if row.State != models.RunRunning {
			row, err = reopen(tx, actor, row, now)
		}
		return err
	})
	if err != nil {
		return row, err
	}
	return r.startAsked(ctx, j, row)
}

// startAsked runs a row that was asked for, unless it has ended or cannot start yet, and returns it as it then is. One that
// is running is taken over as Tick does it, when its lease has ended.
func (r *Runner) startAsked(ctx context.Context, j *entry, row models.Run) (models.Run, error) {
	wasRunning, started := row.State == models.RunRunning, false
	var err error
	for more := !row.State.Ended(); more; {
		if started, err = r.start(ctx, j, row); err != nil {
			return row, err
		}
		row, err = r.reread(ctx, row)
		more = err == nil && started && row.State == models.RunQueued && row.Attempt > 0 && ctx.Err() == nil // the database failed under it, and a person waits
	}
	if err == nil {
		row, err = r.reread(ctx, row)
	}
	if err == nil && wasRunning && !started && row.State == models.RunRunning {
		return row, models.E(models.Conflict, "任务“%s”（#%d）正由另一个进程（%s）执行，请等它结束后查看结果：任务 记录 %s，或 duixian job history %s；如果那个进程已被终止，最迟到 %s 它的占用失效，之后重新执行同一命令就会接着做完",
			j.Title, row.ID, row.Owner, j.Title, j.Name, row.LeaseUntil.Time().Format(time.DateTime))
	}
	return row, err
}

// reread is the row of a run as it stands, also while shutting down. A connection that is lost now must not look like a run
// that was lost: whoever asks again would get a second one.
func (r *Runner) reread(ctx context.Context, row models.Run) (models.Run, error) {
	q := r.env.Store.Read(context.WithoutCancel(ctx))
	for try := 1; ; try++ {
		now, err := q.Run(row.ID)
		if !models.Passes(err) || try == 3 {
			return now, err
		}
	}
}

// ask records the request and returns its row, which may have run already.
func (r *Runner) ask(ctx context.Context, actor models.Actor, name string, params models.Params, approval int64, requestID string, now policy.Instant) (*entry, models.Run, error) {
	var row models.Run
	j, err := r.job(name)
	if err != nil {
		return nil, row, err
	}
	if err := r.mayAsk(ctx, j, actor, approval); err != nil {
		return nil, row, err
	}
	if err := j.knows(params); err != nil {
		return nil, row, err
	}
	day, rest, err := businessDate(params, now)
	if err != nil {
		return nil, row, err
	}
	if err := r.record(ctx, now, []*entry{j}); err != nil {
		return nil, row, err
	}
	row = models.Run{
		Job: name, BusinessDate: day, Cause: models.ByHand, Actor: actor.Member, ApprovalID: approval, Params: rest, State: models.RunQueued, QueuedAt: now,
	}
	byRequest := row
	byRequest.SlotKey = models.RequestKey(j.request(requestID, rest, approval, actor, now))
	bySlot := byRequest
	if slots := j.schedule.On(day); len(slots) == 1 && len(rest) == 0 && approval == 0 {
		bySlot.SlotKey, bySlot.SlotAt = models.SlotKey(slots[0]), slots[0]
	}
	// Asked again blindly, a request whose run another process has meanwhile brought to its end would become a second run.
	done := func(q models.Query) (bool, error) { return q.RunWasAsked(row.ID, actor, now) }
	err = r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) (err error) {
		if err := mayBegin(tx, j, approval); err != nil {
			return err
		}
		if err := freeOfHeld(tx, j, bySlot); err != nil {
			return err
		}
		row, err = enqueue(tx, actor, bySlot, now)
		if err == nil && row.SlotAt != 0 && row.State == models.RunSucceeded {
			row, err = enqueue(tx, actor, byRequest, now)
		}
		return err
	})
	return j, row, err
}

// businessDate takes the day out of the parameters.
func businessDate(params models.Params, now policy.Instant) (policy.Date, models.Params, error) {
	day, rest := now.Date(), maps.Clone(params)
	if text := params[DateParam]; text != "" {
		var err error
		if day, err = policy.ParseDate(text); err != nil {
			return 0, nil, models.E(models.Invalid, "%v", err)
		}
	}
	if day > now.Date() {
		return 0, nil, models.E(models.Invalid, "业务日期 %s 还没有到，不能提前执行", day.Text())
	}
	delete(rest, DateParam)
	return day, rest, nil
}

func (j *entry) request(id string, params models.Params, approval int64, actor models.Actor, now policy.Instant) string {
	if id == "" && j.Request != nil {
		id = j.Request(params)
	}
	if id == "" && approval != 0 {
		id = fmt.Sprintf("approval:%d", approval)
	}
	return cmp.Or(id, fmt.Sprintf("%s:%d", actor.Member, now))
}

// mayBegin refuses a request while everything is stopped or the job is paused: better told now than left waiting.
func mayBegin(tx *models.Tx, j *entry, approval int64) error {
	stop, err := tx.Stopped()
	if err != nil {
		return err
	}
	if stop != nil {
		resumes, err := tx.EndsStop(approval)
		if err != nil {
			return err
		}
		if !resumes {
			return models.E(models.Unavailable, "系统已于 %s 紧急停止（%s），不能执行任务；恢复运行须两人办理", stop.Since.Text(), stop.Reason)
		}
	}
	settings, err := tx.JobSettings()
	if err != nil {
		return err
	}
	if s := settings[j.Name]; s.Paused {
		return models.E(models.Unavailable, "任务“%s”已暂停（%s），请先恢复：任务 恢复 %s，或 duixian job resume %s --as 成员编号", j.Title, s.Reason, j.Title, j.Name)
	}
	return nil
}

// freeOfHeld refuses another run of a job while one waits for a person: there is one question at a time, and its answer
// does what the other run would do.
func freeOfHeld(tx *models.Tx, j *entry, row models.Run) error {
	held, err := tx.HeldVolume(j.Name, row.BusinessDate)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if same, err := tx.Run(held.RunID); err != nil || same.SlotKey == row.SlotKey {
		return err
	}
	return models.E(models.Conflict, "任务“%s”的 #%d 数量远高于平常，正等待放行；请先核对并处理：任务 放行 %d，或 duixian job allow %d --as 成员编号", j.Title, held.RunID, held.RunID, held.RunID)
}

// enqueue writes the row of a request, or finds the one that is there: an ended one that did not succeed is reopened.
func enqueue(tx *models.Tx, actor models.Actor, row models.Run, now policy.Instant) (models.Run, error) {
	made, err := tx.InsertRuns([]models.Run{row})
	if err != nil {
		return row, err
	}
	if len(made) == 1 {
		return made[0], auditRun(tx, actor, "run", made[0], now)
	}
	old, err := tx.RunAt(row.Job, row.SlotKey)
	if err != nil || !old.State.Ended() || old.State == models.RunSucceeded {
		return old, err
	}
	return reopen(tx, actor, old, now)
}

// reopen queues an ended run again.
func reopen(tx *models.Tx, actor models.Actor, old models.Run, now policy.Instant) (models.Run, error) {
	ok, err := tx.Reopen(old, actor)
	if err != nil {
		return old, err
	}
	if !ok {
		return old, models.E(models.Conflict, "任务记录 #%d %s，不能重试", old.ID, old.State.Text())
	}
	if err := auditRun(tx, actor, "retry", old, now); err != nil {
		return old, err
	}
	return tx.Run(old.ID)
}

func auditRun(tx *models.Tx, actor models.Actor, action string, row models.Run, now policy.Instant) error {
	return tx.Audit(now, models.Entry{Stream: "jobs", Actor: actor, Action: action, Entity: fmt.Sprintf("run/%d", row.ID), RunID: row.ID, Data: map[string]any{
		"job": row.Job, "slot": row.SlotKey, "params": row.Params, "approval": row.ApprovalID, "was": row.State, "error": row.ErrorText,
	}})
}
