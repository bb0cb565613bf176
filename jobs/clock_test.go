package jobs_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// A clock that stands years ahead for a moment has every job run for that day and writes the years between off. When it is right again
// the house must go on at the very next slot: with the process that saw the jump, with a new one, and for each policy.
func TestAClockThatRanYearsAheadLeavesTheHouseAlive(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		all := []jobs.Job{
			job("state", jobs.CatchUp{Policy: jobs.State}, items(1, nil)), job("each", jobs.CatchUp{Policy: jobs.Each}, items(1, nil)),
			job("coalesce", jobs.CatchUp{Policy: jobs.Coalesce}, items(1, nil)), job("skip", jobs.CatchUp{Policy: jobs.Skip}, items(1, nil)),
			job("ask", jobs.CatchUp{Policy: jobs.Ask}, items(1, nil)),
		}
		young := job("young", jobs.CatchUp{Policy: jobs.Each}, items(1, nil)) // first seen under the wrong clock
		r := b.runner("a", all...)
		b.tick(r, "2026-03-02 02:00")
		before := map[string]int{}
		for _, j := range all {
			if got := story(b.history(j.Name)); got != "02 clock for 02" {
				t.Fatalf("%s: %s", j.Name, got)
			}
		}
		ahead := b.runner("ahead", append(all, young)...)
		b.tick(r, "2026-06-10 12:00")
		b.tick(ahead, "2026-06-10 12:00")
		for _, j := range all {
			before[j.Name] = len(b.history(j.Name))
		}
		for _, day := range []string{"03", "04", "05"} {
			for _, who := range []*jobs.Runner{r, ahead, b.runner("new", append(all, young)...)} {
				b.tick(who, "2026-03-"+day+" 02:00")
				b.tick(who, "2026-03-"+day+" 12:00")
			}
		}
		for _, j := range append(all, young) {
			rows := b.history(j.Name)
			if got, want := story(rows[before[j.Name]:]), "03 clock for 03, 04 clock for 04, 05 clock for 05"; got != want && !(j.Name == "young" && got == "04 clock for 04, 05 clock for 05") {
				t.Errorf("%s after the correction: %s", j.Name, got)
			}
		}
	})
}

// Nothing that a clock which ran ahead has queued for a later day starts before that day, and it does then.
func TestWhatIsQueuedForALaterDayWaitsForIt(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	each := job("each", jobs.CatchUp{Policy: jobs.Each}, items(1, nil))
	r := b.runner("a", each)
	b.tick(r, "2026-03-01 12:00")
	b.tx(func(tx *models.Tx) error {
		slot := at("2026-03-03 02:00")
		_, err := tx.InsertRuns([]models.Run{{Job: "each", SlotKey: models.SlotKey(slot), SlotAt: slot, BusinessDate: 20260303, Cause: models.ByClock, Actor: "system", State: models.RunQueued, QueuedAt: at("2026-03-09 12:00")}})
		return err
	})
	b.tick(r, "2026-03-02 02:00")
	if got := b.history("each")[0]; got.State != models.RunQueued {
		t.Errorf("ran before its day: %+v", got)
	}
	b.tick(r, "2026-03-03 02:00")
	if n := b.marks(); n != 2 {
		t.Errorf("%d effects of two days", n)
	}
}

// A clock that has lost its battery stands before the program was made. Nothing may be judged by it, and nothing is lost by it.
func TestAClockWithoutABatteryIsNotBelieved(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	r := b.runner("a", job("each", jobs.CatchUp{Policy: jobs.Each}, items(1, nil)))
	b.tick(r, "2026-03-02 02:00")
	for _, wrong := range []string{"1970-01-01 08:00", "2000-01-01 00:00", "2022-12-31 23:59"} {
		if err := r.Tick(t.Context(), b.clock.set(wrong)); models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "校准时钟") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	b.tick(r, "2026-03-04 02:00")
	if got, want := story(b.history("each")), "02 clock for 02, 03 catch_up for 03, 04 clock for 04"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Everything of the real house after a clock that was four years ahead for an hour: the payout asked instead of paying early, and all
// that was put off into the future comes in its time.
func TestTheHouseAfterAClockFourYearsAhead(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := headquartered(t, s, 1, jobs.VolumeLimits{})
		h.tick("2028-01-05 12:00")
		same(t, "not a day early", h.awards("HQ1"), firstTwo+"scheduled | 3 900000.00 2025-01-01 scheduled")
		if n := h.count("run-held"); n == 0 {
			t.Fatal("the night of the wrong clock did not ask")
		}
		h.tick("2024-01-01 06:00")
		same(t, "due", h.awards("HQ1"), firstTwo+"due | 3 900000.00 2025-01-01 scheduled")
		h.firm("NEW")
		h.fact("NEW", "hightech", "GR1", "2024-01-01", "2024-01-02", `{"first_time":true}`)
		h.tick("2024-01-02 06:00")
		same(t, "decided", h.claims("NEW"), "hightech-first GR1 decided OK")
		for _, name := range []string{"insurance-check", "claims", "instalments-due", "approval-expiry"} {
			same(t, name, h.runs(name, 20240101)[:2], "2024-01-01 succeeded for 2024-01-01", "2024-01-02 succeeded for 2024-01-02")
		}
		h.told.Reset()
		if err := h.sim.Deliver(t.Context(), at("2024-01-02 08:30")); err != nil {
			t.Fatal(err)
		}
		contains(t, h.told.String(), "任务等待放行") // written in 2028, and told now
	})
}

