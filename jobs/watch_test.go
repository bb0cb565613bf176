package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// ear is a channel that writes down when it was told what: "02 10:15 yw01 告警：…".
type ear struct {
	mu    sync.Mutex
	heard []string
	deaf  bool
}

func (e *ear) Send(_ context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deaf {
		return notifications.Outcome{}, &notifications.SendError{Code: "deaf", Hint: "听不见"}
	}
	if strings.HasPrefix(d.Title, "告警") && !whole.MatchString(d.Body) {
		e.heard = append(e.heard, "an alert without cause, effect or what to type: "+d.Body)
	}
	e.heard = append(e.heard, d.At.Time().Format("02 15:04")+" "+d.To.Code+" "+d.Title)
	return notifications.Outcome{Delivered: true}, nil
}

// whole is what each alert says: what is the matter, what follows from it, what to type.
var whole = regexp.MustCompile(`^\S.+。.*\n\n- 影响：.+\n- 处理：.+$`)

// post is a house with a watcher: a service that ticks and shows that it lives, unless a test stops it, and an operator.
type post struct {
	*bench
	runner  *jobs.Runner
	hours   notifications.Hours
	watcher *jobs.Watcher
	ear     *ear

	up      time.Duration
	ticks   bool // the jobs are run
	lives   bool // the service shows that it lives
	ahead   time.Duration
	free    uint64
	every   time.Duration // between two rounds
	watched jobs.Watched
}

func newPost(t *testing.T, s *models.Store, now string, all ...jobs.Job) *post {
	t.Helper()
	p := &post{bench: newBench(t, s, now), ticks: true, lives: true, free: 50 << 30, every: time.Minute, ear: &ear{}}
	p.hours = notifications.Hours{Calendar: policy.BuiltinCalendar()}
	p.member("yw01", models.Operator)
	p.member("jb01", models.Clerk)
	p.runner = p.newRunner("service", all)
	p.watcher = p.newWatcher("w1")
	return p
}

func (p *post) newRunner(owner string, all []jobs.Job) *jobs.Runner {
	p.t.Helper()
	r, err := jobs.NewRunner(jobs.Options{Owner: owner, Jobs: all, NoHeartbeat: true, Env: &jobs.Env{
		Store: p.store, Calendar: p.hours.Calendar, Version: "test", Now: p.clock.Now, Outbox: notifications.Outbox{Hours: p.hours},
	}})
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

func (p *post) newWatcher(owner string) *jobs.Watcher {
	return &jobs.Watcher{
		Runner: p.runner, Owner: owner, Direct: notifications.Direct{Routes: []notifications.Route{{Name: "ear", Channel: p.ear}}},
		Ahead: func(context.Context, policy.Instant) (time.Duration, error) { return p.ahead, nil },
		Free:  func() (uint64, error) { return p.free, nil },
		File:  filepath.Join(p.t.TempDir(), "watch.json"), Log: slog.New(slog.NewTextHandler(p.t.Output(), nil)),
	}
}

// until plays the house up to an instant, a round a minute, and returns what was told: "02 10:15 告警：…".
func (p *post) until(to string) []string {
	p.t.Helper()
	before := len(p.ear.heard)
	for end := at(to); ; {
		now := p.clock.add(0)
		if now > end {
			return p.ear.heard[before:]
		}
		p.round(now)
		p.clock.add(p.every)
		p.up += p.every
	}
}

func (p *post) round(now policy.Instant) {
	p.t.Helper()
	if p.ticks {
		if err := p.runner.Tick(p.t.Context(), now); err != nil {
			p.t.Fatal(err)
		}
	}
	if p.lives {
		p.tx(func(tx *models.Tx) error { return tx.Alive(models.Replica{Owner: "service", SeenAt: now}) })
	}
	var err error
	if p.watched, err = p.watcher.Round(p.t.Context(), now, p.up); err != nil {
		p.t.Fatal(err)
	}
}

// hears plays up to an instant and demands exactly these messages to the operator.
func (p *post) hears(to string, want ...string) {
	p.t.Helper()
	got := p.until(to)
	for i := range want {
		day, rest, _ := strings.Cut(want[i], " ")
		clock, rest, _ := strings.Cut(rest, " ")
		want[i] = day + " " + clock + " yw01 " + rest
	}
	if !slices.Equal(got, want) {
		p.t.Errorf("until %s heard\n  %s\nwant\n  %s", to, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func daily(hour string) jobs.Job {
	j := job("daily", jobs.CatchUp{Policy: jobs.State}, nothing)
	j.Schedule = "0 " + hour + " * * *"
	return j
}

// Days on which nothing is wrong: a weekend, nights, a job that runs, and not a word.
func TestCalmIsSilent(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-05 08:00", daily("2"))
		p.every = 5 * time.Minute
		p.hears("2026-03-09 09:00")
		alerts, err := s.Read(t.Context()).AlertsSince(0, 10)
		if err != nil || len(alerts) != 0 {
			t.Errorf("%v %v", alerts, err)
		}
		if rows := p.history("daily"); len(rows) != 4 {
			t.Errorf("%d runs: the calm was not lived", len(rows))
		}
	})
}

// A service that was off all night and starts again catches up in its first round: a restart raises no storm.
func TestARestartIsNoAlert(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 18:00", daily("2"))
	p.hears("2026-03-02 18:30")
	p.clock.set("2026-03-05 09:00")
	p.up = 0
	p.watcher = p.newWatcher("w2")
	p.round(at("2026-03-05 09:00")) // the watcher may look before the jobs have ticked
	p.hears("2026-03-05 10:00")
}

func TestExpectedButNotStarted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:00", daily("10"))
		p.hears("2026-03-02 09:30")
		p.ticks = false
		p.hears("2026-03-02 17:00",
			"02 10:13 告警：任务没有按时开始", "02 10:28 告警：任务没有按时开始（第 2 次提醒）", "02 11:28 告警：任务没有按时开始（第 3 次提醒）", "02 15:28 告警：任务没有按时开始（第 4 次提醒）")
		p.ticks = true
		p.hears("2026-03-02 17:30", "02 17:06 已恢复：任务没有按时开始")
		p.hears("2026-03-03 09:00")
	})
}

