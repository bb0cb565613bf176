package models

import (
	"slices"

	"duixian/policy"
)

// Office is another office that is asked for its opinion on who may be selected (联审).
type Office string

// The offices of the joint review, in the order in which people name them.
const (
	Finance Office = "finance"
	Tax     Office = "tax"
	Market  Office = "market"
	Credit  Office = "credit"
)

// Offices lists those that are asked.
var Offices = []Office{Finance, Tax, Market, Credit}

// Text is the office as people call it.
func (o Office) Text() string {
	switch o {
	case Finance:
		return "财政"
	case Tax:
		return "税务"
	case Market:
		return "市场监管"
	case Credit:
		return "信用"
	}
	return string(o)
}

// Verdict is what an office says of one candidate. No answer is no verdict: silence is not consent.
type Verdict string

// The verdicts.
const (
	Agree    Verdict = "agree"
	Disagree Verdict = "disagree"
	NoData   Verdict = "no_data"
)

// Text is the verdict as it stands in the sheets.
func (v Verdict) Text() string {
	switch v {
	case Agree:
		return "同意"
	case Disagree:
		return "不同意"
	case NoData:
		return "无数据"
	}
	return string(v)
}

// OpinionRequest says that an office was asked about a round, and by when it should answer. OverdueOn is the day on which it was recorded as late; 0 = it was not.
type OpinionRequest struct {
	RoundID   int64
	Office    Office
	AskedOn   policy.Date
	DueOn     policy.Date // the last day
	OverdueOn policy.Date
}

// Opinion is what an office said of one candidate of a selection. Of the rows of one key the one with the greatest (KnownOn, Rev) is the truth.
type Opinion struct {
	ID        int64
	Kind      RoundKind
	Year      int
	Office    Office
	Code      string // credit code, or the number of a person
	Verdict   Verdict
	Reason    string
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
	ImportID  int64
}

// OpinionRows lists all statements of offices about a selection, oldest first within each key.
func (q Query) OpinionRows(kind RoundKind, year int) ([]Opinion, error) {
	return find[Opinion](q.db.Where("kind = ? AND year = ?", kind, year).Order("office, code, known_on, rev"))
}

// Opinions are the newest words of the offices on a selection by what is known on a day, by office and code.
func (q Query) Opinions(kind RoundKind, year int, knownOn policy.Date) (map[Office]map[string]Opinion, error) {
	rows, err := q.OpinionRows(kind, year)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(o Opinion) bool { return o.KnownOn > knownOn })
	said := map[Office]map[string]Opinion{}
	for _, o := range newestOf(rows, func(o Opinion) string { return string(o.Office) + "/" + o.Code }, func(o Opinion) bool { return o.Withdrawn }) {
		if said[o.Office] == nil {
			said[o.Office] = map[string]Opinion{}
		}
		said[o.Office][o.Code] = o
	}
	return said, nil
}

// AddOpinions writes what offices said.
func (tx *Tx) AddOpinions(rows []Opinion) error {
	id, err := tx.reserve("opinions", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return insert(tx.db, rows)
}

// OpinionRequests lists which offices were asked about a round.
func (q Query) OpinionRequests(roundID int64) ([]OpinionRequest, error) {
	rows, err := find[OpinionRequest](q.db.Where("round_id = ?", roundID))
	slices.SortFunc(rows, func(a, b OpinionRequest) int {
		return slices.Index(Offices, a.Office) - slices.Index(Offices, b.Office)
	})
	return rows, err
}

// AskOffices records that offices were asked about a round. The same request again is a conflict: the days of a request do not move.
func (tx *Tx) AskOffices(rows []OpinionRequest) error { return insert(tx.db, rows) }

// OpinionOverdue records that an office has let its last day pass; it tells false when that was recorded before.
func (tx *Tx) OpinionOverdue(r OpinionRequest, on policy.Date) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE opinion_requests SET overdue_on = ? WHERE round_id = ? AND office = ? AND overdue_on = 0", on, r.RoundID, r.Office))
	return n == 1, err
}
