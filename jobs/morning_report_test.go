package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// mornings is a bench with the morning report, another job that a test may let fail, and people who read.
type mornings struct {
	*bench
	runner *jobs.Runner
	told   strings.Builder
	fail   error
}

func newMornings(t *testing.T, s *models.Store, now string) *mornings {
	t.Helper()
	m := &mornings{bench: newBench(t, s, now)}
	var all []jobs.Job
	for _, j := range jobs.All() {
		if j.Name == "morning-report" {
			all = append(all, j)
		}
	}
	night := job("claims", jobs.CatchUp{Policy: jobs.State}, func(ctx context.Context, run *jobs.Run) error {
		if m.fail != nil {
			return m.fail
		}
		return items(3, nil)(ctx, run)
	})
	night.Title = "奖补审核"
	all = append([]jobs.Job{night}, all...)
	hours := notifications.Hours{Calendar: policy.BuiltinCalendar()}
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	m.runner, err = jobs.NewRunner(jobs.Options{Owner: "a", Jobs: all, NoHeartbeat: true, Env: &jobs.Env{
		Store: s, Book: book, Calendar: hours.Calendar, Version: "test", Now: m.clock.Now, Outbox: notifications.Outbox{Hours: hours},
	}})
	if err != nil {
		t.Fatal(err)
	}
	m.member("jb01", models.Clerk)
	return m
}

// at ticks at each instant, sends what is due to an ear that keeps the words, and returns what was said since the last call.
func (m *mornings) at(instants ...string) string {
	m.t.Helper()
	m.told.Reset()
	routes, err := notifications.Routes(notifications.ChannelOptions{Console: &m.told})
	if err != nil {
		m.t.Fatal(err)
	}
	w := &notifications.Worker{Store: m.store, Hours: notifications.Hours{Calendar: policy.BuiltinCalendar()}, Routes: routes, Name: "w"}
	for _, at := range instants {
		m.tick(m.runner, at)
		if _, err := w.Deliver(m.t.Context(), m.clock.add(0)); err != nil {
			m.t.Fatal(err)
		}
	}
	return m.told.String()
}

func says(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if without, not := strings.CutPrefix(p, "!"); not == strings.Contains(got, without) && (not || without != "") {
			t.Errorf("says %q: %v\n%s", without, !not, got)
		}
	}
}

// The report comes on working days: not at the weekend, on a Saturday that is worked, not on a feast; each other day is a row
// that says why. Monday's covers the weekend.
func TestTheReportComesOnWorkingDays(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		m := newMornings(t, s, "2026-02-12 18:00")
		m.at("2026-02-12 18:00")
		var said []string
		for day := policy.MustDate("2026-02-13"); day <= policy.MustDate("2026-03-02"); day = day.AddDays(1) {
			got := m.at(day.String()+" 02:00", day.String()+" 08:30")
			if strings.Contains(got, "早报") {
				said = append(said, day.String()[5:])
			}
			if day == 20260302 {
				says(t, got, "2026年3月2日早报：一切正常", "2026年2月28日 08:30 至 2026年3月2日 08:30", "1 个任务执行 2 次，全部完成", "!暂定")
			}
		}
		// 13 Friday, 14 a worked Saturday, 15 to 23 the Spring Festival, 24 to 27, 28 a worked Saturday, 1 March a Sunday
		if want := "02-13 02-14 02-24 02-25 02-26 02-27 02-28 03-02"; strings.Join(said, " ") != want {
			t.Errorf("reports on %v, want %s", said, want)
		}
		var rows []string
		for _, r := range m.history("morning-report") {
			if r.State == models.RunSkipped {
				rows = append(rows, r.BusinessDate.String()[5:]+" "+r.ReasonText())
			}
		}
		if len(rows) != 10 || rows[0] != "02-15 当天不是工作日（春节）" || rows[9] != "03-01 当天不是工作日（周日）" {
			t.Errorf("days off: %q", rows)
		}
	})
}

