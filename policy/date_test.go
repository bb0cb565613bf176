package policy_test

import (
	"testing"
	"time"

	"duixian/policy"

	"pgregory.net/rapid"
)

func drawDate(t *rapid.T, label string) policy.Date {
	return policy.MustDate("2000-01-01").AddDays(rapid.IntRange(0, 20000).Draw(t, label))
}

func TestCorrespondingDay(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2025-08-31", 6, "2026-02-28"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2023-10-01", 12, "2024-10-01"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2024-01-15", -13, "2022-12-15"},
	} {
		if got := policy.MustDate(c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s plus %d months is %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"", "2023-02-29", "2024-6-3", "2024-13-01", "20240630", "2024-06-30T00:00:00Z"} {
		if d, err := policy.ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "d")
		n := rapid.IntRange(-3000, 3000).Draw(t, "n")
		e := d.AddDays(n)
		if d.DaysUntil(e) != n || (d < e) != (n > 0) {
			t.Fatalf("%s and %s are not %d days apart", d, e, n)
		}
		if back, err := policy.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s came back as %s, %v", d, back, err)
		}
		m := rapid.IntRange(-100, 100).Draw(t, "m")
		moved := d.AddMonths(m)
		if moved.Month().Index()-d.Month().Index() != m || moved.Day() > d.Day() {
			t.Fatalf("%s plus %d months is %s", d, m, moved)
		}
		if policy.DateOf(d.At(0, 0)) != d || policy.DateOf(d.At(23, 59)) != d {
			t.Fatalf("%s is another day in Shanghai", d)
		}
		if moved.Day() != d.Day() && moved != moved.Month().Last() {
			t.Fatalf("%s plus %d months is %s, not the month's last day", d, m, moved)
		}
	})
}

func TestMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawDate(t, "d").Month()
		n := rapid.IntRange(-500, 500).Draw(t, "n")
		if m.Add(n).Index()-m.Index() != n || m.Add(n).Add(-n) != m {
			t.Fatalf("%s plus %d is %s", m, n, m.Add(n))
		}
		if back, err := policy.ParseMonth(m.String()); err != nil || back != m {
			t.Fatalf("%s came back as %s, %v", m, back, err)
		}
		if m.First().Month() != m || m.Last().Month() != m || m.Last().AddDays(1).Month() != m.Add(1) {
			t.Fatalf("%s: %s to %s", m, m.First(), m.Last())
		}
	})
}

func TestInstant(t *testing.T) {
	// 2026-03-01 00:30 in Shanghai is still February in UTC.
	i := policy.InstantOf(time.Date(2026, 2, 28, 16, 30, 0, 999_999, time.UTC))
	if i.Date() != policy.MustDate("2026-03-01") || i.Text() != "2026年3月1日 00:30" || i.Stamp() != "2026-03-01 00:30" {
		t.Errorf("%s %s %s", i.Date(), i.Text(), i.Stamp())
	}
	if i.Add(time.Second)-i != 1000 {
		t.Error("an instant counts milliseconds")
	}
}
