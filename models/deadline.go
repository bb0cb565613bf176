package models

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/policy"
)

// DeadlineTerms are the days that are the same for everybody.
type DeadlineTerms struct {
	*policy.Reminders
	Recruits RecruitTerms // of the last year of the validity
	// Last is the last day of the validity, Tail the last one on which applications for what lies in it are taken; both 0 while the day it
	// takes effect is not configured.
	Last, Tail policy.Date
}

// DeadlineTermsOf reads them from a policy that takes effect on a day.
func DeadlineTermsOf(r *policy.Reminders, book *policy.Book, effective policy.Date) DeadlineTerms {
	if r == nil {
		r = policy.BuiltinReminders()
	}
	t := DeadlineTerms{Reminders: r}
	if effective != 0 {
		_, t.Last = book.Validity(effective)
		t.Tail = t.Last.AddMonths(r.TailMonths)
		t.Recruits = RecruitTermsOf(book, effective, t.Last.Year())
	}
	return t
}

// ApplicationWindows are the configured windows and the last one, that of all items after the validity.
func (t DeadlineTerms) ApplicationWindows() []policy.ApplicationWindow {
	all := slices.Clone(t.Windows)
	if t.Tail != 0 && t.Tail != t.Last {
		all = append(all, policy.ApplicationWindow{Name: policy.TailWindow, Title: "政策期满后的申报", Opens: t.Last.AddDays(1), Closes: t.Tail})
	}
	return all
}

// until is the last day on which material for an item is taken: of the window that is open, else of all.
func (t DeadlineTerms) until(item string, on policy.Date) policy.Date {
	last := t.Tail
	for _, w := range t.Windows {
		if w.Takes(item) && w.Opens <= on && on <= w.Closes && (last == 0 || w.Closes < last) {
			last = w.Closes
		}
	}
	return last
}

// Deadline is one day that an organisation should not miss, and for which it can still do something.
type Deadline struct {
	Kind  string // a ladder's
	OrgID int64
	Thing string      // what it is of, stored with each step: report/2025, claim/12
	On    policy.Date // the last day; of material the day since when it has been missing
	Until policy.Date // of material and of the policy's end: the last day on which something can be handed in, 0 = none set

	Filing  bool // a filing, not a licence
	Year    int  // of a report
	Window  policy.ApplicationWindow
	Claims  []OpenClaim  // that would be lost
	Recruit *RecruitYear // heads of the last year that are still missing
}

// ClaimThing names a claim as the thing of a deadline.
func ClaimThing(id int64) string { return fmt.Sprintf("claim/%d", id) }

func reportThing(year int) string { return fmt.Sprintf("report/%d", year) }

// WindowThing names a window as the thing of a deadline.
func WindowThing(w policy.ApplicationWindow) string { return "window/" + w.Name }

// Deadlines lists what organisations should not miss, as known on a day, by organisation and day. Whoever does not operate any more has none.
// It is what the reminders, the guards of their messages and the bot go by.
func (q Query) Deadlines(orgs []int64, t DeadlineTerms, on policy.Date) ([]Deadline, error) {
	if len(orgs) == 0 {
		return nil, nil
	}
	facts, err := q.knownFacts(q.db.Where("org_id IN ? AND kind IN ?", orgs, []string{"registration", policy.AnnualReport}), on)
	if err != nil {
		return nil, err
	}
	year, due := t.ReportYear(on)
	published := map[int64]bool{}
	var states []KnownFact
	for _, f := range facts {
		if f.Kind == "registration" {
			states = append(states, f)
		} else if f.Key == fmt.Sprint(year) {
			published[f.OrgID] = true
		}
	}
	yearEnd := policy.NewDate(year, 12, 31)
	now, then := registrationsOn(states, on), registrationsOn(states, yearEnd)
	var list []Deadline
	for _, org := range orgs {
		reg, was := now[org], then[org]
		if !reg.Operating {
			continue
		}
		if reg.End != 0 {
			list = append(list, Deadline{Kind: policy.Licence, OrgID: org, Thing: "licence", On: reg.End, Filing: reg.Filing()})
		}
		valid := reg.Licensed && (reg.End == 0 || reg.End >= on)
		if valid && yearEnd < on && was.Licensed && (was.End == 0 || was.End >= yearEnd) && !published[org] {
			list = append(list, Deadline{Kind: policy.AnnualReport, OrgID: org, Thing: reportThing(year), On: due, Year: year})
		}
	}
	more, err := q.claimDeadlines(orgs, t, on)
	if err != nil {
		return nil, err
	}
	list = append(list, slices.DeleteFunc(more, func(d Deadline) bool { return !now[d.OrgID].Operating })...)
	slices.SortStableFunc(list, func(a, b Deadline) int { return cmp.Or(cmp.Compare(a.OrgID, b.OrgID), cmp.Compare(a.On, b.On)) })
	return list, nil
}

