package models

import (
	"slices"

	"duixian/policy"
)

// Coverage remembers which months of which payers were known on one business day, so that a long check reads them once.
// It may be used by one goroutine, for one day.
type CoverageCache struct {
	on      policy.Date
	upTo    int64 // newest import when it was filled
	covered map[int64]policy.MonthSet
}

// NewCoverageCache is an empty memory for a business day.
func NewCoverageCache(on policy.Date) *CoverageCache {
	return &CoverageCache{on: on, covered: map[int64]policy.MonthSet{}}
}

// of returns the covered months of payers. Whatever an import may have added meanwhile is read again.
func (c *CoverageCache) of(q Query, payers []int64) (map[int64]policy.MonthSet, error) {
	var newest int64
	if err := q.db.Raw("SELECT COALESCE(MAX(id), 0) FROM imports").Scan(&newest).Error; err != nil {
		return nil, readable(err)
	}
	if newest != c.upTo {
		c.upTo, c.covered = newest, map[int64]policy.MonthSet{}
	}
	missing := slices.DeleteFunc(slices.Clone(payers), func(p int64) bool { _, ok := c.covered[p]; return ok })
	more, err := q.CoverageOn(missing, Pension, c.on)
	if err != nil {
		return nil, err
	}
	for _, p := range missing {
		c.covered[p] = more[p]
	}
	return c.covered, nil
}

// recruitMonths reads, for recruits, the months of the person at the employer as known on the cache's day. The newest
// month set is found by one seek for each recruit, however long its history is.
func (q Query) recruitMonths(recruits []Recruit, cache *CoverageCache) (map[int64]policy.Insurance, error) {
	payers := make([]int64, 0, len(recruits))
	for _, r := range recruits {
		payers = append(payers, r.EnterpriseID)
	}
	slices.Sort(payers)
	covered, err := cache.of(q, slices.Compact(payers))
	if err != nil {
		return nil, err
	}
	months := make(map[int64]policy.Insurance, len(recruits))
	ids := make([]int64, len(recruits))
	for i, r := range recruits {
		ids[i] = r.ID
		months[r.RootID] = policy.Insurance{Known: covered[r.EnterpriseID]}
	}
	for part := range slices.Chunk(ids, 500) {
		if err := q.readMonths(part, cache.on, months); err != nil {
			return nil, err
		}
	}
	return months, nil
}

func (q Query) readMonths(ids []int64, on policy.Date, months map[int64]policy.Insurance) error {
	rows, err := q.db.Raw(`SELECT r.root_id, m.rev, m.insured, m.backpaid, m.late FROM recruits r CROSS JOIN month_sets m
		ON m.person_id = r.person_id AND m.payer_id = r.enterprise_id AND m.insurance = ?
		AND m.known_on = (SELECT MAX(x.known_on) FROM month_sets x
			WHERE x.person_id = r.person_id AND x.payer_id = r.enterprise_id AND x.insurance = ? AND x.known_on <= ?)
		WHERE r.id IN ?`, Pension, Pension, on, ids).Rows()
	if err != nil {
		return readable(err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	best := map[int64]int{}
	for rows.Next() {
		var root int64
		var rev int
		var has policy.Insurance
		if err := rows.Scan(&root, &rev, &has.Insured, &has.BackPaid, &has.Late); err != nil {
			return readable(err)
		}
		if before, ok := best[root]; ok && before > rev {
			continue // corrected on the same day
		}
		best[root] = rev
		has.Known = months[root].Known
		months[root] = has
	}
	return readable(rows.Err())
}

// knownRecruits picks, of rows ordered by root, known-on and revision, the newest of each root known on a day. A
// withdrawn one is left out.
func knownRecruits(rows []Recruit, on policy.Date) []Recruit {
	var known []Recruit
	for i := 0; i < len(rows); {
		newest, j := -1, i
		for ; j < len(rows) && rows[j].RootID == rows[i].RootID; j++ {
			if rows[j].KnownOn <= on {
				newest = j
			}
		}
		if newest >= 0 && !rows[newest].Withdrawn {
			known = append(known, rows[newest])
		}
		i = j
	}
	return known
}
