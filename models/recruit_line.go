package models

import (
	"cmp"
	"maps"
	"slices"

	"duixian/policy"
)

// RecruitLine is one person an agency brought to an employer in one year, as the reward sees it on a business day.
type RecruitLine struct {
	Recruit
	Key       bool // the employer was on the list of key industries on the day of hire
	Insured   policy.InsuredMonths
	Duplicate bool           // rewarded already, or reported with full months for an earlier day of hire
	Hole      []policy.Month // still needed, before known months, and never covered by a file
}

// Eligible says that the category and the employer are those of the policy.
func (l RecruitLine) Eligible() bool { return l.Key && l.Category != "other" }

// Qualifies says that the recruit meets everything that is asked of one person.
func (l RecruitLine) Qualifies() bool { return l.Eligible() && l.Insured.Reached }

// Unknown says that the recruit might qualify already: only months without a file stand in the way.
func (l RecruitLine) Unknown() bool { return l.Eligible() && len(l.Insured.Unknown) > 0 }

// RecruitLines lists the people an agency hired out in a year of the validity, by day of hire and root, as known on a
// business day. claimID is the agency's own claim for that year (0 = none yet): a person rewarded by it is no duplicate.
func (q Query) RecruitLines(orgID int64, year int, terms RecruitTerms, claimID int64, on policy.Date) ([]RecruitLine, error) {
	lines, err := q.RecruitLinesOf(map[int64]int64{orgID: claimID}, year, terms, on)
	return lines[orgID], err
}

// RecruitLinesOf is RecruitLines for several agencies at once, given with their claims.
func (q Query) RecruitLinesOf(claims map[int64]int64, year int, terms RecruitTerms, on policy.Date) (map[int64][]RecruitLine, error) {
	from, to := terms.hired(year)
	orgs := slices.Sorted(maps.Keys(claims))
	cache := NewCoverageCache(on)
	recruits, err := q.heldRecruits(cache, "r.org_id IN ? AND r.hired_on >= ? AND r.hired_on <= ?", orgs, from, to)
	if err != nil {
		return nil, err
	}
	lines, err := q.linesOf(recruits, terms, cache)
	if err != nil {
		return nil, err
	}
	if err := q.markDuplicates(lines, terms, claims, cache); err != nil {
		return nil, err
	}
	slices.SortFunc(lines, func(a, b RecruitLine) int {
		return cmp.Or(cmp.Compare(a.HiredOn, b.HiredOn), cmp.Compare(a.RootID, b.RootID))
	})
	byOrg := make(map[int64][]RecruitLine, len(claims))
	for _, l := range lines {
		byOrg[l.OrgID] = append(byOrg[l.OrgID], l)
	}
	return byOrg, nil
}

// linesOf adds to recruits what their months come to and whether their employers count.
func (q Query) linesOf(recruits []heldRecruit, terms RecruitTerms, cache *CoverageCache) ([]RecruitLine, error) {
	employers := make([]int64, len(recruits))
	for i, r := range recruits {
		employers[i] = r.EnterpriseID
	}
	slices.Sort(employers)
	key, err := q.keyHires(slices.Compact(employers), cache.on)
	if err != nil {
		return nil, err
	}
	lines := make([]RecruitLine, len(recruits))
	for i, r := range recruits {
		l := RecruitLine{Recruit: r.Recruit, Key: key(r.EnterpriseID, r.HiredOn), Insured: terms.Reading.Count(r.HiredOn, r.has, cache.on)}
		if known := r.has.Known.Or(r.has.Insured); l.Insured.Next != 0 {
			for m := l.Insured.Next; m < newest(known); m = m.Add(1) {
				if !known.Has(m) {
					l.Hole = append(l.Hole, m)
				}
			}
		}
		lines[i] = l
	}
	return lines, nil
}

