package models

import (
	"crypto/sha256"
	"encoding/hex"

	"duixian/policy"
)

// Decision is what the rules said of a claim on a day: the inputs, the rule version and the answer, frozen. New data
// make a new decision with the next Seq beside the old one; nothing edits an old one.
type Decision struct {
	ID            int64
	ClaimID       int64
	Seq           int
	Outcome       string
	AmountFen     policy.Fen // 0 where the outcome has no amount
	Reason        string
	Clause        string
	Book          string
	PolicyVersion string
	EffectiveFrom policy.Date
	OnDay         policy.Date // business date on which it was decided
	KnownOn       policy.Date // what was known by then was used
	Facts         string      // canonical JSON of Inputs
	Result        string      // canonical JSON of policy.Decision
	Hash          string      // over book version, facts and result
	RunID         int64
}

// Inputs is what Facts holds: the facts given to the rules, and for recruits the people (ids, never numbers) whose
// heads are paid, and those of whom it was not known yet.
type Inputs struct {
	Facts   policy.Facts   `json:"facts"`
	People  []int64        `json:"people,omitempty"`
	Unknown *UnknownMonths `json:"unknown,omitempty"`
	// Official is what officials decided where the law leaves the amount to them; nil everywhere else.
	Official *Official `json:"official,omitempty"`
}

// Options are what the decision depended on beside its facts.
func (in Inputs) Options(effective policy.Date) policy.AssessOptions {
	opt := policy.AssessOptions{EffectiveFrom: effective}
	if in.Official != nil {
		opt.Decided = &in.Official.Decided
	}
	return opt
}

// UnknownMonths says that too few heads are not the last word: with the months insured that no file has covered yet,
// there would be enough.
type UnknownMonths struct {
	Heads  int            `json:"heads"` // that might count
	Months []policy.Month `json:"months"`
}

func (d Decision) sum() string {
	h := sha256.Sum256([]byte(d.PolicyVersion + "\n" + d.Facts + "\n" + d.Result))
	return hex.EncodeToString(h[:])
}

// Decide stores a decision when it differs from the claim's newest one (other facts, rules or answer) and points the
// claim at it. It does not move the claim's state. Nothing is written when nothing changed.
func (tx *Tx) Decide(c *Claim, d Decision) (stored Decision, changed bool, err error) {
	d.ClaimID, d.Hash = c.ID, d.sum()
	last, err := tx.LastDecision(c.ID)
	switch {
	case err == nil && last.Hash == d.Hash:
		return last, false, nil
	case err == nil:
		d.Seq = last.Seq + 1
	case CodeOf(err) == NotFound:
		d.Seq = 1
	default:
		return d, false, err
	}
	if d.ID, err = tx.NextID("decisions", 1); err != nil {
		return d, false, err
	}
	if err := addStatements(tx, []Decision{d}); err != nil {
		return d, false, err
	}
	n, err := affected(tx.db.Exec("UPDATE claims SET decision_id = ?, changed_on = ? WHERE id = ? AND decision_id = ?", d.ID, d.OnDay, c.ID, c.DecisionID))
	if err != nil {
		return d, false, err
	}
	if n != 1 {
		return d, false, E(Conflict, "申报 #%d 同时被另一处审核，请重试", c.ID)
	}
	c.DecisionID = d.ID
	return d, true, nil
}

// Decision reads one decision.
func (q Query) Decision(id int64) (Decision, error) { return one[Decision](q.db.Where("id = ?", id)) }

// LastDecision is a claim's newest decision.
func (q Query) LastDecision(claimID int64) (Decision, error) {
	return one[Decision](q.db.Where("claim_id = ?", claimID).Order("seq DESC"))
}

// DecisionsOf lists a claim's decisions, oldest first.
func (q Query) DecisionsOf(claimID int64) ([]Decision, error) {
	return find[Decision](q.db.Where("claim_id = ?", claimID).Order("seq"))
}

// DecisionsAfter pages through all decisions by id, for checks that recompute them.
func (q Query) DecisionsAfter(id int64, limit int) ([]Decision, error) {
	return find[Decision](q.db.Where("id > ?", id).Order("id").Limit(limit))
}

// Shifted is an awarded claim whose newest decision has another amount than its award: a top-up or a clawback in the
// making, which needs two people and is never paid from here.
type Shifted struct {
	ClaimID    int64
	OrgID      int64
	Item       string
	Awarded    policy.Fen
	Now        policy.Fen
	DecisionID int64
}

// ShiftedClaims lists them, largest difference first.
func (q Query) ShiftedClaims() ([]Shifted, error) {
	var rows []Shifted
	err := q.db.Raw(`SELECT c.id AS claim_id, c.org_id, c.item, a.amount_fen AS awarded, d.amount_fen AS now, d.id AS decision_id
		FROM awards a JOIN claims c ON c.id = a.claim_id JOIN decisions d ON d.id = c.decision_id
		WHERE d.amount_fen <> a.amount_fen ORDER BY ABS(d.amount_fen - a.amount_fen) DESC, c.id`).Scan(&rows).Error
	return rows, readable(err)
}
