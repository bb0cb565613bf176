package models

import "duixian/policy"

// SetMorning sets the hour at which a member wants the day's notices ("09:30"); empty = the house's hour.
func (tx *Tx) SetMorning(memberID int64, clock string) error {
	return readable(tx.db.Exec("UPDATE members SET morning = ? WHERE id = ?", clock, memberID).Error)
}

// SetMuted sets the kinds of notices a member does not want: their names with spaces between them, or all.
func (tx *Tx) SetMuted(memberID int64, kinds string) error {
	return readable(tx.db.Exec("UPDATE members SET muted = ? WHERE id = ?", kinds, memberID).Error)
}

// MarkRead records that a member has read what was handed over, up to an instant: they said so. It returns how many
// notices that were.
func (tx *Tx) MarkRead(memberID int64, now policy.Instant) (int64, error) {
	return tx.read(tx.db.Where("member_id = ? AND "+seen, memberID), now)
}
