package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// A notice about something that is not there is dead, and holds up nobody else's.
func TestANoticeAboutNothing(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	h.tell(at("2026-02-12 02:00"), notifications.RunHeld{Run: 99, Title: "无", On: 20260212}, notifications.Role(models.Clerk))
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
	h.deliver(h.worker("w", true, &phone{}), at("2026-02-12 08:30"))
	if got := h.states(); got != "dead delivered" {
		t.Error(got)
	}
	if n := h.rows()[0]; n.ReasonText() != "内容无法生成：所指的事项不存在" {
		t.Error(n.ReasonText())
	}
}

// The four ways in which a send can end, and what becomes of the notice.
func TestWhatBecomesOfATry(t *testing.T) {
	night := at("2026-02-12 17:30")
	for _, c := range []struct {
		name    string
		urgent  bool
		must    bool
		keyed   bool
		err     error
		state   models.NoticeState
		next    policy.Instant // of the retry
		reason  string
		outcome string
	}{
		{name: "fails", must: true, err: &notifications.SendError{Hint: "忙"}, state: models.NoticePending, next: night.Add(time.Minute), reason: "等待重试：忙", outcome: "failed"},
		{
			name: "asks for a pause", must: true, err: &notifications.SendError{Hint: "限流", RetryAfter: time.Hour}, state: models.NoticePending, next: at("2026-02-13 08:30"),
			reason: "等待重试：限流", outcome: "failed",
		},
		{
			name: "asks for a pause, urgent", urgent: true, err: &notifications.SendError{Hint: "限流", RetryAfter: time.Hour}, state: models.NoticePending, next: night.Add(time.Hour),
			reason: "等待重试：限流", outcome: "failed",
		},
		{name: "is refused", must: true, err: &notifications.SendError{Permanent: true, Hint: "无此用户"}, state: models.NoticeDead, reason: "渠道拒收：无此用户", outcome: "dead"},
		{name: "is in doubt", err: &notifications.SendError{Unknown: true, Hint: "超时"}, state: models.NoticeUnknown, reason: "可能已送达，结果不明：超时", outcome: "unknown"},
		{
			name: "is in doubt and matters", must: true, err: &notifications.SendError{Unknown: true, Hint: "超时"}, state: models.NoticePending, next: night.Add(time.Minute),
			reason: "可能已送达，结果不明：超时", outcome: "unknown",
		},
		{
			name: "is in doubt and keyed", keyed: true, err: &notifications.SendError{Unknown: true, Hint: "超时"}, state: models.NoticePending, next: night.Add(time.Minute),
			reason: "可能已送达，结果不明：超时", outcome: "unknown",
		},
		{name: "has no class", err: errors.New("token=abc"), state: models.NoticeUnknown, reason: "可能已送达，结果不明：渠道返回了无法归类的错误，是否送达不明", outcome: "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, modelstest.New(t))
			switch {
			case c.urgent:
				modelstest.Exec(t, h.Store, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
					attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
					VALUES (9, 'j', 'k', 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`)
				h.tell(night, notifications.RunFailed{Run: 9, Epoch: 1, State: "failed", On: 20260212}, notifications.Role(models.Operator))
			case c.must:
				h.awarded(1)
				h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
			default:
				h.tell(night, notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
			}
			p := &phone{do: func(notifications.Dispatch) (bool, error) { return false, c.err }}
			w := h.worker("w", c.keyed, p)
			h.deliver(w, night)
			n := h.rows()[0]
			if n.State != c.state || n.ReasonText() != c.reason || c.next != 0 && n.NextAt != c.next {
				t.Errorf("%s, next %s, %q; want %s, %s, %q", n.State, n.NextAt.Text(), n.ReasonText(), c.state, c.next.Text(), c.reason)
			}
			tries, err := h.Read(t.Context()).Deliveries(n.ID)
			if err != nil || len(tries) != 1 || tries[0].Outcome != c.outcome || strings.Contains(fmt.Sprint(tries, n), "token") {
				t.Errorf("deliveries %+v, %v", tries, err)
			}
			if c.state == models.NoticePending { // and the next try arrives
				p.do = nil
				next, err := w.NextWake(t.Context(), night)
				if err != nil || next != n.NextAt {
					t.Fatalf("wakes at %s, %v; want %s", next.Text(), err, n.NextAt.Text())
				}
				h.deliver(w, next)
				if got := h.rows()[0]; got.State != models.NoticeDelivered || got.Reason != "" && got.Reason != n.Reason {
					t.Errorf("after the second try %+v", got)
				}
				if again := p.seen[0].Again; again != (c.outcome == "unknown") {
					t.Errorf("the channel was told again=%v", again)
				}
			}
		})
	}
}

// A channel that never works is given up on after eight tries, and one step starts over.
func TestGivingUpAndSendingAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		p := &phone{do: func(notifications.Dispatch) (bool, error) { return false, &notifications.SendError{Hint: "坏了"} }}
		w, now := h.worker("w", true, p), at("2026-02-12 02:00")
		var wakes []string
		for {
			next, err := w.NextWake(t.Context(), now)
			if err != nil {
				t.Fatal(err)
			}
			if next == 0 {
				break
			}
			now = next
			wakes = append(wakes, now.Stamp())
			h.deliver(w, now)
		}
		want := "2026-02-12 08:30, 2026-02-12 08:31, 2026-02-12 08:36, 2026-02-12 08:51, 2026-02-12 09:51, 2026-02-12 12:51, 2026-02-13 08:30, 2026-02-14 08:30"
		if got := strings.Join(wakes, ", "); got != want {
			t.Errorf("tries at %s, want %s", got, want)
		}
		n := h.rows()[0]
		if n.State != models.NoticeDead || n.ReasonText() != "多次重试未成功：坏了" || n.Tries != 8 {
			t.Fatalf("%+v", n)
		}
		h.in(func(tx *models.Tx) error {
			_, err := tx.ResendNotice(now, models.Actor{Member: "yunwei1"}, n.ID)
			return err
		})
		p.do = nil
		h.deliver(w, now)
		if got := h.rows()[0]; got.State != models.NoticeDelivered || got.Tries != 9 {
			t.Errorf("after resending %+v", got)
		}
		audit, err := s.Read(t.Context()).AuditRows("data", 1, 10)
		if err != nil || len(audit) != 1 || audit[0].Actor != "yunwei1" || audit[0].Action != "resend-notice" {
			t.Errorf("audit %+v, %v", audit, err)
		}
	})
}

func TestOnlyWhatFailedCanBeSentAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		resend := func(id int64) error {
			return s.InTx(t.Context(), func(tx *models.Tx) error {
				_, err := tx.ResendNotice(1, models.System, id)
				return err
			})
		}
		if err := resend(1); models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), "待发送") {
			t.Errorf("a pending one: %v", err)
		}
		if err := resend(99); models.CodeOf(err) != models.NotFound {
			t.Errorf("none: %v", err)
		}
	})
}

// Nobody is told on behalf of a firm it has left, and the firm's other contacts are not told twice.
func TestAContactWhoLeftIsNotTold(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(1))
		modelstest.Exec(t, s, "DELETE FROM member_roles WHERE member_id = ? AND org_id = 1", h.members["lianxi2"])
		p := &phone{}
		w := h.worker("w", true, p)
		h.deliver(w, at("2026-02-12 08:30"))
		if got := h.states(); got != "delivered dead" || len(p.seen) != 1 || p.seen[0].To.Code != "lianxi1" {
			t.Fatalf("%s %+v", got, p.seen)
		}
		h.add("lianxi9", "", models.MemberRole{Role: models.Contact, OrgID: 1})
		h.in(func(tx *models.Tx) error {
			_, err := tx.ResendNotice(at("2026-02-12 09:00"), models.System, 2)
			return err
		})
		h.deliver(w, at("2026-02-12 09:00"))
		if got := h.states(); got != "delivered superseded delivered" || len(p.seen) != 2 || p.seen[1].To.Code != "lianxi9" {
			t.Errorf("%s %+v", got, p.seen)
		}
	})
}

// Mutes are kept, but not for money and alarms.
func TestMuting(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	modelstest.Exec(t, h.Store, "UPDATE members SET muted = 'all' WHERE code = 'lianxi1'")
	modelstest.Exec(t, h.Store, "UPDATE members SET muted = 'import-summary recruit-fell-out' WHERE code = 'lianxi2'")
	h.tell(at("2026-02-12 02:00"), notifications.RecruitProgress{Year: 2025, On: 20260212}, notifications.Organisation(1))
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(1))
	p := &phone{}
	h.deliver(h.worker("w", true, p), at("2026-02-12 08:30"))
	if got := h.states(); got != "superseded delivered delivered delivered" {
		t.Errorf("%s: lianxi1 wants no progress and gets the award; lianxi2 has not muted progress", got)
	}
}

// A sender that hangs beyond its lease is a ghost: what it says afterwards changes nothing, and the doubt is on record.
func TestAGhostIsRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		now := at("2026-02-12 08:30")
		fresh := &phone{}
		heir := h.worker("heir", true, fresh)
		ghost := h.worker("ghost", true, channelFunc(func(context.Context, notifications.Dispatch) (notifications.Outcome, error) {
			h.deliver(heir, now.Add(time.Hour)) // somebody else takes over while this one hangs
			return notifications.Outcome{}, &notifications.SendError{Permanent: true, Hint: "无此用户"}
		}))
		h.deliver(ghost, now)
		n := h.rows()[0]
		if n.State != models.NoticePending && n.State != models.NoticeDelivered || n.Owner != "" || n.Ambiguous != 1 {
			t.Fatalf("the ghost's word counted: %+v", n)
		}
		h.deliver(heir, now.Add(2*time.Hour))
		tries, err := s.Read(t.Context()).Deliveries(n.ID)
		if err != nil || len(fresh.seen) != 1 || len(tries) != 2 || tries[0].Outcome != "unknown" || tries[1].Outcome != "delivered" {
			t.Errorf("seen %d, deliveries %+v, %v", len(fresh.seen), tries, err)
		}
	})
}

// Two senders at the same moment: each notice goes out once.
func TestTwoSenders(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		for n := range int64(30) {
			h.awarded(n + 1)
			h.tell(at("2026-02-12 02:00"), award(n+1), notifications.Organisation(1))
			h.add(fmt.Sprintf("clerk%d", n), "", models.MemberRole{Role: models.Clerk})
		}
		h.tell(at("2026-02-12 10:00"), notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
		p := &phone{}
		var both sync.WaitGroup
		for i := range 4 {
			both.Go(func() {
				w := h.worker(fmt.Sprint("w", i), false, p)
				for range 3 { // what one misses because the other was quicker is done by the next call
					if _, err := w.Deliver(t.Context(), at("2026-02-12 10:00")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		perPerson := map[string]int{}
		for _, d := range p.seen {
			perPerson[d.To.Code]++
		}
		if len(perPerson) != 33 || len(p.seen) != 33 {
			t.Errorf("%d messages to %d people, want one to each of 33: %v", len(p.seen), len(perPerson), perPerson)
		}
		if counts, err := s.Read(t.Context()).NoticeCounts(); err != nil || counts[models.NoticeDelivered] != 91 || len(counts) != 1 {
			t.Errorf("%v, %v", counts, err)
		}
	})
}

// What is urgent is a message of its own, at any hour, and takes nothing along that can wait.
func TestUrgentApart(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.add("zhiban1", "", models.MemberRole{Role: models.Operator}, models.MemberRole{Role: models.Clerk})
	for run := range 2 {
		modelstest.Exec(t, h.Store, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
			attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
			VALUES (?, 'j', ?, 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`, run+1, fmt.Sprint(run))
	}
	zhiban := notifications.Member(h.members["zhiban1"])
	tell := func(now policy.Instant, from int64) {
		h.tell(now, notifications.ImportSummary{Import: from, On: 20260212}, zhiban)
		for run := range int64(2) {
			h.tell(now, notifications.RunFailed{Run: run + 1, Epoch: 1, State: "failed", Title: "x", On: policy.Date(20260211 + from)}, zhiban)
		}
		h.tell(now, notifications.ImportSummary{Import: from + 5, On: 20260212}, zhiban)
	}
	p := &phone{}
	w := h.worker("w", true, p)
	tell(at("2026-02-12 02:00"), 1)
	h.deliver(w, at("2026-02-12 02:00"))
	if len(p.seen) != 1 || p.seen[0].Title != "紧急通知 2 条" || !p.seen[0].Urgent || strings.Contains(p.seen[0].Body, "导入") {
		t.Fatalf("at night %+v", p.seen)
	}
	tell(at("2026-02-12 08:25"), 2)
	h.deliver(w, at("2026-02-12 08:30"))
	if len(p.seen) != 3 || p.seen[1].Title != "紧急通知 2 条" || p.seen[2].Title != "今日提醒 4 条" || p.seen[2].Urgent {
		t.Errorf("in the morning %+v", p.seen[1:])
	}
}

// A stop between two messages leaves nothing in doubt.
func TestAStopLeavesNothingInDoubt(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(1))
	ctx, cancel := context.WithCancel(t.Context())
	p := &phone{do: func(notifications.Dispatch) (bool, error) { cancel(); return true, nil }}
	if _, err := h.worker("w", false, p).Deliver(ctx, at("2026-02-12 08:30")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was cancelled", err)
	}
	if got := h.states(); got != "delivered pending" {
		t.Errorf("%s; the first has arrived and is recorded, the second has not been touched", got)
	}
}

// What the channel learns later finds its way, and only forwards.
func TestLaterWordOfTheChannel(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		h.deliver(h.worker("w", false, channelFunc(func(context.Context, notifications.Dispatch) (notifications.Outcome, error) {
			return notifications.Outcome{Task: "task-1"}, nil
		})), at("2026-02-12 08:30"))
		if n := h.rows()[0]; n.State != models.NoticeAccepted || n.ProviderTask != "task-1" || n.DeliveredAt != 0 || n.AcceptedAt != at("2026-02-12 08:30") {
			t.Fatalf("%+v", n)
		}
		for _, c := range []struct {
			word func(tx *models.Tx) (int64, error)
			n    int64
			want models.NoticeState
		}{
			{func(tx *models.Tx) (int64, error) { return tx.NoticesDelivered([]int64{1}, 5) }, 1, models.NoticeDelivered},
			{func(tx *models.Tx) (int64, error) { return tx.NoticesDelivered([]int64{1}, 6) }, 0, models.NoticeDelivered},
			{func(tx *models.Tx) (int64, error) { return tx.NoticesRead([]int64{1}, 7) }, 1, models.NoticeRead},
			{func(tx *models.Tx) (int64, error) { return tx.NoticesDelivered([]int64{1}, 8) }, 0, models.NoticeRead},
		} {
			h.in(func(tx *models.Tx) error {
				if n, err := c.word(tx); err != nil || n != c.n {
					t.Errorf("%d rows, %v; want %d", n, err, c.n)
				}
				return nil
			})
			if n := h.rows()[0]; n.State != c.want {
				t.Errorf("%s, want %s", n.State, c.want)
			}
		}
		if n := h.rows()[0]; n.DeliveredAt != 5 || n.ReadAt != 7 {
			t.Errorf("%+v", n)
		}
	})
}
