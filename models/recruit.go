package models

import (
	"slices"

	"duixian/policy"
)

// Recruit is what an agency said about one person it brought to one enterprise. The rows of one agency, person,
// enterprise and day of hire share a RootID (the id of the first); of these the one with the greatest (KnownOn, Rev)
// is the truth.
type Recruit struct {
	ID            int64
	RootID        int64
	OrgID         int64 // the agency
	PersonID      int64
	EnterpriseID  int64 // the employer
	HiredOn       policy.Date
	Category      string // graduate, high_skill or other
	PaidElsewhere bool
	Withdrawn     bool
	KnownOn       policy.Date
	Rev           int
	ImportID      int64
}

// RecruitsOfPeople lists all statements about persons, oldest first within each root.
func (q Query) RecruitsOfPeople(people []int64) ([]Recruit, error) {
	return recruitsIn(q, "person_id", people)
}

// RecruitsOfEnterprises lists all statements about people brought to enterprises.
func (q Query) RecruitsOfEnterprises(enterprises []int64) ([]Recruit, error) {
	return recruitsIn(q, "enterprise_id", enterprises)
}

func recruitsIn(q Query, column string, ids []int64) ([]Recruit, error) {
	var all []Recruit
	for part := range slices.Chunk(ids, 500) {
		rows, err := find[Recruit](q.db.Where(column+" IN ?", part).Order("root_id, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// AddRecruits writes statements about recruits. A row without RootID begins a new root.
func (tx *Tx) AddRecruits(rows []Recruit) error {
	id, err := tx.reserve("recruits", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
		if rows[i].RootID == 0 {
			rows[i].RootID = rows[i].ID
		}
	}
	if err != nil {
		return err
	}
	return addStatements(tx, rows)
}
