package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
)

func TestAHandRunAndTheClockShareASlot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		clerk := b.member("clerk", models.Clerk)
		var seen []models.Params
		r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, items(1, func(_ context.Context, run *jobs.Run, _ int) error {
			seen = append(seen, run.Row.Params)
			return nil
		})))
		b.tick(r, "2026-03-01 12:00")
		byHand := func(params models.Params, request string) models.Run {
			t.Helper()
			row, err := r.RunNow(t.Context(), clerk, "daily", params, 0, request, b.clock.add(0))
			if err != nil || row.State != models.RunSucceeded {
				t.Fatalf("run by hand: %+v, %v", row, err)
			}
			return row
		}

		b.clock.set("2026-03-02 01:00") // before today's slot
		if row := byHand(nil, "early"); row.SlotKey != models.SlotKey(at("2026-03-02 02:00")) || row.Cause != models.ByHand || row.Actor != "clerk" {
			t.Errorf("early: %+v", row)
		}
		b.tick(r, "2026-03-02 02:00")
		if n := len(b.history("daily")); n != 1 {
			t.Errorf("the clock ran the slot again: %d rows", n)
		}

		b.clock.set("2026-03-04 12:00") // nobody was there on the 3rd: recorded first, then the 4th
		if row := byHand(models.Params{jobs.DateParam: "2026-03-04"}, "late"); row.SlotAt != at("2026-03-04 02:00") || row.BusinessDate != 20260304 {
			t.Errorf("late: %+v", row)
		}
		b.tick(r, "2026-03-04 12:00")
		if got, want := story(b.history("daily")), "02 hand for 02, 03 catch_up for 03, 04 catch_up for 04"; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}

		again := byHand(nil, "again") // the slot has run: a row of its own, once a request
		if again.SlotKey != "req:again" || again.SlotAt != 0 || again.BusinessDate != 20260304 {
			t.Errorf("again: %+v", again)
		}
		if twice := byHand(nil, "again"); twice.ID != again.ID {
			t.Errorf("one request made two runs: #%d and #%d", again.ID, twice.ID)
		}
		if other := byHand(models.Params{"firm": "甲", "a": "<b>"}, "with"); other.SlotKey != "req:with" || other.Params["a"] != "<b>" {
			t.Errorf("with parameters: %+v", other)
		}
		if last := seen[len(seen)-1]; len(last) != 2 || last["firm"] != "甲" {
			t.Errorf("the body saw %v", last)
		}
		if n := b.marks(); n != 5 {
			t.Errorf("%d effects of 5 runs", n)
		}
	})
}

func TestARequestThatFailedGoesOnWhenAskedAgain(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	clerk := b.member("clerk", models.Clerk)
	broken := true
	j := job("import", jobs.CatchUp{}, items(3, func(_ context.Context, _ *jobs.Run, i int) error {
		if i == 2 && broken {
			return models.E(models.Unavailable, "磁盘已满")
		}
		return nil
	}))
	j.Schedule = ""
	j.Request = func(p models.Params) string { return p["file"] }
	r := b.runner("a", j)
	id, err := r.Work().Run(t.Context(), clerk, "import", models.Params{"file": "f00"}, 0, b.clock.add(0))
	if models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "“试验任务”（#1）失败：磁盘已满") {
		t.Errorf("#%d: %v", id, err)
	}
	broken = false
	for range 2 {
		same, err := r.Work().Run(t.Context(), clerk, "import", models.Params{"file": "f00"}, 0, b.clock.add(1e9))
		if err != nil || same != id {
			t.Errorf("#%d, %v; want #%d", same, err, id)
		}
	}
	if n := b.marks(); n != 3 {
		t.Errorf("%d effects of 3 items", n)
	}
}

func TestASkippedSlotRunsWhenAPersonSaysSo(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	clerk := b.member("clerk", models.Clerk)
	r := b.runner("a", job("round", jobs.CatchUp{Policy: jobs.Ask}, items(1, nil)))
	b.tick(r, "2026-03-01 12:00")
	b.tick(r, "2026-03-03 12:00")
	row, err := r.RunNow(t.Context(), clerk, "round", models.Params{jobs.DateParam: "2026-03-02"}, 0, "", b.clock.add(0))
	if err != nil || row.State != models.RunSucceeded || row.SlotAt != at("2026-03-02 02:00") || row.Cause != models.ByHand || row.Reason != "" {
		t.Errorf("%+v, %v", row, err)
	}
}

