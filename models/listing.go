package models

import (
	"slices"

	"duixian/policy"
)

// Listing puts an organisation on a list from FromOn up to, not including, ToOn (0 = still on it). Of the rows of one
// code, list and FromOn the one with the greatest (KnownOn, Rev) is the truth. OrgID is 0 while nobody with the code
// is known.
type Listing struct {
	ID        int64
	Code      string
	OrgID     int64
	List      string // in Chinese, as published
	Issuer    string
	Cause     string
	FromOn    policy.Date
	ToOn      policy.Date
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
	ImportID  int64
	SourceRow int // in which row of the file of ImportID it stood; 0 = not recorded
}

// ListingRows lists all statements about codes, oldest first within each of their keys.
func (q Query) ListingRows(codes []string) ([]Listing, error) {
	var all []Listing
	for part := range slices.Chunk(codes, 500) {
		rows, err := find[Listing](q.db.Where("code IN ?", part).Order("code, list, from_on, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// AddListings writes statements about lists.
func (tx *Tx) AddListings(rows []Listing) error {
	id, err := tx.reserve("listings", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return addStatements(tx, rows)
}

// Listed is who is on a list on a day, by what is known that day, in the order of organisations.
func (q Query) Listed(list string, on policy.Date) ([]KnownListing, error) {
	var ids []int64
	if err := q.db.Raw("SELECT DISTINCT org_id FROM listings WHERE list = ? AND known_on <= ? AND from_on <= ? ORDER BY org_id", list, on, on).Scan(&ids).Error; err != nil {
		return nil, readable(err)
	}
	var now []KnownListing
	for part := range slices.Chunk(ids, 500) {
		rows, err := q.knownListings(part, on)
		if err != nil {
			return nil, err
		}
		for _, l := range rows {
			if l.List == list && l.From <= on && (l.To == 0 || on < l.To) {
				now = append(now, l)
			}
		}
	}
	return now, nil
}
