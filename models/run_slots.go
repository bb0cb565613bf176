package models

import "duixian/policy"

// SlotTimes lists the scheduled instants that a job has rows for, oldest first.
func (q Query) SlotTimes(job string) ([]policy.Instant, error) {
	var at []policy.Instant
	err := q.db.Raw("SELECT slot_at FROM job_runs WHERE job = ? AND slot_at > 0 ORDER BY slot_at", job).Scan(&at).Error
	return at, readable(err)
}
