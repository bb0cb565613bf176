package notifications_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// hall is a channel that takes up to 20 people a call and does to each what it is told to.
type hall struct {
	phone
	calls   [][]notifications.Dispatch
	each    func(d notifications.Dispatch) error
	accepts bool // and delivers nothing
	unknown bool // reaches only people with an address
}

func (h *hall) Most() int { return 20 }

func (h *hall) Reaches(to notifications.Address) bool { return !h.unknown || to.ChannelID != "" }

func (h *hall) Send(ctx context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	r := h.SendAll(ctx, []notifications.Dispatch{d})[0]
	return r.Outcome, r.Err
}

func (h *hall) SendAll(_ context.Context, ds []notifications.Dispatch) []notifications.Result {
	h.calls = append(h.calls, ds)
	results := make([]notifications.Result, len(ds))
	for i, d := range ds {
		results[i] = notifications.Result{Outcome: notifications.Outcome{Delivered: !h.accepts, Task: fmt.Sprint("task-", len(h.calls))}}
		if h.each != nil {
			results[i].Err = h.each(d)
		}
		if results[i].Err == nil {
			h.seen = append(h.seen, d)
		}
	}
	return results
}

// clerks adds people who all hear the same.
func (h *house) clerks(n int) {
	h.t.Helper()
	for i := range n {
		h.add(fmt.Sprintf("clerk%02d", i), "", models.MemberRole{Role: models.Clerk})
	}
	modelstest.Exec(h.t, h.Store, "UPDATE members SET channel_id = code WHERE code LIKE 'clerk%'")
}

func (h *house) worker2(routes ...notifications.Route) *notifications.Worker {
	return &notifications.Worker{Store: h.Store, Hours: hours(), Name: "w", Routes: routes, UnreadDays: 3}
}

// checked runs the invariants of the outbox.
func (h *house) checked() {
	h.t.Helper()
	results, err := h.Read(h.t.Context()).Check(at("2026-04-30 09:00"), at("2026-04-30 08:30"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range results {
		if r.No == "32" && len(r.Findings) > 0 {
			h.t.Errorf("invariant %s: %v", r.No, r.Findings)
		}
	}
}

// Equal words go out together, and each person's notice has its own end.
func TestEqualWordsGoOutTogether(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.clerks(45)
		h.awarded(1)
		now := at("2026-02-12 10:00")
		h.tell(now, notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		c := &hall{each: func(d notifications.Dispatch) error {
			switch d.To.Code {
			case "clerk03":
				return &notifications.SendError{Busy: true, RetryAfter: time.Minute, Code: "flow", Hint: "限流"}
			case "clerk04":
				return &notifications.SendError{Permanent: true, Code: "no", Hint: "拒收"}
			case "clerk05":
				return &notifications.SendError{Unknown: true, Code: "504", Hint: "超时"}
			}
			return nil
		}}
		w := h.worker2(notifications.Route{Name: "hall", Channel: c})
		h.deliver(w, now)
		if len(c.calls) != 4 || len(c.calls[0]) != 20 && len(c.calls[1]) != 20 {
			t.Errorf("%d calls for 46 clerks and a contact", len(c.calls))
		}
		for _, call := range c.calls {
			for _, d := range call {
				if d.Title != call[0].Title || d.Body != call[0].Body || d.Key != call[0].Key {
					t.Errorf("two different messages in one call: %q, %q", d.Title, call[0].Title)
				}
				if strings.Contains(d.Body, "12,000.00") != (d.To.Code == "lianxi2") {
					t.Errorf("%s reads %s", d.To.Code, d.Body)
				}
			}
		}
		counts, err := s.Read(t.Context()).NoticeCounts()
		if err != nil || counts[models.NoticeDelivered] != 44 || counts[models.NoticePending] != 1 || counts[models.NoticeDead] != 1 || counts[models.NoticeUnknown] != 1 {
			t.Fatalf("%v, %v", counts, err)
		}
		c.each = nil
		h.deliver(w, now.Add(3*time.Minute))
		if last := c.calls[len(c.calls)-1]; len(c.calls) != 5 || len(last) != 1 || last[0].To.Code != "clerk03" {
			t.Errorf("the one who was throttled: %d calls", len(c.calls))
		}
		h.checked()
	})
}

// Firms whose people speak for one firm alone read the same words in one call; who speaks for two is told which.
func TestTheSameForEveryFirm(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	for org := range int64(2) {
		h.tell(at("2026-02-12 02:00"), notifications.DeskAnswered{Request: 5 + org, What: "申诉", Answer: "已受理", On: 20260212}, notifications.ContactOf(org+1, h.members["lianxi2"]))
	}
	h.add("lianxi3", "", models.MemberRole{Role: models.Contact, OrgID: 3})
	for _, who := range []struct {
		code string
		org  int64
	}{{"lianxi1", 1}, {"lianxi3", 3}} {
		h.tell(at("2026-02-12 02:00"), notifications.DeskAnswered{Request: 5, What: "申诉", Answer: "已受理", On: 20260212}, notifications.ContactOf(who.org, h.members[who.code]))
	}
	c := &hall{}
	h.deliver(h.worker2(notifications.Route{Name: "hall", Channel: c}), at("2026-02-12 08:30"))
	if len(c.calls) != 2 {
		t.Fatalf("%d calls", len(c.calls))
	}
	for _, d := range c.seen {
		if named := strings.Contains(d.Body, "示例甲") && strings.Contains(d.Body, "示例乙"); named != (d.To.Code == "lianxi2") {
			t.Errorf("%s reads %s", d.To.Code, d.Body)
		}
	}
}

// A replica that dies in the middle of a batch leaves each of its notices in doubt, and no other.
func TestABatchInDoubt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.clerks(25)
		now := at("2026-02-12 10:00")
		h.tell(now, notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
		died := &hall{}
		died.each = func(notifications.Dispatch) error { panic("kill -9") }
		func() {
			defer func() { _ = recover() }()
			h.deliver(h.worker2(notifications.Route{Name: "hall", Channel: died}), now)
		}()
		c := &hall{}
		w := h.worker2(notifications.Route{Name: "hall", Channel: c})
		w.Name = "heir"
		h.deliver(w, now)
		h.deliver(w, now.Add(5*time.Minute))
		counts, err := s.Read(t.Context()).NoticeCounts()
		if err != nil || counts[models.NoticeUnknown] != 20 || counts[models.NoticeDelivered] != 6 {
			t.Errorf("%v, %v; twenty were on their way", counts, err)
		}
		h.checked()
	})
}

