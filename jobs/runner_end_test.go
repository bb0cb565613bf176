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

func TestEveryRunEnds(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for _, c := range []struct {
			name, code, text string
			body             func(ctx context.Context, run *jobs.Run) error
		}{
			{"coded", "invalid", "第 3 行没有金额", func(context.Context, *jobs.Run) error {
				return errors.Join(errors.New("wrapped"), models.E(models.Invalid, "第 3 行没有金额"))
			}},
			{"plain", "internal", "boom", func(context.Context, *jobs.Run) error { return errors.New("boom") }},
			{"panics", "panic", "runner_end_test.go", func(context.Context, *jobs.Run) error { panic("stack please") }},
			{"panics-in-a-chunk", "panic", "half", items(2, func(ctx context.Context, run *jobs.Run, i int) error {
				return run.Chunk(ctx, "x", 1, func(tx *models.Tx) error {
					if err := mark(tx); err != nil {
						return err
					}
					panic("half")
				})
			})},
			{"times-out", "timeout", "超过时限 1ms", func(ctx context.Context, _ *jobs.Run) error { <-ctx.Done(); return ctx.Err() }},
			{"ignores-its-context", "timeout", "超过时限 1ms", func(context.Context, *jobs.Run) error { select {} }},
			{"swallows-its-end", "", "", func(ctx context.Context, _ *jobs.Run) error { <-ctx.Done(); return nil }},
		} {
			b := newBench(t, s, "2026-03-01 00:00")
			j := job(c.name, jobs.CatchUp{Policy: jobs.Coalesce}, c.body)
			if c.code == "timeout" || c.code == "" {
				j.Timeout = time.Millisecond
			}
			patience := time.Millisecond
			if c.code == "" {
				patience = time.Minute // it does return: a busy machine must not take that from it
			}
			after := job("after-"+c.name, jobs.CatchUp{Policy: jobs.Coalesce}, nothing)
			r := b.runnerWith(jobs.Options{Owner: "a", Jobs: []jobs.Job{j, after}, Patience: patience})
			b.tick(r, "2026-03-01 00:00")
			b.tick(r, "2026-03-01 02:00")
			row := b.history(c.name)[0]
			want := models.RunFailed
			if c.code == "" {
				want = models.RunSucceeded
			}
			if row.State != want || row.ErrorCode != c.code || !strings.Contains(row.ErrorText, c.text) || row.FinishedAt != at("2026-03-01 02:00") {
				t.Errorf("%s: %+v", c.name, row)
			}
			if rows := b.history("after-" + c.name); len(rows) != 1 || rows[0].State != models.RunSucceeded {
				t.Errorf("%s: the next job: %+v", c.name, rows)
			}
		}
		if n := newBench(t, s, "2026-03-01 00:00").marks(); n != 0 {
			t.Errorf("%d effects of a chunk that panicked", n)
		}
	})
}

func TestAFailedRunGoesOnAtItsCursorUnderTheNextEpoch(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		broken, began := true, []int{}
		r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(5, func(_ context.Context, run *jobs.Run, i int) error {
			began = append(began, i)
			if i == 3 && broken {
				return models.E(models.Unavailable, "社保接口没有应答")
			}
			return nil
		})))
		b.tick(r, "2026-03-01 00:00")
		b.tick(r, "2026-03-01 02:00")
		b.tick(r, "2026-03-01 12:00")
		row := b.history("daily")[0]
		if row.State != models.RunFailed || row.Cursor != "2" || row.ErrorText != "社保接口没有应答" {
			t.Fatalf("row %+v", row)
		}
		clerk, stranger := b.member("clerk", models.Clerk), b.member("auditor", models.Auditor)
		if _, err := r.Retry(t.Context(), stranger, row.ID, b.clock.set("2026-03-02 01:00")); models.CodeOf(err) != models.Forbidden || !strings.Contains(err.Error(), "经办、运维") {
			t.Errorf("retried by an auditor: %v", err)
		}
		broken = false
		row, err := r.Retry(t.Context(), clerk, row.ID, b.clock.set("2026-03-02 01:00"))
		if err != nil || row.State != models.RunSucceeded || row.Epoch != 2 || row.Attempt != 1 || row.DoneItems != 5 || row.BusinessDate != 20260301 || row.ErrorText != "" || row.Actor != "clerk" {
			t.Errorf("retried: %+v, %v", row, err)
		}
		if got := began; len(got) != 6 || got[3] != 3 {
			t.Errorf("items began: %v, want 1 2 3 3 4 5", got)
		}
		if _, err := r.Retry(t.Context(), clerk, row.ID, b.clock.add(0)); models.CodeOf(err) != models.Conflict {
			t.Errorf("a run that succeeded was retried: %v", err)
		}
		if _, err := r.Retry(t.Context(), clerk, 99, b.clock.add(0)); models.CodeOf(err) != models.NotFound {
			t.Errorf("a run that does not exist was retried: %v", err)
		}
		if n := b.marks(); n != 5 {
			t.Errorf("%d effects of 5 items", n)
		}
		checkChunks(t, s, row, 5)
	})
}

func TestAShutdownGivesTheRunBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		ctx, shutdown := context.WithCancel(t.Context())
		first := b.runner("first", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(3, func(_ context.Context, _ *jobs.Run, i int) error {
			if i == 2 {
				shutdown()
			}
			return nil
		})), job("later", jobs.CatchUp{Policy: jobs.Coalesce}, nothing))
		b.tick(first, "2026-03-01 00:00")
		if err := first.Tick(ctx, b.clock.set("2026-03-01 02:00")); err != nil {
			t.Fatal(err)
		}
		row := b.history("daily")[0]
		if row.State != models.RunQueued || row.Owner != "" || row.Attempt != 0 || row.Cursor != "1" || row.Epoch != 1 {
			t.Errorf("after the shutdown: %+v", row)
		}
		if later := b.history("later")[0]; later.State != models.RunQueued {
			t.Errorf("claimed while shutting down: %+v", later)
		}
		second := b.runner("second", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(3, nil)))
		b.tick(second, "2026-03-01 02:01")
		if row := b.history("daily")[0]; row.State != models.RunSucceeded || row.Epoch != 2 || row.Attempt != 1 {
			t.Errorf("after the restart: %+v", row)
		}
		if n := b.marks(); n != 3 {
			t.Errorf("%d effects of 3 items", n)
		}
	})
}

func TestAStopEndsWhatRunsBeforeItsNextTransaction(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		officer := b.member("officer", models.Operator)
		r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(3, func(_ context.Context, _ *jobs.Run, i int) error {
			if i == 2 {
				b.tx(func(tx *models.Tx) error { _, err := tx.Stop(officer, "金额不对", b.clock.add(0)); return err })
			}
			return nil
		})), job("later", jobs.CatchUp{Policy: jobs.Coalesce}, nothing))
		b.tick(r, "2026-03-01 00:00")
		b.tick(r, "2026-03-01 02:00")
		if row := b.history("daily")[0]; row.State != models.RunQueued || row.Cursor != "1" || row.Attempt != 0 {
			t.Errorf("row %+v", row)
		}
		if later := b.history("later")[0]; later.State != models.RunQueued {
			t.Errorf("claimed while stopped: %+v", later)
		}
		b.tick(r, "2026-03-05 02:00")
		if n := len(b.history("daily")); n != 1 {
			t.Errorf("%d slots recorded while stopped, want the one from before", n)
		}
		if wake, err := r.NextWake(t.Context(), b.clock.add(0)); err != nil || wake != b.clock.add(15*time.Second) {
			t.Errorf("stopped: wake at %s, %v", wake.Text(), err)
		}
		if _, err := r.RunNow(t.Context(), models.System, "daily", nil, 0, "x", b.clock.add(0)); models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "金额不对") {
			t.Errorf("started by hand while stopped: %v", err)
		}
	})
}

func TestTwoPeopleStartEverythingAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.play("2026-03-02", "2026-03-02")
		r, now := h.sim.Runner, policy.InstantOf(h.sim.Now())
		if _, err := r.Stop(t.Context(), h.checker, "名单有误", now); err != nil {
			t.Fatal(err)
		}
		stop, err := h.q().Stopped()
		if err != nil || stop == nil {
			t.Fatal(stop, err)
		}
		sub, err := r.SubmitDraft(t.Context(), h.maker, jobs.ResumeDraft(*stop, now.Date()), now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Decide(t.Context(), h.maker, sub.Code, true, "", now); err == nil {
			t.Error("one person started everything again")
		}
		if sub, err = r.Decide(t.Context(), h.checker, sub.Code, true, "", now); err != nil {
			t.Fatal(err)
		}
		if stop, err := h.q().Stopped(); stop != nil || err != nil {
			row, _ := h.q().Run(sub.RunID)
			t.Errorf("still stopped: %+v, %v; %+v", stop, err, row)
		}
	})
}

// The program is told to stop while a chunk is being done: the chunk is finished, none is begun, and the run goes back to
// the queue without having cost an attempt.
func TestAShutdownFinishesTheChunk(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 00:00")
		ctx, stop := context.WithCancel(t.Context())
		body := func(ctx context.Context, run *jobs.Run) error {
			for _, to := range []string{"1", "2"} {
				err := run.Chunk(ctx, to, 1, func(tx *models.Tx) error {
					stop()
					return mark(tx)
				})
				if err != nil {
					return err
				}
			}
			return nil
		}
		r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, body))
		b.tick(r, "2026-03-01 00:00")
		if err := r.Tick(ctx, b.clock.set("2026-03-01 02:00")); err != nil {
			t.Fatal(err)
		}
		if row := b.history("daily")[0]; row.State != models.RunQueued || row.Cursor != "1" || row.Attempt != 0 || row.Owner != "" {
			t.Errorf("row %+v", row)
		}
		if n := b.marks(); n != 1 {
			t.Errorf("%d effects, want that of the chunk that had begun", n)
		}
	})
}
