package models

import (
	"fmt"
	"slices"

	"duixian/policy"
)

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

// Text says a statement in one line for people.
func (a Appropriation) Text() string {
	what := a.AmountFen.Text()
	switch {
	case a.Withdrawn:
		what = "作废"
	case a.Rev > 0:
		what = "更正为 " + what
	case a.AmountFen < 0:
		what = "追减 " + (-a.AmountFen).Text()
	}
	return fmt.Sprintf("%d年%s，%s：%s，自%s起可列支（%s知悉）", a.Year, a.Channel, a.DocumentNo, what, a.EffectiveOn.Text(), a.KnownOn.Text())
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
	purses := make([]PurseKey, len(rows))
	for i, a := range rows {
		purses[i] = PurseKey{a.Year, a.Channel}
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

// BelowOrdered says in words which purses statements would leave with less than they have ordered; nil when none.
func (q Query) BelowOrdered(news []Appropriation) (map[PurseKey]string, error) {
	short := map[PurseKey]string{}
	if len(news) == 0 {
		return nil, nil
	}
	stored, err := q.AppropriationRows()
	if err != nil {
		return nil, err
	}
	type document struct {
		PurseKey
		no string
	}
	newest := map[document]Appropriation{}
	for _, a := range slices.Concat(stored, news) {
		key := document{PurseKey{a.Year, a.Channel}, a.DocumentNo}
		if old, there := newest[key]; !there || a.KnownOn > old.KnownOn || a.KnownOn == old.KnownOn && a.Rev >= old.Rev {
			newest[key] = a
		}
	}
	sums := map[PurseKey]policy.Fen{}
	for key, a := range newest {
		if !a.Withdrawn {
			sums[key.PurseKey] += a.AmountFen
		}
	}
	for _, a := range news {
		key := PurseKey{a.Year, a.Channel}
		b, err := one[Budget](q.db.Where("year = ? AND channel = ?", a.Year, a.Channel))
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if backed := b.OrderedFen - b.UnbackedFen; backed > 0 && backed > sums[key] {
			short[key] = fmt.Sprintf("%d年%s已列支 %s，指标不能减到 %s", key.Year, key.Channel, backed.Text(), sums[key].Text())
		}
	}
	return short, nil
}