func TestWhoMayStartAJob(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	b.member("clerk", models.Clerk)
	b.member("auditor", models.Auditor)
	b.member("operator", models.Operator)
	b.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "gone", Name: "gone"}, models.MemberRole{Role: models.Clerk})
	})
	b.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "elsewhere", Name: "elsewhere", Active: true}, models.MemberRole{Role: models.Clerk, OrgID: 7})
	})
	approved := job("apply", jobs.CatchUp{}, nothing)
	approved.Schedule, approved.Roles = "", nil
	r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing), approved)
	for _, c := range []struct {
		who, job string
		approval int64
		want     models.Code
		text     string
	}{
		{"clerk", "daily", 0, "", ""},
		{"system", "daily", 0, models.Forbidden, "没有编号为“system”的成员"}, // the clock has no roles to borrow: see models.Actor.IsClock
		{"auditor", "daily", 0, models.Forbidden, "需要的角色：经办"},
		{"operator", "daily", 0, models.Forbidden, "operator"},
		{"gone", "daily", 0, models.Forbidden, "权限"},
		{"elsewhere", "daily", 0, models.Forbidden, "权限"},
		{"nobody", "daily", 0, models.Forbidden, "没有编号为“nobody”的成员"}, // a slip of the keys is not a lack of rights
		{"auditor", "daily", 5, models.Forbidden, "权限"},              // an approval opens only the jobs that live by approvals
		{"clerk", "apply", 0, models.Forbidden, "两人审批"},
		{"clerk", "apply", 5, "", ""},
		{"clerk", "dayly", 0, models.NotFound, "现有任务：daily、apply"},
	} {
		_, err := r.RunNow(t.Context(), models.Actor{Member: c.who}, c.job, nil, c.approval, "", b.clock.add(1e9))
		if models.CodeOf(err) != c.want || err != nil && !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s starts %s with approval %d: %v", c.who, c.job, c.approval, err)
		}
	}
	if _, err := r.RunNow(t.Context(), models.System, "daily", models.Params{jobs.DateParam: "2026-03-02"}, 0, "", b.clock.add(0)); models.CodeOf(err) != models.Invalid {
		t.Errorf("a run for tomorrow: %v", err)
	}
	if _, err := r.RunNow(t.Context(), models.System, "daily", models.Params{jobs.DateParam: "3.2"}, 0, "", b.clock.add(0)); models.CodeOf(err) != models.Invalid {
		t.Errorf("a run for no day: %v", err)
	}
}

func TestARoleIsCheckedAgainWhenTheRunStarts(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 02:00")
	b.member("clerk", models.Clerk)
	b.member("once-a-clerk", models.Auditor)
	b.tx(func(tx *models.Tx) error {
		queued := models.Run{Job: "daily", Cause: models.ByHand, State: models.RunQueued, QueuedAt: 1}
		queued.SlotKey, queued.Actor = "req:1", "clerk"
		another := queued
		another.SlotKey, another.Actor = "req:2", "once-a-clerk"
		_, err := tx.InsertRuns([]models.Run{queued, another})
		return err
	})
	b.tick(b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(1, nil))), "2026-03-01 01:00")
	rows := b.history("daily")
	if rows[0].State != models.RunSucceeded || rows[1].State != models.RunFailed || rows[1].ErrorCode != "forbidden" {
		t.Errorf("%+v", rows)
	}
}

func TestARequestBehindAnEarlierRunWaits(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 02:00")
	wake := b.asleep("earlier", 2, 2, at("2026-03-01 02:00"))
	r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(1, nil)))
	row, err := r.RunNow(t.Context(), b.member("clerk", models.Clerk), "daily", nil, 0, "x", b.clock.add(0))
	if models.CodeOf(err) != models.Conflict || row.State != models.RunRunning {
		t.Fatalf("the slot of today is running: %+v, %v", row, err)
	}
	for _, want := range []string{"“试验任务”（#1）", "另一个进程（earlier）", "最迟到 2026-03-01 02:01:00", "重新执行"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, again := r.Retry(t.Context(), models.System, row.ID, b.clock.add(0)); again == nil || again.Error() != err.Error() {
		t.Errorf("retry of a live run: %v", again)
	}
	row, err = r.RunNow(t.Context(), models.System, "daily", models.Params{"firm": "甲"}, 0, "x", b.clock.add(0))
	if err != nil || row.State != models.RunQueued {
		t.Fatalf("behind an earlier run: %+v, %v", row, err)
	}
	if err := wake(); err != nil {
		t.Fatal(err)
	}
	b.tick(r, "2026-03-01 02:01")
	if rows := b.history("daily"); len(rows) != 2 || rows[1].State != models.RunSucceeded {
		t.Errorf("%+v", rows)
	}
}

func TestAskingForADeadRunTakesItOver(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for _, c := range []struct {
			name string
			ask  func(r *jobs.Runner, b *bench, id int64) (models.Run, error)
		}{
			{"run", func(r *jobs.Runner, b *bench, _ int64) (models.Run, error) {
				return r.RunNow(t.Context(), models.System, "daily", nil, 0, "", b.clock.add(0))
			}},
			{"retry", func(r *jobs.Runner, b *bench, id int64) (models.Run, error) {
				return r.Retry(t.Context(), models.System, id, b.clock.add(0))
			}},
		} {
			day := map[string]string{"run": "2026-03-01 02:00", "retry": "2026-03-02 02:00"}[c.name]
			b := newBench(t, s, day)
			wake := b.asleep("killed", 3, 2, at(day))
			before := b.history("daily")
			dead := before[len(before)-1]
			b.clock.add(61 * time.Second)
			heir := b.runner("heir", job("daily", jobs.CatchUp{Policy: jobs.Coalesce}, items(3, nil)))
			row, err := c.ask(heir, b, dead.ID)
			if err != nil || row.ID != dead.ID || row.State != models.RunSucceeded || row.Owner != "heir" || row.Epoch != 2 || row.DoneItems != 3 {
				t.Errorf("%s: %+v, %v", c.name, row, err)
			}
			if err := wake(); !errors.Is(err, models.ErrGhost) {
				t.Errorf("%s: the ghost's chunk returned %v", c.name, err)
			}
			checkChunks(t, s, row, 3)
		}
	})
}

