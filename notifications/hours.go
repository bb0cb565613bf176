package notifications

import (
	"fmt"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Clock is a time of day in minutes after midnight, Shanghai.
type Clock int

// ParseClock reads 08:30.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, models.E(models.Invalid, "时刻 %q 应写作 08:30 的样子", s)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// String is 08:30.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

func (c Clock) on(d policy.Date) policy.Instant {
	return policy.InstantOf(d.At(int(c)/60, int(c)%60))
}

// The hours of a house that says nothing else.
const (
	DefaultMorning Clock = 8*60 + 30
	DefaultEvening Clock = 18 * 60
)

// lead is how long before the morning its digest is closed: what is told while it goes out waits for the next one,
// so that nobody gets two the same morning.
const lead = 15 * time.Minute

// Hours are when people may be spoken to. A year whose calendar is not known counts Monday to Friday as working days;
// that is good enough for a message and for nothing else.
type Hours struct {
	Calendar         *policy.Calendar
	Morning, Evening Clock // both 0 = the defaults
}

func (h Hours) morning() Clock {
	if h.Morning == 0 {
		return DefaultMorning
	}
	return h.Morning
}

func (h Hours) evening() Clock {
	if h.Evening == 0 {
		return DefaultEvening
	}
	return h.Evening
}

// Workday reports whether people work on a day.
func (h Hours) Workday(d policy.Date) bool {
	if work, err := h.Calendar.Workday(d); err == nil {
		return work
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Open reports whether it is a working day between morning and evening.
func (h Hours) Open(now policy.Instant) bool {
	d := now.Date()
	return now >= h.morning().on(d) && now < h.evening().on(d) && h.Workday(d)
}

// NextOpen is now when it is open, else the next working morning.
func (h Hours) NextOpen(now policy.Instant) policy.Instant {
	if h.Open(now) {
		return now
	}
	return h.next(now, h.morning())
}

// NextMorning is the next working morning whose digest is not closed yet. A person's own hour counts when it lies
// within the house's hours.
func (h Hours) NextMorning(now policy.Instant, own string) policy.Instant {
	at := h.morning()
	if c, err := ParseClock(own); err == nil && c > at && c < h.evening() {
		at = c
	}
	return h.next(now.Add(lead), at)
}

// next is the first working day's hour at or after now.
func (h Hours) next(now policy.Instant, at Clock) policy.Instant {
	d := now.Date()
	for now > at.on(d) || !h.Workday(d) {
		d = d.AddDays(1)
	}
	return at.on(d)
}

func (h Hours) due(t Timing, now policy.Instant, own string) policy.Instant {
	switch t {
	case Morning:
		return h.NextMorning(now, own)
	case Daytime:
		return h.NextOpen(now)
	}
	return now
}
