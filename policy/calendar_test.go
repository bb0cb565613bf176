package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"duixian/policy"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/6tail/lunar-go/calendar"
	"pgregory.net/rapid"
)

// Two tables made by different people from the same notices: they must say the same of every day.
func TestCalendarAgreesWithLunarGo(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for d := policy.MustDate("2023-01-01"); d <= policy.MustDate("2026-12-31"); d = d.AddDays(1) {
		want := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		if h := HolidayUtil.GetHoliday(d.String()); h != nil {
			want = h.IsWork()
		}
		if got, err := cal.Workday(d); err != nil || got != want {
			t.Errorf("%s: workday %v (%v), want %v", d, got, err, want)
		}
	}
}

func TestWorkdaysPerYear(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for year, want := range map[int]int{2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		if got, err := cal.CountWorkdays(policy.NewDate(year, 1, 1), policy.NewDate(year, 12, 31)); err != nil || got != want {
			t.Errorf("%d: %d working days (%v), want %d", year, got, err, want)
		}
		if cal.Source(year) == "" {
			t.Errorf("%d names no notice", year)
		}
	}
	if got := cal.LastKnown(); got != policy.MustDate("2026-12-31") {
		t.Errorf("known to %s", got)
	}
}

func TestWorkdayPeriods(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for _, c := range []struct {
		from           string
		n              int
		counted, after string
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
		from := policy.MustDate(c.from)
		if got, err := cal.WorkdaysFrom(from, c.n); err != nil || got.String() != c.counted {
			t.Errorf("%d days from %s, the day counted: %s (%v), want %s", c.n, c.from, got, err, c.counted)
		}
		if got, err := cal.AddWorkdays(from, c.n); err != nil || got.String() != c.after {
			t.Errorf("%d days after %s: %s (%v), want %s", c.n, c.from, got, err, c.after)
		}
	}
}

func TestNextWorkday(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for from, want := range map[string]string{
		"2026-10-01": "2026-10-08", "2026-10-08": "2026-10-08", "2026-10-10": "2026-10-10", "2026-10-11": "2026-10-12",
	} {
		if got, err := cal.NextWorkday(policy.MustDate(from)); err != nil || got.String() != want {
			t.Errorf("%s: %s (%v), want %s", from, got, err, want)
		}
	}
	if got, err := cal.AddWorkdays(policy.MustDate("2026-10-08"), -1); err != nil || got.String() != "2026-09-30" {
		t.Errorf("one working day before: %s %v", got, err)
	}
}

func TestHolidayName(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for d, want := range map[string]string{"2026-10-01": "国庆节", "2026-10-10": "调休上班", "2026-10-11": "", "2023-09-29": "中秋节、国庆节"} {
		if got := cal.HolidayName(policy.MustDate(d)); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestUnknownYear(t *testing.T) {
	cal := policy.BuiltinCalendar()
	_, err := cal.AddWorkdays(policy.MustDate("2026-12-31"), 1)
	if e, ok := errors.AsType[*policy.UnknownYearError](err); !ok || e.Year != 2027 || !strings.Contains(err.Error(), "2027年") {
		t.Errorf("a period into 2027: %v", err)
	}
	if _, err := cal.Workday(policy.MustDate("2022-12-30")); err == nil {
		t.Error("2022 is not in the table either")
	}
	if got, err := cal.NextWorkday(policy.MustDate("2026-12-31")); err != nil || got.String() != "2026-12-31" {
		t.Errorf("the last known day is known: %s %v", got, err)
	}
	assumed := cal.Assume()
	if got, err := assumed.AddWorkdays(policy.MustDate("2026-12-31"), 1); err != nil || got.String() != "2027-01-04" || !assumed.Assumed(got) {
		t.Errorf("assumed: %s %v", got, err)
	}
	if assumed.Assumed(policy.MustDate("2026-12-31")) {
		t.Error("a known year is not provisional")
	}
}

func TestAssumedStatutoryDays(t *testing.T) {
	cal := policy.BuiltinCalendar().Assume()
	for year := 2027; year <= 2040; year++ {
		off := map[policy.Date]string{}
		add := func(name string, d *calendar.Solar, from, to int) {
			day := policy.NewDate(d.GetYear(), time.Month(d.GetMonth()), d.GetDay())
			for i := from; i <= to; i++ {
				off[day.AddDays(i)] = name
			}
		}
		add("春节", calendar.NewLunarFromYmd(year, 1, 1).GetSolar(), -1, 2)
		add("清明节", calendar.NewLunarFromYmd(year, 3, 1).GetJieQiTable()["清明"], 0, 0)
		add("端午节", calendar.NewLunarFromYmd(year, 5, 5).GetSolar(), 0, 0)
		add("中秋节", calendar.NewLunarFromYmd(year, 8, 15).GetSolar(), 0, 0)
		add("元旦", calendar.NewSolarFromYmd(year, 1, 1), 0, 0)
		add("劳动节", calendar.NewSolarFromYmd(year, 5, 1), 0, 1)
		add("国庆节", calendar.NewSolarFromYmd(year, 10, 1), 0, 2)
		for d := policy.NewDate(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			work, err := cal.Workday(d)
			weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			if err != nil || work == (weekend || off[d] != "") || cal.HolidayName(d) != off[d] {
				t.Errorf("%s: work %v, %q, want %q (%v)", d, work, cal.HolidayName(d), off[d], err)
			}
		}
	}
}

func TestCalendarRefuses(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"an empty year":     {"years: {2027: {source: 通知, off: []}}", "2027年缺少"},
		"no source":         {"years: {2027: {off: [{name: 元旦, from: 2027-01-01, to: 2027-01-01}]}}", "2027年缺少"},
		"a day of another":  {"years: {2027: {source: 通知, off: [{name: 元旦, from: 2026-01-01, to: 2027-01-01}]}}", "起止日期"},
		"a make-up weekday": {"years: {2027: {source: 通知, off: [{name: 元旦, from: 2027-01-01, to: 2027-01-01}], work: [2027-01-05]}}", "2027-01-05"},
		"a make-up feast":   {"years: {2027: {source: 通知, off: [{name: 元旦, from: 2027-01-01, to: 2027-01-03}], work: [2027-01-03]}}", "2027-01-03"},
		"an unknown key":    {"years: {2027: {sauce: 通知}}", "sauce"},
		"a day that is not": {"years: {2027: {source: 通知, off: [{name: 元旦, from: 2027-02-30, to: 2027-03-01}]}}", "2027-02-30"},
		"something else":    {"[]", "工作日历"},
	} {
		if _, err := policy.ParseCalendar([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWorkdayArithmetic(t *testing.T) {
	cal := policy.BuiltinCalendar()
	rapid.Check(t, func(t *rapid.T) {
		d := policy.MustDate("2023-06-01").AddDays(rapid.IntRange(0, 1000).Draw(t, "d"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		e, err := cal.AddWorkdays(d, n)
		if err != nil {
			t.Fatal(err)
		}
		if count, _ := cal.CountWorkdays(d.AddDays(1), e); count != n {
			t.Fatalf("%s to %s holds %d working days, not %d", d, e, count, n)
		}
		if back, _ := cal.AddWorkdays(e, -n); back > d {
			t.Fatalf("%d working days back from %s is %s, after %s", n, e, back, d)
		}
	})
}
