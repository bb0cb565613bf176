package jobs_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func schedule(t testing.TB, line string, every, from int) jobs.Schedule {
	t.Helper()
	s, err := jobs.ParseSchedule(line, every, from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryOtherYear(t *testing.T) {
	for _, c := range []struct {
		line        string
		every, from int
		after       string
		want        []string
	}{
		{"0 9 1 4 *", 2, 2024, "2023-05-01 00:00", []string{"2024-04-01 09:00", "2026-04-01 09:00", "2028-04-01 09:00"}},
		{"0 9 1 4 *", 2, 2024, "2024-04-01 09:00", []string{"2026-04-01 09:00", "2028-04-01 09:00"}},
		{"0 9 1 4 *", 2, 2025, "2026-12-31 23:59", []string{"2027-04-01 09:00", "2029-04-01 09:00"}},
		{"0 0 1 1 *", 5, 2024, "2000-01-01 00:00", []string{"2024-01-01 00:00", "2029-01-01 00:00"}},
		{"59 23 31 12 *", 1, 2030, "2024-01-01 00:00", []string{"2030-12-31 23:59", "2031-12-31 23:59"}},
		{"0 2 1 * *", 2, 2024, "2024-11-15 00:00", []string{"2024-12-01 02:00", "2026-01-01 02:00"}},
	} {
		next := at(c.after)
		for _, want := range c.want {
			if next = schedule(t, c.line, c.every, c.from).Next(next); next != at(want) {
				t.Errorf("%s every %d from %d: %s, want %s", c.line, c.every, c.from, next.Text(), want)
			}
		}
	}
}

func TestSlotsLieAfterOneInstantAndUpToAnother(t *testing.T) {
	s := schedule(t, "0 2 * * *", 0, 0)
	got := s.Slots(at("2026-03-01 02:00"), at("2026-03-03 02:00"))
	if want := []policy.Instant{at("2026-03-02 02:00"), at("2026-03-03 02:00")}; !slices.Equal(got, want) {
		t.Errorf("slots %v, want %v", got, want)
	}
	if got := s.Slots(at("2026-03-03 02:00"), at("2026-03-01 02:00")); got != nil {
		t.Errorf("slots of a clock set back: %v", got)
	}
	if got := s.On(20260301); !slices.Equal(got, []policy.Instant{at("2026-03-01 02:00")}) {
		t.Errorf("slots of a day: %v", got)
	}
	midnight := schedule(t, "0 0 * * *", 0, 0)
	if got := midnight.On(20260301); !slices.Equal(got, []policy.Instant{at("2026-03-01 00:00")}) {
		t.Errorf("midnights of a day: %v", got)
	}
	if (jobs.Schedule{}).Next(0) != 0 {
		t.Error("a job without a schedule has a next time")
	}
}

func TestTheMachinesZoneDoesNotMatter(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	for _, zone := range []string{"America/New_York", "UTC", "Asia/Kolkata"} {
		var err error
		if time.Local, err = time.LoadLocation(zone); err != nil {
			t.Fatal(err)
		}
		if got := schedule(t, "30 2 * * *", 0, 0).Next(at("2026-03-08 00:00")); got != at("2026-03-08 02:30") {
			t.Errorf("%s: %s", zone, got.Text())
		}
	}
}

// minuteWalk finds the first minute after an instant whose fields all match, by looking at every one of them.
func minuteWalk(parts [5]string, every, from int, after policy.Instant, limit int) policy.Instant {
	t := after.Time().Truncate(time.Minute)
	for range limit {
		t = t.Add(time.Minute)
		values := [5]int{t.Minute(), t.Hour(), t.Day(), int(t.Month()), int(t.Weekday())}
		match := every == 0 || t.Year() >= from && (t.Year()-from)%every == 0
		for i := 0; match && i < 5; i++ {
			match = fieldHas(parts[i], values[i])
		}
		if match {
			return policy.InstantOf(t)
		}
	}
	return 0
}

// fieldHas reads a field of a cron line the slow way.
func fieldHas(field string, v int) bool {
	for item := range strings.SplitSeq(field, ",") {
		head, stepText, stepped := strings.Cut(item, "/")
		low, high := 0, 59
		if head != "*" {
			a, b, ranged := strings.Cut(head, "-")
			low, _ = strconv.Atoi(a)
			if ranged {
				high, _ = strconv.Atoi(b)
			} else if !stepped {
				high = low
			}
		}
		step := 1
		if stepped {
			step, _ = strconv.Atoi(stepText)
		}
		if v >= low && v <= high && (v-low)%step == 0 {
			return true
		}
	}
	return false
}

func TestNextIsWhatAMinuteWalkFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := func(name string, low, high int, steps ...string) string {
			n := rapid.IntRange(low, high)
			switch rapid.IntRange(0, 3).Draw(t, name+" form") {
			case 0:
				return "*"
			case 1:
				return fmt.Sprint(n.Draw(t, name))
			case 2:
				a, b := n.Draw(t, name), n.Draw(t, name)
				return fmt.Sprintf("%d-%d,%d", min(a, b), max(a, b), n.Draw(t, name))
			}
			return "*" + rapid.SampledFrom(steps).Draw(t, name+" step")
		}
		parts := [5]string{field("minute", 0, 59, "/5", "/30"), field("hour", 0, 23, "/6", "/1"), "*", field("month", 1, 12, "", "/1"), "*"}
		if rapid.Bool().Draw(t, "by weekday") {
			parts[4] = field("weekday", 0, 6, "")
		} else {
			parts[2] = field("day", 1, 28, "")
		}
		every, from := 0, 0
		if rapid.Bool().Draw(t, "years") {
			every, from = rapid.IntRange(1, 2).Draw(t, "every"), rapid.IntRange(2023, 2026).Draw(t, "from")
		}
		s, err := jobs.ParseSchedule(strings.Join(parts[:], " "), every, from)
		if err != nil {
			t.Fatal(err)
		}
		after := policy.Instant(rapid.Int64Range(int64(at("2023-06-01 00:00")), int64(at("2027-06-01 00:00"))).Draw(t, "after"))
		const days = 40
		got, want := s.Next(after), minuteWalk(parts, every, from, after, days*24*60)
		if want != 0 && got != want || want == 0 && got <= after.Add((days-1)*24*time.Hour) {
			t.Fatalf("%v every %d from %d after %s: %s, the walk finds %s", parts, every, from, after.Text(), got.Text(), want.Text())
		}
	})
}

