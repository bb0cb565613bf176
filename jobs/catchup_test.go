package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
)

// story writes a history in one line: the day of the slot, what became of it and for which day.
func story(rows []models.Run) string {
	var out []string
	for _, r := range rows {
		what := string(r.State)
		if r.State == models.RunSucceeded {
			what = fmt.Sprintf("%s for %02d", r.Cause, r.BusinessDate.Day())
		} else if r.Reason != "" {
			what, _, _ = strings.Cut(r.Reason, ":")
		}
		out = append(out, fmt.Sprintf("%02d %s", r.SlotAt.Date().Day(), what))
	}
	return strings.Join(out, ", ")
}

func TestSlotsThatPassedWhileNobodyWasThere(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		catchUp jobs.CatchUp
		now     string
		want    string
	}{
		{"state", jobs.CatchUp{Policy: jobs.State}, "2026-03-04 10:00", "02 coalesced, 03 coalesced, 04 catch_up for 04"},
		{"state before today's slot", jobs.CatchUp{Policy: jobs.State}, "2026-03-05 01:00", "02 coalesced, 03 coalesced, 04 catch_up for 05"},
		{"state on time", jobs.CatchUp{Policy: jobs.State}, "2026-03-02 02:00", "02 clock for 02"},
		{"each", jobs.CatchUp{Policy: jobs.Each}, "2026-03-04 02:01", "02 catch_up for 02, 03 catch_up for 03, 04 clock for 04"},
		{"each, two a tick", jobs.CatchUp{Policy: jobs.Each, Max: 2}, "2026-03-04 10:00", "02 catch_up for 02, 03 catch_up for 03"},
		{"each within two days", jobs.CatchUp{Policy: jobs.Each, Horizon: 2 * day}, "2026-03-05 01:00", "02 too_old, 03 catch_up for 03, 04 catch_up for 04"},
		{"coalesce", jobs.CatchUp{Policy: jobs.Coalesce}, "2026-03-05 01:00", "02 coalesced, 03 coalesced, 04 catch_up for 04"},
		{"coalesce, all too old", jobs.CatchUp{Policy: jobs.Coalesce, Horizon: time.Hour}, "2026-03-03 04:00", "02 too_old, 03 too_old"},
		{"ask", jobs.CatchUp{Policy: jobs.Ask}, "2026-03-04 10:00", "02 ask, 03 ask, 04 catch_up for 04"},
		{"ask too late", jobs.CatchUp{Policy: jobs.Ask, Horizon: 2 * day}, "2026-03-05 02:00", "02 too_old, 03 ask, 04 catch_up for 04, 05 clock for 05"},
		{"skip", jobs.CatchUp{Policy: jobs.Skip}, "2026-03-04 02:06", "02 missed, 03 missed, 04 missed"},
		{"skip, the last on time", jobs.CatchUp{Policy: jobs.Skip}, "2026-03-04 02:05", "02 missed, 03 missed, 04 clock for 04"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
			r := b.runner("a", job("daily", c.catchUp, items(1, nil)))
			b.tick(r, "2026-03-01 12:00")
			b.tick(r, c.now)
			if got := story(b.history("daily")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			before := len(b.history("daily"))
			b.tick(r, c.now)
			if after := len(b.history("daily")); after != before && c.catchUp.Max == 0 {
				t.Errorf("a second tick made %d more rows", after-before)
			}
		})
	}
}

// A job of working days that was missed on a Friday and is looked for on a Sunday does its Friday: a day off takes nothing over.
func TestADayOffTakesNothingOver(t *testing.T) {
	for _, c := range []struct {
		catchUp jobs.CatchUp
		want    string
	}{
		{jobs.CatchUp{Policy: jobs.Coalesce}, "05 coalesced, 06 catch_up for 06, 07 day_off, 08 day_off"},
		{jobs.CatchUp{Policy: jobs.State}, "05 coalesced, 06 catch_up for 08, 07 day_off, 08 day_off"},
		{jobs.CatchUp{Policy: jobs.Each, Max: 1}, "05 catch_up for 05"},
		{jobs.CatchUp{Policy: jobs.Skip}, "05 missed, 06 missed, 07 day_off, 08 day_off"},
	} {
		b := newBench(t, modelstest.New(t), "2026-03-04 12:00")
		j := job("daily", c.catchUp, items(1, nil))
		j.Workdays = true
		r := b.runner("a", j)
		b.tick(r, "2026-03-04 12:00")
		b.tick(r, "2026-03-08 10:00")
		if got := story(b.history("daily")); got != c.want {
			t.Errorf("%v: got  %s\nwant %s", c.catchUp, got, c.want)
		}
	}
}

