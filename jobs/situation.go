package jobs

import (
	"context"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Situation is what officials want to know at now: what happened since the last morning report (since the one before it,
// when today's is out already) and how things stand. With a day it is what happened until that day's morning.
func (r *Runner) Situation(ctx context.Context, on policy.Date, now policy.Instant) (models.Situation, error) {
	q := r.env.Store.Read(ctx)
	if on != 0 && on != now.Date() {
		to := r.env.morningOf(on)
		if to > now {
			return models.Situation{}, models.E(models.Invalid, "%s还没有到", on.Text())
		}
		return r.env.situation(q, r.env.lastMorning(to), to)
	}
	from, err := r.env.stretch(q, now)
	if err != nil {
		return models.Situation{}, err
	}
	return r.env.situation(q, from, now)
}

// stretch is since when the officials have not been told, seen by one who asks at now: today's report does not count, it
// is part of the answer.
func (e *Env) stretch(q models.Query, now policy.Instant) (policy.Instant, error) {
	from, to, err := q.Reported()
	switch {
	case err != nil:
		return 0, err
	case to == 0 || to > now: // the first, or a clock that was set back
		return e.lastMorning(now), nil
	case to.Date() == now.Date():
		return from, nil
	}
	return to, nil
}

func (e *Env) morningOf(d policy.Date) policy.Instant {
	return policy.InstantOf(d.At(morningHour, morningMinute))
}

// situation is the query with the words that models does not know.
func (e *Env) situation(q models.Query, from, to policy.Instant) (models.Situation, error) {
	s, err := q.Situation(from, to)
	if err != nil {
		return s, err
	}
	day := to.Date()
	s.DayOff, s.Provisional = e.dayOff(day), !e.Calendar.Known(day.Year())
	s.Ran = slices.DeleteFunc(s.Ran, func(c models.JobCount) bool { // an anchor has a line of its own, and a house without a standing approval hears nothing of it
		return c.Job == morningReportName || c.Job == auditAnchorName || c.Job == standingName && len(s.Standings) == 0
	})
	s.Waiting = slices.DeleteFunc(s.Waiting, func(r models.RunTrace) bool { return r.Job == morningReportName })
	s.Skipped = slices.DeleteFunc(s.Skipped, func(c models.JobCount) bool { // a report that did not come is made good by this one
		return c.Reason == models.SkippedDayOff || c.Job == morningReportName && c.Reason != models.SkippedPaused ||
			c.Job == auditAnchorName && c.Reason == models.SkippedTooOld // the next anchor vouches for all that lies before it
	})
	slices.SortStableFunc(s.Ran, func(a, b models.JobCount) int { return e.order(a.Job) - e.order(b.Job) })
	slices.SortStableFunc(s.Skipped, func(a, b models.JobCount) int { return e.order(a.Job) - e.order(b.Job) })
	for _, list := range [][]models.JobCount{s.Ran, s.Skipped} {
		for i := range list {
			list[i].Title = e.title(list[i].Job)
		}
	}
	for _, list := range [][]models.RunTrace{s.Failed, s.Waiting} {
		for i := range list {
			list[i].Title = e.title(list[i].Job)
		}
	}
	for i := range s.Paused {
		s.Paused[i].Title = e.title(s.Paused[i].Job)
	}
	for _, list := range [][]models.ReasonSum{s.Held, s.HeldParts, s.HeldClaims} {
		for i := range list {
			list[i].Why, _ = e.holdText(list[i].Reason)
		}
	}
	if err := e.overdue(q, &s); err != nil {
		return s, err
	}
	for _, j := range e.jobs { // what comes every day is no news
		if at := j.next(to); at != 0 && at.Date() <= s.ComingBy && j.next(at) > at.Add(rare) {
			s.Soon = append(s.Soon, models.SlotTrace{Job: j.Name, Title: j.Title, At: at})
		}
	}
	return s, nil
}

// overdue adds the slots that should have a row and have none: of each job the first.
func (e *Env) overdue(q models.Query, s *models.Situation) error {
	settings, err := q.JobSettings()
	if err != nil || s.Stop != "" {
		return err
	}
	slots, err := q.LastSlots()
	if err != nil {
		return err
	}
	for _, j := range e.jobs {
		if at := j.unrecorded(settings, slots); at != 0 && at <= s.To.Add(-graceLate) {
			s.Overdue = append(s.Overdue, models.SlotTrace{Job: j.Name, Title: j.Title, At: at})
		}
	}
	return nil
}

// unrecorded is the first slot of a job that has no row, 0 when it may not be expected: nobody has seen the job yet, or it is
// paused.
func (j *entry) unrecorded(settings map[string]models.JobSetting, slots map[string]policy.Instant) policy.Instant {
	set, seen := settings[j.Name]
	if !seen || set.Paused {
		return 0
	}
	return j.next(max(slots[j.Name], set.FirstSlotAt-1))
}

func (e *Env) title(job string) string {
	for _, j := range e.jobs {
		if j.Name == job {
			return j.Title
		}
	}
	return job // of another version
}

func (e *Env) order(job string) int {
	return slices.IndexFunc(e.jobs, func(j *entry) bool { return j.Name == job })
}