// claimDeadlines are those of open claims: material that is missing, windows that close, the end of the policy.
func (q Query) claimDeadlines(orgs []int64, t DeadlineTerms, on policy.Date) ([]Deadline, error) {
	open, err := q.OpenClaims(orgs)
	if err != nil {
		return nil, err
	}
	short, err := q.shortOfRecruits(orgs, t, on)
	if err != nil {
		return nil, err
	}
	byOrg, waiting := map[int64][]OpenClaim{}, map[int64][]OpenClaim{}
	var list []Deadline
	for _, c := range open {
		byOrg[c.OrgID] = append(byOrg[c.OrgID], c)
		if c.State != ClaimNeedsData {
			continue
		}
		waiting[c.OrgID] = append(waiting[c.OrgID], c)
		if until := t.until(c.Item, on); until == 0 || on <= until {
			list = append(list, Deadline{Kind: policy.Material, OrgID: c.OrgID, Thing: ClaimThing(c.ID), On: c.Since, Until: until, Claims: []OpenClaim{c}})
		}
	}
	for _, org := range orgs {
		for _, w := range t.ApplicationWindows() {
			claims := slices.DeleteFunc(slices.Clone(waiting[org]), func(c OpenClaim) bool { return !w.Takes(c.Item) })
			if len(claims) > 0 && w.Opens <= on && on <= w.Closes {
				list = append(list, Deadline{Kind: policy.Window, OrgID: org, Thing: WindowThing(w), On: w.Closes, Window: w, Claims: claims})
			}
		}
		if t.Last != 0 && (len(byOrg[org]) > 0 || short[org] != nil) {
			list = append(list, Deadline{Kind: policy.PolicyEnd, OrgID: org, Thing: "policy", On: t.Last, Until: t.Tail, Claims: byOrg[org], Recruit: short[org]})
		}
	}
	return list, nil
}

// shortOfRecruits counts, in the last year of the validity, the agencies that reported people but not yet enough: whoever is hired after the last
// day does not count.
func (q Query) shortOfRecruits(orgs []int64, t DeadlineTerms, on policy.Date) (map[int64]*RecruitYear, error) {
	m := map[int64]*RecruitYear{}
	year := t.Last.Year()
	if t.Last == 0 || on.Year() != year || on > t.Last {
		return m, nil
	}
	ids := make(map[int64]int64, len(orgs))
	for _, org := range orgs {
		ids[org] = 0
	}
	lines, err := q.RecruitLinesOf(ids, year, t.Recruits, on)
	if err != nil {
		return nil, err
	}
	for org, l := range lines {
		able := func(l RecruitLine) bool { return l.Insured.Reached || l.Insured.Earliest != 0 } // has the months, or can still get them
		if heads := t.Recruits.Heads(l, able); heads < t.Recruits.Need {
			m[org] = &RecruitYear{OrgID: org, Year: year, Introduced: len(l), Counted: heads, Need: t.Recruits.Need}
		}
	}
	return m, nil
}