// In a year whose calendar is not known it is Monday to Friday, and the report says that this is provisional.
func TestTheReportInAnUnknownYear(t *testing.T) {
	m := newMornings(t, modelstest.New(t), "2026-12-31 18:00")
	m.at("2026-12-31 18:00")
	says(t, m.at("2027-01-01 02:00", "2027-01-01 08:30"), "2027年1月1日早报", "本年放假安排尚未收录，工作日暂定")
	if got := m.at("2027-01-02 02:00", "2027-01-02 08:30", "2027-01-03 02:00", "2027-01-03 08:30"); got != "" {
		t.Errorf("at the weekend: %s", got)
	}
	says(t, m.at("2027-01-04 02:00", "2027-01-04 08:30"), "2027年1月4日早报")
}

// The morning after a failed night: what failed, and the line to type; the day after, that it was made good.
func TestTheMorningAfterAFailedNight(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		m := newMornings(t, s, "2026-03-02 18:00")
		m.at("2026-03-02 18:00")
		m.fail = errors.New("磁盘或数据库空间已满")
		got := m.at("2026-03-03 02:00", "2026-03-03 08:30")
		id := m.history("claims")[0].ID
		says(t, got, "2026年3月3日早报：", "件事需要处理", "!一切正常", fmt.Sprintf("**奖补审核**失败（#%d，2026年3月3日 02:00）：磁盘或数据库空间已满。重试：duixian job run --retry %d --as 成员编号", id, id),
			"!未送达") // there is no operator: clerks and approvers heard of it instead
		// nobody did anything: it is still there on Wednesday, beside the second one
		got = m.at("2026-03-04 02:00", "2026-03-04 08:30")
		says(t, got, fmt.Sprintf("失败（#%d，", id), "2026年3月3日 08:30 至 2026年3月4日 08:30")
		m.fail = nil
		got = m.at("2026-03-05 02:00", "2026-03-05 08:30")
		says(t, got, "!失败（#", "一切正常")
		got = m.at("2026-03-06 02:00", "2026-03-06 08:30")
		says(t, got, "2026年3月6日早报：一切正常", "!失败")
	})
}

// A morning that was missed is made up for until noon; a later one is left to the next, which begins where the last ended.
func TestAMissedMorning(t *testing.T) {
	for now, want := range map[string]bool{"2026-03-04 11:59": true, "2026-03-04 12:01": false} {
		m := newMornings(t, modelstest.New(t), "2026-03-02 18:00")
		m.at("2026-03-02 18:00")
		says(t, m.at("2026-03-03 02:00", "2026-03-03 08:30"), "一切正常")
		got := m.at(now)
		if strings.Contains(got, "早报") != want {
			t.Errorf("at %s: %s", now, got)
		}
		next := m.at("2026-03-05 02:00", "2026-03-05 08:30")
		if want {
			says(t, got, "2026年3月3日 08:30 至 2026年3月4日 11:59")
			says(t, next, "2026年3月4日 11:59 至 2026年3月5日 08:30")
		} else {
			says(t, next, "2026年3月3日 08:30 至 2026年3月5日 08:30", "全部完成", "1 个任务执行 2 次")
		}
	}
}

// Back after two weeks, on a Saturday: the last working day was long ago and the day is none; the next working morning tells it all.
func TestBackOnASaturday(t *testing.T) {
	m := newMornings(t, modelstest.New(t), "2026-03-02 18:00")
	m.at("2026-03-02 18:00")
	m.at("2026-03-03 02:00", "2026-03-03 08:30")
	if got := m.at("2026-03-14 09:00"); strings.Contains(got, "早报") {
		t.Error(got)
	}
	got := m.at("2026-03-16 02:00", "2026-03-16 08:30")
	says(t, got, "2026年3月3日 08:30 至 2026年3月16日 08:30", "11 次错过的已一并办理")
	// the weekend took nothing over
	for _, r := range m.history("morning-report") {
		if at, ok := models.SlotInstant(strings.TrimPrefix(r.Reason, models.SkippedCoalesced+": ")); ok && (at.Date().Weekday() == time.Saturday || at.Date().Weekday() == time.Sunday) {
			t.Errorf("%s was left to a day off", r.SlotKey)
		}
	}
}

