package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// asleep lets a runner tick in the background. Its body stops before the given item until wake is called, as a
// process that is suspended; wake returns what the body's chunk then said.
func (b *bench) asleep(owner string, n, item int, now policy.Instant) (wake func() error) {
	b.t.Helper()
	fast, wakeUp, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var said error
	body := items(n, func(ctx context.Context, run *jobs.Run, i int) error {
		if i != item {
			return nil
		}
		close(fast)
		<-wakeUp
		said = run.Chunk(ctx, "99", 1, mark)
		return said
	})
	r := b.runner(owner, job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, body))
	go func() { done <- r.Tick(b.t.Context(), now) }()
	<-fast
	return func() error {
		b.t.Helper()
		close(wakeUp)
		if err := <-done; err != nil {
			b.t.Errorf("%s: %v", owner, err)
		}
		return said
	}
}

func TestADeadRunIsTakenOverAndItsGhostRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		wake := b.asleep("ghost", 5, 3, at("2026-03-01 02:00"))
		heir := b.runner("heir", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(5, nil)))
		b.clock.add(59 * time.Second)
		if err := heir.Tick(t.Context(), b.clock.add(0)); err != nil {
			t.Fatal(err)
		}
		if row := b.history("daily")[0]; row.Owner != "ghost" || row.State != models.RunRunning || row.DoneItems != 2 {
			t.Fatalf("taken over within the lease: %+v", row)
		}
		b.clock.add(2 * time.Second)
		if err := heir.Tick(t.Context(), b.clock.add(0)); err != nil {
			t.Fatal(err)
		}
		if err := wake(); !errors.Is(err, models.ErrGhost) {
			t.Errorf("the ghost's chunk returned %v", err)
		}
		row := b.history("daily")[0]
		if row.State != models.RunSucceeded || row.Owner != "heir" || row.Epoch != 2 || row.Attempt != 2 || row.Cursor != "5" || row.DoneItems != 5 || row.TotalItems != 5 || row.Summary != `{"items":5}` {
			t.Errorf("row %+v", row)
		}
		if n := b.marks(); n != 5 {
			t.Errorf("%d effects of 5 items", n)
		}
		checkChunks(t, s, row, 5)
	})
}

// checkChunks asserts that epochs never fall and that chunks follow each other without gap or overlap.
func checkChunks(t *testing.T, s *models.Store, row models.Run, n int) {
	t.Helper()
	chunks, err := s.Read(t.Context()).Chunks(row.ID)
	if err != nil || len(chunks) != n {
		t.Fatalf("%d chunks, want %d (%v)", len(chunks), n, err)
	}
	for i, c := range chunks {
		if c.No != i+1 || i > 0 && (c.Epoch < chunks[i-1].Epoch || c.FromKey != chunks[i-1].ToKey) {
			t.Errorf("chunk %+v after %+v", c, chunks[max(i-1, 0)])
		}
	}
	if last := chunks[n-1]; last.Epoch != row.Epoch {
		t.Errorf("last chunk of epoch %d, run of epoch %d", last.Epoch, row.Epoch)
	}
}

func TestAPoisonRunIsHalted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		var ghosts []func() error
		for range 5 {
			ghosts = append(ghosts, b.asleep("victim", 1, 1, b.clock.add(0)))
			b.clock.add(2 * time.Minute)
		}
		last := b.runner("last", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(1, nil)))
		if err := last.Tick(t.Context(), b.clock.add(0)); err != nil {
			t.Fatal(err)
		}
		row := b.history("daily")[0]
		if row.State != models.RunHalted || row.Attempt != 5 || row.ErrorCode != "attempts" || !strings.Contains(row.ErrorText, "连续 5 次") {
			t.Fatalf("after five deaths: %+v", row)
		}
		for _, wake := range ghosts {
			if err := wake(); !errors.Is(err, models.ErrGhost) {
				t.Errorf("a ghost's chunk returned %v", err)
			}
		}
		clerk := b.member("clerk", models.Clerk)
		row, err := last.Retry(t.Context(), clerk, row.ID, b.clock.add(time.Hour))
		if err != nil || row.State != models.RunSucceeded || row.Epoch != 7 || row.Attempt != 1 {
			t.Errorf("retried by a person: %+v, %v", row, err)
		}
		if n := b.marks(); n != 1 {
			t.Errorf("%d effects of 1 item", n)
		}
	})
}

func TestALeaseFromAClockThatRanAheadDoesNotBlockTheJob(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2031-01-01 02:00")
	wake := b.asleep("ahead", 2, 2, at("2031-01-01 02:00"))
	heir := b.runner("heir", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(2, nil)))
	b.tick(heir, "2026-03-01 12:00")
	if row := b.history("daily")[0]; row.State != models.RunQueued || row.Epoch != 2 || row.Cursor != "1" {
		t.Errorf("a run of a day that is yet to come must wait for it: %+v", row)
	}
	b.tick(heir, "2026-03-02 02:00")
	if rows := b.history("daily"); len(rows) != 2 || rows[1].State != models.RunSucceeded || rows[1].BusinessDate != 20260302 {
		t.Errorf("the job stands still: %+v", rows)
	}
	if err := wake(); !errors.Is(err, models.ErrGhost) {
		t.Errorf("the ghost's chunk returned %v", err)
	}
}

// A run by hand died while an older slot was still waiting: nothing of the job can run before the dead run has been taken over, so it goes first.
func TestADeadRunIsTakenOverBeforeOlderSlots(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		clerk := b.member("clerk", models.Clerk)
		each := jobs.CatchUp{Policy: jobs.Each}
		fast, wakeUp, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		ghost := b.runner("ghost", job("daily", each, items(1, func(context.Context, *jobs.Run, int) error {
			close(fast)
			<-wakeUp
			return nil
		})))
		b.tick(ghost, "2026-03-01 00:00")
		go func() {
			_, err := ghost.RunNow(t.Context(), clerk, "daily", models.Params{"full": "1"}, 0, "by hand", b.clock.set("2026-03-01 03:00"))
			done <- err
		}()
		<-fast
		b.tick(b.runner("heir", job("daily", each, items(1, nil))), "2026-03-01 03:05")
		close(wakeUp)
		if err := <-done; err != nil {
			t.Error(err)
		}
		rows := b.history("daily")
		if len(rows) != 2 || rows[0].State != models.RunSucceeded || rows[1].State != models.RunSucceeded {
			t.Errorf("rows %+v; want the slot of 02:00 and the run by hand, both done", rows)
		}
	})
}
