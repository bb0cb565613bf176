package models

import (
	"slices"

	"duixian/policy"
)

// RoundEntry is one who takes part in a round. Score and stars are nil as long as they cannot be said: missing data are never zero.
type RoundEntry struct {
	RoundID   int64
	Subject   string // the organisation's code; a person's keyed hash in 引才精英
	OrgID     int64
	Score     *int // hundredths of a point
	Rank      int  `gorm:"column:place"` // 1 is the best; 0 = not ranked
	Stars     *int
	State     EntryState
	Reason    string
	Detail    string // canonical JSON: the score sheet
	ChangedOn policy.Date
}

// EntryState is where an entry stands.
type EntryState string

// The states of an entry. A rating has scored, provisional (something is missing, two people decide), postponed (not rated in this
// round) and confirmed; a selection has selected, reserve and out beside them.
const (
	EntryScored      EntryState = "scored"
	EntryProvisional EntryState = "provisional"
	EntryPostponed   EntryState = "postponed"
	EntryConfirmed   EntryState = "confirmed"
	EntrySelected    EntryState = "selected"
	EntryReserve     EntryState = "reserve"
	EntryOut         EntryState = "out"
	EntryHeld        EntryState = "held"
)

// Text is the state as people read it.
func (s EntryState) Text() string {
	switch s {
	case EntryScored:
		return "已评分"
	case EntryProvisional:
		return "暂缺资料"
	case EntryPostponed:
		return "缓评"
	case EntryConfirmed:
		return "已确认"
	case EntrySelected:
		return "入选"
	case EntryReserve:
		return "递补"
	case EntryOut:
		return "未入选"
	case EntryHeld:
		return "暂缓"
	}
	return string(s)
}

// PutEntries writes entries of a round, over those of the same subjects. The same entries again change nothing.
func (tx *Tx) PutEntries(rows []RoundEntry) error {
	for part := range slices.Chunk(rows, 500) {
		subjects := make([]string, len(part))
		for i, r := range part {
			subjects[i] = r.Subject
		}
		if err := tx.db.Exec("DELETE FROM round_entries WHERE round_id = ? AND subject IN ?", part[0].RoundID, subjects).Error; err != nil {
			return readable(err)
		}
		if err := insert(tx.db, part); err != nil {
			return err
		}
	}
	return nil
}

// ReplaceEntries writes all entries of a round anew: a list that is made again forgets who is no candidate any more.
func (tx *Tx) ReplaceEntries(roundID int64, rows []RoundEntry) error {
	if err := tx.db.Exec("DELETE FROM round_entries WHERE round_id = ?", roundID).Error; err != nil {
		return readable(err)
	}
	return insert(tx.db, rows)
}

// MoveEntry writes what became of an entry, unless it has moved since it was read.
func (tx *Tx) MoveEntry(e *RoundEntry, to EntryState, reason string, on policy.Date) error {
	n, err := affected(tx.db.Exec("UPDATE round_entries SET score = ?, place = ?, stars = ?, state = ?, reason = ?, detail = ?, changed_on = ? WHERE round_id = ? AND subject = ? AND state = ?",
		e.Score, e.Rank, e.Stars, to, reason, e.Detail, on, e.RoundID, e.Subject, e.State))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "评定 #%d 里的这一家刚刚有了变化，请重新查看", e.RoundID)
	}
	e.State, e.Reason, e.ChangedOn = to, reason, on
	return nil
}

// Entries lists a round's entries: the ranked ones by rank, then the others by subject.
func (q Query) Entries(roundID int64) ([]RoundEntry, error) {
	return find[RoundEntry](q.db.Where("round_id = ?", roundID).Order("CASE WHEN place = 0 THEN 1 ELSE 0 END, place, subject"))
}

// Entry reads one entry, or ErrNotFound.
func (q Query) Entry(roundID int64, subject string) (RoundEntry, error) {
	return one[RoundEntry](q.db.Where("round_id = ? AND subject = ?", roundID, subject))
}

// EntriesOfOrg lists an organisation's entries over all rounds, newest round first.
func (q Query) EntriesOfOrg(orgID int64) ([]RoundEntry, error) {
	return find[RoundEntry](q.db.Where("org_id = ?", orgID).Order("round_id DESC"))
}

// EntriesIn lists a round's entries in a state, by subject.
func (q Query) EntriesIn(roundID int64, states ...EntryState) ([]RoundEntry, error) {
	return find[RoundEntry](q.db.Where("round_id = ? AND state IN ?", roundID, states).Order("subject"))
}

// EntryCounts counts a round's entries by state.
func (q Query) EntryCounts(roundID int64) (map[string]int, error) {
	return counts(q.db.Raw("SELECT state AS name, COUNT(*) AS n FROM round_entries WHERE round_id = ? GROUP BY state", roundID))
}