// Each human being has one report, whatever roles and accounts; who has left has none; a second start of the same run tells nothing
// again.
func TestEachOfficialOnce(t *testing.T) {
	m := newMornings(t, modelstest.New(t), "2026-03-02 18:00")
	m.member("fh01", models.Approver, models.Operator)
	m.member("cw01", models.Treasurer)
	gone := m.member("yw09", models.Operator)
	m.member("jb01b", models.Approver)
	modelstest.Exec(t, m.store, "UPDATE members SET person_mac = 'same' WHERE code IN ('jb01', 'jb01b')")
	modelstest.Exec(t, m.store, "UPDATE members SET active = 0 WHERE code = ?", gone.Member)
	m.at("2026-03-02 18:00")
	got := m.at("2026-03-03 02:00", "2026-03-03 08:30")
	for who, n := range map[string]int{"jb01）": 1, "jb01b）": 0, "fh01）": 1, "cw01）": 0, "yw09）": 0} {
		if strings.Count(got, "（"+who) != n {
			t.Errorf("%s: %d messages, want %d\n%s", who, strings.Count(got, "（"+who), n, got)
		}
	}
	last := m.history("morning-report")[0]
	modelstest.Exec(t, m.store, "UPDATE job_runs SET state = 'running', lease_until = 1, owner = 'dead' WHERE id = ?", last.ID)
	if got := m.at("2026-03-03 08:40"); got != "" {
		t.Errorf("a run that was taken over tells again: %s", got)
	}
}

// Who asks in the middle of the day hears of the night, though the morning has told of it; and what nobody recorded is said.
func TestTheSituationAtAnyHour(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		m := newMornings(t, s, "2026-03-02 18:00")
		m.at("2026-03-02 18:00")
		m.at("2026-03-03 02:00", "2026-03-03 08:30")
		ask := func(on policy.Date, now string) models.Situation {
			t.Helper()
			sit, err := m.runner.Situation(t.Context(), on, m.clock.set(now))
			if err != nil {
				t.Fatal(err)
			}
			return sit
		}
		if sit := ask(0, "2026-03-03 15:00"); !sit.Well() || len(sit.Ran) != 1 || sit.Ran[0].Title != "奖补审核" {
			t.Errorf("%+v", sit)
		}
		modelstest.Exec(t, m.store, `UPDATE job_runs SET job = 'audit-anchor', state = 'skipped', reason = 'too_old' WHERE job = 'claims'`)
		if sit := ask(0, "2026-03-03 15:00"); len(sit.Skipped) != 0 || len(sit.Ran) != 0 {
			t.Errorf("an anchor that was missed and that the next one vouches for: %+v", sit)
		}
		modelstest.Exec(t, m.store, `UPDATE job_runs SET job = 'claims', state = 'succeeded', reason = '' WHERE job = 'audit-anchor'`)
		sit := ask(0, "2026-03-04 09:00") // nobody has ticked since
		if sit.Well() || len(sit.Overdue) != 2 || sit.Overdue[0].Job != "claims" || sit.Overdue[0].At != at("2026-03-04 02:00") || sit.From != at("2026-03-03 08:30") {
			t.Errorf("%+v", sit)
		}
		if sit := ask(20260303, "2026-03-04 09:00"); sit.From != at("2026-03-02 08:30") || sit.To != at("2026-03-03 08:30") || len(sit.Ran) != 1 {
			t.Errorf("of a day: %+v", sit)
		}
		if _, err := m.runner.Situation(t.Context(), 20260305, at("2026-03-04 09:00")); models.CodeOf(err) != models.Invalid {
			t.Errorf("of a day to come: %v", err)
		}
	})
}

