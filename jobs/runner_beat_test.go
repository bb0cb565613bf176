package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// beats watches the heartbeats pass by on their way to the database.
type beats struct {
	mu   sync.Mutex
	fail bool
	seen chan struct{}
}

func (h *beats) fault(point, statement string) error {
	if point != "exec" || !strings.HasPrefix(statement, "UPDATE job_runs SET lease_until") {
		return nil
	}
	select {
	case h.seen <- struct{}{}:
	default:
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail {
		return errors.New("no route to host")
	}
	return nil
}

// waiting makes a runner with heartbeats whose body does one chunk and then waits for its context to end or for until.
func (b *bench) waiting(t *testing.T, until func()) *jobs.Runner {
	body := func(ctx context.Context, run *jobs.Run) error {
		if err := run.Chunk(ctx, "1", 1, mark); err != nil {
			return err
		}
		if until != nil {
			until()
			return nil
		}
		<-ctx.Done()
		return run.Chunk(ctx, "2", 1, mark)
	}
	r, err := jobs.NewRunner(jobs.Options{
		Env: &jobs.Env{Store: b.store, Now: b.clock.Now}, Owner: "waiting", Lease: 15 * time.Millisecond,
		Jobs: []jobs.Job{job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, body)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAHeartbeatKeepsTheLeaseOfALongStep(t *testing.T) {
	h := &beats{seen: make(chan struct{})}
	modelstest.EachWith(t, models.Options{Fault: h.fault}, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		r := b.waiting(t, func() {
			<-h.seen
			now := b.clock.add(time.Hour)
			<-h.seen
			<-h.seen // the one before has been written
			if row := b.history("daily")[0]; row.LeaseUntil < now {
				t.Errorf("lease until %s at %s", row.LeaseUntil.Text(), now.Text())
			}
		})
		b.tick(r, "2026-03-01 02:00")
		if row := b.history("daily")[0]; row.State != models.RunSucceeded {
			t.Errorf("%+v", row)
		}
	})
}

func TestAHeartbeatKeepsTheLeaseWhileARunIsMeasured(t *testing.T) {
	h := &beats{seen: make(chan struct{})}
	modelstest.EachWith(t, models.Options{Fault: h.fault}, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		j := job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, func(ctx context.Context, run *jobs.Run) error { return run.Chunk(ctx, "1", 1, mark) })
		j.Volume = func(ctx context.Context, _ *jobs.Env, _ policy.Date, _ models.Params) (jobs.Load, error) {
			for range 3 { // many leases
				select {
				case <-h.seen:
				case <-ctx.Done():
					return jobs.Load{}, ctx.Err()
				}
			}
			return jobs.Load{Items: 1}, nil
		}
		r, err := jobs.NewRunner(jobs.Options{
			Env: &jobs.Env{Store: b.store, Now: b.clock.Now}, Owner: "measuring", Lease: 15 * time.Millisecond, Jobs: []jobs.Job{j},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := r.Tick(ctx, b.clock.set("2026-03-01 02:00")); err != nil || ctx.Err() != nil {
			t.Fatal("no heartbeat", err, ctx.Err())
		}
		if row := b.history("daily")[0]; row.State != models.RunSucceeded {
			t.Errorf("%+v", row)
		}
	})
}

func TestWhoCannotRenewTheLeaseGivesUp(t *testing.T) {
	h := &beats{seen: make(chan struct{}), fail: true}
	modelstest.EachWith(t, models.Options{Fault: h.fault}, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		b.tick(b.waiting(t, nil), "2026-03-01 02:00")
		if row := b.history("daily")[0]; row.State != models.RunFailed || !strings.Contains(row.ErrorText, "续租失败") || row.Cursor != "1" {
			t.Errorf("%+v", row)
		}
	})
}

func TestAHeartbeatThatFindsAnotherOwnerEndsTheBody(t *testing.T) {
	h := &beats{seen: make(chan struct{})}
	modelstest.EachWith(t, models.Options{Fault: h.fault}, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 02:00")
		done := make(chan error)
		r := b.waiting(t, nil)
		now := b.clock.add(0)
		go func() { done <- r.Tick(t.Context(), now) }()
		<-h.seen
		b.tx(func(tx *models.Tx) error { // as if the machine had slept: the lease is long over
			row, err := tx.Run(1)
			if err != nil {
				return err
			}
			_, ok, err := tx.TakeOver(row, models.Lease{Owner: "heir", Now: row.LeaseUntil.Add(time.Second), For: time.Minute})
			if !ok {
				t.Error("not taken over")
			}
			return err
		})
		if err := <-done; err != nil {
			t.Error(err)
		}
		if row := b.history("daily")[0]; row.State != models.RunRunning || row.Owner != "heir" || row.Cursor != "1" {
			t.Errorf("the ghost wrote: %+v", row)
		}
		if n := b.marks(); n != 1 {
			t.Errorf("%d effects", n)
		}
	})
}
