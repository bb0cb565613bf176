package jobs

import (
	"context"
	"maps"

	"duixian/models"
	"duixian/policy"
)

// rowsATime bounds one transaction when a long absence is written down.
const rowsATime = 500

// again tells InTxResolve that a commit of unknown outcome may simply be repeated: every row has a natural key.
func again(models.Query) (bool, error) { return false, nil }

// record writes a row for each slot of the given jobs that has passed since the last recorded one. Which slots there
// are follows from the schedule and the table alone: a clock that is set back fires nothing again, two processes write
// the same rows. While everything is stopped nothing is recorded; afterwards it has been missed.
func (r *Runner) record(ctx context.Context, now policy.Instant, jobs []*entry) error {
	for {
		due := r.due(now, jobs)
		if len(due) == 0 {
			return nil
		}
		var next map[string]policy.Instant
		full := false
		err := r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) error {
			next, full = map[string]policy.Instant{}, false
			for _, j := range due {
				at, cut, err := j.record(tx, now)
				if err != nil {
					return err
				}
				next[j.Name] = at
				full = full || cut
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.mu.Lock()
		maps.Copy(r.next, next)
		r.mu.Unlock()
		if !full {
			return nil
		}
	}
}

// due lists the jobs of which a slot may be unrecorded. After a step back of the clock what was remembered of the
// future does not count.
func (r *Runner) due(now policy.Instant, jobs []*entry) []*entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now < r.seen {
		clear(r.next)
	}
	r.seen = now
	var due []*entry
	for _, j := range jobs {
		if next, known := r.next[j.Name]; !known || next != 0 && next <= now {
			due = append(due, j)
		}
	}
	return due
}

// record writes one job's rows. next is its first slot without a row; cut says that more rows are to be written now.
func (j *entry) record(tx *models.Tx, now policy.Instant) (next policy.Instant, cut bool, err error) {
	seen, err := tx.SeeJob(j.Name, now)
	if err != nil {
		return 0, false, err
	}
	last := max(seen.LastSlotAt, seen.FirstSlotAt-1)
	if seen.Stopped {
		return j.schedule.Next(last), false, nil
	}
	rows, more := j.CatchUp.rows(j.Name, j.schedule.Slots(last, now), now, seen, j.off)
	if len(rows) > rowsATime {
		rows, more, cut = rows[:rowsATime], true, true
	}
	made, err := tx.InsertRuns(rows)
	if err != nil {
		return 0, false, err
	}
	if len(made) < len(rows) { // another process, or this one under a clock that ran ahead
		if err := tx.RejudgeSlots(rows, now); err != nil {
			return 0, false, err
		}
	}
	if len(rows) > 0 {
		last = rows[len(rows)-1].SlotAt
	}
	if !more {
		last = max(last, now)
	}
	return j.schedule.Next(last), cut, nil
}
