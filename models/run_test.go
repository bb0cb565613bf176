package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// queue records runs of a job at the given seconds.
func queue(t *testing.T, s *models.Store, job string, seconds ...int64) (rows []models.Run) {
	t.Helper()
	for _, sec := range seconds {
		at := policy.InstantOf(time.Unix(sec, 0))
		rows = append(rows, models.Run{Job: job, SlotKey: models.SlotKey(at), SlotAt: at, State: models.RunQueued, QueuedAt: at, Params: models.Params{"b": "<2>", "a": "一"}})
	}
	inTx(t, s, func(tx *models.Tx) (err error) {
		rows, err = tx.InsertRuns(rows)
		return err
	})
	return rows
}

func inTx(t *testing.T, s *models.Store, fn func(tx *models.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func lease(owner string, now policy.Instant) models.Lease {
	return models.Lease{Owner: owner, Now: now, For: time.Minute, PolicyVersion: "p", BinaryVersion: "v"}
}

func claim(t *testing.T, s *models.Store, r models.Run, l models.Lease) (models.Run, bool) {
	t.Helper()
	var ok bool
	inTx(t, s, func(tx *models.Tx) (err error) {
		r, ok, err = tx.ClaimRun(r, l)
		return err
	})
	return r, ok
}

func TestASlotIsRecordedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		first := queue(t, s, "daily", 100, 200)
		if len(first) != 2 || first[0].ID != 1 || first[1].ID != 2 {
			t.Fatalf("%+v", first)
		}
		if more := queue(t, s, "daily", 100, 200, 300); len(more) != 1 || more[0].SlotKey != "at:300" {
			t.Errorf("new rows %+v", more)
		}
		if other := queue(t, s, "other", 100); len(other) != 1 {
			t.Errorf("another job's slot of the same instant: %+v", other)
		}
		row, err := s.Read(t.Context()).RunAt("daily", "at:100")
		if err != nil || row.ID != 1 || row.Params["a"] != "一" || row.Params["b"] != "<2>" || row.SlotAt != 100_000 {
			t.Errorf("%+v, %v", row, err)
		}
		if _, err := s.Read(t.Context()).RunAt("daily", "at:101"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("no such slot: %v", err)
		}
	})
}

func TestOneRunningRunAJob(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		rows := queue(t, s, "daily", 100, 200)
		other := queue(t, s, "other", 100)
		mine, ok := claim(t, s, rows[0], lease("a", 1000))
		if !ok || mine.Epoch != 1 || mine.Attempt != 1 || mine.LeaseUntil != 61_000 || mine.StartedAt != 1000 {
			t.Fatalf("%v %+v", ok, mine)
		}
		if stored, err := s.Read(t.Context()).Run(mine.ID); err != nil || stored.Owner != "a" || stored.Epoch != 1 || stored.PolicyVersion != "p" || stored.State != models.RunRunning {
			t.Errorf("%+v, %v", stored, err)
		}
		if _, ok := claim(t, s, rows[0], lease("b", 1000)); ok {
			t.Error("claimed twice")
		}
		if _, ok := claim(t, s, rows[1], lease("b", 1000)); ok {
			t.Error("the next slot was claimed while the first is running")
		}
		if _, ok := claim(t, s, other[0], lease("b", 1000)); !ok {
			t.Error("another job's run was not claimed")
		}
		inTx(t, s, func(tx *models.Tx) error {
			if ok, err := tx.Finish(mine, models.Ending{State: models.RunSucceeded, At: 2000}); !ok || err != nil {
				t.Error("not finished", err)
			}
			if ok, err := tx.Finish(mine, models.Ending{State: models.RunFailed, At: 3000}); ok || err != nil {
				t.Error("a terminal state was overwritten", err)
			}
			return nil
		})
		if _, ok := claim(t, s, rows[1], lease("b", 3000)); !ok {
			t.Error("the next slot was not claimed after the first")
		}
	})
}

