package jobs_test

import (
	"fmt"
	"io"
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