// A row that waits while nothing runs is as late as one that is missing; one that waits behind a long run is not.
func TestQueuedButNotStarted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:00", daily("10"))
		p.until("2026-03-02 09:01")
		p.ticks = false
		p.tx(func(tx *models.Tx) error {
			_, err := tx.InsertRuns([]models.Run{
				{Job: "daily", SlotKey: models.SlotKey(at("2026-03-02 10:00")), SlotAt: at("2026-03-02 10:00"), BusinessDate: 20260302, Cause: models.ByClock, State: models.RunQueued, QueuedAt: at("2026-03-02 10:00")},
			})
			return err
		})
		p.hears("2026-03-02 10:20", "02 10:13 告警：任务没有按时开始")
		// another run is going: the one behind it may wait
		p.tx(func(tx *models.Tx) error {
			made, err := tx.InsertRuns([]models.Run{{Job: "other", SlotKey: "req:x", BusinessDate: 20260302, Cause: models.ByHand, State: models.RunQueued, QueuedAt: at("2026-03-02 10:20")}})
			if err == nil {
				_, _, err = tx.ClaimRun(made[0], models.Lease{Owner: "o", Now: at("2026-03-02 10:20"), For: 50 * time.Minute})
			}
			return err
		})
		p.hears("2026-03-02 11:00", "02 10:26 已恢复：任务没有按时开始")
	})
}

// started puts a running run of the daily job into the table.
func (p *post) started(when string, lease time.Duration) {
	p.t.Helper()
	p.tx(func(tx *models.Tx) error {
		made, err := tx.InsertRuns([]models.Run{{Job: "daily", SlotKey: "req:" + when, BusinessDate: at(when).Date(), Cause: models.ByHand, State: models.RunQueued, QueuedAt: at(when)}})
		if err == nil {
			_, _, err = tx.ClaimRun(made[0], models.Lease{Owner: "dead/1", Now: at(when), For: lease})
		}
		return err
	})
}

