package models

import "duixian/policy"

// JobSchedule says that from Since on a job's slots followed this line, until the next row of the job. Every and FromYear are the years
// in which the line counts, 0 = all.
type JobSchedule struct {
	Job      string
	Since    policy.Instant
	Line     string
	Every    int
	FromYear int
}

// JobSchedules lists the lines that each job ever followed, oldest first.
func (q Query) JobSchedules() (map[string][]JobSchedule, error) {
	rows, err := find[JobSchedule](q.db.Order("job, since"))
	all := map[string][]JobSchedule{}
	for _, s := range rows {
		all[s.Job] = append(all[s.Job], s)
	}
	return all, err
}

// FollowSchedule notes the line that decides a job's slots from an instant on. The caller found another one in force.
func (tx *Tx) FollowSchedule(s JobSchedule) error {
	n, err := affected(tx.db.Exec("UPDATE job_schedules SET line = ?, every = ?, from_year = ? WHERE job = ? AND since = ?", s.Line, s.Every, s.FromYear, s.Job, s.Since))
	if err != nil || n == 1 {
		return err // no slot lay between two changes
	}
	err = tx.db.Create(&s).Error
	if classify(err) == duplicate {
		return errRetry // another process noted it
	}
	return readable(err)
}

// JobSchedule is the newest line that a job followed; none for a job of a database from before lines were kept.
func (q Query) JobSchedule(job string) (JobSchedule, error) {
	s, err := one[JobSchedule](q.db.Where("job = ?", job).Order("since DESC").Limit(1))
	if CodeOf(err) == NotFound {
		return s, nil
	}
	return s, err
}