func TestSchedulesInWords(t *testing.T) {
	for _, c := range []struct {
		line        string
		every, from int
		want        string
	}{
		{"", 0, 0, "按需执行"},
		{"0 2 * * *", 0, 0, "每天 02:00"},
		{"30 8 * * 1-5", 0, 0, "周一至周五 08:30"},
		{"0 6 * * 1,3", 0, 0, "每周一、周三 06:00"},
		{"15 1 16 * *", 0, 0, "每月16日 01:15"},
		{"0 9 1 4 *", 2, 2024, "每年4月1日 09:00（自2024年起每2年）"},
		{"0 9 1 4 *", 1, 2024, "每年4月1日 09:00（自2024年起）"},
		{"*/10 8-18 * * *", 0, 0, "*/10 8-18 * * *"},
		{"0 9 1 4,10 *", 0, 0, "0 9 1 4,10 *"},
	} {
		if got := schedule(t, c.line, c.every, c.from).Text(); got != c.want {
			t.Errorf("%q: %s, want %s", c.line, got, c.want)
		}
	}
}

// A line that is changed decides what comes after it; what the old one asked for stays asked for.
func TestCheckKnowsTheLineThatWasInForce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		daily := job("nightly", jobs.CatchUp{Policy: jobs.State}, items(1, nil))
		b.tick(b.runner("a", daily), "2026-03-01 12:00")
		b.tick(b.runner("a", daily), "2026-03-04 02:00")
		weekly := daily
		weekly.Schedule = "30 5 * * 1"
		changed := b.runner("b", weekly)
		b.tick(changed, "2026-03-05 10:00")
		b.tick(changed, "2026-03-16 05:30")
		missing := func(r *jobs.Runner) (examined int64, found []string) {
			t.Helper()
			results, err := r.Check(t.Context(), at("2026-03-16 06:00"))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range results {
				if c.No == "24b" {
					return c.Examined, c.Findings
				}
			}
			t.Fatal("no such check")
			return 0, nil
		}
		if n, found := missing(changed); n != 5 || len(found) > 0 { // three nights, two Mondays
			t.Errorf("%d slots examined, findings %q", n, found)
		}
		modelstest.Exec(t, s, "DELETE FROM job_runs WHERE slot_at = ?", at("2026-03-03 02:00"))
		if _, found := missing(changed); len(found) != 1 || !strings.Contains(found[0], "2026年3月3日") {
			t.Errorf("a lost night of the old line: %q", found)
		}
	})
}
