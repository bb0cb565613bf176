package main

import "testing"

func TestWorkingDaysPerYear(t *testing.T) {
	c := newCalendar()
	for year, want := range map[string]int{"2023": 249, "2024": 251, "2025": 248, "2026": 248} {
		n := 0
		for d := day(year + "-01-01"); d <= day(year+"-12-31"); d = d.next() {
			if c.workday(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%s has %d working days, want %d", year, n, want)
		}
	}
}

// The last day of a period of n working days when its first day counts, and when it does not.
func TestPeriods(t *testing.T) {
	c := newCalendar()
	end := func(d day, n int, countsFirst bool) day {
		if !countsFirst {
			d = d.next()
		}
		for ; ; d = d.next() {
			if c.workday(d) {
				n--
			}
			if n == 0 {
				return d
			}
		}
	}
	for _, v := range []struct {
		from           day
		n              int
		counted, after day
	}{
		{"2026-02-12", 5, "2026-02-25", "2026-02-26"},
		{"2026-04-30", 5, "2026-05-09", "2026-05-11"},
		{"2026-09-23", 5, "2026-09-30", "2026-10-08"},
		{"2026-09-30", 5, "2026-10-12", "2026-10-13"},
		{"2025-12-30", 5, "2026-01-06", "2026-01-07"},
		{"2026-01-02", 5, "2026-01-08", "2026-01-08"},
		{"2025-09-26", 5, "2025-10-09", "2025-10-10"},
		{"2026-11-23", 5, "2026-11-27", "2026-11-30"},
		{"2026-02-12", 7, "2026-02-27", "2026-02-28"},
	} {
		if got := end(v.from, v.n, true); got != v.counted {
			t.Errorf("%d days from %s end on %s, want %s", v.n, v.from, got, v.counted)
		}
		if got := end(v.from, v.n, false); got != v.after {
			t.Errorf("%d days after %s end on %s, want %s", v.n, v.from, got, v.after)
		}
	}
}

func TestYearWithoutNotice(t *testing.T) {
	c := newCalendar()
	for d, want := range map[day]bool{
		"2027-02-04": true, "2027-02-05": false, "2027-02-08": false, "2027-02-09": true, // 春节 is 2027-02-06
		"2027-10-01": false, "2027-10-04": true, "2027-05-03": true, "2027-05-02": false,
	} {
		if c.workday(d) != want {
			t.Errorf("workday(%s) = %v", d, !want)
		}
	}
}

func TestCorrespondingDay(t *testing.T) {
	if got := day("2024-02-29").addYears(1); got != "2025-02-28" {
		t.Errorf("a year after 2024-02-29 is %s", got)
	}
	if got := fiveYears("2023-09-01"); got.to != "2028-08-31" {
		t.Errorf("the policy ends on %s", got.to)
	}
}
