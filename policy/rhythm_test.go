package policy_test

import (
	"strings"
	"testing"

	"duixian/policy"
)

func TestARoundIsHeldInItsYearsAlone(t *testing.T) {
	r := policy.DefaultRhythm
	r.FirstYear = 2024
	for _, c := range []struct {
		year    int
		last    policy.Date
		refused string // empty: planned
	}{
		{2024, 0, ""},
		{2026, 20280831, ""},
		{2028, 20280831, ""},
		{2028, 20280731, ""},
		{2028, 20280730, "晚于政策有效期的最后一天2028年7月30日"},
		{2025, 0, "最近的是2024年和2026年"},
		{2023, 0, "早于首次评定"},
		{2022, 0, "早于首次评定"},
	} {
		d, err := r.Round(c.year, c.last)
		if c.refused == "" && (err != nil || d.Opens != policy.NewDate(c.year, 4, 1) || d.DataBy != policy.NewDate(c.year, 5, 31) || d.ConfirmBy != policy.NewDate(c.year, 7, 31)) {
			t.Errorf("%d: %v, %v", c.year, d, err)
		}
		if c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%d: %v, want a refusal with %q", c.year, err, c.refused)
		}
	}
	yearly := r
	yearly.Every = 1
	if _, err := yearly.Round(2025, 0); err != nil {
		t.Errorf("every year: %v", err)
	}
	if _, err := policy.DefaultRhythm.Round(2024, 0); err == nil || !strings.Contains(err.Error(), "star.first_year") {
		t.Errorf("without a first year: %v", err)
	}
	for year, next := range map[int]int{2020: 2024, 2024: 2024, 2025: 2026, 2026: 2026, 2027: 2028} {
		if got := r.Next(year); got != next {
			t.Errorf("Next(%d) = %d, want %d", year, got, next)
		}
	}
}

func TestARhythmThatCannotBeIsRefused(t *testing.T) {
	if err := policy.DefaultRhythm.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*policy.Rhythm){
		"every three years":           func(r *policy.Rhythm) { r.Every = 3 },
		"a year out of the question":  func(r *policy.Rhythm) { r.FirstYear = 204 },
		"data after publicity":        func(r *policy.Rhythm) { r.DataBy = 801 },
		"publicity after the end":     func(r *policy.Rhythm) { r.PublicityFrom = 801 },
		"the list made after the end": func(r *policy.Rhythm) { r.Cutoff = 601 },
	} {
		r := policy.DefaultRhythm
		change(&r)
		if r.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
