package jobs

import (
	"context"
	"fmt"
	"time"

	"duixian/models"
)

// start claims a run that is queued, or takes over one whose owner is dead, and runs it to its end. It reports false
// when there was nothing to take: another process was faster, or an earlier run of the job is still going.
// A dead one of a day that is yet to come goes back to the queue.
func (r *Runner) start(ctx context.Context, j *entry, row models.Run) (bool, error) {
	if row.State == models.RunRunning && row.BusinessDate > r.env.clock().Date() {
		return true, r.putBack(ctx, row)
	}
	if row.State == models.RunRunning && row.Attempt >= r.opt.MaxAttempts {
		return false, r.halt(ctx, row)
	}
	mine, ok, err := r.claim(ctx, row)
	if err != nil || !ok {
		return false, err
	}
	return true, r.execute(ctx, j, mine)
}

// startInTurn is start for a run of the queue: a slot waits while a job on which it rests has yet to end its part of the night.
func (r *Runner) startInTurn(ctx context.Context, j *entry, row models.Run) (bool, error) {
	if row.State == models.RunQueued && row.SlotAt != 0 && len(j.After) > 0 {
		first, err := r.env.Store.Read(ctx).RunsBefore(row, j.After, r.env.clock())
		if err != nil || len(first) > 0 {
			return false, err
		}
	}
	return r.start(ctx, j, row)
}

func (r *Runner) claim(ctx context.Context, row models.Run) (mine models.Run, ok bool, err error) {
	done := func(q models.Query) (bool, error) {
		now, err := q.Run(row.ID)
		mine, ok = now, now.Owner == r.opt.Owner && now.State == models.RunRunning && now.Epoch == row.Epoch+1
		return ok, err
	}
	err = r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) (err error) {
		lease := models.Lease{Owner: r.opt.Owner, Now: r.env.clock(), For: r.opt.Lease, BinaryVersion: r.env.Version}
		if r.env.Book != nil {
			lease.PolicyVersion = r.env.Book.Version
		}
		if row.State == models.RunRunning {
			mine, ok, err = tx.TakeOver(row, lease)
		} else {
			mine, ok, err = tx.ClaimRun(row, lease)
		}
		return err
	})
	return mine, ok, err
}

// putBack frees a job from a run that only a clock which ran ahead can have started.
func (r *Runner) putBack(ctx context.Context, row models.Run) error {
	return r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) error {
		_, err := tx.PutBack(row, r.env.clock())
		return err
	})
}

// halt gives up a run that has cost several processes their lives.
func (r *Runner) halt(ctx context.Context, row models.Run) error {
	text := fmt.Sprintf("连续 %d 次执行都中途死亡（进程被杀、断电或内存不足），不再自动重试；请查明原因后人工重试", row.Attempt)
	return r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) error {
		ok, err := tx.Halt(row, text, r.env.clock())
		if err != nil || !ok {
			return err
		}
		j, err := r.job(row.Job)
		if err != nil {
			return nil // of a newer program, which will tell
		}
		return r.env.tellEnd(tx, j.Job, row, models.Ending{State: models.RunHalted, Code: "halted", Text: text, At: r.env.clock()})
	})
}

// heartbeat renews the lease until the body has returned, beside the chunks, which renew it themselves. Two failures
// in a row end the body: whoever cannot reach the database must not believe that the run is still his.
func (r *Runner) heartbeat(ctx context.Context, run *Run) {
	every := r.opt.Lease / 3
	tick := time.NewTicker(every)
	defer tick.Stop()
	for failed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if run.busy() {
			continue
		}
		ok, err := r.beat(ctx, run, every)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if failed++; failed == 2 {
				run.stop(fmt.Errorf("续租失败: %w", err))
				return
			}
		case !ok:
			run.lose(models.ErrGhost)
			return
		default:
			failed = 0
		}
	}
}

func (r *Runner) beat(ctx context.Context, run *Run, limit time.Duration) (ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err = r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) (err error) {
		ok, err = tx.Heartbeat(run.Row, r.env.clock().Add(r.opt.Lease))
		return err
	})
	return ok, err
}
