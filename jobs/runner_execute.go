package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"duixian/models"
)

// lastWord is how long writing the terminal state may take, also while shutting down.
const lastWord = 30 * time.Second

var errTimeout = errors.New("超过时限")

// panicked is a panic of a body, with its stack.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("程序异常：%v\n\n%s", p.value, p.stack) }

// beginQueued runs a row that is in the queue.
func (r *Runner) beginQueued(ctx context.Context, row models.Run) error {
	j, err := r.job(row.Job)
	if err == nil {
		_, err = r.startAsked(ctx, j, row)
	}
	return err
}

// execute runs the body of a claimed run and writes how it ended. The error is of the writing, not of the body.
func (r *Runner) execute(ctx context.Context, j *entry, row models.Run) error {
	bodyCtx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	bodyCtx, cancel := context.WithTimeoutCause(bodyCtx, j.Timeout, errTimeout)
	defer cancel()
	run := &Run{Env: r.env, Row: row, jobOf: r.job, ask: r.RunNow, begin: r.beginQueued, lease: r.opt.Lease, stop: stop, cursor: row.Cursor, total: row.TotalItems}
	err := r.body(bodyCtx, j, run)
	if cause := context.Cause(bodyCtx); err != nil && cause != nil && ctx.Err() == nil {
		err = cause // what ended the context says more than what the ended context made of a statement
	}
	summary, total, lost := run.end()
	switch {
	case errors.Is(lost, models.ErrGhost):
		slog.DebugContext(ctx, "run was taken over", "job", row.Job, "run", row.ID, "epoch", row.Epoch)
		return nil
	case lost != nil || err != nil && ctx.Err() != nil: // stopped, or shutting down: it goes on from its cursor later
		return r.write(ctx, row, func(tx *models.Tx) (bool, error) { return tx.Release(row) })
	}
	if models.Passes(err) && context.Cause(bodyCtx) == nil && row.Attempt < r.opt.MaxAttempts {
		slog.WarnContext(ctx, "database failed under the run, which goes on later", "job", row.Job, "run", row.ID, "attempt", row.Attempt, "err", err)
		return r.write(ctx, row, func(tx *models.Tx) (bool, error) { return tx.Requeue(row) })
	}
	end := ending(j.Job, err)
	end.Total, end.At = total, r.env.clock()
	if summary != nil {
		text, err := models.Canonical(summary)
		if err != nil {
			return err
		}
		end.Summary = string(text)
	}
	return r.write(ctx, row, func(tx *models.Tx) (bool, error) {
		ok, err := tx.Finish(row, end)
		if err != nil || !ok {
			return ok, err
		}
		row.DoneItems, row.TotalItems = run.Row.DoneItems, total
		return true, r.env.tellEnd(tx, j.Job, row, end)
	})
}

// prepare checks once more who asked, and finds where an earlier owner stopped.
func (r *Runner) prepare(ctx context.Context, j *entry, run *Run) (err error) {
	if err := r.mayStill(ctx, j, run.Row); err != nil {
		return err
	}
	if run.Row.Epoch > 1 {
		run.chunks, err = r.env.Store.Read(ctx).LastChunk(run.Row.ID)
	}
	return err
}

// body prepares the run, measures it and runs the job's function, all beside the heartbeat: measuring alone may take longer
// than a lease. What does not return when its context ends is left behind: the fence refuses whatever it still tries to write.
func (r *Runner) body(ctx context.Context, j *entry, run *Run) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				done <- &panicked{v, debug.Stack()}
			}
		}()
		err := r.prepare(ctx, j, run)
		if err == nil {
			err = r.watch(ctx, j, run)
		}
		if err == nil {
			err = j.Run(ctx, run)
		}
		done <- err
	}()
	if !r.opt.NoHeartbeat {
		beatCtx, quiet := context.WithCancel(ctx)
		beating := make(chan struct{})
		go func() {
			defer close(beating)
			r.heartbeat(beatCtx, run)
		}()
		defer func() { quiet(); <-beating }()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(r.opt.Patience)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		slog.WarnContext(ctx, "body does not return", "job", run.Row.Job, "run", run.Row.ID)
		return ctx.Err()
	}
}

// ending words how a body ended for those who read the history.
func ending(j Job, err error) models.Ending {
	e := models.Ending{State: models.RunSucceeded}
	if err == nil {
		return e
	}
	e.State, e.Code, e.Text = models.RunFailed, "internal", err.Error()
	coded, isCoded := errors.AsType[*models.Error](err)
	_, isPanic := errors.AsType[*panicked](err)
	_, isHeld := errors.AsType[*heldVolume](err)
	switch {
	case isPanic:
		e.Code = "panic"
	case isHeld:
		e.State, e.Code = models.RunHalted, heldCode
	case isCoded:
		e.Code, e.Text = string(coded.Code), coded.Message
	case errors.Is(err, errTimeout):
		e.Code, e.Text = "timeout", fmt.Sprintf("超过时限 %v 仍未结束，已停止；已完成的部分有效，重试时从断点继续", j.Timeout)
	case errors.Is(err, models.ErrUnknown):
		e.Code = "unknown"
	}
	return e
}

// write changes the run's row whatever has become of the context. That the row is no longer ours is no error.
func (r *Runner) write(ctx context.Context, row models.Run, change func(tx *models.Tx) (bool, error)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
	defer cancel()
	return r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) error {
		ok, err := change(tx)
		if err == nil && !ok {
			slog.DebugContext(ctx, "run has another owner or has ended", "job", row.Job, "run", row.ID, "epoch", row.Epoch)
		}
		return err
	})
}