// ended ends what runs.
func (p *post) ended() {
	p.t.Helper()
	modelstest.Exec(p.t, p.store, "UPDATE job_runs SET state = 'succeeded', lease_until = 0, finished_at = ? WHERE state = 'running'", p.clock.add(0))
}

func TestStartedButNotFinished(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:58", daily("2"))
		p.until("2026-03-02 09:59")
		p.ticks = false
		p.started("2026-03-02 10:00", time.Minute)
		p.hears("2026-03-02 11:40", "02 10:06 告警：任务开始后没有结束", "02 10:21 告警：任务开始后没有结束（第 2 次提醒）", "02 11:21 告警：任务开始后没有结束（第 3 次提醒）")
		p.ended()
		p.hears("2026-03-02 12:00", "02 11:46 已恢复：任务开始后没有结束")
	})
}

// A run whose owner lives but that is over its time: the owner's own limit has failed.
func TestOverItsTime(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:58", daily("2"))
	p.until("2026-03-02 09:59")
	p.ticks = false
	p.started("2026-03-02 10:00", 50*time.Minute)
	p.hears("2026-03-02 10:40")
	modelstest.Exec(t, p.store, "UPDATE job_runs SET lease_until = ? WHERE state = 'running'", at("2026-03-02 11:30"))
	p.hears("2026-03-02 11:15", "02 11:08 告警：任务开始后没有结束")
}

func TestSlowerThanItsHabit(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:58", daily("2"))
		p.until("2026-03-02 09:59")
		p.ticks = false
		for i, minutes := range []int{5, 6, 5, 7, 200} { // one bad night does not make a habit
			start := at("2026-02-20 02:00").Add(time.Duration(i) * 24 * time.Hour)
			p.started(start.Stamp(), time.Minute)
			modelstest.Exec(t, s, "UPDATE job_runs SET state = 'succeeded', lease_until = 0, finished_at = ? WHERE state = 'running'", start.Add(time.Duration(minutes)*time.Minute))
		}
		p.started("2026-03-02 10:00", 50*time.Minute)
		p.hears("2026-03-02 10:40", "02 10:21 告警：任务比平时慢", "02 10:36 告警：任务比平时慢（第 2 次提醒）")
		p.ended()
		p.hears("2026-03-02 11:00", "02 10:46 已恢复：任务比平时慢")
		// what is quick by habit is not slow before ten minutes
		modelstest.Exec(t, s, "UPDATE job_runs SET finished_at = started_at + 1000")
		p.started("2026-03-02 11:01", 50*time.Minute)
		p.hears("2026-03-02 11:12")
	})
}

func (p *post) waiting(n int, next string, set string) {
	p.t.Helper()
	p.tx(func(tx *models.Tx) error {
		rows := make([]models.Notice, n)
		for i := range rows {
			rows[i] = models.Notice{MemberID: 1, Kind: "run-failed", Thing: next + set + string(rune('a'+i)), DueOn: 20260302, NextAt: at(next), CreatedAt: at(next)}
		}
		_, err := tx.Enqueue(rows)
		return err
	})
	if set != "" {
		modelstest.Exec(p.t, p.store, "UPDATE notices SET "+set)
	}
}

func TestNoticesThatDoNotLeave(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 07:00")
		p.waiting(3, "2026-03-02 07:00", "")
		p.hears("2026-03-02 09:10", "02 09:02 告警：通知发不出去") // nothing leaves before the morning; half an hour later it should have
		modelstest.Exec(t, s, "UPDATE notices SET state = 'delivered'")
		p.hears("2026-03-02 10:00", "02 09:16 已恢复：通知发不出去")
		p.waiting(1, "2026-03-02 19:00", "urgent = 1")
		modelstest.Exec(t, s, "UPDATE notices SET state = 'pending' WHERE next_at = ?", at("2026-03-02 19:00"))
		p.hears("2026-03-03 08:31", "03 08:30 告警：通知发不出去") // an urgent one at night: nobody is woken, the morning begins with it
	})
}

