package models

import (
	"slices"
	"strconv"

	"duixian/policy"
)

// RecruitYear is how far an agency is with the people of one hire year, whose reward is due in the next: 2025年引进、2026年兑现.
// Each person of Introduced who does not count is in exactly one of the groups after Reached.
type RecruitYear struct {
	OrgID      int64
	Year       int // of hire
	Introduced int // reported and hired within the validity
	Reached    int // meets everything
	OneAway    int // one more month of insurance is missing, and still to come
	Counting   int // more than one month is missing
	Unknown    int // would meet everything or be nearer if months without a file were insured
	Lost       int // cannot have the months any more
	NotKey     int // the employer was not on the list on the day of hire
	Other      int // neither graduate nor skilled
	Duplicate  int // counts elsewhere
	Elsewhere  int // of those who count: paid by another policy, not paid again

	Counted int // heads towards Need, by the reading in force
	Need    int
	// EnoughOn is the earliest day on which it can be known that there are Need heads, of the people reported so far; zero when
	// they cannot become enough, the day asked about when they are.
	EnoughOn policy.Date
}

// PaidYear is the year in which the reward is due.
func (y RecruitYear) PaidYear() int { return y.Year + 1 }

// Missing is how many heads are missing (还差几人).
func (y RecruitYear) Missing() int { return max(0, y.Need-y.Counted) }

// RecruitYear counts an agency's people of a hire year as known on a day.
func (q Query) RecruitYear(orgID int64, year int, terms RecruitTerms, claimID int64, on policy.Date) (RecruitYear, error) {
	lines, err := q.RecruitLines(orgID, year, terms, claimID, on)
	y := terms.Summarise(lines, on)
	y.OrgID, y.Year = orgID, year
	return y, err
}

// Summarise counts lines.
func (t RecruitTerms) Summarise(lines []RecruitLine, on policy.Date) RecruitYear {
	y := RecruitYear{Need: t.Need, Introduced: len(lines), Counted: t.Heads(lines, RecruitLine.Qualifies)}
	var days []policy.Date
	for _, l := range lines {
		switch {
		case l.Duplicate:
			y.Duplicate++
		case l.Category == "other":
			y.Other++
		case !l.Key:
			y.NotKey++
		case l.Insured.Reached:
			y.Reached++
			if l.PaidElsewhere {
				y.Elsewhere++
			}
		case l.Unknown(), len(l.Hole) > 0:
			y.Unknown++
		case l.Insured.Earliest == 0:
			y.Lost++
		case l.Insured.Next == l.Insured.Earliest:
			y.OneAway++
		default:
			y.Counting++
		}
		if d := MonthKnownOn(l.Insured.Earliest); d != 0 && !l.Insured.Reached {
			days = append(days, max(d, on.AddDays(1)))
		}
	}
	if y.Counted >= t.Need {
		y.EnoughOn = on
		return y
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		by := func(l RecruitLine) bool {
			d := MonthKnownOn(l.Insured.Earliest)
			return l.Insured.Reached || d != 0 && max(d, on.AddDays(1)) <= day
		}
		if t.Heads(lines, by) >= t.Need {
			y.EnoughOn = day
			break
		}
	}
	return y
}

// RecruitYears lists the years in which an agency's people were hired, newest first, as known on a day.
func (q Query) RecruitYears(orgID int64, on policy.Date) ([]int, error) {
	rows, err := find[Recruit](q.db.Where("org_id = ? AND known_on <= ?", orgID, on).Order("root_id, known_on, rev"))
	if err != nil {
		return nil, err
	}
	var years []int
	for _, r := range knownRecruits(rows, on) {
		years = append(years, r.HiredOn.Year())
	}
	slices.Sort(years)
	slices.Reverse(years)
	return slices.Compact(years), nil
}

// ReportedYears lists, for agencies, the years in which they reported anybody as hired, by what was known on a day, also when all of it
// was taken back.
func (q Query) ReportedYears(orgs []int64, on policy.Date) (map[int64][]int, error) {
	var rows []struct {
		OrgID   int64
		HiredOn policy.Date
	}
	if err := q.db.Raw("SELECT DISTINCT org_id, hired_on FROM recruits WHERE org_id IN ? AND known_on <= ? ORDER BY org_id, hired_on", orgs, on).Scan(&rows).Error; err != nil {
		return nil, readable(err)
	}
	years := map[int64][]int{}
	for _, r := range rows {
		if have, year := years[r.OrgID], r.HiredOn.Year(); len(have) == 0 || have[len(have)-1] != year {
			years[r.OrgID] = append(have, year)
		}
	}
	return years, nil
}

// RecruitOrgs lists the agencies with at least one person hired in a year of the validity, as known on a day.
func (q Query) RecruitOrgs(year int, terms RecruitTerms, on policy.Date) ([]int64, error) {
	from, to := terms.hired(year)
	rows, err := find[Recruit](q.db.Where("hired_on >= ? AND hired_on <= ? AND known_on <= ?", from, to, on).Order("root_id, known_on, rev"))
	if err != nil {
		return nil, err
	}
	var orgs []int64
	for _, r := range knownRecruits(rows, on) {
		orgs = append(orgs, r.OrgID)
	}
	slices.Sort(orgs)
	return slices.Compact(orgs), nil
}

// TouchedRecruitOrgs lists, in id order, the agencies whose people are seen in another light by something that became known after
// one business day and up to another, or was recorded since an instant with an earlier known-on day: a stage of the
// insurance check, a report, an entry on the list of key industries. An agency that shares a person with one of them is
// touched too: who counts for the one does not count for the other.
func (q Query) TouchedRecruitOrgs(after, on policy.Date, since policy.Instant) ([]int64, error) {
	late, err := q.importsSince(since)
	if err != nil {
		return nil, err
	}
	touched := `SELECT root_id FROM insurance_changes WHERE on_day > ? AND on_day <= ?
			UNION SELECT id FROM recruits WHERE known_on > ? AND known_on <= ?
			UNION SELECT r.id FROM recruits r JOIN key_enterprises k ON k.enterprise_id = r.enterprise_id WHERE k.known_on > ? AND k.known_on <= ?`
	args := []any{after, on, after, on, after, on}
	if len(late) > 0 {
		touched += ` UNION SELECT id FROM recruits WHERE known_on <= ? AND import_id IN ?
			UNION SELECT r.id FROM recruits r JOIN key_enterprises k ON k.enterprise_id = r.enterprise_id WHERE k.known_on <= ? AND k.import_id IN ?`
		args = append(args, on, late, on, late)
	}
	orgs, err := pluck(q.db.Raw("SELECT DISTINCT o.org_id FROM ("+touched+") c JOIN recruits t ON t.id = c.root_id JOIN recruits o ON o.person_id = t.person_id", args...))
	slices.Sort(orgs)
	return orgs, err
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

// RecruitClaims reads the claims of agencies for a hire year, by agency; those without one are missing.
func (q Query) RecruitClaims(orgs []int64, year int) (map[int64]Claim, error) {
	rows, err := find[Claim](q.db.Where("item = ? AND fact_key = ? AND org_id IN ?", RecruitItem, strconv.Itoa(year), orgs))
	claims := make(map[int64]Claim, len(rows))
	for _, c := range rows {
		claims[c.OrgID] = c
	}
	return claims, err
}
