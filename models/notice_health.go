package models

import "duixian/policy"

// OutboxHealth is how the outbox fares.
type OutboxHealth struct {
	Urgent int            // urgent notices that were due at the given instant and still wait
	Other  int            // and others
	Oldest policy.Instant // the earliest of them all
	Lost   int            // gave up or were refused since the other instant
}

// OutboxHealth counts what was due by an instant and still waits, and what died by the channel's doing since another one.
func (q Query) OutboxHealth(due, since policy.Instant) (h OutboxHealth, err error) {
	err = q.db.Raw(`SELECT COALESCE(SUM(urgent), 0) AS urgent, COALESCE(SUM(1 - urgent), 0) AS other, COALESCE(MIN(next_at), 0) AS oldest
		FROM notices WHERE state = 'pending' AND next_at <= ?`, due).Scan(&h).Error
	if err != nil {
		return h, readable(err)
	}
	// next_at of a dead notice is when its last try was due
	err = q.db.Raw("SELECT COUNT(*) FROM notices WHERE state = 'dead' AND next_at > ? AND (reason LIKE ? OR reason LIKE ?)", since, GaveUp+"%", Refused+"%").Scan(&h.Lost).Error
	return h, readable(err)
}
