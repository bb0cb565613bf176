package models

import (
	"time"

	"duixian/policy"
)

// History lists a job's runs, newest first; of all jobs when job is empty.
func (q Query) History(job string, limit int) ([]Run, error) {
	db := q.db.Order("id DESC").Limit(limit)
	if job != "" {
		db = db.Where("job = ?", job)
	}
	return find[Run](db)
}

// RunsBetween lists what was recorded in [from, to), oldest first: ran, skipped and failed alike.
func (q Query) RunsBetween(from, to policy.Instant) ([]Run, error) {
	return find[Run](q.db.Where("queued_at >= ? AND queued_at < ?", from, to).Order("id"))
}

// LastRuns is, for each job, the newest run that was neither skipped nor refused to a person: neither says whether the job does its work.
func (q Query) LastRuns() (map[string]Run, error) {
	rows, err := find[Run](q.db.Where("id IN (SELECT MAX(id) FROM job_runs WHERE state <> 'skipped' AND id NOT IN (SELECT id FROM job_runs WHERE "+isRefused+") GROUP BY job)",
		System.Member, refusals))
	if err != nil {
		return nil, err
	}
	last := make(map[string]Run, len(rows))
	for _, r := range rows {
		last[r.Job] = r
	}
	return last, nil
}

// LastSucceeded is the run of a job for the newest day up to on, of those for one day the newest, that came to its end, or ErrNotFound. One for a
// later day was made under a clock that ran ahead, and has seen nothing of the days between; one that somebody asked for of an earlier
// day leaves alone what was done for later ones, and what arrived before it is still new to them.
func (q Query) LastSucceeded(job string, on policy.Date) (Run, error) {
	return one[Run](q.db.Where("job = ? AND state = 'succeeded' AND business_date <= ?", job, on).Order("business_date DESC, id DESC"))
}

// RunWasAsked reports whether the audit log says that somebody asked for a run at an instant: the answer to a commit whose
// answer was lost.
func (q Query) RunWasAsked(runID int64, actor Actor, now policy.Instant) (bool, error) {
	var n int64
	err := q.db.Raw("SELECT COUNT(*) FROM audit_log WHERE stream = 'jobs' AND run_id = ? AND actor = ? AND at = ?", runID, actor.Member, now).Scan(&n).Error
	return runID != 0 && n > 0, readable(err)
}

// Habit is how long the newest successful runs of a job took that were done in one go.
func (q Query) Habit(job string, limit int) ([]time.Duration, error) {
	rows, err := find[Run](q.db.Select("started_at, finished_at").Where("job = ? AND state = 'succeeded' AND epoch = 1", job).Order("id DESC").Limit(limit))
	took := make([]time.Duration, len(rows))
	for i, r := range rows {
		took[i] = time.Duration(r.FinishedAt-r.StartedAt) * time.Millisecond
	}
	return took, err
}

// RunsOpen lists the runs that are queued or running, oldest first.
func (q Query) RunsOpen() ([]Run, error) {
	return find[Run](q.db.Where("state IN ('queued', 'running')").Order("id"))
}

// LastSlots is the newest recorded slot of each job that this house has seen. One look into the index a job: grouping would read years of runs each time.
func (q Query) LastSlots() (map[string]policy.Instant, error) {
	var rows []struct {
		Job string
		At  policy.Instant
	}
	err := q.db.Raw("SELECT s.job, COALESCE((SELECT MAX(r.slot_at) FROM job_runs r WHERE r.job = s.job), 0) AS at FROM job_settings s").Scan(&rows).Error
	last := make(map[string]policy.Instant, len(rows))
	for _, r := range rows {
		last[r.Job] = r.At
	}
	return last, readable(err)
}
