package notifications_test

import (
	"testing"

	"pgregory.net/rapid"

	"duixian/notifications"
	"duixian/policy"
)

// What waits at which point of the month, as the bureau would tell it.
func TestPaceOfTheMonth(t *testing.T) {
	for _, c := range []struct {
		used, limit int64
		day         policy.Date
		matters     bool
		want        notifications.Pace
	}{
		{0, 5000, 20260301, false, notifications.InFull},
		{3499, 5000, 20260301, false, notifications.InFull}, // below 70 per cent nobody looks at the calendar
		{3500, 5000, 20260302, false, notifications.Neutral},
		{3500, 5000, 20260321, false, notifications.Neutral}, // 21/31 of the month for 70 per cent: ahead of it
		{3500, 5000, 20260322, false, notifications.InFull},  // 22/31: behind it
		{4499, 5000, 20260331, false, notifications.InFull},
		{4500, 5000, 20260331, false, notifications.Neutral},
		{4899, 5000, 20260331, false, notifications.Neutral},
		{4900, 5000, 20260331, false, notifications.NextMonth},
		{6000, 5000, 20260331, false, notifications.NextMonth},
		{6000, 5000, 20260331, true, notifications.InFull},
		{6000, 0, 20260331, false, notifications.InFull},
		{3500, 5000, 20260220, false, notifications.InFull}, // February is shorter: 20/28
	} {
		a := notifications.Allowance{Used: c.used, Limit: c.limit, Month: c.day.Month(), Day: c.day}
		if got := a.Pace(c.matters); got != c.want {
			t.Errorf("%d of %d on %s, matters %v: %d, want %d", c.used, c.limit, c.day, c.matters, got, c.want)
		}
	}
}

// More use never lets more through, a later day never less; what matters is never held back.
func TestPaceIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := notifications.Allowance{
			Limit: rapid.Int64Range(1, 1_000_000).Draw(t, "limit"), Month: 202603, Day: policy.NewDate(2026, 3, rapid.IntRange(1, 30).Draw(t, "day")),
		}
		a.Used = rapid.Int64Range(0, 2*a.Limit).Draw(t, "used")
		more, later := a, a
		more.Used += rapid.Int64Range(0, a.Limit).Draw(t, "more")
		later.Day = later.Day.AddDays(1)
		if more.Pace(false) < a.Pace(false) || later.Pace(false) > a.Pace(false) || more.Pace(true) != notifications.InFull {
			t.Fatalf("%+v: %d; more used %d; a day later %d", a, a.Pace(false), more.Pace(false), later.Pace(false))
		}
		if a.Last() >= a.Limit && a.Limit > 1 {
			t.Fatalf("nothing is kept for what matters: %d of %d", a.Last(), a.Limit)
		}
	})
}
