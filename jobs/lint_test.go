package jobs_test

import (
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
)

func TestSchedulesThatNobodyMeansAreRefused(t *testing.T) {
	for _, c := range []struct {
		line        string
		every, from int
		want        string
	}{
		{"0 2 30 2 *", 0, 0, "2 月没有 30 日"},
		{"0 2 31 4,6 *", 0, 0, "4 月没有 31 日"},
		{"0 2 31 * *", 0, 0, "2 月没有 31 日"},
		{"0 2 29 2 *", 0, 0, "闰年"},
		{"0 2 29 * *", 0, 0, "闰年"},
		{"0 2 1 * 1", 0, 0, "同时限定了日（1）和周（1）"},
		{"0 2 */2 * 1", 0, 0, "从头数起"},
		{"0 2 1-7 * mon", 0, 0, "请只限定其中之一"},
		{"*/40 * * * *", 0, 0, "从头数起"},
		{"0 */5 * * *", 0, 0, "从头数起"},
		{"0 2 */3 * *", 0, 0, "从头数起"},
		{"0 2 1 */5 *", 0, 0, "从头数起"},
		{"0 24 * * *", 0, 0, "第 2 段（时）"},
		{"60 2 * * *", 0, 0, "第 1 段（分）"},
		{"0 2 * * 7", 0, 0, "周日写作 0"},
		{"0 2 * 13 *", 0, 0, "第 4 段（月）"},
		{"0 2 0 * *", 0, 0, "第 3 段（日）"},
		{"每天两点", 0, 0, "现有 1 段"},
		{"0 0 2 * * *", 0, 0, "现有 6 段"},
		{"@daily", 0, 0, "@"},
		{"@every 1h", 0, 0, "@"},
		{"TZ=UTC 0 2 * * *", 0, 0, "北京时间"},
		{"CRON_TZ=UTC", 0, 0, "北京时间"},
		{"0 9 1 4 *", 2, 0, "从哪一年起"},
		{"0 9 1 4 *", 0, 2024, "每几年一次"},
		{"0 9 1 4 *", -1, 2024, "每几年一次"},
		{"0 9 1 4 *", 2, 24, "从哪一年起"},
		{"", 2, 2024, "不能限定年份"},
	} {
		_, err := jobs.ParseSchedule(c.line, c.every, c.from)
		if models.CodeOf(err) != models.Invalid || !strings.Contains(err.Error(), c.want) || c.line != "" && !strings.Contains(err.Error(), c.line) {
			t.Errorf("%q every %d from %d: %v, want a word about %s", c.line, c.every, c.from, err, c.want)
		}
	}
	for _, line := range []string{"0 2 * * *", "*/15 8-18 * * mon-fri", "0 2 31 1,3,5 *", "0 2 28 * *", "0 2 29-31 1 *", "0 0 ? * 0"} {
		if _, err := jobs.ParseSchedule(line, 0, 0); err != nil {
			t.Errorf("%q was refused: %v", line, err)
		}
	}
}

func TestACatalogueTellsAllItsMistakes(t *testing.T) {
	good := job("good", jobs.CatchUp{Policy: jobs.Each, Max: 3}, nothing)
	if err := jobs.Lint([]jobs.Job{good}); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*jobs.Job){
		"名称应由小写字母":     func(j *jobs.Job) { j.Name = "Good" },
		"不带句号":         func(j *jobs.Job) { j.Summary = "好。" },
		"须有标题":         func(j *jobs.Job) { j.Title = "" },
		"须有执行时限":       func(j *jobs.Job) { j.Timeout = 0 },
		"没有执行内容":       func(j *jobs.Job) { j.Run = nil },
		"不能限定工作日":      func(j *jobs.Job) { j.Schedule, j.Workdays = "", true },
		"应为五段":         func(j *jobs.Job) { j.Schedule = "daily" },
		"错过时间后怎么办":     func(j *jobs.Job) { j.CatchUp = jobs.CatchUp{} },
		`补做方式 "later"`: func(j *jobs.Job) { j.CatchUp.Policy = "later" },
		"上限只用于逐次补做":    func(j *jobs.Job) { j.CatchUp.Policy = jobs.State },
		`要等的任务 "bad"`:  func(j *jobs.Job) { j.After = []string{"bad"} },
		"不能为负":         func(j *jobs.Job) { j.CatchUp.Horizon = -time.Hour },
	} {
		bad := good
		bad.Name = "bad"
		spoil(&bad)
		if err := jobs.Lint([]jobs.Job{good, bad}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), bad.Name) {
			t.Errorf("%s: %v", want, err)
		}
	}
	twice := good
	twice.Title = ""
	if err := jobs.Lint([]jobs.Job{good, twice}); err == nil || !strings.Contains(err.Error(), "名称重复") || !strings.Contains(err.Error(), "须有标题") {
		t.Errorf("two mistakes at once: %v", err)
	}
}

func TestConfigurationMovesAJob(t *testing.T) {
	daily := job("daily", jobs.CatchUp{Policy: jobs.Each}, nothing)
	_, err := jobs.NewRunner(jobs.Options{Env: &jobs.Env{}, Jobs: []jobs.Job{daily}, Overrides: map[string]jobs.Override{
		"daily": {Schedule: "0 2 30 2 *"}, "dayly": {Schedule: "0 3 * * *"},
	}})
	if err == nil || !strings.Contains(err.Error(), `没有叫 "dayly" 的任务，是否想写 daily？现有任务：daily`) || !strings.Contains(err.Error(), "2 月没有 30 日") {
		t.Errorf("wrong overrides: %v", err)
	}
	r, err := jobs.NewRunner(jobs.Options{Env: &jobs.Env{}, Jobs: []jobs.Job{daily}, Overrides: map[string]jobs.Override{
		"daily": {Schedule: "0 9 1 4 *", Every: 2, From: 2024, CatchUp: jobs.CatchUp{Policy: jobs.Ask}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.NextSlot(at("2024-05-01 00:00")), at("2026-04-01 09:00"); got != want {
		t.Errorf("next slot %s, want %s", got.Text(), want.Text())
	}
}
