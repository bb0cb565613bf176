package models

import (
	"encoding/json"
	"fmt"
	"slices"

	"duixian/policy"
)

// Fact (资格信息) is one statement about an organisation: true on OnDay, known from KnownOn. Of the rows of one
// organisation, kind and key the one with the greatest (KnownOn, Rev) is the truth. A registration has its first day
// as key, so that a new one begins beside the old one instead of correcting it.
type Fact struct {
	ID        int64
	OrgID     int64
	Kind      string
	FactKey   string
	OnDay     policy.Date
	Attrs     string // canonical JSON; the policy's fact names where they exist
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
	ImportID  int64
	SourceRow int         // in which row of the file of ImportID it stood; 0 = not recorded
	EndOn     policy.Date // filled by AddFacts: the last day of what it states (of a registration its licence or filing), 0 = none
}

// FactRows lists all statements of some kinds about organisations, oldest first within each of their keys.
func (q Query) FactRows(orgs []int64, kinds []string) ([]Fact, error) {
	var all []Fact
	for part := range slices.Chunk(orgs, 500) {
		rows, err := find[Fact](q.db.Where("org_id IN ? AND kind IN ?", part, kinds).Order("org_id, kind, fact_key, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// AddFacts writes statements.
func (tx *Tx) AddFacts(rows []Fact) error {
	id, err := tx.reserve("facts", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
		if rows[i].Kind == "registration" {
			var attrs map[string]any
			if err := json.Unmarshal([]byte(rows[i].Attrs), &attrs); err != nil {
				return fmt.Errorf("登记资料的内容无法读取: %w", err)
			}
			rows[i].EndOn = endOf(attrs)
		}
	}
	if err != nil {
		return err
	}
	return addStatements(tx, rows)
}

// NextRev is the revision under which another statement about a thing is to be stored on a day.
func (q Query) NextRev(orgID int64, kind, key string, knownOn policy.Date) (rev int, err error) {
	err = q.db.Raw("SELECT COALESCE(MAX(rev) + 1, 0) FROM facts WHERE org_id = ? AND kind = ? AND fact_key = ? AND known_on = ?", orgID, kind, key, knownOn).Scan(&rev).Error
	return rev, readable(err)
}