func TestMoreThanAJobMayCatchUpAtOnceWaitsForTheNextTick(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each, Max: 2}, items(1, nil)))
	b.tick(r, "2026-03-01 12:00")
	b.tick(r, "2026-03-06 10:00")
	if wake, err := r.NextWake(t.Context(), b.clock.add(0)); err != nil || wake != b.clock.add(0) {
		t.Errorf("wake at %s, %v; want at once", wake.Text(), err)
	}
	b.tick(r, "2026-03-06 10:00")
	b.tick(r, "2026-03-06 10:00")
	want := "02 catch_up for 02, 03 catch_up for 03, 04 catch_up for 04, 05 catch_up for 05, 06 catch_up for 06"
	if got := story(b.history("daily")); got != want {
		t.Errorf("got %s", got)
	}
}

func TestAPausedJobSaysSoOfEachSlot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		operator := b.member("operator", models.Operator)
		r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, items(1, nil)))
		b.tick(r, "2026-03-02 02:00")
		for _, reason := range []string{"等待财政口径", "等待财政口径"} {
			if err := r.Pause(t.Context(), operator, "daily", reason, b.clock.set("2026-03-02 12:00")); err != nil {
				t.Fatal(err)
			}
		}
		b.tick(r, "2026-03-04 12:00")
		if _, err := r.RunNow(t.Context(), models.System, "daily", nil, 0, "", b.clock.add(0)); models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "等待财政口径") {
			t.Errorf("a paused job was started by hand: %v", err)
		}
		if err := r.Pause(t.Context(), operator, "daily", "", b.clock.add(0)); err != nil {
			t.Fatal(err)
		}
		b.tick(r, "2026-03-05 02:00")
		rows := b.history("daily")
		if got, want := story(rows), "02 clock for 02, 03 paused, 04 paused, 05 clock for 05"; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if got, want := rows[1].ReasonText(), "任务已暂停：等待财政口径"; got != want {
			t.Errorf("reason %q, want %q", got, want)
		}
		audit, err := s.Read(t.Context()).AuditRows("jobs", 1, 10)
		if err != nil || len(audit) != 2 || audit[0].Action != "pause" || audit[0].Actor != "operator" || audit[1].Action != "resume" {
			t.Errorf("audit %+v, %v", audit, err)
		}
	})
}

func TestARestartAfterFourHundredDays(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-01-01 12:00")
		each := job("each", jobs.CatchUp{Policy: jobs.Each, Horizon: 31 * 24 * time.Hour}, items(1, nil))
		state := job("state", jobs.CatchUp{Policy: jobs.State}, items(1, nil))
		minute := job("minute", jobs.CatchUp{Policy: jobs.Skip}, items(1, nil))
		minute.Schedule = "0 */2 * * *"
		b.tick(b.runner("a", each, state, minute), "2026-01-01 12:00")
		b.tick(b.runner("b", each, state, minute), "2027-02-05 12:00")
		count := func(name string) map[string]int {
			n := map[string]int{}
			for _, row := range b.history(name) {
				n[string(row.State)]++
				if row.State == models.RunSkipped && row.ReasonText() == row.Reason {
					t.Errorf("no words for %q", row.Reason)
				}
			}
			return n
		}
		for name, want := range map[string]string{
			"each": "map[skipped:369 succeeded:31]", "state": "map[skipped:399 succeeded:1]", "minute": "map[skipped:4799 succeeded:2]",
		} {
			if got := fmt.Sprint(count(name)); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if rows := b.history("state"); rows[399].BusinessDate != 20270205 || rows[398].BusinessDate != 20270204 {
			t.Errorf("days of the last two: %s and %s", rows[398].BusinessDate, rows[399].BusinessDate)
		}
	})
}

func TestAClockThatIsSetBackFiresNothingAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		daily := job("daily", jobs.CatchUp{Policy: jobs.Each}, items(1, nil))
		r := b.runner("a", daily)
		for _, now := range []string{"2026-03-01 12:00", "2026-03-04 02:00", "2026-03-02 01:59", "2026-03-02 02:00", "2026-03-04 02:00"} {
			b.tick(r, now)
			b.tick(b.runner("new", daily), now)
		}
		if got, want := story(b.history("daily")), "02 catch_up for 02, 03 catch_up for 03, 04 clock for 04"; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		b.tick(r, "2026-03-05 02:00")
		if n := b.marks(); n != 4 {
			t.Errorf("%d effects of 4 slots", n)
		}
	})
}

func TestANewJobHasNothingToCatchUp(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	old, young := job("old", jobs.CatchUp{Policy: jobs.Each}, nothing), job("young", jobs.CatchUp{Policy: jobs.Each}, nothing)
	b.tick(b.runner("a", old), "2026-03-01 12:00")
	r := b.runner("b", old, young)
	b.tick(r, "2026-03-03 02:00") // seen at the very second of a slot: that slot counts
	b.tick(r, "2026-03-04 02:00")
	if got, want := story(b.history("young")), "03 clock for 03, 04 clock for 04"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if n := len(b.history("old")); n != 3 {
		t.Errorf("%d rows of the old job", n)
	}
}
