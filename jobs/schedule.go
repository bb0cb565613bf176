package jobs

import (
	"time"

	"github.com/robfig/cron/v3"

	"duixian/policy"
)

// Schedule is when a job runs: a cron line in Asia/Shanghai, whatever the machine's zone, and, as cron has no years,
// the years in which it counts. The zero Schedule never fires.
type Schedule struct {
	line        string
	spec        *cron.SpecSchedule
	every, from int
}

// Next is the first slot after an instant, 0 when there is none.
func (s Schedule) Next(after policy.Instant) policy.Instant {
	if s.spec == nil {
		return 0
	}
	for t := after.Time(); ; {
		t = s.spec.Next(t)
		if t.IsZero() { // only for lines that ParseSchedule refuses
			return 0
		}
		year := s.year(t.Year())
		if year == t.Year() {
			return policy.InstantOf(t)
		}
		t = policy.NewDate(year, time.January, 1).At(0, 0).Add(-time.Second)
	}
}

// year is the first year from y on in which the job runs.
func (s Schedule) year(y int) int {
	if s.every == 0 {
		return y
	}
	if y <= s.from {
		return s.from
	}
	return y + (s.every-(y-s.from)%s.every)%s.every
}

// Slots lists the slots after one instant up to and including another.
func (s Schedule) Slots(after, until policy.Instant) []policy.Instant {
	var slots []policy.Instant
	for at := s.Next(after); at != 0 && at <= until; at = s.Next(at) {
		slots = append(slots, at)
	}
	return slots
}

// On lists the slots of a civil day.
func (s Schedule) On(day policy.Date) []policy.Instant {
	first := policy.InstantOf(day.At(0, 0))
	return s.Slots(first-1, policy.InstantOf(day.AddDays(1).At(0, 0))-1)
}
