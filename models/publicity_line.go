package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"duixian/policy"
)

// PublicityLine is one line as published: de-identified words that never change, and what became of the line.
type PublicityLine struct {
	PublicityID int64
	No          int
	LineKey     string // names the thing within its subject: claim/12, org/7, a code
	OrgID       int64  // 0 for an individual
	ClaimID     int64
	DecisionID  int64
	Name        string // of the firm, or of a person
	Code        string // credit code or identity number, without its middle
	Item        string // what for
	AmountFen   policy.Fen
	Note        string // clause, rank, stars, cause
	Hash        string
	State       PublicLineState
	Reason      string
}

// PublicLineState is what became of a line.
type PublicLineState string

// The states of a line. Held: an objection is open, and nothing is done with the line until it is decided. Out: an objection was upheld.
const (
	LineFree   PublicLineState = "free"
	LineHeldUp PublicLineState = "held"
	LineStruck PublicLineState = "dropped"
)

// Text is the state as the public reads it.
func (s PublicLineState) Text() string {
	return map[PublicLineState]string{LineFree: "", LineHeldUp: "有异议，正在核实", LineStruck: "异议成立，不予确认"}[s]
}

// sum hashes the words of a line.
func (l PublicityLine) sum() string {
	b, err := json.Marshal([]any{l.LineKey, l.OrgID, l.ClaimID, l.DecisionID, l.Name, l.Code, l.Item, l.AmountFen, l.Note})
	if err != nil {
		panic(err) // strings and integers only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// PublicLines lists all lines of a list in their order.
func (q Query) PublicLines(publicity int64) ([]PublicityLine, error) {
	return find[PublicityLine](q.db.Where("publicity_id = ?", publicity).Order("no"))
}

// PublicLine is one line by its number.
func (q Query) PublicLine(publicity int64, no int) (PublicityLine, error) {
	return one[PublicityLine](q.db.Where("publicity_id = ? AND no = ?", publicity, no))
}

// PublicLineOf is the line of a thing, by its key.
func (q Query) PublicLineOf(publicity int64, key string) (PublicityLine, error) {
	return one[PublicityLine](q.db.Where("publicity_id = ? AND line_key = ?", publicity, key))
}

// LineStates counts a list's lines by state.
func (q Query) LineStates(publicity int64) (map[string]int, error) {
	return counts(q.db.Raw("SELECT state AS name, COUNT(*) AS n FROM publicity_lines WHERE publicity_id = ? GROUP BY state", publicity))
}

// PublicisedClaim is the newest line in which exactly this decision of a claim was shown to the public, with its list; NotFound when it never was.
func (q Query) PublicisedClaim(claim, decision int64) (PublicityLine, Publicity, error) {
	l, err := one[PublicityLine](q.db.Where("claim_id = ? AND decision_id = ?", claim, decision).Order("publicity_id DESC"))
	if err != nil {
		return l, Publicity{}, err
	}
	p, err := q.Publicity(l.PublicityID)
	return l, p, err
}

// setPublicLine moves a line from one of some states.
func (tx *Tx) setPublicLine(publicity int64, no int, to PublicLineState, reason string, from ...PublicLineState) (moved bool, err error) {
	n, err := affected(tx.db.Exec("UPDATE publicity_lines SET state = ?, reason = ? WHERE publicity_id = ? AND no = ? AND state IN ?", to, reason, publicity, no, from))
	return n == 1, err
}
