package notifications_test

import (
	"testing"

	"duixian/notifications"
)

func TestMorningsAndWorkingHours(t *testing.T) {
	h := hours()
	for _, c := range []struct{ now, own, morning, open, why string }{
		{"2026-02-12 02:00", "", "2026-02-12 08:30", "2026-02-12 08:30", "a working night"},
		{"2026-02-12 08:20", "", "2026-02-13 08:30", "2026-02-12 08:30", "the digest of the day is closed"},
		{"2026-02-12 09:00", "", "2026-02-13 08:30", "2026-02-12 09:00", "after the morning"},
		{"2026-02-12 18:00", "", "2026-02-13 08:30", "2026-02-13 08:30", "the evening is over"},
		{"2026-02-13 20:00", "", "2026-02-14 08:30", "2026-02-14 08:30", "a worked Saturday before the Spring Festival"},
		{"2026-02-14 20:00", "", "2026-02-24 08:30", "2026-02-24 08:30", "the Spring Festival"},
		{"2026-02-12 02:00", "10:15", "2026-02-12 10:15", "2026-02-12 08:30", "the person's own hour"},
		{"2026-02-12 02:00", "03:00", "2026-02-12 08:30", "2026-02-12 08:30", "an own hour in the night does not count"},
		{"2026-02-12 02:00", "soon", "2026-02-12 08:30", "2026-02-12 08:30", "nor does nonsense"},
		{"2031-05-01 02:00", "", "2031-05-01 08:30", "2031-05-01 08:30", "an unknown year counts Monday to Friday: a Thursday"},
		{"2031-05-02 20:00", "", "2031-05-05 08:30", "2031-05-05 08:30", "and leaves out its weekends"},
	} {
		if got := h.NextMorning(at(c.now), c.own); got != at(c.morning) {
			t.Errorf("%s: next morning after %s is %s, want %s", c.why, c.now, got.Text(), c.morning)
		}
		if got := h.NextOpen(at(c.now)); got != at(c.open) {
			t.Errorf("%s: next open after %s is %s, want %s", c.why, c.now, got.Text(), c.open)
		}
	}
	h.Morning, h.Evening = notifications.Clock(7*60), notifications.Clock(20*60)
	if got := h.NextOpen(at("2026-02-12 19:59")); got != at("2026-02-12 19:59") {
		t.Errorf("configured hours are not kept: %s", got.Text())
	}
}
