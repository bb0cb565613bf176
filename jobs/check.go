package jobs

import (
	"context"
	"fmt"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// Check runs every invariant that this program knows: those the database answers by itself and those that need the rules and the schedules. It
// writes nothing.
func (r *Runner) Check(ctx context.Context, now policy.Instant) ([]models.CheckResult, error) {
	q := r.env.Store.Read(ctx)
	out, err := q.Check(now, r.env.lastMorning(now))
	if err != nil {
		return nil, err
	}
	for _, more := range []func(models.Query, policy.Instant) (models.CheckResult, error){r.checkRecompute, r.checkKnownMonths, r.checkSlots, r.checkNights} {
		c, err := more(q, now)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// lastMorning is the last working morning that is over. A year that is not known counts Monday to Friday, as for sending.
func (e *Env) lastMorning(now policy.Instant) policy.Instant {
	for day := now.Add(-time.Hour).Date(); ; day = day.AddDays(-1) {
		at := policy.InstantOf(day.At(morningHour, morningMinute))
		if at < now.Add(-time.Hour) && e.Outbox.Hours.Open(policy.InstantOf(day.At(12, 0))) {
			return at
		}
	}
}

// checkRecompute: a decision recomputed from its stored facts gives the same bytes. Decisions of other rule versions than today's cannot be
// recomputed by this program and are not counted.
func (r *Runner) checkRecompute(q models.Query, _ policy.Instant) (models.CheckResult, error) {
	c := models.CheckResult{No: "20", Title: "审核结论可以逐字重算"}
	for after := int64(0); ; {
		page, err := q.DecisionsAfter(after, 1000)
		if err != nil || len(page) == 0 {
			return c, err
		}
		for _, d := range page {
			after = d.ID
			if d.PolicyVersion != r.env.Book.Version {
				continue
			}
			c.Examined++
			if same, err := r.recompute(q, d); err != nil || !same {
				c.Findings = append(c.Findings, fmt.Sprintf("审核结论 #%d 重算的结果与当时不同（%v）", d.ID, err))
			}
		}
	}
}

func (r *Runner) recompute(q models.Query, d models.Decision) (bool, error) {
	in, err := inputsOf(d)
	if err != nil {
		return false, err
	}
	claim, err := q.Claim(d.ClaimID)
	if err != nil {
		return false, err
	}
	item := claim.Item
	if stored, err := decisionOf(d); err == nil {
		item = stored.Item
	}
	answer, err := r.env.Book.Assess(item, in.Facts, in.Options(d.EffectiveFrom))
	if err != nil {
		return false, err
	}
	answer = awaitMonths(answer, in.Unknown)
	return string(answer.JSON()) == d.Result, nil
}

// checkSlots: every expected slot of a job since it was first seen has a row, each by the line that was in force.
func (r *Runner) checkSlots(q models.Query, now policy.Instant) (models.CheckResult, error) {
	c := models.CheckResult{No: "24b", Title: "每个预定时点都有记录"}
	lines, err := q.JobSchedules()
	if err != nil {
		return c, err
	}
	settings, err := q.JobSettings()
	if err != nil {
		return c, err
	}
	for _, j := range r.jobs {
		periods := lines[j.Name]
		if first := settings[j.Name].FirstSlotAt; len(periods) == 0 && first > 0 { // from before lines were kept
			periods = []models.JobSchedule{{Job: j.Name, Since: first, Line: j.Schedule, Every: j.Every, FromYear: j.From}}
		}
		have, err := q.SlotTimes(j.Name)
		if err != nil {
			return c, err
		}
		last, there := policy.Instant(0), map[policy.Instant]bool{}
		for _, at := range have {
			there[at], last = true, max(last, at)
		}
		for i, p := range periods {
			until := min(last, now)
			if i+1 < len(periods) {
				until = min(until, periods[i+1].Since-1)
			}
			schedule, err := ParseSchedule(p.Line, p.Every, p.FromYear)
			if err != nil {
				c.Findings = append(c.Findings, fmt.Sprintf("任务 %s 自%s起的执行时间读不懂：%v", j.Name, p.Since.Text(), err))
				continue
			}
			for at := schedule.Next(p.Since - 1); at != 0 && at <= until; at = schedule.Next(at) {
				c.Examined++
				if !there[at] {
					c.Findings = append(c.Findings, fmt.Sprintf("任务 %s 缺少 %s 的记录", j.Name, at.Text()))
				}
			}
		}
	}
	return c, nil
}

// checkNights: nothing but what is urgent was handed over at night, from 21:00 to 7:00, whatever the hours of the house were at the time.
func (r *Runner) checkNights(q models.Query, _ policy.Instant) (models.CheckResult, error) {
	c := models.CheckResult{No: "38", Title: "夜间不发非紧急通知"}
	hours := r.env.Outbox.Hours
	morning, evening := min(hours.Morning, 7*60), max(hours.Evening, 21*60)
	if hours.Morning == 0 {
		morning = 7 * 60
	}
	err := q.EachCalmTry(func(notice int64, at policy.Instant) {
		c.Examined++
		t := at.Time().In(policy.Shanghai)
		if clock := notifications.Clock(t.Hour()*60 + t.Minute()); (clock < morning || clock > evening+10) && len(c.Findings) < 20 { // what began before the evening may take some minutes
			c.Findings = append(c.Findings, fmt.Sprintf("通知 #%d 并不紧急，却在%s发出", notice, at.Text()))
		}
	})
	return c, err
}
