package models

import (
	"cmp"
	"slices"

	"duixian/policy"
)

// RecruitLine is one person an agency brought to an employer in one year, as the reward sees it on a business day.
type RecruitLine struct {
	Recruit
	Key       bool // the employer was on the list of key industries on the day of hire
	Insured   policy.InsuredMonths
	Duplicate bool // rewarded already, or reported with full months for an earlier day of hire
	DataHole  bool // a month before known ones was never covered by a file
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
	from, to := terms.hired(year)
	rows, err := find[Recruit](q.db.Where("org_id = ? AND hired_on >= ? AND hired_on <= ? AND known_on <= ?", orgID, from, to, on).Order("root_id, known_on, rev"))
	if err != nil {
		return nil, err
	}
	cache := NewCoverageCache(on)
	lines, err := q.linesOf(knownRecruits(rows, on), terms, cache)
	if err != nil {
		return nil, err
	}
	if err := q.markDuplicates(lines, terms, claimID, cache); err != nil {
		return nil, err
	}
	slices.SortFunc(lines, func(a, b RecruitLine) int {
		return cmp.Or(cmp.Compare(a.HiredOn, b.HiredOn), cmp.Compare(a.RootID, b.RootID))
	})
	return lines, nil
}

// linesOf adds to recruits what is known of their employers and months.
func (q Query) linesOf(recruits []Recruit, terms RecruitTerms, cache *CoverageCache) ([]RecruitLine, error) {
	months, err := q.recruitMonths(recruits, cache)
	if err != nil {
		return nil, err
	}
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
		has := months[r.RootID]
		l := RecruitLine{Recruit: r, Key: key(r.EnterpriseID, r.HiredOn), Insured: terms.Reading.Count(r.HiredOn, has, cache.on)}
		l.DataHole = l.Insured.Next != 0 && l.Insured.Next < newest(has.Known.Or(has.Insured))
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
func (q Query) markDuplicates(lines []RecruitLine, terms RecruitTerms, claimID int64, cache *CoverageCache) error {
	people := make([]int64, len(lines))
	for i, l := range lines {
		people[i] = l.PersonID
	}
	slices.Sort(people)
	people = slices.Compact(people)
	rewarded, err := q.rewardedElsewhere(people, claimID)
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
	again, err := q.linesOf(slices.DeleteFunc(all, func(r Recruit) bool { return hires[r.PersonID] < 2 }), terms, cache)
	if err != nil {
		return err
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
		l.Duplicate = rewarded[l.PersonID] || ok && f.before(*l)
	}
	return nil
}

// before orders the reports of one person: the earlier day of hire, then the earlier report.
func (l RecruitLine) before(m RecruitLine) bool {
	return cmp.Or(cmp.Compare(l.HiredOn, m.HiredOn), cmp.Compare(l.RootID, m.RootID)) < 0
}

// rewardedElsewhere tells which people were rewarded by the award of another claim.
func (q Query) rewardedElsewhere(people []int64, claimID int64) (map[int64]bool, error) {
	m := map[int64]bool{}
	for part := range slices.Chunk(people, 500) {
		found, err := pluck(q.db.Raw("SELECT p.person_id FROM person_rewards p JOIN awards a ON a.id = p.award_id WHERE p.person_id IN ? AND a.claim_id <> ?", part, claimID))
		if err != nil {
			return nil, err
		}
		for _, person := range found {
			m[person] = true
		}
	}
	return m, nil
}