func TestBackgroundRunsAreWaitedFor(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	clerk := b.member("clerk", models.Clerk)
	started := make(chan struct{})
	j := job("long", jobs.CatchUp{Policy: jobs.Each}, items(2, func(ctx context.Context, _ *jobs.Run, i int) error {
		if i == 2 {
			close(started)
			<-ctx.Done()
		}
		return nil
	}))
	r := b.runnerWith(jobs.Options{Owner: "a", Jobs: []jobs.Job{j}, Background: true, Prompt: time.Millisecond})
	id, err := r.Work().Run(t.Context(), clerk, "long", nil, 0, b.clock.add(0))
	if err != nil || id == 0 {
		t.Fatal(id, err)
	}
	<-started
	r.Close()
	if row := b.history("long")[0]; row.State != models.RunQueued || row.Cursor != "1" {
		t.Errorf("%+v", row)
	}
}

// Who asks the service for what is refused hears the sentence at once, and nobody else is woken by it; what takes long is answered with its number.
func TestARefusalIsTheAnswer(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		clerk := b.member("clerk", models.Clerk)
		refusing := job("refusing", jobs.CatchUp{Policy: jobs.Each}, func(context.Context, *jobs.Run) error {
			return models.E(models.Conflict, "2026年度已经有了")
		})
		r := b.runnerWith(jobs.Options{Owner: "a", Jobs: []jobs.Job{refusing}, Background: true, Prompt: time.Minute})
		_, err := r.Work().Run(t.Context(), clerk, "refusing", nil, 0, b.clock.add(0))
		if models.CodeOf(err) != models.Conflict || err.Error() != "2026年度已经有了" {
			t.Errorf("%v", err)
		}
		if told, err := s.Read(t.Context()).Notices(models.NoticeFilter{Kind: "run-failed"}); err != nil || len(told) != 0 {
			t.Errorf("%d people were told: %v", len(told), err)
		}
		r.Close()
	})
}

// Who was answered with the number only hears how the run ended, alone and once: what it did, or why not. Who heard it in the answer does not hear it again.
func TestWhoWasAnsweredWithANumberHearsOfTheEnd(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b := newBench(t, s, "2026-03-01 12:00")
		clerk := b.member("clerk", models.Clerk)
		b.member("operator", models.Operator)
		for _, c := range []struct {
			name  string
			tells bool
			err   error
			want  string // what the clerk hears
			woken int    // operators
		}{
			{"done", false, nil, "succeeded: ", 0},
			{"tells-itself", true, nil, "", 0},
			{"refused", false, models.E(models.Conflict, "2026年度已经有了"), "failed: 2026年度已经有了", 0},
			{"broken", true, errors.New("坏了"), "failed: 坏了", 1},
		} {
			going := make(chan struct{})
			j := job(c.name, jobs.CatchUp{Policy: jobs.Each}, func(context.Context, *jobs.Run) error {
				<-going
				return c.err
			})
			j.Tells = c.tells
			r := b.runnerWith(jobs.Options{Owner: "a", Jobs: []jobs.Job{j}, Background: true, Prompt: time.Millisecond})
			id, err := r.Work().Run(t.Context(), clerk, c.name, nil, 0, b.clock.add(0))
			if err != nil || id == 0 {
				t.Fatal(id, err)
			}
			close(going)
			for !b.history(c.name)[0].State.Ended() {
				if t.Context().Err() != nil {
					t.Fatal("it never ended")
				}
				runtime.Gosched()
			}
			r.Close()
			heard := ""
			told, err := s.Read(t.Context()).Notices(models.NoticeFilter{Kind: "run-ended"})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range told {
				var m notifications.RunEnded
				if err := json.Unmarshal([]byte(n.Payload), &m); err != nil {
					t.Fatal(err)
				}
				if m.Run == id {
					heard += m.State + ": " + m.Result
				}
			}
			if heard != c.want {
				t.Errorf("%s: the clerk hears %q, want %q", c.name, heard, c.want)
			}
			woken, err := s.Read(t.Context()).Notices(models.NoticeFilter{Kind: "run-failed"})
			if err != nil || len(woken) != c.woken {
				t.Errorf("%s: %d operators were woken: %v", c.name, len(woken), err)
			}
		}
	})
}
