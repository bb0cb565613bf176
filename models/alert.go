package models

import (
	"errors"

	"duixian/policy"
)

// Alert is one thing that is wrong with the house itself, from the round of the watcher that first saw it until it has
// been away for a while. Kind and thing are its natural key while it is open: two watchers keep one row.
type Alert struct {
	ID       int64          `gorm:"primaryKey;autoIncrement:false" json:"id,omitempty"`
	Kind     string         `json:"kind"`  // run-late, outbox-stuck …
	Thing    string         `json:"thing"` // a job, a stream, a year
	State    AlertState     `json:"state"`
	Urgent   bool           `json:"urgent"` // worth waking somebody for
	Cause    string         `json:"cause"`
	Effect   string         `json:"effect"`
	Command  string         `json:"command"` // what to type
	OpenedAt policy.Instant `json:"opened_at"`
	BackAt   policy.Instant `json:"back_at"` // when it came back after it had been closed, 0 = it never did
	GoneAt   policy.Instant `json:"gone_at"` // since when it is not seen, 0 = it is there
	NextAt   policy.Instant `json:"next_at"` // when it is told next
	Told     int            `json:"told"`    // how often it was told
	ToldAt   policy.Instant `json:"told_at"`
	ClosedAt policy.Instant `json:"closed_at"`
	Owner    string         `json:"owner"` // the watcher that changed it last
}

// AlertState is open or closed.
type AlertState string

// The states of an alert.
const (
	AlertOpen   AlertState = "open"
	AlertClosed AlertState = "closed"
)

// OpenAlerts lists what is wrong now, oldest first.
func (q Query) OpenAlerts() ([]Alert, error) {
	return find[Alert](q.db.Where("state = 'open'").Order("opened_at, id"))
}

// AlertsSince lists what is open, and what was closed after an instant, oldest first.
func (q Query) AlertsSince(since policy.Instant, limit int) ([]Alert, error) {
	return find[Alert](q.db.Where("closed_at = 0 OR closed_at > ?", since).Order("opened_at DESC, id DESC").Limit(limit))
}

// LastClosed is the newest closed alert about a thing, or ErrNotFound.
func (q Query) LastClosed(kind, thing string) (Alert, error) {
	return one[Alert](q.db.Where("kind = ? AND thing = ? AND closed_at > 0", kind, thing).Order("closed_at DESC").Limit(1))
}

// OpenAlert writes a new alert. False means that another watcher has it already.
func (tx *Tx) OpenAlert(a Alert) (bool, error) {
	id, err := tx.NextID("alerts", 1)
	if err != nil {
		return false, err
	}
	a.ID = id
	err = readable(tx.db.Create(&a).Error)
	if errors.Is(err, ErrDuplicate) {
		return false, nil
	}
	return err == nil, err
}

// ChangeAlert moves an alert on, if nobody has since it was read: of several watchers one succeeds, and that one tells. False means
// that it was another, or that the same thing is open under another number.
func (tx *Tx) ChangeAlert(was, now Alert) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE alerts SET state = ?, urgent = ?, cause = ?, effect = ?, command = ?, back_at = ?, gone_at = ?, next_at = ?,
		told = ?, told_at = ?, closed_at = ?, owner = ? WHERE id = ? AND state = ? AND next_at = ? AND gone_at = ? AND told = ? AND back_at = ?`,
		now.State, now.Urgent, now.Cause, now.Effect, now.Command, now.BackAt, now.GoneAt, now.NextAt, now.Told, now.ToldAt, now.ClosedAt, now.Owner,
		was.ID, was.State, was.NextAt, was.GoneAt, was.Told, was.BackAt))
	if errors.Is(err, ErrDuplicate) {
		return false, nil
	}
	return n == 1, err
}
