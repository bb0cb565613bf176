package models

import (
	"fmt"

	"duixian/policy"
)

// RatingOf is the newest statement of a firm's rating of a year that a round or a file made, or ErrNotFound.
func (q Query) RatingOf(orgID int64, year int, knownOn policy.Date) (KnownFact, error) {
	facts, err := q.knownFacts(q.db.Where("org_id = ? AND kind = 'star-rating'", orgID), knownOn)
	if err != nil {
		return KnownFact{}, err
	}
	var found *KnownFact
	for i, f := range facts {
		if fmt.Sprint(f.Attrs["year"]) == fmt.Sprint(year) && (found == nil || f.On >= found.On) {
			found = &facts[i]
		}
	}
	if found == nil {
		return KnownFact{}, ErrNotFound
	}
	return *found, nil
}

// ImportedRatings counts the firms whose rating of a year was imported, by what is known on a day.
func (q Query) ImportedRatings(year int, knownOn policy.Date) (int, error) {
	facts, err := q.FactsOfKind("star-rating", knownOn)
	if err != nil {
		return 0, err
	}
	firms := map[int64]bool{}
	for _, f := range facts {
		if fmt.Sprint(f.Attrs["year"]) == fmt.Sprint(year) && f.Attrs["round"] == nil {
			firms[f.OrgID] = true
		}
	}
	return len(firms), nil
}

// RoundRated is the stars that a round gave a firm, as the fact that it wrote says; −1 when there is none.
func (q Query) RoundRated(orgID, roundID int64, knownOn policy.Date) (int, error) {
	facts, err := q.knownFacts(q.db.Where("org_id = ? AND kind = 'star-rating'", orgID), knownOn)
	if err != nil {
		return -1, err
	}
	for _, f := range facts {
		var stars int
		if fmt.Sprint(f.Attrs["round"]) == fmt.Sprint(roundID) {
			_, err := fmt.Sscan(fmt.Sprint(f.Attrs["stars"]), &stars)
			return stars, err
		}
	}
	return -1, nil
}

// DropRounds takes all ratings and selections that were told out of a scratch database, so that those of its own rounds are the only ones.
func (tx *Tx) DropRounds() error {
	return readable(tx.db.Exec("DELETE FROM facts WHERE kind IN ('star-rating', 'selection-backbone', 'selection-integrity', 'selection-elite')").Error)
}