func TestOnlyAnEndedLeaseIsTakenOver(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mine, _ := claim(t, s, queue(t, s, "daily", 100)[0], lease("a", 1000))
		takeOver := func(r models.Run, now policy.Instant) (heir models.Run, ok bool) {
			inTx(t, s, func(tx *models.Tx) (err error) {
				heir, ok, err = tx.TakeOver(r, lease("b", now))
				return err
			})
			return heir, ok
		}
		if _, ok := takeOver(mine, 61_000); ok {
			t.Error("taken over at the last instant of the lease")
		}
		inTx(t, s, func(tx *models.Tx) error {
			if ok, err := tx.Heartbeat(mine, 100_000); !ok || err != nil {
				t.Error("no heartbeat", err)
			}
			return tx.Fence(mine, models.Chunk{RunID: mine.ID, No: 1, Epoch: 1, ToKey: "k", Items: 3, At: 5}, 9, 110_000)
		})
		if _, ok := takeOver(mine, 105_000); ok {
			t.Error("taken over although chunks renewed the lease")
		}
		heir, ok := takeOver(mine, 110_001)
		if !ok || heir.Epoch != 2 || heir.Attempt != 2 || heir.Cursor != "k" || heir.DoneItems != 3 {
			t.Fatalf("%v %+v", ok, heir)
		}
		if _, ok := takeOver(mine, 400_000); ok {
			t.Error("taken over twice from one epoch")
		}
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			if ok, err := tx.Heartbeat(mine, 999_000); ok || err != nil {
				t.Error("the ghost's heart beats", err)
			}
			if ok, err := tx.Finish(mine, models.Ending{State: models.RunSucceeded}); ok || err != nil {
				t.Error("the ghost finished the run", err)
			}
			if ok, err := tx.Release(mine); ok || err != nil {
				t.Error("the ghost released the run", err)
			}
			return tx.Fence(mine, models.Chunk{RunID: mine.ID, No: 2, Epoch: 1, ToKey: "x"}, 9, 999_000)
		})
		if !errors.Is(err, models.ErrGhost) {
			t.Errorf("the ghost passed the fence: %v", err)
		}
	})
}

func TestAPausedJobIsNotClaimed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		row := queue(t, s, "daily", 100)[0]
		who := models.Actor{Member: "op"}
		inTx(t, s, func(tx *models.Tx) error { return tx.PauseJob("daily", "等口径", who, 5) })
		if _, ok := claim(t, s, row, lease("a", 1000)); ok {
			t.Error("claimed while paused")
		}
		settings, err := s.Read(t.Context()).JobSettings()
		if got := settings["daily"]; err != nil || !got.Paused || got.Reason != "等口径" || got.Actor != "op" || got.FirstSlotAt != 5 {
			t.Errorf("%+v, %v", got, err)
		}
		inTx(t, s, func(tx *models.Tx) error { return tx.ResumeJob("daily", who, 6) })
		if _, ok := claim(t, s, row, lease("a", 1000)); !ok {
			t.Error("not claimed after the pause")
		}
		err = s.InTx(t.Context(), func(tx *models.Tx) error { return tx.PauseJob("daily", "", who, 7) })
		if models.CodeOf(err) != models.Invalid {
			t.Errorf("paused without a reason: %v", err)
		}
	})
}

