package jobs_test

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
)

// cut is a database that loses its connection once, at the n-th call of a kind after it was armed.
type cut struct {
	points map[string]bool
	left   atomic.Int64 // calls until the cut; 0 = not armed
	seen   atomic.Int64
}

func (c *cut) arm(n int64, points ...string) {
	c.points = map[string]bool{}
	for _, p := range points {
		c.points[p] = true
	}
	c.seen.Store(0)
	c.left.Store(n)
}

func (c *cut) fault(point, _ string) error {
	if !c.points[point] {
		return nil
	}
	c.seen.Add(1)
	if c.left.Add(-1) == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// night runs one slot of three items of a new job, with another tick two minutes later for what the first could not
// do, and asserts that all was done once. It returns the run and how many calls of the kind the first tick made.
func night(t *testing.T, s *models.Store, name string, c *cut, n int, points ...string) (models.Run, int) {
	t.Helper()
	b := newBench(t, s, "2026-03-01 00:00")
	r := b.runner("a", job(name, jobs.CatchUp{Policy: jobs.Coalesce}, items(3, nil)))
	b.tick(r, "2026-03-01 00:00")
	before := b.marks()
	c.arm(int64(n), points...)
	first := r.Tick(t.Context(), b.clock.set("2026-03-01 02:00"))
	calls := int(c.seen.Load())
	c.arm(0)
	if err := r.Tick(t.Context(), b.clock.add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	rows := b.history(name)
	if len(rows) != 1 {
		t.Fatalf("%d rows of one slot", len(rows))
	}
	row := rows[0]
	if row.State == models.RunFailed { // what a person then does
		var err error
		if row, err = r.Retry(t.Context(), models.System, row.ID, b.clock.add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if row.State != models.RunSucceeded || row.DoneItems != 3 || row.Cursor != "3" {
		t.Errorf("cut %d (%v): %+v", n, first, row)
	}
	if n := b.marks() - before - 1; n != 3 {
		t.Errorf("cut %d (%v): %d effects of 3 items", n, first, n)
	}
	checkChunks(t, s, row, 3)
	return row, calls
}

const never = 1 << 40

func TestACommitOfUnknownOutcomeIsLookedUp(t *testing.T) {
	for _, point := range []string{"commit", "committed"} {
		c := &cut{}
		modelstest.EachWith(t, models.Options{Fault: c.fault}, func(t *testing.T, s *models.Store) {
			_, calls := night(t, s, "calm", c, never, point)
			if calls != 6 {
				t.Errorf("a night has %d commits; expected the record, the claim, three chunks and the end", calls)
			}
			for n := range calls {
				if row, _ := night(t, s, fmt.Sprintf("cut-%d", n+1), c, n+1, point); row.Epoch != 1 || row.Attempt != 1 {
					t.Errorf("the run needed a second attempt: %+v", row)
				}
			}
		})
	}
}

func TestALostConnectionAtAnyStatementLeavesNoHalfNight(t *testing.T) {
	c := &cut{}
	modelstest.EachWith(t, models.Options{Fault: c.fault}, func(t *testing.T, s *models.Store) {
		_, calls := night(t, s, "calm", c, never, "exec", "query", "begin")
		if calls < 20 {
			t.Fatalf("a night has %d statements", calls)
		}
		for n := range calls {
			night(t, s, fmt.Sprintf("cut-%d", n+1), c, n+1, "exec", "query", "begin")
		}
	})
}

// The answer to "queue this" is lost on its way back, and before anybody can look, another process has found the run and brought it to its
// end. Asked again blindly it would be a second run of the day.
func TestARequestWhoseAnswerIsLostIsOneRun(t *testing.T) {
	var lose bool
	var meanwhile, other func()
	fault := func(point, _ string) error {
		switch {
		case lose && point == "committed":
			lose, meanwhile = false, other
			return io.ErrUnexpectedEOF
		case meanwhile != nil && point == "query":
			now := meanwhile
			meanwhile = nil
			now()
		}
		return nil
	}
	modelstest.EachWith(t, models.Options{Fault: fault}, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		clerk := b.member("clerk", models.Clerk)
		daily := job("daily", jobs.CatchUp{Policy: jobs.State}, items(1, nil))
		r, second := b.runner("a", daily), b.runner("b", daily)
		b.tick(r, "2026-03-01 12:00")
		now := b.clock.set("2026-03-02 01:00")
		other = func() {
			if err := second.Tick(t.Context(), now); err != nil {
				t.Error(err)
			}
		}
		before := len(b.history("daily"))
		if before != 0 {
			t.Fatal("the day has a run already")
		}
		lose = true
		row, err := r.RunNow(t.Context(), clerk, "daily", nil, 0, "", now)
		if err != nil || row.State != models.RunSucceeded || row.Owner != "b" {
			t.Errorf("%+v, %v", row, err)
		}
		if n := b.marks(); n != 1 || len(b.history("daily")) != 1 {
			t.Errorf("%d effects, %d runs of one request", n, len(b.history("daily")))
		}
	})
}

// The connection is lost while the check reads which months the files cover, and the transaction is repeated. What was half read must not
// pass for months without a file.
func TestAnErrorWhileMonthsAreReadIsNoMissingFile(t *testing.T) {
	armed, fired := false, false
	fault := func(point, statement string) error {
		if armed && point == "query" && strings.Contains(statement, "GROUP_CONCAT(month)") {
			armed, fired = false, true
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	modelstest.EachWith(t, models.Options{Fault: fault}, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 2, "2025-10-08"), 202510, 202602)
		w.sim.Idle = true
		w.play("2026-07-18", "2026-07-19")
		before, err := w.q().InsuranceStatesAfter(0, 10)
		if err != nil || len(before) != 2 {
			t.Fatal(before, err)
		}
		w.tx(func(tx *models.Tx) error { return tx.Recheck(20260720, []int64{before[0].RootID, before[1].RootID}) })
		armed, fired = true, false
		w.tick("2026-07-20 02:00")
		after, err := w.q().InsuranceStatesAfter(0, 10)
		if err != nil || !fired || len(after) != 2 || after[0].Known != before[0].Known || after[0].State != before[0].State {
			t.Errorf("after a lost connection (%v)\n%+v\nbefore\n%+v, %v", fired, after, before, err)
		}
	})
}
