package models

import "duixian/policy"

// Replica is one start of the service, and when it last showed that it works.
type Replica struct {
	Owner     string `gorm:"primaryKey"`
	Version   string
	StartedAt policy.Instant
	SeenAt    policy.Instant
	StoppedAt policy.Instant // when it said that it stops, 0 = it did not
}

// forgotten is how long a replica that is gone is remembered, in milliseconds: 30 days.
const forgotten = 30 * 24 * 60 * 60 * 1000

// Alive records a sign of life of a replica. The first one also forgets those that have been gone for a month.
func (tx *Tx) Alive(r Replica) error {
	n, err := affected(tx.db.Exec("UPDATE replicas SET seen_at = ?, stopped_at = ? WHERE owner = ?", r.SeenAt, r.StoppedAt, r.Owner))
	if err != nil || n == 1 {
		return err
	}
	if err := tx.db.Exec("DELETE FROM replicas WHERE seen_at < ?", r.SeenAt-forgotten).Error; err != nil {
		return readable(err)
	}
	return readable(tx.db.Create(&r).Error)
}

// Replicas lists the starts of the service, the last seen first.
func (q Query) Replicas() ([]Replica, error) {
	return find[Replica](q.db.Order("seen_at DESC, owner"))
}
