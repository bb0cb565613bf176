package models

import (
	"errors"
	"time"

	"duixian/policy"
)

// Lease says who takes a run, and for how long.
type Lease struct {
	Owner                        string
	Now                          policy.Instant
	For                          time.Duration
	PolicyVersion, BinaryVersion string
}

func (l Lease) until() policy.Instant { return l.Now.Add(l.For) }

// goesOn holds while nothing is stopped, and for the one run that starts everything again: it carries out a plan of
// the kind resume that two people have approved.
const goesOn = ` AND (NOT EXISTS (SELECT 1 FROM stops WHERE live = 1) OR EXISTS (SELECT 1 FROM approvals a JOIN plans p ON p.id = a.plan_id
	WHERE a.id = job_runs.approval_id AND a.state IN ('approved', 'executed') AND p.kind = 'resume'))`

// Nothing starts while everything is stopped, the job is paused or another run of it waits for a person; part of the claim
// itself, so that no claim slips in between asking and taking.
const mayStart = goesOn + ` AND NOT EXISTS (SELECT 1 FROM job_settings s WHERE s.job = job_runs.job AND s.paused = 1)
	AND NOT EXISTS (SELECT 1 FROM run_volumes v WHERE v.job = job_runs.job AND v.state = 'held' AND v.run_id <> job_runs.id AND v.business_date <= job_runs.business_date)`

// A lease has ended when its time is over. One that lies further ahead than any lease can was written under a clock
// that ran ahead: it would otherwise block the job until that day.
const (
	leaseEnded = ` AND (lease_until < ? OR lease_until > ?)`
	tooFar     = time.Hour
	// surelyAhead is by how much a clock must have run ahead for what ran under it to be done again: less may be a clock that
	// now stands behind, and then nothing may be done a second time.
	surelyAhead = 7 * 24 * time.Hour
)

// LeaseEnded reports whether a running run may be taken over at now.
func (r Run) LeaseEnded(now policy.Instant) bool {
	return r.LeaseUntil < now || r.LeaseUntil > now.Add(tooFar)
}

// ClaimRun takes a queued run: running, next epoch, next attempt. It reports false when somebody else has it, when an
// earlier run of the job is still going, or when nothing may start.
func (tx *Tx) ClaimRun(r Run, l Lease) (Run, bool, error) {
	if r.StartedAt == 0 {
		r.StartedAt = l.Now
	}
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET state = 'running', owner = ?, epoch = epoch + 1, attempt = attempt + 1, lease_until = ?,
		started_at = ?, policy_version = ?, binary_version = ? WHERE id = ? AND state = 'queued' AND epoch = ?`+mayStart,
		l.Owner, l.until(), r.StartedAt, l.PolicyVersion, l.BinaryVersion, r.ID, r.Epoch))
	if errors.Is(err, ErrDuplicate) { // live_job
		return r, false, nil
	}
	return r.taken(l), n == 1, err
}

// TakeOver takes a run whose owner has not renewed the lease. The ghost, should it wake, is refused by Fence.
func (tx *Tx) TakeOver(r Run, l Lease) (Run, bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET owner = ?, epoch = epoch + 1, attempt = attempt + 1, lease_until = ?,
		policy_version = ?, binary_version = ? WHERE id = ? AND state = 'running' AND epoch = ?`+leaseEnded+mayStart,
		l.Owner, l.until(), l.PolicyVersion, l.BinaryVersion, r.ID, r.Epoch, l.Now, l.Now.Add(tooFar)))
	if err != nil || n == 0 {
		return r, false, err
	}
	r, err = tx.Run(r.ID) // the dead may have moved the cursor since r was read
	return r, err == nil, err
}

func (r Run) taken(l Lease) Run {
	r.State, r.Owner, r.LeaseUntil, r.PolicyVersion, r.BinaryVersion = RunRunning, l.Owner, l.until(), l.PolicyVersion, l.BinaryVersion
	r.Epoch++
	r.Attempt++
	return r
}

// Halt gives up a run whose owner died in each of its attempts: it must not go from hand to hand all night.
func (tx *Tx) Halt(r Run, text string, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET state = 'halted', epoch = epoch + 1, error_code = 'attempts', error_text = ?, finished_at = ?
		WHERE id = ? AND state = 'running' AND epoch = ?`+leaseEnded, text, now, r.ID, r.Epoch, now, now.Add(tooFar)))
	return n == 1, err
}

// Heartbeat renews the lease. False means that the run is no longer the caller's.
func (tx *Tx) Heartbeat(r Run, until policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE job_runs SET lease_until = ?"+mine, append([]any{until}, r.mine()...)...))
	return n == 1, err
}

// Release gives a run back to the queue, for a shutdown or a stop: the attempt does not count.
func (tx *Tx) Release(r Run) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE job_runs SET state = 'queued', owner = '', lease_until = 0, attempt = attempt - 1"+mine, r.mine()...))
	return n == 1, err
}

// Requeue gives a run back to the queue because the database failed under it: the attempt counts, so that a run under which
// it always fails comes to an end.
func (tx *Tx) Requeue(r Run) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE job_runs SET state = 'queued', owner = '', lease_until = 0"+mine, r.mine()...))
	return n == 1, err
}

// mine is the condition under which a process may change its run.
const mine = " WHERE id = ? AND owner = ? AND epoch = ? AND state = 'running'"

func (r Run) mine() []any { return []any{r.ID, r.Owner, r.Epoch} }

// OpenRuns lists the runs that nobody is working on: queued, or left by a dead owner. Oldest first. What a clock that ran
// ahead has queued for a day that is yet to come waits for its day.
func (q Query) OpenRuns(now policy.Instant) ([]Run, error) {
	return find[Run](q.db.Where("state = 'running' AND (lease_until < ? OR lease_until > ?) OR state = 'queued' AND business_date <= ?", now, now.Add(tooFar), now.Date()).Order("id"))
}

// RunsBefore lists the runs of some jobs that are due before a slot, on its business day, and still on their way: working, or about to. One that may not
// begin is not on its way.
func (q Query) RunsBefore(r Run, jobs []string, now policy.Instant) ([]Run, error) {
	return find[Run](q.db.Where(`job IN ? AND business_date = ? AND CASE WHEN slot_at <> 0 THEN slot_at ELSE queued_at END <= ? AND state IN ('queued', 'running')
		AND (state = 'running' AND lease_until BETWEEN ? AND ? OR state IN ('queued', 'running')`+mayStart+`)`, jobs, r.BusinessDate, r.SlotAt, now, now.Add(tooFar)).Order("id"))
}

// PutBack gives a dead owner's run back to the queue: one of a day that is yet to come, which only a clock that ran ahead
// can have started. The ghost is refused by the epoch.
func (tx *Tx) PutBack(r Run, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET state = 'queued', owner = '', epoch = epoch + 1, lease_until = 0
		WHERE id = ? AND state = 'running' AND epoch = ?`+leaseEnded, r.ID, r.Epoch, now, now.Add(tooFar)))
	return n == 1, err
}

// NextLease is the first instant at which a lease ends that is running now, 0 when none is.
func (q Query) NextLease() (policy.Instant, error) {
	var at *policy.Instant
	err := q.db.Raw("SELECT MIN(lease_until) FROM job_runs WHERE state = 'running'").Scan(&at).Error
	if at == nil {
		return 0, readable(err)
	}
	return *at, readable(err)
}
