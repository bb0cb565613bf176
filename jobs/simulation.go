package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Simulation plays years in seconds: every slot of every job in order, each at its own hour of a virtual clock, with two officials who
// come to the office on working days. It uses the same runner, jobs and database code as the service; only the clock differs.
type Simulation struct {
	Runner   *Runner // made with Env.Now = Simulation.Now and NoHeartbeat
	Env      *Env
	From, To policy.Date
	Maker    models.Actor // submits what there is to submit
	Checker  models.Actor // approves on the next working day
	// Treasurer sends approved batches to a treasury that answers after some working days; without one nothing is paid and what is due stays due.
	Treasurer models.Actor
	// Deliver sends the notices that are due; nil sends none.
	Deliver func(ctx context.Context, now policy.Instant) error
	// Rounds has the officials hold the ratings of the years that are configured, and the selections after them.
	Rounds bool
	// Idle keeps the officials at home: nothing is submitted or approved.
	Idle bool
	// Progress is called at the start of each month; may be nil.
	Progress func(m policy.Month)

	now policy.Instant
}

// office is when the officials act, and morning when notices go out.
const (
	officeHour, officeMinute   = 9, 30
	morningHour, morningMinute = 8, 30
)

// Now is the virtual clock.
func (s *Simulation) Now() time.Time { return s.now.Time() }

// SetClock moves the virtual clock.
func (s *Simulation) SetClock(now policy.Instant) { s.now = now }

// Play runs from the first day to the end of the last. It stops with *policy.UnknownYearError at a year whose working days are not known, unless
// the calendar assumes them.
func (s *Simulation) Play(ctx context.Context) error {
	s.now = policy.InstantOf(s.From.At(0, 0)) - 1
	if err := s.Runner.Tick(ctx, s.now); err != nil { // jobs are first seen now: nothing before is caught up
		return err
	}
	month := policy.Month(0)
	for day := s.From; day <= s.To; day = day.AddDays(1) {
		if day.Month() != month {
			month = day.Month()
			if s.Progress != nil {
				s.Progress(month)
			}
		}
		work, err := s.Env.Calendar.Workday(day)
		if err != nil {
			return err
		}
		if err := s.slotsUntil(ctx, policy.InstantOf(day.At(morningHour, morningMinute))); err != nil {
			return err
		}
		if work {
			if err := s.morning(ctx, day); err != nil {
				return fmt.Errorf("%s: %w", day.Text(), err)
			}
		}
		if err := s.slotsUntil(ctx, policy.InstantOf(day.AddDays(1).At(0, 0))-1); err != nil {
			return err
		}
	}
	return nil
}

// slotsUntil plays the slots up to an instant.
func (s *Simulation) slotsUntil(ctx context.Context, until policy.Instant) error {
	for {
		next := s.Runner.NextSlot(s.now)
		if next == 0 || next > until {
			s.now = until
			return ctx.Err()
		}
		s.now = next
		if err := s.Runner.Tick(ctx, s.now); err != nil {
			return fmt.Errorf("%s: %w", next.Text(), err)
		}
	}
}

// morning is a working day: what is due is told, yesterday's plans are approved, today's are submitted.
func (s *Simulation) morning(ctx context.Context, day policy.Date) error {
	if s.Deliver != nil {
		if err := s.Deliver(ctx, s.now); err != nil {
			return err
		}
	}
	if err := s.slotsUntil(ctx, policy.InstantOf(day.At(officeHour, officeMinute))); err != nil {
		return err
	}
	if s.Idle {
		return nil
	}
	if err := s.allow(ctx, day); err != nil {
		return err
	}
	if err := s.treasury(ctx, day); err != nil {
		return fmt.Errorf("拨付: %w", err)
	}
	waiting, err := s.Env.Store.Read(ctx).ApprovalsIn(models.ApprovalPending)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if a.SubmittedAt.Date() == day {
			continue
		}
		if _, err := s.Runner.approve(ctx, s.Checker, a.ID, s.now); err != nil {
			return fmt.Errorf("审批送审 #%d: %w", a.ID, err)
		}
	}
	if err := s.publish(ctx, day); err != nil {
		return err
	}
	if s.Rounds {
		if err := s.holdRounds(ctx, day); err != nil {
			return err
		}
	}
	for _, job := range s.Runner.jobs {
		if job.Draft == nil || job.Name == paymentBatchName && s.Treasurer.Member == "" {
			continue
		}
		draft, err := job.Draft(ctx, s.Env, day, nil)
		if code := models.CodeOf(err); code == models.Conflict || code == models.Invalid {
			continue // it asks for what only people can say: which objection, an opinion that is missing
		}
		if err != nil {
			return fmt.Errorf("%s 方案: %w", job.Title, err)
		}
		if len(draft.Lines) == 0 {
			continue
		}
		if _, err := s.Runner.SubmitDraft(ctx, s.Maker, draft, s.now); err != nil && models.CodeOf(err) != models.Conflict {
			return fmt.Errorf("%s 送审: %w", job.Title, err)
		}
	}
	return errors.Join(ctx.Err())
}

// publish records the publication of each list that waits for one: the officials of a simulation have put it up. A round's list waits for the day that the
// round has for it.
func (s *Simulation) publish(ctx context.Context, day policy.Date) error {
	q := s.Env.Store.Read(ctx)
	waiting, err := q.Publicities(1000, models.PublicityPlanned)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		if p.SubjectKind == SubjectRound {
			r, err := q.RoundByID(p.SubjectID)
			if err != nil {
				return err
			}
			if day < r.PublicityFrom {
				continue
			}
		}
		params := models.Params{"publicity": fmt.Sprint(p.ID), "where": "模拟公告栏"}
		if _, err := s.Runner.RunFor(ctx, s.Maker, PublicityStart, params, 0, s.now.Add(time.Duration(p.ID)*time.Millisecond)); err != nil {
			return fmt.Errorf("登记公示 #%d: %w", p.ID, err)
		}
	}
	return nil
}

// allow lets go on what was held because it would do far more than usual: the officials of a simulation have looked.
func (s *Simulation) allow(ctx context.Context, day policy.Date) error {
	held, err := s.Env.Store.Read(ctx).HeldVolumes(day)
	if err != nil {
		return err
	}
	for _, v := range held {
		if _, _, err := s.Runner.Allow(ctx, s.Maker, v.RunID, s.now); err != nil && models.CodeOf(err) != models.Conflict {
			return fmt.Errorf("放行 #%d: %w", v.RunID, err)
		}
	}
	return nil
}
