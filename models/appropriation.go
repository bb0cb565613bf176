package models

import "duixian/policy"

// Appropriation (预算指标) is one statement of a treasury: so much of a year's money, through a channel, by a document. Of the rows of one
// year, channel and document the one with the greatest (KnownOn, Rev) is the truth; a correction is a new row. A negative amount takes back
// what another document gave.
type Appropriation struct {
	ID          int64          `json:"-"`
	Year        int            `json:"year"`
	Channel     policy.Channel `json:"channel"`
	DocumentNo  string         `json:"document_no"`
	AmountFen   policy.Fen     `json:"amount"`
	EffectiveOn policy.Date    `json:"effective_on"` // from this day on it may be ordered
	KnownOn     policy.Date    `json:"known_on"`
	Rev         int            `json:"rev"`
	Withdrawn   bool           `json:"withdrawn,omitempty"`
	PlanID      int64          `json:"-"` // two people decided it
	Since       policy.Instant `json:"-"`
}

// AppropriationRows lists all statements, oldest first within each year, channel and document.
func (q Query) AppropriationRows() ([]Appropriation, error) {
	return find[Appropriation](q.db.Order("year, channel, document_no, known_on, rev"))
}

// Appropriations are the statements that hold as known on a day, by year, channel and document.
func (q Query) Appropriations(known policy.Date) ([]Appropriation, error) {
	rows, err := find[Appropriation](q.db.Where("known_on <= ?", known).Order("year, channel, document_no, known_on, rev"))
	var hold []Appropriation
	for i, a := range rows {
		if i+1 < len(rows) && rows[i+1].Year == a.Year && rows[i+1].Channel == a.Channel && rows[i+1].DocumentNo == a.DocumentNo || a.Withdrawn {
			continue
		}
		hold = append(hold, a)
	}
	return hold, err
}

// AddAppropriations writes statements that two people decided and moves the purses they are about, by what is in force on a day. Less than
// what a purse has ordered already is an ErrConflict-coded refusal, and nothing of the transaction may stay.
func (tx *Tx) AddAppropriations(rows []Appropriation, on policy.Date) error {
	purses := make([]purse, len(rows))
	for i, a := range rows {
		purses[i] = purse{a.Year, a.Channel}
	}
	purses = inOrder(purses)
	for _, p := range purses {
		if err := tx.holdPurse(p); err != nil {
			return err
		}
	}
	id, err := tx.reserve("appropriations", len(rows))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err := insert(tx.db, rows); err != nil {
		return err
	}
	for _, p := range purses {
		if err := tx.fillPurse(p, on); err != nil {
			return err
		}
	}
	return nil
}
