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

func TestAJobShowsItsNextFiveTimes(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-09-25 12:00")
	daily, yearly, byHand := job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing), job("yearly", jobs.CatchUp{Policy: jobs.Ask}, nothing), job("by-hand", jobs.CatchUp{}, nothing)
	daily.Schedule = "0 2 * 9 *"
	yearly.Schedule, yearly.Every, yearly.From = "0 9 1 4 *", 2, 2024
	byHand.Schedule = ""
	r := b.runner("a", daily, yearly, byHand)
	b.tick(r, "2026-09-24 02:00")
	b.tick(r, "2026-09-26 02:00")
	operator := b.member("operator", models.Operator)
	if err := r.Work().Pause(t.Context(), operator, "yearly", "等待文件", b.clock.add(0)); err != nil {
		t.Fatal(err)
	}
	list, err := r.Work().List(t.Context(), at("2026-09-26 12:00"))
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	for i, want := range []string{"2026-09-27 02:00 周日 节假日 中秋节", "2026-09-28 02:00 周一", "2026-09-29 02:00 周二", "2026-09-30 02:00 周三", "2027-09-01 02:00 周三 暂定"} {
		next := list[0].Next[i]
		if got := next.At.Stamp() + " " + next.Note; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if last := list[0].Last; last == nil || last.SlotAt != at("2026-09-26 02:00") || last.State != models.RunSucceeded {
		t.Errorf("last run %+v", last)
	}
	if got := list[1]; got.Paused != "等待文件" || got.Schedule != "每年4月1日 09:00（自2024年起每2年）" || len(got.Next) != 5 || got.Next[0].At != at("2028-04-01 09:00") || got.Last != nil {
		t.Errorf("%+v", got)
	}
	if got := list[2]; len(got.Next) != 0 || got.Schedule != "按需执行" {
		t.Errorf("%+v", got)
	}
}

func TestAMakeUpDayIsNamed(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-09-01 12:00")
	list, err := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing)).List(t.Context(), at("2026-02-13 12:00"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := list[0].Next[0].Note, "周六 调休上班"; got != want {
		t.Errorf("%s is %q, want %q", list[0].Next[0].At.Text(), got, want)
	}
}

func TestAPlanIsTheJobsOwn(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	blind, shows := job("blind", jobs.CatchUp{Policy: jobs.Each}, nothing), job("shows", jobs.CatchUp{Policy: jobs.Each}, nothing)
	shows.Plan = func(_ context.Context, _ *jobs.Env, on policy.Date, p models.Params) (models.Report, error) {
		return models.Report{Title: p["year"], On: on}, nil
	}
	w := b.runner("a", blind, shows).Work()
	if rep, err := w.Plan(t.Context(), models.System, "shows", models.Params{"year": "2025"}, 20260301); err != nil || rep.Title != "2025" || rep.On != 20260301 {
		t.Errorf("%+v, %v", rep, err)
	}
	if _, err := w.Plan(t.Context(), models.System, "blind", nil, 20260301); models.CodeOf(err) != models.Invalid {
		t.Errorf("plan of a job without one: %v", err)
	}
	if _, err := w.Plan(t.Context(), models.System, "none", nil, 20260301); models.CodeOf(err) != models.NotFound {
		t.Errorf("plan of no job: %v", err)
	}
}

func TestWhoMayPauseAJobAndHow(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	auditor, operator := b.member("auditor", models.Auditor), b.member("operator", models.Operator)
	r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing))
	if err := r.Pause(t.Context(), auditor, "daily", "x", b.clock.add(0)); models.CodeOf(err) != models.Forbidden {
		t.Errorf("paused by an auditor: %v", err)
	}
	if err := r.Pause(t.Context(), operator, "daily", strings.Repeat("长", 61), b.clock.add(0)); models.CodeOf(err) != models.Invalid {
		t.Errorf("a reason too long: %v", err)
	}
	if err := r.Pause(t.Context(), operator, "daily", "", b.clock.add(0)); err != nil {
		t.Errorf("resuming what is not paused: %v", err)
	}
}

// What a refusal tells a person to do can be done in chat as it is written there, and in a terminal, which asks who it is; a role that is enough
// for two reasons is named once.
func TestARefusalSaysWhatToTypeInBothPlaces(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 12:00")
	auditor, operator := b.member("auditor", models.Auditor), b.member("operator", models.Operator)
	daily := job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing)
	daily.Title, daily.Roles = "每日任务", []models.Role{models.Clerk, models.Operator}
	r := b.runner("a", daily)
	says := func(err error, words ...string) {
		t.Helper()
		for _, w := range words {
			if err == nil || strings.Count(err.Error(), w) != 1 {
				t.Errorf("%q once in %v", w, err)
			}
		}
	}
	says(r.Pause(t.Context(), auditor, "daily", "x", b.clock.add(0)), "需要的角色：经办、运维", "运维")
	if err := r.Pause(t.Context(), operator, "daily", "等名单", b.clock.add(0)); err != nil {
		t.Fatal(err)
	}
	_, err := r.RunNow(t.Context(), operator, "daily", nil, 0, "", b.clock.add(0))
	says(err, "任务 恢复 每日任务，或 duixian job resume daily --as 成员编号")
	_, _, err = r.Allow(t.Context(), operator, 1, b.clock.add(0))
	says(err, "任务 记录 任务名，或 duixian job history")
}

func TestTheDaemonSleepsUntilSomethingIsDue(t *testing.T) {
	b := newBench(t, modelstest.New(t), "2026-03-01 01:00")
	r := b.runner("a", job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing), job("yearly", jobs.CatchUp{Policy: jobs.Each}, nothing))
	wake := func() policy.Instant {
		t.Helper()
		at, err := r.NextWake(t.Context(), b.clock.add(0))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if got := wake(); got != at("2026-03-01 01:00") {
		t.Errorf("before the first tick: %s", got.Text())
	}
	b.tick(r, "2026-03-01 01:00")
	if got := wake(); got != at("2026-03-01 01:00").Add(15*time.Second) { // to look after others
		t.Errorf("with nothing due for an hour: %s", got.Text())
	}
	b.tick(r, "2026-03-01 01:59")
	b.clock.add(50 * time.Second)
	if got := wake(); got != at("2026-03-01 02:00") {
		t.Errorf("just before a slot: %s", got.Text())
	}
	resume := b.asleep("dead", 1, 1, b.clock.set("2026-03-01 02:00"))
	b.tick(r, "2026-03-01 02:00")
	b.clock.add(50 * time.Second)
	if got, want := wake(), at("2026-03-01 02:01")+1; got != want {
		t.Errorf("another's lease ends at 02:01: %v, want %v", got, want)
	}
	b.clock.add(time.Hour)
	if got, want := wake(), b.clock.add(0)+1; got != want {
		t.Errorf("it ended long ago: %v, want %v", got, want)
	}
	if err := resume(); err != nil && !errors.Is(err, models.ErrGhost) {
		t.Error(err)
	}
}
