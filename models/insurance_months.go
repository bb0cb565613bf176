package models

import (
	"cmp"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"duixian/policy"
)

// heldRecruit is a recruit with what is known of the months of the person at the employer.
type heldRecruit struct {
	Recruit
	has policy.Insurance
}

// heldRecruits reads the newest statement of each root of a condition, known on the cache's day and not taken back, with
// its months, by root. The newest month set is found by one seek for each recruit, however long its history is.
func (q Query) heldRecruits(cache *CoverageCache, where string, args ...any) ([]heldRecruit, error) {
	rows, err := q.db.Raw(`SELECT r.id, r.root_id, r.org_id, r.person_id, r.enterprise_id, r.hired_on, r.category, r.paid_elsewhere, r.withdrawn, r.known_on, r.rev, r.import_id,
		COALESCE(m.rev, 0), m.insured, m.backpaid, m.late
		FROM recruits r LEFT JOIN month_sets m ON m.person_id = r.person_id AND m.payer_id = r.enterprise_id AND m.insurance = ?
			AND m.known_on = (SELECT MAX(x.known_on) FROM month_sets x
				WHERE x.person_id = r.person_id AND x.payer_id = r.enterprise_id AND x.insurance = ? AND x.known_on <= ?)
		WHERE r.known_on <= ? AND `+where, append([]any{Pension, Pension, cache.on, cache.on}, args...)...).Rows()
	if err != nil {
		return nil, readable(err)
	}
	type version struct {
		known policy.Date
		rev   int
		set   int // revision of the month set: corrected on the same day
	}
	newest, at := map[int64]version{}, map[int64]int{}
	var all []heldRecruit
	err = each(rows, func() error {
		var r heldRecruit
		var v version
		var hired, known int64 // database/sql goes through text for kinds of integers that it does not know
		err := rows.Scan(&r.ID, &r.RootID, &r.OrgID, &r.PersonID, &r.EnterpriseID, &hired, &r.Category, &r.PaidElsewhere, &r.Withdrawn, &known, &r.Rev, &r.ImportID,
			&v.set, &r.has.Insured, &r.has.BackPaid, &r.has.Late)
		r.HiredOn, r.KnownOn = policy.Date(hired), policy.Date(known)
		v.known, v.rev = r.KnownOn, r.Rev
		old, ok := newest[r.RootID]
		switch {
		case !ok:
			at[r.RootID] = len(all)
			all = append(all, r)
		case cmp.Or(cmp.Compare(v.known, old.known), cmp.Compare(v.rev, old.rev), cmp.Compare(v.set, old.set)) > 0:
			all[at[r.RootID]] = r
		default:
			return err
		}
		newest[r.RootID] = v
		return err
	})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r heldRecruit) bool { return r.Withdrawn })
	slices.SortFunc(all, func(a, b heldRecruit) int { return cmp.Compare(a.RootID, b.RootID) })
	payers := make([]int64, len(all))
	for i, r := range all {
		payers[i] = r.EnterpriseID
	}
	slices.Sort(payers)
	covered, err := cache.of(q, slices.Compact(payers))
	for i := range all {
		all[i].has.Known = covered[all[i].EnterpriseID]
	}
	return all, err
}

// CoverageCache remembers which months of which payers were known on one business day, so that a long check reads them once.
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
	for part := range slices.Chunk(missing, 500) {
		if err := c.read(q, part); err != nil {
			return nil, err
		}
	}
	return c.covered, nil
}

// read asks for one row a payer, its months joined to one text: a row a month would be most of a check's time. (The
// text of all months that a set can hold stays below the 1024 bytes that MySQL joins.)
func (c *CoverageCache) read(q Query, payers []int64) error {
	found := make(map[int64]policy.MonthSet, len(payers))
	for _, p := range payers {
		found[p] = policy.MonthSet{}
	}
	rows, err := q.db.Raw("SELECT payer_id, GROUP_CONCAT(month) FROM month_coverage WHERE payer_id IN ? AND insurance = ? AND known_on <= ? GROUP BY payer_id",
		payers, Pension, c.on).Rows()
	if err != nil {
		return readable(err)
	}
	err = each(rows, func() error {
		var payer int64
		var months string
		if err := rows.Scan(&payer, &months); err != nil {
			return err
		}
		var set policy.MonthSet
		for text := range strings.SplitSeq(months, ",") {
			m, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			if err := set.Set(policy.Month(m)); err != nil {
				return err
			}
		}
		found[payer] = set
		return nil
	})
	if err == nil { // what was half read would pass for months without a file when the transaction is repeated
		maps.Copy(c.covered, found)
	}
	return err
}

// each calls read for each row and closes them.
func each(rows *sql.Rows, read func() error) error {
	for rows.Next() {
		if err := read(); err != nil {
			return errors.Join(readable(err), rows.Close())
		}
	}
	return errors.Join(readable(rows.Err()), rows.Close())
}