func TestReasonsInWords(t *testing.T) {
	for reason, want := range map[string]string{
		"paused: 等财政口径: 二":              "任务已暂停：等财政口径: 二",
		"too_old":                       "超过补做期限",
		"missed":                        "错过了时间，该任务不补做",
		"ask":                           "错过了时间，需人工确认后再执行",
		"coalesced: at:" + "1772388000": "由2026年3月2日 02:00的一次一并办理",
		"coalesced":                     "由之后的一次一并办理",
	} {
		if got := (models.Run{Reason: reason}).ReasonText(); got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
	for _, state := range []models.RunState{models.RunQueued, models.RunRunning, models.RunSucceeded, models.RunFailed, models.RunHalted, models.RunSkipped} {
		if strings.ContainsAny(state.Text(), "abcdefghijklmnopqrstuvwxyz") {
			t.Errorf("%s has no word", state)
		}
	}
}

func TestHistory(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		rows := queue(t, s, "daily", 100, 200, 300)
		queue(t, s, "other", 150)
		mine, _ := claim(t, s, rows[0], lease("a", 1000))
		inTx(t, s, func(tx *models.Tx) error {
			_, err := tx.Finish(mine, models.Ending{State: models.RunSucceeded, Summary: "{}", At: 2000})
			return err
		})
		q := s.Read(t.Context())
		if h, err := q.History("daily", 2); err != nil || len(h) != 2 || h[0].SlotAt != 300_000 || h[1].SlotAt != 200_000 {
			t.Errorf("%+v, %v", h, err)
		}
		if h, err := q.History("", 10); err != nil || len(h) != 4 || h[0].Job != "other" {
			t.Errorf("%+v, %v", h, err)
		}
		if between, err := q.RunsBetween(150_000, 300_000); err != nil || len(between) != 2 || between[0].SlotAt != 200_000 || between[1].Job != "other" {
			t.Errorf("%+v, %v", between, err)
		}
		if last, err := q.LastSucceeded("daily", 20260101); err != nil || last.ID != mine.ID {
			t.Errorf("%+v, %v", last, err)
		}
		if _, err := q.LastSucceeded("other", 20260101); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a job that never ended well: %v", err)
		}
		if last, err := q.LastRuns(); err != nil || len(last) != 2 || last["daily"].SlotAt != 300_000 {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// A clerk types an order that cannot be carried out, and is answered. That is the clerk's mistake and no failure of the job: the newest run that counts is the one before, and the morning
// report says nothing. What nobody was answered is still a failure: a slot of the night or of a person's, an approved plan, a file from the inbox folder, work that was begun, a fault of
// the program. The query and the method mean the same.
func TestWhatWasRefusedToAPersonIsNoFailure(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		refused := models.Run{Cause: models.ByHand, Actor: "jb01", State: models.RunFailed, ErrorCode: "invalid", ErrorText: "没有2026年度的星级评定", FinishedAt: 500}
		var rows []models.Run
		var wrong []string
		for name, c := range map[string]struct {
			refused bool
			change  func(r *models.Run)
		}{
			"invalid":     {true, func(*models.Run) {}},
			"conflict":    {true, func(r *models.Run) { r.ErrorCode = "conflict" }},
			"not found":   {true, func(r *models.Run) { r.ErrorCode = "not_found" }},
			"forbidden":   {true, func(r *models.Run) { r.ErrorCode = "forbidden" }},
			"unavailable": {false, func(r *models.Run) { r.ErrorCode = "unavailable" }},
			"a fault":     {false, func(r *models.Run) { r.ErrorCode = "internal" }},
			"no code":     {false, func(r *models.Run) { r.ErrorCode = "" }},
			"halted":      {false, func(r *models.Run) { r.State = models.RunHalted }},
			"by clock":    {false, func(r *models.Run) { r.Cause = models.ByClock }},
			"from folder": {false, func(r *models.Run) { r.Actor = models.System.Member }},
			"a slot":      {false, func(r *models.Run) { r.SlotAt = 100_000 }},
			"approved":    {false, func(r *models.Run) { r.ApprovalID = 7 }},
			"begun":       {false, func(r *models.Run) { r.Cursor = "2" }},
		} {
			before, after := models.Run{Job: name, SlotKey: "req:a", State: models.RunSucceeded, FinishedAt: 400}, refused
			after.Job, after.SlotKey = name, "req:b"
			c.change(&after)
			if after.Refused() != c.refused || c.refused != (after.StateText() == "未办理") {
				t.Errorf("%s: refused %v, %s", name, after.Refused(), after.StateText())
			}
			if !c.refused {
				wrong = append(wrong, name)
			}
			rows = append(rows, before, after)
		}
		inTx(t, s, func(tx *models.Tx) error { _, err := tx.InsertRuns(rows); return err })
		last, err := s.Read(t.Context()).LastRuns()
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range last {
			if counts := r.State != models.RunSucceeded; counts != slices.Contains(wrong, name) {
				t.Errorf("%s: the newest that counts is %s %s", name, r.SlotKey, r.State)
			}
		}
		now, err := s.Read(t.Context()).Situation(100, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var failed []string
		for _, r := range now.Failed {
			failed = append(failed, r.Job)
		}
		if slices.Sort(failed); !slices.Equal(failed, slices.Sorted(slices.Values(wrong))) {
			t.Errorf("failed %q, want %q", failed, wrong)
		}
	})
}
