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
				at, cut, err := j.record(tx, now, !r.follows(j))
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
		for name := range next {
			r.noted[name] = true
		}
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

// follows says whether this process has already seen to it that a job's line stands in the database.
func (r *Runner) follows(j *entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.noted[j.Name]
}

// record writes one job's rows. next is its first slot without a row; cut says that more rows are to be written now. A line that is another
// one than before decides the slots after the last recorded one, and is noted as of then.
func (j *entry) record(tx *models.Tx, now policy.Instant, note bool) (next policy.Instant, cut bool, err error) {
	seen, err := tx.SeeJob(j.Name, now)
	if err != nil {
		return 0, false, err
	}
	last := max(seen.LastSlotAt, seen.FirstSlotAt-1)
	if note {
		if err := j.note(tx, seen.FirstSlotAt, last); err != nil {
			return 0, false, err
		}
	}
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

// note writes down the line that a job follows from its last recorded slot on, or from the first if no line was ever noted.
func (j *entry) note(tx *models.Tx, first, last policy.Instant) error {
	was, err := tx.JobSchedule(j.Name)
	now := models.JobSchedule{Job: j.Name, Since: last + 1, Line: j.Schedule, Every: j.Every, FromYear: j.From}
	if was.Job == "" {
		now.Since = first
	}
	if err != nil || was.Job != "" && was.Line == now.Line && was.Every == now.Every && was.FromYear == now.FromYear {
		return err
	}
	return tx.FollowSchedule(now)
}
