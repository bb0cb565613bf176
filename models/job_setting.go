package models

import (
	"errors"

	"duixian/policy"
)

// JobSetting is what the database knows of a job besides its runs.
type JobSetting struct {
	Job         string
	FirstSlotAt policy.Instant // when the job was first seen: its slots count from here
	Paused      bool
	Reason      string // of the pause
	Actor       string
	At          policy.Instant // of the last change
}

// TableName is the table of settings.
func (JobSetting) TableName() string { return "job_settings" }

// JobSettings reads the settings of all jobs that were ever seen.
func (q Query) JobSettings() (map[string]JobSetting, error) {
	rows, err := find[JobSetting](q.db)
	if err != nil {
		return nil, err
	}
	all := make(map[string]JobSetting, len(rows))
	for _, s := range rows {
		all[s.Job] = s
	}
	return all, nil
}

// JobState is what decides which slots of a job are due.
type JobState struct {
	FirstSlotAt policy.Instant
	LastSlotAt  policy.Instant // the newest slot with a row that is not later than now, 0 when there is none
	Paused      bool
	Reason      string // of the pause
	Stopped     bool   // everything is
	Waits       int64  // the run that waits for a person because it would do far more than usual, 0 = none
}

// SeeJob reads a job's state; a job seen for the first time starts now and has nothing to catch up. What was written under
// a clock that ran ahead does not count: neither rows of slots that are yet to come, nor rows that say they were recorded
// later than now, nor a first sight further ahead than any clock is corrected without notice.
func (tx *Tx) SeeJob(job string, now policy.Instant) (JobState, error) {
	var found []JobState
	err := tx.db.Raw(`SELECT s.first_slot_at, s.paused, s.reason,
		COALESCE((SELECT slot_at FROM job_runs WHERE job = s.job AND slot_at <= ? AND queued_at <= ? ORDER BY slot_at DESC LIMIT 1), 0) AS last_slot_at,
		COALESCE((SELECT MIN(run_id) FROM run_volumes WHERE job = s.job AND state = 'held' AND business_date <= ?), 0) AS waits,
		EXISTS (SELECT 1 FROM stops WHERE live = 1) AS stopped FROM job_settings s WHERE s.job = ?`, now, now.Add(tooFar), now.Date(), job).Scan(&found).Error
	if err == nil && len(found) == 1 && found[0].FirstSlotAt > now.Add(surelyAhead) {
		found[0].FirstSlotAt = now
		err = errors.Join(tx.db.Exec("UPDATE job_settings SET first_slot_at = ? WHERE job = ?", now, job).Error,
			tx.db.Exec("DELETE FROM job_schedules WHERE job = ? AND since > ?", job, now).Error)
	}
	if err != nil || len(found) == 1 {
		return append(found, JobState{})[0], readable(err)
	}
	err = readable(tx.db.Create(&JobSetting{Job: job, FirstSlotAt: now, At: now}).Error)
	if errors.Is(err, ErrDuplicate) {
		return JobState{}, errRetry // another process saw it first
	}
	if err != nil {
		return JobState{}, err
	}
	stop, err := tx.Stopped()
	return JobState{FirstSlotAt: now, Stopped: stop != nil}, err
}

// longestReason is what fits every database column of a reason, in bytes.
const longestReason = 180

func reasonFits(reason string) error {
	if reason == "" {
		return E(Invalid, "请写明原因")
	}
	if len(reason) > longestReason {
		return E(Invalid, "原因请控制在60个字以内")
	}
	return nil
}

// PauseJob stops a job until ResumeJob: its slots are recorded as skipped with the reason. What runs goes on.
func (tx *Tx) PauseJob(job, reason string, actor Actor, now policy.Instant) error {
	if err := reasonFits(reason); err != nil {
		return err
	}
	return tx.setPaused(JobSetting{Job: job, Paused: true, Reason: reason, Actor: actor.Member, At: now}, actor, "pause")
}

// ResumeJob lets a paused job run again from its next slot on.
func (tx *Tx) ResumeJob(job string, actor Actor, now policy.Instant) error {
	return tx.setPaused(JobSetting{Job: job, Actor: actor.Member, At: now}, actor, "resume")
}

func (tx *Tx) setPaused(to JobSetting, actor Actor, action string) error {
	was, err := tx.SeeJob(to.Job, to.At)
	if err != nil {
		return err
	}
	if was.Paused == to.Paused && was.Reason == to.Reason {
		return nil
	}
	err = tx.db.Model(&JobSetting{}).Where("job = ?", to.Job).Select("Paused", "Reason", "Actor", "At").Updates(to).Error
	if err != nil {
		return readable(err)
	}
	return tx.Audit(to.At, Entry{Stream: "jobs", Actor: actor, Action: action, Entity: "job/" + to.Job, Data: map[string]string{"reason": to.Reason, "was": was.Reason}})
}