// A machine that was suspended in the middle of a night goes on where it was when nobody took its run over, and catches up what it slept
// through.
func TestASuspendedMachineGoesOn(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 02:00")
	wake := b.asleep("sleeper", 3, 2, at("2026-03-01 02:00"))
	b.clock.set("2026-03-04 09:00")
	if err := wake(); err != nil {
		t.Errorf("the sleeper's chunk: %v", err)
	}
	r := b.runner("sleeper", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(3, nil)))
	b.tick(r, "2026-03-04 09:00")
	if got, want := story(b.history("daily")), "01 clock for 01, 02 coalesced, 03 coalesced, 04 catch_up for 04"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// A lock on a person's codes that was made under a clock years ahead ends with the correction, and one of today holds.
func TestALockFromAClockThatRanAheadDoesNotLastYears(t *testing.T) {
	h := decided(t, modelstest.New(t))
	sub, err := h.submit("jb01", moment("2024-03-05", 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	for range models.WrongCodeLimit {
		if _, err := h.decide("fh01", "999999", true, moment("2031-03-05", 10, 0)); models.CodeOf(err) != models.Invalid {
			t.Fatal(err)
		}
	}
	if _, err := h.decide("fh01", sub.Code, true, moment("2024-03-05", 11, 0)); err != nil {
		t.Errorf("locked out by a clock of 2031: %v", err)
	}
}

// zoneChild makes a test process print what a night looks like in its zone.
const zoneChild = "DUIXIAN_TEST_ZONE_CHILD"

// The zone of the machine changes neither a slot nor a business date.
func TestTheEnvironmentsZoneDoesNotMatter(t *testing.T) {
	if os.Getenv(zoneChild) != "" {
		b := newBench(t, modelstest.New(t), "2026-02-27 12:00")
		r := b.runner("a", job("each", jobs.CatchUp{Policy: jobs.Each}, items(1, nil)), job("state", jobs.CatchUp{Policy: jobs.State}, items(1, nil)))
		for _, now := range []string{"2026-02-27 12:00", "2026-02-28 02:00", "2026-03-08 15:30", "2026-03-09 00:30", "2026-03-09 02:00"} {
			b.tick(r, now)
		}
		for _, name := range []string{"each", "state"} {
			for _, row := range b.history(name) {
				fmt.Println("row", name, row.SlotKey, row.BusinessDate, row.State, row.Cause)
			}
		}
		return
	}
	night := func(zone string) string {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheEnvironmentsZoneDoesNotMatter$")
		cmd.Env = append(os.Environ(), "TZ="+zone, zoneChild+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", zone, err, out)
		}
		var rows []string
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, "row ") {
				rows = append(rows, line)
			}
		}
		return strings.Join(rows, "")
	}
	want := night("Asia/Shanghai")
	if n := strings.Count(want, "\n"); n != 20 {
		t.Fatalf("%d rows of two jobs and ten days:\n%s", n, want)
	}
	for _, zone := range []string{"America/New_York", "UTC", "Pacific/Kiritimati", "Asia/Kathmandu"} {
		if got := night(zone); got != want {
			t.Errorf("TZ=%s:\n%swant\n%s", zone, got, want)
		}
	}
	if policy.DateOf(policy.MustDate("2026-03-08").At(0, 0).UTC()) != 20260308 {
		t.Error("a business day is not a day in Shanghai")
	}
}

// What was decided for a day that has not come, under a clock four years ahead, is no decision of a later day: the next right night looks at it by what
// has become known since.
func TestADecisionOfADayThatHasNotComeIsOvertaken(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "hightech", "GR1", "2024-01-01", "2024-01-02", `{"first_time":true}`)
		h.sim.Idle = true
		h.play("2024-01-01", "2024-01-01")
		h.tick("2028-01-05 06:00")
		same(t, "under the wrong clock", h.claims("A"), "hightech-first GR1 decided OK")
		h.listing("A", "2024-01-02", "", "2024-01-03", 0)
		h.tick("2024-01-04 06:00")
		same(t, "under the right one", h.claims("A"), "hightech-first GR1 rejected SERIOUS_DISHONESTY_LIST")
	})
}