// Whom the channel does not know is told by the next one, and the notice says so.
func TestTheNextWay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.clerks(3)
		modelstest.Exec(t, s, "UPDATE members SET channel_id = '' WHERE code = 'clerk01'")
		modelstest.Exec(t, s, "UPDATE members SET channel = 'letter' WHERE code = 'clerk02'")
		now := at("2026-02-12 10:00")
		h.tell(now, notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
		c, letter := &hall{unknown: true, accepts: true}, &phone{}
		c.each = func(d notifications.Dispatch) error {
			if d.To.Code == "clerk00" {
				return &notifications.SendError{Permanent: true, NoTarget: true, Code: "invalid", Hint: "不在本组织"}
			}
			return nil
		}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: c}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
		for range 2 {
			h.deliver(w, now)
		}
		got := map[string]string{}
		people, err := s.Read(t.Context()).Recipients([]int64{h.members["clerk00"], h.members["clerk01"], h.members["clerk02"], h.members["jingban1"]})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range h.rows() {
			got[people[n.MemberID].Code] = fmt.Sprintf("%s %s %s", n.Channel, n.State, n.Reason)
		}
		for code, want := range map[string]string{
			"clerk00": "letter delivered no_address:不在本组织", "clerk01": "letter delivered no_address", "clerk02": "letter delivered ", "jingban1": "letter delivered no_address",
		} {
			if got[code] != want {
				t.Errorf("%s: %q, want %q", code, got[code], want)
			}
		}
		if len(letter.seen) != 4 || len(c.seen) != 0 {
			t.Errorf("%d letters, %d in the hall", len(letter.seen), len(c.seen))
		}
		h.checked()
	})
}

// In a place where others read, nobody reads an amount, an item or a name, and two contacts of a firm are one line.
func TestNothingPrivateInPublic(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(1))
	h.tell(at("2026-02-12 02:00"), notifications.DeskAnswered{Request: 1, What: "申诉", Answer: "秘密的答复", On: 20260212}, notifications.Organisation(2))
	group := &hall{}
	h.deliver(h.worker2(notifications.Route{Name: "group", Keyed: true, Public: true, Channel: group}), at("2026-02-12 08:30"))
	if len(group.calls) != 1 || len(group.calls[0]) != 3 {
		t.Fatalf("%d calls: %+v", len(group.calls), group.calls)
	}
	orgs := map[string]int{}
	for _, d := range group.seen {
		orgs[d.To.Org]++
		for _, private := range []string{"12,000", "引进人才", "秘密", "示例甲", "示例乙", "申诉", "award"} {
			if strings.Contains(d.Title+d.Body+fmt.Sprint(d.Next), private) {
				t.Errorf("the group reads %q: %s %s", private, d.Title, d.Body)
			}
		}
	}
	if orgs["A"] != 2 || orgs["B"] != 1 {
		t.Errorf("to %v", orgs)
	}
}