func TestDeadLetters(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:00")
		p.waiting(4, "2026-03-02 08:59", "state = 'dead', reason = 'gave_up:渠道不可用'")
		p.hears("2026-03-02 09:30")
		p.waiting(2, "2026-03-02 09:29", "state = 'dead', reason = 'refused:渠道不可用'")
		p.hears("2026-03-02 10:00", "02 09:33 告警：未送达的通知增多", "02 09:48 告警：未送达的通知增多（第 2 次提醒）")
		modelstest.Exec(t, s, "UPDATE notices SET state = 'pending', next_at = ?", at("2026-03-02 20:00"))
		p.hears("2026-03-02 11:00", "02 10:06 已恢复：未送达的通知增多")
	})
}

func TestClockOffTheDatabase(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00")
	p.ahead = -4 * time.Second
	p.hears("2026-03-02 09:30")
	p.ahead = -9 * time.Second
	p.hears("2026-03-02 09:40", "02 09:33 告警：时钟不准")
	p.ahead = -4 * time.Second // still too near the limit to be over
	p.hears("2026-03-02 10:00", "02 09:48 告警：时钟不准（第 2 次提醒）")
	p.ahead = time.Second
	p.hears("2026-03-02 10:30", "02 10:06 已恢复：时钟不准")
}

func TestClockJump(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00")
	p.hears("2026-03-02 09:10")
	p.clock.add(2 * time.Hour) // nobody lived through these
	p.hears("2026-03-02 11:30", "02 11:11 告警：时钟跳变", "02 11:17 已恢复：时钟跳变")
}

func TestDiskNearlyFull(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-01 22:00")
	p.free = 900 << 20
	p.hears("2026-03-02 08:31", "02 08:30 告警：磁盘空间不足")
	p.free = 1100 << 20 // a little more than the limit is not the end of it
	p.hears("2026-03-02 08:44")
	p.free = 2 << 30
	p.hears("2026-03-02 09:30", "02 08:50 已恢复：磁盘空间不足")
}

// What was not worth waking somebody for becomes so.
func TestDiskFullAtNight(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-01 22:00")
	p.free = 900 << 20
	p.hears("2026-03-02 02:00")
	p.free = 50 << 20
	p.hears("2026-03-02 02:10", "02 02:01 告警：磁盘空间不足")
	p.free = 50 << 30
	p.hears("2026-03-02 03:00", "02 02:16 已恢复：磁盘空间不足")
}

func TestAuditChainGoesBackwards(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-01 22:00")
		p.hears("2026-03-01 22:05")
		modelstest.Exec(t, s, "UPDATE audit_heads SET seq = seq - 1 WHERE stream = 'roles'")
		p.hears("2026-03-01 22:30", "01 22:06 告警：审计链倒退", "01 22:21 告警：审计链倒退（第 2 次提醒）") // at night too
		modelstest.Exec(t, s, "UPDATE audit_heads SET seq = seq + 1 WHERE stream = 'roles'")
		p.hears("2026-03-01 23:00", "01 22:36 已恢复：审计链倒退")
		// a chain that is as long as before but another one, seen by a watcher that remembers over a restart
		file := p.watcher.File
		p.watcher = p.newWatcher("w2")
		p.watcher.File = file
		modelstest.Unlock(t, s)
		modelstest.Exec(t, s, "UPDATE audit_log SET hash = 'x' WHERE stream = 'roles' AND seq = 2")
		p.hears("2026-03-01 23:30", "01 23:21 告警：审计链倒退（第 3 次提醒）") // the same alert as before, at its own pace
	})
}

func TestNoAnchorForTwoDays(t *testing.T) {
	anchors := jobs.All()[slices.IndexFunc(jobs.All(), func(j jobs.Job) bool { return j.Name == "audit-anchor" })]
	p := newPost(t, modelstest.New(t), "2026-03-02 06:00", anchors)
	p.every = 5 * time.Minute
	p.hears("2026-03-03 07:00") // a first night and a second
	p.tx(func(tx *models.Tx) error {
		return tx.PauseJob("audit-anchor", "试验", models.Actor{Member: "yw01"}, at("2026-03-03 07:00"))
	})
	p.hears("2026-03-05 06:29") // paused, and the newest is not two days old
	p.hears("2026-03-05 12:00", "05 08:30 告警：审计锚没有生成")
	p.tx(func(tx *models.Tx) error {
		return tx.ResumeJob("audit-anchor", models.Actor{Member: "yw01"}, at("2026-03-05 12:00"))
	})
	if _, err := p.runner.RunFor(t.Context(), models.Actor{Member: "yw01"}, "audit-anchor", nil, 0, p.clock.add(0)); err != nil {
		t.Fatal(err)
	}
	p.hears("2026-03-05 12:30", "05 12:10 已恢复：审计锚没有生成")
}

