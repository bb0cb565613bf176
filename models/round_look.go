package models

import (
	"errors"

	"duixian/policy"
)

// RoundLook is what a member saw when they last looked at a list that was not decided yet, so that the next look can say what changed.
type RoundLook struct {
	RoundID  int64
	MemberID int64
	At       policy.Instant
	Seen     string // canonical JSON: subject → what was said of it
}

// LookAt keeps what a member sees now over what they saw before.
func (tx *Tx) LookAt(l RoundLook) error {
	n, err := affected(tx.db.Exec("UPDATE round_looks SET at = ?, seen = ? WHERE round_id = ? AND member_id = ?", l.At, l.Seen, l.RoundID, l.MemberID))
	if err != nil || n == 1 {
		return err
	}
	if err := insert(tx.db, []RoundLook{l}); errors.Is(err, ErrDuplicate) {
		return errRetry
	} else if err != nil {
		return err
	}
	return nil
}

// LastLook is a member's last look at a round, or ErrNotFound.
func (q Query) LastLook(roundID, memberID int64) (RoundLook, error) {
	return one[RoundLook](q.db.Where("round_id = ? AND member_id = ?", roundID, memberID))
}
