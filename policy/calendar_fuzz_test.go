package policy_test

import (
	"os"
	"strings"
	"testing"

	"duixian/policy"
)

// FuzzCalendar: whatever a calendar file holds, it is refused in words, or every day of the years it names has an answer.
func FuzzCalendar(f *testing.F) {
	data, err := os.ReadFile("calendar/state-council.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, text := range []string{
		"years:\n  2030:\n    source: 示例通知\n    off:\n      - {name: 元旦, from: 2030-01-01, to: 2030-01-03}\n    work: [2030-01-06]\n",
		"years: {2030: {source: x, off: [{name: x, from: 2030-01-01, to: 2029-01-01}]}}", "years: {99999999: {source: x, off: [{name: x, from: 2030-01-01, to: 2030-12-31}]}}",
		"years: &a {2030: *a}", "a: &a [x, x]\nb: &b [*a, *a]\nyears: *b\n", "years: []", "\x00", "years: {-1: {}}", "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := policy.ParseCalendar(data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "工作日历：") {
				t.Errorf("the error does not say what it is about: %v", err)
			}
			return
		}
		for year := 2020; year <= 2035; year++ {
			if !c.Known(year) {
				continue
			}
			for d := policy.Date(year*10000 + 101); d.Year() == year; d = d.AddDays(1) {
				if _, err := c.Workday(d); err != nil {
					t.Fatalf("%d is known, and %s is not: %v", year, d, err)
				}
			}
		}
		if last := c.LastKnown(); last != 0 && !c.Known(last.Year()) {
			t.Errorf("the last known day %s is of a year that is not known", last)
		}
	})
}