func TestServiceFallsSilent(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 01:00", daily("2"))
		p.hears("2026-03-02 01:10")
		p.ticks, p.lives = false, false
		p.hears("2026-03-02 04:00", "02 01:17 告警：服务没有动静", "02 01:32 告警：服务没有动静（第 2 次提醒）", "02 02:32 告警：服务没有动静（第 3 次提醒）") // the late job is not told beside it
		p.ticks, p.lives = true, true
		p.hears("2026-03-02 09:00", "02 04:06 已恢复：服务没有动静")
	})
}

// A service that is busy for an hour lives: its run renews the lease.
func TestABusyServiceLives(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 01:00", daily("2"))
	p.until("2026-03-02 01:10")
	p.ticks, p.lives = false, false
	p.started("2026-03-02 01:11", 50*time.Minute)
	p.hears("2026-03-02 02:00")
}

func TestAForgottenStop(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00", daily("10"))
	p.until("2026-03-02 09:10")
	p.tx(func(tx *models.Tx) error {
		_, err := tx.Stop(models.Actor{Member: "yw01"}, "核对", at("2026-03-02 09:10"))
		return err
	})
	p.every = 5 * time.Minute
	p.hears("2026-03-03 12:00", "02 10:11 告警：系统仍在紧急停止", "03 10:11 告警：系统仍在紧急停止（第 2 次提醒）") // and nothing about the jobs that do not run
	modelstest.Exec(t, p.store, "UPDATE stops SET ended_at = 1")
	p.hears("2026-03-03 13:00", "03 12:06 已恢复：系统仍在紧急停止")
}

const calendar2027 = "years:\n  2026:\n    source: 示例\n    off:\n      - {name: 元旦, from: 2026-01-01, to: 2026-01-03}\n    work: []\n  2027:\n    source: 示例\n    off:\n      - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n    work: []\n"

// From December on it is said that next year's working days are not known, weekly and then daily.
func TestNextYearsCalendarIsMissing(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-11-27 09:00")
	p.every = 30 * time.Minute
	p.hears("2026-12-27 12:00", "01 08:30 告警：缺少工作日历", "08 08:30 告警：缺少工作日历（第 2 次提醒）", "15 08:30 告警：缺少工作日历（第 3 次提醒）", "22 08:30 告警：缺少工作日历（第 4 次提醒）")
	p.hears("2026-12-31 12:00", "29 08:30 告警：缺少工作日历（第 5 次提醒）", "30 08:30 告警：缺少工作日历（第 6 次提醒）", "31 08:30 告警：缺少工作日历（第 7 次提醒）")
	known, err := policy.ParseCalendar([]byte(calendar2027))
	if err != nil {
		t.Fatal(err)
	}
	p.hours.Calendar = known
	p.watcher = p.newWatcher("w2")
	p.watcher.Runner = p.newRunner("service", nil)
	p.hears("2026-12-31 14:00", "31 13:00 已恢复：缺少工作日历")
}