// keyHires answers, for employers, whether one was on the list of key industries on a day, as known on another.
func (q Query) keyHires(employers []int64, knownOn policy.Date) (func(employer int64, on policy.Date) bool, error) {
	rows, err := q.KeyEnterpriseRows(employers)
	if err != nil {
		return nil, err
	}
	listed := map[int64][]KeyEnterprise{}
	for i, r := range rows {
		again := i+1 < len(rows) && rows[i+1].KnownOn <= knownOn && rows[i+1].EnterpriseID == r.EnterpriseID && rows[i+1].Chain == r.Chain && rows[i+1].FromOn == r.FromOn
		if r.KnownOn <= knownOn && !again {
			listed[r.EnterpriseID] = append(listed[r.EnterpriseID], r)
		}
	}
	return func(employer int64, on policy.Date) bool {
		return slices.ContainsFunc(listed[employer], func(k KeyEnterprise) bool { return k.FromOn <= on && (k.ToOn == 0 || on < k.ToOn) })
	}, nil
}

// markDuplicates finds the people who count elsewhere: one person counts once, over all agencies and years.
func (q Query) markDuplicates(lines []RecruitLine, terms RecruitTerms, claims map[int64]int64, cache *CoverageCache) error {
	people := make([]int64, len(lines))
	for i, l := range lines {
		people[i] = l.PersonID
	}
	slices.Sort(people)
	people = slices.Compact(people)
	rewarded, err := q.rewardedPeople(people)
	if err != nil {
		return err
	}
	rows, err := recruitsIn(q, "person_id", people)
	if err != nil {
		return err
	}
	hires := map[int64]int{}
	all := slices.DeleteFunc(knownRecruits(rows, cache.on), func(r Recruit) bool { return r.HiredOn < terms.First || r.HiredOn > terms.Last })
	for _, r := range all {
		hires[r.PersonID]++
	}
	var again []RecruitLine
	for part := range slices.Chunk(slices.DeleteFunc(all, func(r Recruit) bool { return hires[r.PersonID] < 2 }), 500) {
		roots := make([]int64, len(part))
		for i, r := range part {
			roots[i] = r.RootID
		}
		recruits, err := q.heldRecruits(cache, "r.root_id IN ?", roots)
		if err != nil {
			return err
		}
		more, err := q.linesOf(recruits, terms, cache)
		if err != nil {
			return err
		}
		again = append(again, more...)
	}
	first := map[int64]RecruitLine{}
	for _, l := range again {
		if f, ok := first[l.PersonID]; l.Qualifies() && (!ok || l.before(f)) {
			first[l.PersonID] = l
		}
	}
	for i := range lines {
		l := &lines[i]
		f, ok := first[l.PersonID]
		by, paid := rewarded[l.PersonID]
		l.Duplicate = paid && by != claims[l.OrgID] || ok && f.before(*l)
	}
	return nil
}

// before orders the reports of one person: the earlier day of hire, then the earlier report.
func (l RecruitLine) before(m RecruitLine) bool {
	return cmp.Or(cmp.Compare(l.HiredOn, m.HiredOn), cmp.Compare(l.RootID, m.RootID)) < 0
}

// rewardedPeople tells which people were rewarded, and by the award of which claim: a 补差 belongs to the claim it adds to.
func (q Query) rewardedPeople(people []int64) (map[int64]int64, error) {
	m := map[int64]int64{}
	for part := range slices.Chunk(people, 500) {
		var rows []struct{ PersonID, ClaimID int64 }
		err := q.db.Raw(`SELECT p.person_id, COALESCE(j.claim_id, a.claim_id) AS claim_id FROM person_rewards p JOIN awards a ON a.id = p.award_id
			LEFT JOIN adjustments j ON j.new_award_id = a.id WHERE p.person_id IN ?`, part).Scan(&rows).Error
		if err != nil {
			return nil, readable(err)
		}
		for _, r := range rows {
			m[r.PersonID] = r.ClaimID
		}
	}
	return m, nil
}

// Rewarded tells which people were rewarded, and by the award of which claim.
func (q Query) Rewarded(people []int64) (map[int64]int64, error) { return q.rewardedPeople(people) }