// A job of working days shows its next working days, and what comes seldom is announced a week before.
func TestWorkingDaysAreShown(t *testing.T) {
	m := newMornings(t, modelstest.New(t), "2026-02-13 18:00")
	list, err := m.runner.List(t.Context(), m.tickAt("2026-02-13 18:00"))
	if err != nil {
		t.Fatal(err)
	}
	report := list[len(list)-1]
	var next []string
	for _, n := range report.Next {
		next = append(next, n.At.Stamp()+" "+n.Note)
	}
	want := "2026-02-14 08:30 周六 调休上班, 2026-02-24 08:30 周二, 2026-02-25 08:30 周三, 2026-02-26 08:30 周四, 2026-02-27 08:30 周五"
	if got := strings.Join(next, ", "); got != want || report.Schedule != "每个工作日 08:30" {
		t.Errorf("%s: %s", report.Schedule, got)
	}
	h := newHouse(t, modelstest.New(t))
	for now, want := range map[string]string{"2026-07-12 09:00": "", "2026-07-13 09:00": "2026-07-20 03:30 引才奖励兑现", "2026-07-20 09:00": ""} {
		s, err := h.sim.Runner.Situation(t.Context(), 0, at(now))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, x := range s.Soon {
			got += x.At.Stamp() + " " + x.Title
		}
		if got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
}

// tickAt is tick with the instant.
func (m *mornings) tickAt(now string) policy.Instant {
	m.t.Helper()
	m.tick(m.runner, now)
	return m.clock.add(0)
}

// A bureau at work: what the report adds up is what the tables hold.
func TestTheReportAddsUp(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "hightech", "GR1", "2024-03-01", "2024-03-05", `{}`)
		h.fact("A", "top100", "2023", "2024-03-01", "2024-03-05", `{"rank":66}`)
		h.play("2024-03-04", "2024-03-15")
		q := h.q()
		awards, err := q.AwardSums("year")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := q.Notices(models.NoticeFilter{Kind: "morning-report", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var approved, due policy.Fen
		n := 0
		for _, r := range rows {
			if r.MemberID != rows[0].MemberID {
				continue
			}
			var m notifications.MorningReport
			unmarshal(t, r.Payload, &m)
			approved, due, n = approved+m.Approved.Amount, due+m.Due.Amount, n+m.Approved.N
		}
		total, count := policy.Fen(0), 0
		for _, a := range awards {
			total, count = total+a.Amount, count+a.N
		}
		if total == 0 || approved != total || n != count || due == 0 {
			t.Errorf("reports say %d awards %s, due %s; the tables %d %s", n, approved, due, count, total)
		}
	})
}

// What a stretch decided counts by the claim: one that was decided twice counts once, by the newer amount, and one that is held for its legal review is
// decided, but nothing of it can be paid. What has been awarded since was to be paid all the same.
func TestAClaimDecidedTwiceIsReportedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		h.firm("A")
		h.fact("A", "booth", "R1", "2024-03-01", "2024-03-04", `{"overseas":false,"booth_fee":"20000","organiser":"provincial_hr"}`)
		h.fact("A", "contribution", "2024", "2024-03-01", "2024-03-04", `{"scheme":"hq","year":2024,"year_number":1,"local_contribution":"333333.33","headquarters_qualified":true}`)
		h.play("2024-03-04", "2024-03-04")
		sub, err := h.amounts("2024-03-04 10:00", models.AmountEntry{Claim: h.pending("hq-contribution-rebate").Claim.ID, Decided: policy.Decided{Rate: "33.3"}, Reason: "考核良好"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-04 11:00")); err != nil {
			t.Fatal(err)
		}
		h.fact2("A", "booth", "R1", "2024-03-01", "2024-03-05", `{"overseas":false,"booth_fee":"16000","organiser":"provincial_hr"}`)
		h.play("2024-03-05", "2024-03-05")
		same(t, "claims", h.claims("A"), "expo-booth-domestic R1 decided OK", "hq-contribution-rebate 2024 held LEGAL_REVIEW")
		decided := func(to string) models.Tally {
			sit, err := h.q().Situation(at("2024-03-03 12:00"), at(to))
			if err != nil {
				t.Fatal(err)
			}
			return sit.Decided
		}
		want := models.Tally{N: 2, Amount: policy.Yuan(8000)}
		if got := decided("2024-03-05 08:30"); got != want {
			t.Errorf("decided %+v, want %+v", got, want)
		}
		if sub, err = h.submit("jb01", at("2024-03-05 10:00")); err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		if got := decided("2024-03-05 12:00"); got != want {
			t.Errorf("after the award: decided %+v, want %+v", got, want)
		}
	})
}

func unmarshal(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}