// When the database itself is gone the watcher still tells whom it told before, also after a restart of its own.
func TestDatabaseUnreachable(t *testing.T) {
	down := false
	modelstest.EachWith(t, models.Options{Fault: func(string, string) error {
		if down {
			return errors.New("connection refused")
		}
		return nil
	}}, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 02:00")
		p.hears("2026-03-02 02:10")
		blind := func(to string, want ...string) {
			t.Helper()
			down = true
			defer func() { down = false }()
			before := len(p.ear.heard)
			for now := p.clock.add(0); now <= at(to); now = p.clock.add(time.Minute) {
				if _, err := p.watcher.Round(t.Context(), now, p.up); err == nil {
					t.Fatal("the round did not say that it was blind")
				}
				p.up += time.Minute
			}
			if got := p.ear.heard[before:]; !slices.Equal(got, want) {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
		blind("2026-03-02 02:11") // one bad minute is nothing
		p.hears("2026-03-02 02:20")
		blind("2026-03-02 02:30", "02 02:23 yw01 告警：数据库无法使用")
		file := p.watcher.File
		p.watcher = p.newWatcher("w2") // restarted while the database is down
		p.watcher.File = file
		blind("2026-03-02 03:00", "02 02:38 yw01 告警：数据库无法使用（第 2 次提醒）")
		p.hears("2026-03-02 03:30", "02 03:06 已恢复：数据库无法使用")
		alerts, err := s.Read(t.Context()).AlertsSince(at("2026-03-02 00:00"), 10)
		if err != nil || len(alerts) != 1 || alerts[0].Kind != "database-down" || alerts[0].State != models.AlertClosed {
			t.Errorf("afterwards the list says %+v %v", alerts, err)
		}
	})
}

// Two watchers that look at the same moment tell each alert once.
func TestTwoWatchersTellOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s, "2026-03-02 09:00")
		other := p.newWatcher("w2")
		p.free = 900 << 20
		var open int
		for now := at("2026-03-02 09:00"); now <= at("2026-03-02 11:00"); now = now.Add(time.Minute) {
			if now == at("2026-03-02 10:30") {
				p.free = 50 << 30
			}
			var both sync.WaitGroup
			var seen jobs.Watched
			var err error
			both.Go(func() { seen, err = other.Round(t.Context(), now, p.up) })
			p.round(now)
			if both.Wait(); err != nil {
				t.Fatal(err)
			}
			open = max(open, seen.Open)
			p.up += time.Minute
		}
		want := []string{"02 09:02 yw01 告警：磁盘空间不足", "02 09:17 yw01 告警：磁盘空间不足（第 2 次提醒）", "02 10:17 yw01 告警：磁盘空间不足（第 3 次提醒）", "02 10:35 yw01 已恢复：磁盘空间不足"}
		if !slices.Equal(p.ear.heard, want) || open != 1 {
			t.Errorf("%d open, heard %q", open, p.ear.heard)
		}
	})
}

// What comes and goes is one alert: its reminders keep their pace and its recoveries are not news.
func TestNoFlapping(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00")
	for i := range 12 { // six minutes bad, nine minutes good, for three hours
		p.free = 900 << 20
		p.until(at("2026-03-02 09:05").Add(time.Duration(i) * 15 * time.Minute).Stamp())
		p.free = 50 << 30
		p.until(at("2026-03-02 09:14").Add(time.Duration(i) * 15 * time.Minute).Stamp())
	}
	p.until("2026-03-02 13:00")
	if n := len(p.ear.heard); n < 2 || n > 8 {
		t.Errorf("heard %d messages:\n%s", n, strings.Join(p.ear.heard, "\n"))
	}
	last := p.ear.heard[len(p.ear.heard)-1]
	if p.watched.Open != 0 || !strings.Contains(last, "已恢复") {
		t.Errorf("%d open; the last word is %q", p.watched.Open, last)
	}
}

// A message that reached nobody is not the end: the alert is told again when it is due.
func TestADeafChannel(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00")
	p.free = 900 << 20
	p.ear.deaf = true
	p.hears("2026-03-02 09:10")
	p.ear.deaf = false
	p.hears("2026-03-02 09:20", "02 09:17 告警：磁盘空间不足（第 2 次提醒）")
}

// Without an operator the other officials hear.
func TestSomebodyHears(t *testing.T) {
	p := newPost(t, modelstest.New(t), "2026-03-02 09:00")
	modelstest.Exec(t, p.store, "UPDATE members SET active = 0 WHERE code = 'yw01'")
	p.free = 900 << 20
	if got := p.until("2026-03-02 09:05"); len(got) != 1 || !strings.Contains(got[0], "jb01") {
		t.Errorf("heard %q", got)
	}
}
