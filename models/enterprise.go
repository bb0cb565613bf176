package models

import (
	"slices"

	"duixian/policy"
)

// Enterprise (用人单位) is an employer: whom recruits work for and who pays their insurance. It may be an organisation
// too, under the same credit code.
type Enterprise struct {
	ID      int64
	Code    string
	Name    string
	KnownOn policy.Date
}

// KeyEnterprise says that an enterprise is on the list of the key industries (2+4+X) from FromOn up to, not including,
// ToOn (0 = still on it). Of the rows of one enterprise, chain and FromOn the one with the greatest (KnownOn, Rev) is
// the truth.
type KeyEnterprise struct {
	ID           int64
	EnterpriseID int64
	Chain        string
	FromOn       policy.Date
	ToOn         policy.Date
	KnownOn      policy.Date
	Rev          int
	ImportID     int64
}

// Enterprise reads one enterprise.
func (q Query) Enterprise(id int64) (Enterprise, error) {
	return one[Enterprise](q.db.Where("id = ?", id))
}

// EnterprisesByCode reads enterprises by credit code into a map; codes nobody has are missing from it.
func (q Query) EnterprisesByCode(codes []string) (map[string]Enterprise, error) {
	m := make(map[string]Enterprise, len(codes))
	for part := range slices.Chunk(codes, 500) {
		rows, err := find[Enterprise](q.db.Where("code IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			m[e.Code] = e
		}
	}
	return m, nil
}

// Enterprises reads enterprises by id into a map.
func (q Query) Enterprises(ids []int64) (map[int64]Enterprise, error) {
	m := make(map[int64]Enterprise, len(ids))
	for part := range slices.Chunk(ids, 500) {
		rows, err := find[Enterprise](q.db.Where("id IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			m[e.ID] = e
		}
	}
	return m, nil
}

// KeyEnterpriseRows lists all statements about the given enterprises, oldest first within each of their keys.
func (q Query) KeyEnterpriseRows(enterprises []int64) ([]KeyEnterprise, error) {
	var all []KeyEnterprise
	for part := range slices.Chunk(enterprises, 500) {
		rows, err := find[KeyEnterprise](q.db.Where("enterprise_id IN ?", part).Order("enterprise_id, chain, from_on, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// KeyEnterprisesOn tells which of the given enterprises were on the list on a day, by what was known on another.
func (q Query) KeyEnterprisesOn(enterprises []int64, on, knownOn policy.Date) (map[int64]bool, error) {
	rows, err := q.KeyEnterpriseRows(enterprises)
	if err != nil {
		return nil, err
	}
	listed := map[int64]bool{}
	for i, r := range rows {
		if r.KnownOn > knownOn {
			continue
		}
		if i+1 < len(rows) {
			next := rows[i+1]
			if next.EnterpriseID == r.EnterpriseID && next.Chain == r.Chain && next.FromOn == r.FromOn && next.KnownOn <= knownOn {
				continue // said again later
			}
		}
		if r.FromOn <= on && (r.ToOn == 0 || on < r.ToOn) {
			listed[r.EnterpriseID] = true
		}
	}
	return listed, nil
}

// AddEnterprises writes new enterprises and gives them their numbers.
func (tx *Tx) AddEnterprises(rows []Enterprise) error {
	id, err := tx.reserve("enterprises", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return addStatements(tx, rows)
}

// AddKeyEnterprises writes statements about the list.
func (tx *Tx) AddKeyEnterprises(rows []KeyEnterprise) error {
	id, err := tx.reserve("key_enterprises", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return addStatements(tx, rows)
}

// reserve is NextID for a list that may be empty.
func (tx *Tx) reserve(table string, n int) (int64, error) {
	if n == 0 {
		return 0, nil
	}
	return tx.NextID(table, n)
}
