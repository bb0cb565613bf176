package models

import "duixian/policy"

// StreamState is how the stream of one service fares; written by the service, read by whoever looks. Instants are of the real clock.
type StreamState struct {
	Owner     string `gorm:"primaryKey"` // as in job_runs and notices: a new one each start
	Connected bool
	Since     policy.Instant // of the connection that stands
	LastFrame policy.Instant
	LastEvent policy.Instant
	Connects  int64
	LastError string // without secrets
	ErrorAt   policy.Instant
	SeenAt    policy.Instant // when the service last wrote this
}

// PutStreamState writes a service's state and forgets those of services that were not seen since an instant.
func (tx *Tx) PutStreamState(s StreamState, forget policy.Instant) error {
	s.LastError = clip(s.LastError)
	if err := tx.db.Exec("DELETE FROM stream_states WHERE seen_at < ? OR owner = ?", forget, s.Owner).Error; err != nil {
		return readable(err)
	}
	return insert(tx.db, []StreamState{s})
}

// DropStreamState forgets a service that has ended as it should.
func (tx *Tx) DropStreamState(owner string) error {
	return readable(tx.db.Exec("DELETE FROM stream_states WHERE owner = ?", owner).Error)
}

// StreamStates are the services' streams.
func (q Query) StreamStates() ([]StreamState, error) {
	return find[StreamState](q.db.Order("owner"))
}
