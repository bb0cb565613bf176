package policy_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

// The periods that cross holidays and make-up days, first day counted and not; the vectors were reckoned by hand from the State Council's notices.
func TestPublicityCountsWorkingDays(t *testing.T) {
	cal := policy.BuiltinCalendar()
	for _, c := range []struct {
		published      policy.Date
		days           int
		counted, civil policy.Date
	}{
		{20260212, 5, 20260225, 20260226}, // 14 February, a Saturday, is worked; 15 to 23 are off
		{20260430, 5, 20260509, 20260511}, // the last day is a Saturday that is worked
		{20260923, 5, 20260930, 20261008},
		{20260930, 5, 20261012, 20261013},
		{20251230, 5, 20260106, 20260107},
		{20260102, 5, 20260108, 20260108}, // published on a holiday: it does not count either way
		{20250926, 5, 20251009, 20251010},
		{20261123, 5, 20261127, 20261130},
		{20260212, 7, 20260227, 20260228},
	} {
		for start, want := range map[bool]policy.Date{true: c.counted, false: c.civil} {
			first, last, err := policy.PublicityRules{CountStartDay: start}.Span(cal, c.published, c.days)
			if err != nil || last != want {
				t.Errorf("published %s for %d days, first counted %v: last day %s, %v; want %s", c.published, c.days, start, last, err, want)
			}
			for _, d := range []policy.Date{first, last} {
				if work, err := cal.Workday(d); err != nil || !work {
					t.Errorf("%s is printed and is no working day", d)
				}
			}
		}
	}
}

// A period that reaches into a year nobody knows has no end, not a guessed one.
func TestPublicityDoesNotGuessAYear(t *testing.T) {
	for _, day := range []policy.Date{20261229, 20270104} {
		_, _, err := policy.DefaultPublicity().Span(policy.BuiltinCalendar(), day, 5)
		if unknown, ok := errors.AsType[*policy.UnknownYearError](err); !ok || unknown.Year != 2027 {
			t.Errorf("published on %s: %v", day, err)
		}
	}
}

func TestPublicityIsExactlySoManyWorkingDays(t *testing.T) {
	cal := policy.BuiltinCalendar()
	rapid.Check(t, func(t *rapid.T) {
		published := policy.Date(20240102).AddDays(rapid.IntRange(0, 900).Draw(t, "day"))
		n := rapid.IntRange(1, 30).Draw(t, "n")
		rules := policy.PublicityRules{CountStartDay: rapid.Bool().Draw(t, "counted")}
		first, last, err := rules.Span(cal, published, n)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := cal.CountWorkdays(first, last); err != nil || got != n {
			t.Fatalf("published %s: %s to %s are %d working days, want %d", published, first, last, got, n)
		}
		if first < published || !rules.CountStartDay && first == published {
			t.Fatalf("published %s begins %s", published, first)
		}
	})
}

func TestACodeLosesItsMiddle(t *testing.T) {
	for code, want := range map[string]string{"91330702MA2TE5T01Y": "913307********T01Y", "A": "A", "3307**********0010": "3307**********0010"[:6] + "********" + "0010"} {
		if got := policy.MaskCode(code); got != want {
			t.Errorf("%s: %s", code, got)
		}
	}
}
