package models

import (
	"slices"

	"duixian/policy"
)

// What an organisation chose between this policy and another one, as it told an official in writing.
const (
	ChoseOurs   = "ours"
	ChoseTheirs = "theirs"
)

// PersonKind is the kind of an external award for bringing a person in; its key is the keyed hash of the identity number, never the number.
const PersonKind = "person"

// ExternalAward is an award of another policy (其他政策奖补) for something that this one may reward, too: what best-of compares with. Of
// the rows of one organisation, kind, key and policy the one with the greatest (KnownOn, Rev) is the truth.
type ExternalAward struct {
	ID          int64
	OrgID       int64
	Kind        string // of the facts of the same thing, or PersonKind
	FactKey     string
	Policy      string // name of the policy
	Document    string // its number
	Issuer      string
	OnDay       policy.Date
	AmountKnown bool
	AmountFen   policy.Fen // all of it, over all stages; 0 where unknown
	PaidFen     policy.Fen // of it, so far
	Choice      string     // ChoseOurs, ChoseTheirs, or empty
	Source      string
	KnownOn     policy.Date
	Rev         int
	Withdrawn   bool
	ImportID    int64
}

// Name is the policy with the number of its document.
func (e ExternalAward) Name() string {
	if e.Document == "" {
		return e.Policy
	}
	return e.Policy + "（" + e.Document + "）"
}

// ExternalRows lists all statements about organisations, oldest first within each of their keys.
func (q Query) ExternalRows(orgs []int64) ([]ExternalAward, error) {
	var all []ExternalAward
	for part := range slices.Chunk(orgs, 500) {
		rows, err := find[ExternalAward](q.db.Where("org_id IN ?", part).Order("org_id, kind, fact_key, policy, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// ExternalAwards lists what is known on a day of other policies' awards to organisations, by organisation, kind, key and policy.
func (q Query) ExternalAwards(orgs []int64, knownOn policy.Date) (map[int64][]ExternalAward, error) {
	rows, err := q.ExternalRows(orgs)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(e ExternalAward) bool { return e.KnownOn > knownOn })
	m := map[int64][]ExternalAward{}
	for i, e := range rows {
		again := i+1 < len(rows) && rows[i+1].OrgID == e.OrgID && rows[i+1].Kind == e.Kind && rows[i+1].FactKey == e.FactKey && rows[i+1].Policy == e.Policy
		if !again && !e.Withdrawn {
			m[e.OrgID] = append(m[e.OrgID], e)
		}
	}
	return m, nil
}

// ExternalAward reads one statement.
func (q Query) ExternalAward(id int64) (ExternalAward, error) {
	return one[ExternalAward](q.db.Where("id = ?", id))
}

// AddExternalAwards writes statements.
func (tx *Tx) AddExternalAwards(rows []ExternalAward) error {
	id, err := tx.reserve("external_awards", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return insert(tx.db, rows)
}
