package jobs

import (
	"slices"

	"duixian/models"
	"duixian/policy"
)

// dueStep is a deadline whose step is to be told.
type dueStep struct {
	models.Deadline
	Step   int
	Within bool // another message of the same morning says it: it is kept as told

	ladder policy.Ladder
}

// due lists what organisations are to be told on a day: of each thing the step in force, unless it or a nearer one was told.
func (e *Env) due(q models.Query, terms models.DeadlineTerms, orgs []int64, on policy.Date) ([]dueStep, error) {
	deadlines, err := q.Deadlines(orgs, terms, on)
	if err != nil {
		return nil, err
	}
	rows, err := q.RemindersOf(orgs)
	if err != nil {
		return nil, err
	}
	told := map[models.Reminder][]int{}
	for _, r := range rows {
		key := models.Reminder{Kind: r.Kind, OrgID: r.OrgID, Thing: r.Thing, AnchorOn: r.AnchorOn}
		told[key] = append(told[key], r.Step)
	}
	var due []dueStep
	said := map[int64]bool{} // claims
	for _, d := range deadlines {
		l := terms.Ladder(d.Kind)
		step, ok := l.Step(d.On, on, e.Outbox.Hours.Workday)
		past := func(t int) bool { return l.Past(step, t) }
		if !ok || slices.ContainsFunc(told[models.Reminder{Kind: d.Kind, OrgID: d.OrgID, Thing: d.Thing, AnchorOn: d.On}], past) {
			continue
		}
		due = append(due, dueStep{Deadline: d, Step: step, ladder: l})
		if d.Kind != policy.Material {
			for _, c := range d.Claims {
				said[c.ID] = true
			}
		}
	}
	for i, d := range due {
		due[i].Within = d.Kind == policy.Material && said[d.Claims[0].ID]
	}
	return due, nil
}

// mayBeDue lists the organisations of which some step may be due on a day, in the order of their ids: few, found by index, and looked at one by one
// afterwards.
func (e *Env) mayBeDue(q models.Query, terms models.DeadlineTerms, on policy.Date) ([]int64, error) {
	var ids []int64
	for _, find := range []func(models.Query, models.DeadlineTerms, policy.Date) ([]int64, error){e.licencesDue, e.reportsDue, e.materialDue, e.policyDue} {
		more, err := find(q, terms, on)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// untold reports whether the step in force for a thing with this day was told to an organisation in none of the rows.
type untold func(org int64, thing string, anchor policy.Date) bool

// untoldOf reads what was told of a kind about days from one to another.
func (e *Env) untoldOf(q models.Query, l policy.Ladder, from, to, on policy.Date) (untold, error) {
	rows, err := q.RemindersAbout(l.Kind, from, to)
	told := map[models.Reminder][]int{}
	for _, r := range rows {
		key := models.Reminder{OrgID: r.OrgID, Thing: r.Thing, AnchorOn: r.AnchorOn}
		told[key] = append(told[key], r.Step)
	}
	steps := map[policy.Date]int{} // by anchor; -1 = none
	return func(org int64, thing string, anchor policy.Date) bool {
		step, known := steps[anchor]
		if !known {
			var ok bool
			if step, ok = l.Step(anchor, on, e.Outbox.Hours.Workday); !ok {
				step = -1
			}
			steps[anchor] = step
		}
		return step >= 0 && !slices.ContainsFunc(told[models.Reminder{OrgID: org, Thing: thing, AnchorOn: anchor}], func(t int) bool { return l.Past(step, t) })
	}, err
}

func (e *Env) licencesDue(q models.Query, terms models.DeadlineTerms, on policy.Date) (ids []int64, err error) {
	l := terms.Ladder(policy.Licence)
	from, to := on.AddDays(-l.Before.Missed), on.AddDays(l.Reach())
	ends, err := q.PermitEnds(from, to, on)
	if err != nil {
		return nil, err
	}
	open, err := e.untoldOf(q, l, from, to, on)
	for _, p := range ends {
		if open(p.OrgID, "licence", p.EndOn) {
			ids = append(ids, p.OrgID)
		}
	}
	return ids, err
}

func (e *Env) reportsDue(q models.Query, terms models.DeadlineTerms, on policy.Date) ([]int64, error) {
	year, due := terms.ReportYear(on)
	step, ok := terms.Ladder(policy.AnnualReport).Step(due, on, e.Outbox.Hours.Workday)
	if !ok || year >= on.Year() {
		return nil, nil
	}
	return q.WithoutReport(year, due, step, on)
}

// materialDue finds the claims that wait, by their own ladder and by those of the windows that are open.
func (e *Env) materialDue(q models.Query, terms models.DeadlineTerms, on policy.Date) (ids []int64, err error) {
	waiting, err := q.WaitingClaims()
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	first := on
	for _, c := range waiting {
		first = min(first, c.Since)
	}
	open, err := e.untoldOf(q, terms.Ladder(policy.Material), first, on, on)
	if err != nil {
		return nil, err
	}
	for _, c := range waiting {
		if open(c.OrgID, models.ClaimThing(c.ID), c.Since) {
			ids = append(ids, c.OrgID)
		}
	}
	for _, w := range terms.ApplicationWindows() {
		if on < w.Opens || on > w.Closes {
			continue
		}
		open, err := e.untoldOf(q, terms.Ladder(policy.Window), w.Closes, w.Closes, on)
		if err != nil {
			return nil, err
		}
		for _, c := range waiting {
			if w.Takes(c.Item) && open(c.OrgID, models.WindowThing(w), w.Closes) {
				ids = append(ids, c.OrgID)
			}
		}
	}
	return ids, nil
}

// policyDue finds whoever has something open as the policy ends. Agencies that are short of recruits, which
// takes longer, are looked for on the first day of a step and after days without work.
func (e *Env) policyDue(q models.Query, terms models.DeadlineTerms, on policy.Date) (ids []int64, err error) {
	if terms.Last == 0 {
		return nil, nil
	}
	l := terms.Ladder(policy.PolicyEnd)
	step, ok := l.Step(terms.Last, on, e.Outbox.Hours.Workday)
	if !ok {
		return nil, nil
	}
	orgs, err := q.OpenClaimOrgs()
	if err != nil {
		return nil, err
	}
	last, err := q.LastSucceeded(remindersName, on)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return nil, err
	}
	workday := e.Outbox.Hours.Workday
	if was, before := l.Step(terms.Last, last.BusinessDate, workday); last.BusinessDate == 0 || !before || was != step || !workday(last.BusinessDate) {
		hiring, err := q.RecruitOrgs(terms.Last.Year(), terms.Recruits, on)
		if err != nil {
			return nil, err
		}
		orgs = append(orgs, hiring...)
	}
	open, err := e.untoldOf(q, l, terms.Last, terms.Last, on)
	for _, org := range orgs {
		if open(org, "policy", terms.Last) {
			ids = append(ids, org)
		}
	}
	return ids, err
}