// When the month runs short, what does not matter is one neutral line; at its end it waits; what matters goes in full all the time.
func TestTheMonthRunsShort(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.clerks(12)
		h.awarded(1)
		month := notifications.Allowance{Limit: 1000, Month: 202602, Day: 20260212}
		c := &hall{accepts: true}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: c})
		w.Allowance = func(context.Context) (notifications.Allowance, error) { return month, nil }
		// Each clerk would read something of their own.
		told := 0
		tell := func() {
			told++
			for i := range 12 {
				h.tell(at("2026-02-12 10:00"), notifications.ImportSummary{Import: int64(100*told + i), On: 20260212, Accepted: i}, notifications.Member(h.members[fmt.Sprintf("clerk%02d", i)]))
			}
		}
		tell()
		month.Used = 100
		h.deliver(w, at("2026-02-12 10:00"))
		if len(c.calls) != 12 {
			t.Errorf("in plenty: %d calls for 12 different messages", len(c.calls))
		}
		c.calls, c.seen = nil, nil
		tell()
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
		month.Used = 950
		h.deliver(w, at("2026-02-12 10:01"))
		if len(c.calls) != 2 || len(c.seen) != 13 {
			t.Fatalf("running short: %d calls, %d messages", len(c.calls), len(c.seen))
		}
		for _, d := range c.seen {
			full := strings.Contains(d.Body, "12,000.00")
			if full != (d.To.Code == "lianxi2") || !full && (len(d.Next) != 1 || d.Next[0].Line != "通知" || strings.Contains(d.Body, "导入")) {
				t.Errorf("%s reads %q %q %v", d.To.Code, d.Title, d.Body, d.Next)
			}
		}
		c.calls, c.seen = nil, nil
		tell()
		h.awarded(2)
		h.tell(at("2026-02-12 02:00"), award(2), notifications.Organisation(2))
		month.Used = 999
		h.deliver(w, at("2026-02-12 10:02"))
		if len(c.seen) != 1 || c.seen[0].To.Code != "lianxi2" {
			t.Fatalf("at the end: %+v", c.seen)
		}
		waiting, err := s.Read(t.Context()).Notices(models.NoticeFilter{States: []models.NoticeState{models.NoticePending}})
		if err != nil || len(waiting) != 12 || waiting[0].Reason != models.QuotaWait || waiting[0].NextAt != at("2026-03-02 08:30") || waiting[0].Tries != 0 {
			t.Fatalf("%d wait: %+v, %v", len(waiting), waiting[0], err)
		}
		if next, err := w.NextWake(t.Context(), at("2026-02-12 10:02")); err != nil || next != at("2026-03-02 08:30") {
			t.Errorf("wakes at %s, %v", next.Text(), err)
		}
		month = notifications.Allowance{Limit: 1000, Month: 202603, Day: 20260302}
		c.calls, c.seen = nil, nil
		h.deliver(w, at("2026-03-02 08:30"))
		if len(c.seen) != 12 || !strings.Contains(c.seen[0].Body, "导入") {
			t.Errorf("in the next month: %d", len(c.seen))
		}
		h.checked()
	})
}

// DingTalk's own word that the month is used up: nothing is given up on, and an alarm takes the next way at once.
func TestTheVendorSaysTheMonthIsOver(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	modelstest.Exec(t, h.Store, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
		attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
		VALUES (9, 'j', 'k', 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`)
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
	h.tell(at("2026-02-12 08:30"), notifications.RunFailed{Run: 9, Epoch: 1, State: "failed", On: 20260212}, notifications.Role(models.Operator))
	over := &hall{each: func(notifications.Dispatch) error {
		return &notifications.SendError{Quota: true, RetryAfter: 400 * time.Hour, Code: "ApiCountLimitForOrg", Hint: "额度用完"}
	}}
	letter := &phone{}
	w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: over}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
	now := at("2026-02-12 08:30")
	var wakes []policy.Instant
	for range 20 {
		h.deliver(w, now)
		next, err := w.NextWake(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		now = next
		wakes = append(wakes, now)
	}
	if len(letter.seen) != 1 || letter.seen[0].To.Code != "yunwei1" || !letter.seen[0].Urgent {
		t.Errorf("the alarm: %s", letter.texts())
	}
	for _, n := range h.rows() {
		if n.Kind == "award-confirmed" && (n.State != models.NoticePending || n.Reason != models.QuotaWait || n.Tries < 15) {
			t.Errorf("given up on: %+v", n)
		}
	}
	if wakes[1] != at("2026-03-02 08:30") || wakes[2] != at("2026-04-01 08:30") {
		t.Errorf("wakes %v", wakes[:4])
	}
	h.checked()
}

// Whoever is asked for patience is patient, and never dead.
func TestPatience(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(2))
	c := &hall{each: func(notifications.Dispatch) error {
		return &notifications.SendError{Busy: true, RetryAfter: time.Second, Code: "qps", Hint: "限流"}
	}}
	w := h.worker2(notifications.Route{Name: "hall", Channel: c})
	now, tries := at("2026-02-12 08:30"), 0
	for now < at("2026-02-12 09:30") {
		h.deliver(w, now)
		tries++
		next, err := w.NextWake(t.Context(), now)
		if err != nil || next <= now {
			t.Fatalf("wakes at %s, %v", next.Text(), err)
		}
		now = next
	}
	if tries < 8 || tries > 30 {
		t.Errorf("%d tries in an hour", tries)
	}
	c.each = nil
	h.deliver(w, now)
	if got := h.states(); got != "delivered" {
		t.Error(got)
	}
	h.checked()
}
