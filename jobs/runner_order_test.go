package jobs_test

import (
	"context"
	"database/sql/driver"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
)

// diary is a night in which "second" and "third" rest on "first", and "beside" on nothing. It keeps what began, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// read is what was noted since it was read last.
func (d *diary) read() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.lines
	d.lines = nil
	return strings.Join(lines, " ")
}

func (d *diary) night(first func(ctx context.Context, run *jobs.Run) error) []jobs.Job {
	state := jobs.CatchUp{Policy: jobs.State}
	body := func(ctx context.Context, run *jobs.Run) error {
		d.note(run.Row.Job)
		if run.Row.Job == "first" && first != nil {
			return first(ctx, run)
		}
		return nil
	}
	all := []jobs.Job{job("first", state, body), job("beside", state, body), job("second", state, body), job("third", state, body)}
	all[1].Schedule, all[2].Schedule, all[3].Schedule = "10 2 * * *", "20 2 * * *", "30 2 * * *"
	all[2].After, all[3].After = []string{"first"}, []string{"first", "second"}
	return all
}

// inHand is a process that has begun the first job and is in the middle of it, and another one beside it. end lets the first go on to the end of its night.
func (d *diary) inHand(b *bench, when string) (beside *jobs.Runner, end func()) {
	b.t.Helper()
	begun, over := make(chan struct{}), make(chan struct{})
	all := d.night(func(context.Context, *jobs.Run) error {
		close(begun)
		<-over
		return nil
	})
	one, two := b.runner("one", all...), b.runner("two", all...)
	b.tick(one, "2026-03-01 00:00")
	now := b.clock.set(when)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := one.Tick(b.t.Context(), now); err != nil {
			b.t.Error(err)
		}
	})
	<-begun
	return two, func() { close(over); wg.Wait() }
}

// After an outage the whole night is due at once, and two processes share it. The second one does what rests on nothing, and leaves the rest to wait for the first job, which
// the other process has in hand: a claim is not decided by the stars of yesterday because two machines were quick.
func TestASlotWaitsForWhatItRestsOn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, d := newBench(t, s, "2026-03-01 00:00"), &diary{}
		two, end := d.inHand(b, "2026-03-01 06:00")
		b.tick(two, "2026-03-01 06:00")
		same(t, "while the first job is in hand", strings.Fields(d.read()), "first", "beside")
		end()
		b.tick(two, "2026-03-01 06:00")
		same(t, "when it has ended", strings.Fields(d.read()), "second", "third")
	})
}

// The database fails under the first job. It is tried again by the next tick and not at once, as often as a run is; what rests on it waits so long, and what fails
// for good keeps nobody waiting.
func TestWhatRestsOnAnInterruptedRunWaitsForItsEnd(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, d := newBench(t, s, "2026-03-01 00:00"), &diary{}
		broken := true
		r := b.runner("one", d.night(func(context.Context, *jobs.Run) error {
			if broken {
				return driver.ErrBadConn
			}
			return nil
		})...)
		b.tick(r, "2026-03-01 00:00")
		b.tick(r, "2026-03-01 06:00")
		same(t, "the database fails", strings.Fields(d.read()), "first", "beside")
		b.tick(r, "2026-03-01 06:01")
		same(t, "still", strings.Fields(d.read()), "first")
		broken = false
		b.tick(r, "2026-03-01 06:02")
		same(t, "it is back", strings.Fields(d.read()), "first", "second", "third")
		if row := b.history("first")[0]; row.State != models.RunSucceeded || row.Attempt != 3 {
			t.Errorf("%+v", row)
		}

		broken = true
		for _, when := range []string{"2026-03-02 06:00", "2026-03-02 06:01", "2026-03-02 06:02", "2026-03-02 06:03"} {
			b.tick(r, when)
		}
		same(t, "for four ticks", strings.Fields(d.read()), "first", "beside", "first", "first", "first")
		b.tick(r, "2026-03-02 06:04")
		same(t, "with the last attempt it has failed", strings.Fields(d.read()), "first", "second", "third")
	})
}

// A process is killed in the first job and started again at once. The lease of the dead one has to end before anybody may go on; until then the night does not
// go past it.
func TestANightDoesNotGoPastAKilledRun(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, d := newBench(t, s, "2026-03-01 00:00"), &diary{}
		r := b.runner("new", d.night(nil)...)
		b.tick(r, "2026-03-01 00:00")
		b.clock.set("2026-03-01 06:00")
		b.tx(func(tx *models.Tx) error {
			rows, err := tx.InsertRuns([]models.Run{{
				Job: "first", SlotKey: models.SlotKey(at("2026-03-01 02:00")), SlotAt: at("2026-03-01 02:00"), BusinessDate: 20260301, Cause: models.ByCatchUp, State: models.RunQueued, QueuedAt: at("2026-03-01 06:00"),
			}})
			if err != nil {
				return err
			}
			_, _, err = tx.ClaimRun(rows[0], models.Lease{Owner: "killed", Now: at("2026-03-01 06:00"), For: time.Minute})
			return err
		})
		b.tick(r, "2026-03-01 06:00")
		same(t, "under the lease of the dead", strings.Fields(d.read()), "beside")
		b.tick(r, "2026-03-01 06:02")
		same(t, "when it has ended", strings.Fields(d.read()), "first", "second", "third")
	})
}

// What cannot begin keeps nobody waiting: a paused job may stand still for months.
func TestNobodyWaitsForWhatCannotBegin(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, d := newBench(t, s, "2026-03-01 00:00"), &diary{}
		r := b.runner("one", d.night(func(context.Context, *jobs.Run) error { return driver.ErrBadConn })...)
		clerk := b.member("jb01", models.Clerk)
		b.tick(r, "2026-03-01 00:00")
		b.tick(r, "2026-03-01 06:00")
		same(t, "interrupted", strings.Fields(d.read()), "first", "beside")
		if err := r.Pause(t.Context(), clerk, "first", "数据库检修", b.clock.set("2026-03-01 06:01")); err != nil {
			t.Fatal(err)
		}
		b.tick(r, "2026-03-01 06:01")
		same(t, "paused", strings.Fields(d.read()), "second", "third")
	})
}

// What a person asks for is not made to wait.
func TestAPersonDoesNotWait(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, d := newBench(t, s, "2026-03-01 00:00"), &diary{}
		clerk := b.member("jb01", models.Clerk)
		two, end := d.inHand(b, "2026-03-01 02:05")
		d.read()
		if _, err := two.RunNow(t.Context(), clerk, "second", nil, 0, "", b.clock.set("2026-03-01 02:06")); err != nil {
			t.Fatal(err)
		}
		same(t, "asked for by hand", strings.Fields(d.read()), "second")
		end()
	})
}

// The catalogue names for each job what it rests on, and each of those is due before it.
func TestTheNightIsInOrder(t *testing.T) {
	all := jobs.All()
	resting := 0
	for _, j := range all {
		for _, name := range j.After {
			resting++
			i := slices.IndexFunc(all, func(other jobs.Job) bool { return other.Name == name })
			if i < 0 {
				t.Fatalf("%s rests on %s, which does not exist", j.Name, name)
			}
			first, err := jobs.ParseSchedule(all[i].Schedule, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			then, err := jobs.ParseSchedule(j.Schedule, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			day := at("2026-07-20 00:00") // a working day on which the yearly job is due too
			if a, b := first.Next(day-1), then.Next(day-1); a >= b {
				t.Errorf("%s at %s rests on %s at %s", j.Name, b.Text(), name, a.Text())
			}
		}
	}
	if resting == 0 {
		t.Error("no job rests on another one")
	}
}
