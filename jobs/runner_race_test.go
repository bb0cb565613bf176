package jobs_test

import (
	"context"
	"sync"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// together lets several runners tick at the same time.
func (b *bench) together(now string, runners ...*jobs.Runner) {
	b.t.Helper()
	instant := b.clock.set(now)
	var wg sync.WaitGroup
	for _, r := range runners {
		wg.Go(func() {
			if err := r.Tick(b.t.Context(), instant); err != nil {
				b.t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTwoRunnersRecordASlotOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		daily := job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(1, nil))
		one, two := b.runner("one", daily), b.runner("two", daily)
		b.together("2026-03-01 00:00", one, two)
		for day := policy.MustDate("2026-03-01"); day < policy.MustDate("2026-05-01"); day = day.AddDays(1) {
			b.together(day.String()+" 02:00", one, two)
		}
		rows := b.history("daily")
		if len(rows) != 61 {
			t.Fatalf("%d rows for 61 slots", len(rows))
		}
		for i, row := range rows {
			if row.State != models.RunSucceeded || row.Epoch != 1 || row.Cause != models.ByClock || row.SlotAt.Date() != policy.MustDate("2026-03-01").AddDays(i) || row.BusinessDate != row.SlotAt.Date() {
				t.Errorf("row %d: %+v", i, row)
			}
		}
		if n := b.marks(); n != 61 {
			t.Errorf("%d effects of 61 slots", n)
		}
	})
}

func TestTwoRunnersShareTwoHundredSlots(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-01-01 00:00")
		var mu sync.Mutex
		var order []policy.Instant
		alone := 0
		body := items(1, func(_ context.Context, run *jobs.Run, _ int) error {
			mu.Lock()
			defer mu.Unlock()
			if alone++; alone != 1 {
				t.Error("two runs of one job at the same time")
			}
			order = append(order, run.Row.SlotAt)
			alone--
			return nil
		})
		each := job("each", jobs.CatchUp{Policy: jobs.Each}, body)
		one, two := b.runner("one", each), b.runner("two", each)
		b.tick(one, "2026-01-01 00:00")
		b.together("2026-07-19 12:00", one, two)
		b.tick(one, "2026-07-19 12:00") // what the other runner held when this one looked
		rows := b.history("each")
		if len(rows) != 200 || len(order) != 200 {
			t.Fatalf("%d rows and %d runs of 200 slots", len(rows), len(order))
		}
		for i, row := range rows {
			if row.State != models.RunSucceeded || row.Epoch != 1 || row.Attempt != 1 {
				t.Errorf("row %d: %+v", i, row)
			}
			if i > 0 && order[i] <= order[i-1] {
				t.Errorf("slot %s ran after %s", order[i].Text(), order[i-1].Text())
			}
		}
		if n := b.marks(); n != 200 {
			t.Errorf("%d effects of 200 slots", n)
		}
	})
}
