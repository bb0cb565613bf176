package notifications_test

import (
	"context"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// What must be read and was not goes by the next channel after three working days: once, and never what was read, answered or settled.
func TestUnreadGoesByTheNextWay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		modelstest.Exec(t, s, "UPDATE members SET channel_id = code")
		for n := range int64(4) {
			h.awarded(n + 1)
			h.tell(at("2026-02-09 02:00"), award(n+1), notifications.Organisation(2))
		}
		h.tell(at("2026-02-09 02:00"), notifications.RecruitProgress{Year: 2025, On: 20260209}, notifications.Organisation(2)) // good to know, no more
		chat, letter := &hall{accepts: true}, &phone{}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: chat}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
		h.deliver(w, at("2026-02-09 08:30"))
		if len(chat.seen) != 1 {
			t.Fatalf("%d messages", len(chat.seen))
		}
		// one award is told by a message of its own, and read
		h.awarded(9)
		h.tell(at("2026-02-09 09:00"), award(9), notifications.Organisation(2))
		h.deliver(w, at("2026-02-10 08:30"))
		h.in(func(tx *models.Tx) error { return tx.NoticeRead("task-2", "lianxi2", at("2026-02-10 09:00")) })
		// and one is settled: the award is no more
		modelstest.Exec(t, s, "UPDATE awards SET state = 'revoked' WHERE id = 4")

		for _, early := range []policy.Instant{at("2026-02-10 08:30"), at("2026-02-11 08:30"), at("2026-02-11 17:00")} {
			if h.deliver(w, early); len(letter.seen) != 0 {
				t.Fatalf("%s: %s", early.Text(), letter.texts())
			}
		}
		for range 3 { // Monday's, unread on Monday, Tuesday and Wednesday: on Thursday three working days have passed
			h.deliver(w, at("2026-02-12 08:30"))
		}
		if len(letter.seen) != 1 {
			t.Fatalf("%d letters: %s", len(letter.seen), letter.texts())
		}
		for _, later := range []policy.Instant{at("2026-02-24 08:30"), at("2026-03-30 08:30"), at("2026-06-01 08:30")} {
			h.deliver(w, later)
		}
		if len(letter.seen) != 1 || len(chat.seen) != 2 {
			t.Errorf("again: %d letters, %d chats", len(letter.seen), len(chat.seen))
		}
		redirected := 0
		for _, n := range h.rows() {
			tries, err := s.Read(t.Context()).Deliveries(n.ID)
			if err != nil {
				t.Fatal(err)
			}
			said := 0
			for _, d := range tries {
				if d.Outcome == "unread" {
					said++
				}
			}
			if said > 1 {
				t.Errorf("notice %d was found unread %d times", n.ID, said)
			}
			if said == 1 && n.Channel == "letter" {
				redirected++
			}
		}
		if redirected != 3 {
			t.Errorf("%d redirected, want three awards and neither the read one nor the revoked one:\n%s", redirected, letter.texts())
		}
		h.checked()
	})
}

// Once is once, also where the next channel is one that knows what is read; and of two who decide it at the same moment one does.
func TestUnreadGoesOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		modelstest.Exec(t, s, "UPDATE members SET channel_id = code")
		h.awarded(1)
		h.tell(at("2026-02-09 02:00"), award(1), notifications.Organisation(2))
		chat, work, letter := &hall{accepts: true}, &hall{accepts: true}, &phone{}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: chat}, notifications.Route{Name: "work", Metered: true, Channel: work}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
		h.deliver(w, at("2026-02-09 08:30"))
		before := h.rows()[0]
		for _, now := range []policy.Instant{at("2026-02-12 08:30"), at("2026-02-26 08:30"), at("2026-03-10 08:30")} {
			h.deliver(w, now)
		}
		if len(chat.seen) != 1 || len(work.seen) != 1 || len(letter.seen) != 0 {
			t.Errorf("%d chats, %d work notices, %d letters", len(chat.seen), len(work.seen), len(letter.seen))
		}
		h.in(func(tx *models.Tx) error {
			moved, err := tx.Redirect(before, models.Delivery{At: 1, Outcome: "unread"}, models.NoticeResult{State: models.NoticePending, Via: "letter"})
			if moved {
				t.Error("what somebody else has redirected was redirected again")
			}
			return err
		})
		h.checked()
	})
}

// A receipt that comes while the second message waits stops it; one that comes before the sending is recorded is asked for again.
func TestReceiptsRace(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		modelstest.Exec(t, s, "UPDATE members SET channel_id = code")
		h.awarded(1)
		h.tell(at("2026-02-09 02:00"), award(1), notifications.Organisation(2))
		early := &hall{accepts: true}
		early.each = func(d notifications.Dispatch) error {
			err := h.InTx(t.Context(), func(tx *models.Tx) error { return tx.NoticeRead("task-1", d.To.ChannelID, at("2026-02-09 08:30")) })
			if models.CodeOf(err) != models.Unavailable {
				t.Errorf("a receipt before the record: %v", err)
			}
			return nil
		}
		letter := &phone{}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: early}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
		h.deliver(w, at("2026-02-09 08:30"))
		if got := h.states(); got != "accepted" {
			t.Fatal(got)
		}
		// the office's closing hour falls between the decision and the second message
		w.Routes[1].Channel = channelFunc(func(context.Context, notifications.Dispatch) (notifications.Outcome, error) {
			return notifications.Outcome{}, &notifications.SendError{Hint: "忙"}
		})
		h.deliver(w, at("2026-02-13 08:30"))
		if n := h.rows()[0]; n.State != models.NoticePending || n.Via != "letter" {
			t.Fatalf("%+v", n)
		}
		modelstest.Exec(t, s, "UPDATE notices SET reason = 'unread'")
		h.in(func(tx *models.Tx) error { return tx.NoticeRead("task-1", "lianxi1", at("2026-02-13 08:31")) }) // somebody else's
		if got := h.states(); got != "pending" {
			t.Fatal(got)
		}
		h.in(func(tx *models.Tx) error { return tx.NoticeRead("task-1", "lianxi2", at("2026-02-13 08:31")) })
		w.Routes[1].Channel = letter
		h.deliver(w, at("2026-02-13 10:00"))
		if n := h.rows()[0]; n.State != models.NoticeRead || len(letter.seen) != 0 {
			t.Errorf("%s, %d letters", n.State, len(letter.seen))
		}
		h.checked()
	})
}

// Taken back before it was read: a person may send it again; taken back afterwards changes nothing.
func TestRecalled(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		modelstest.Exec(t, s, "UPDATE members SET channel_id = code")
		h.awarded(1)
		h.tell(at("2026-02-09 02:00"), award(1), notifications.Organisation(1))
		chat := &hall{accepts: true}
		w := h.worker2(notifications.Route{Name: "hall", Metered: true, Channel: chat})
		h.deliver(w, at("2026-02-09 08:30"))
		now := at("2026-02-09 09:00")
		h.in(func(tx *models.Tx) error {
			if err := tx.NoticeRead("task-2", "lianxi2", now); err != nil {
				return err
			}
			for task, who := range map[string]string{"task-1": "lianxi1", "task-2": "lianxi2"} {
				if err := tx.NoticeRecalled(task, who, now); err != nil {
					return err
				}
			}
			return nil
		})
		if got := h.states(); got != "dead read" {
			t.Fatal(got)
		}
		h.in(func(tx *models.Tx) error { _, err := tx.ResendNotice(now, models.System, 1); return err })
		h.deliver(w, now)
		if got := h.states(); got != "accepted read" || len(chat.seen) != 3 {
			t.Errorf("%s, %d messages", got, len(chat.seen))
		}
		h.checked()
	})
}

// track is a channel that tells later.
type track struct {
	hall
	fates map[string]notifications.Fate // by person
	looks int
}

func (c *track) Look(context.Context, string) (func(to notifications.Address) notifications.Fate, error) {
	c.looks++
	return func(to notifications.Address) notifications.Fate { return c.fates[to.Code] }, nil
}

func (c *track) NextLook(accepted, now policy.Instant) policy.Instant {
	if now >= accepted.Add(5*60e9) {
		return 0
	}
	return accepted.Add(5 * 60e9)
}

// What a channel took is looked after, once for all of a batch, and what it dropped goes on.
func TestLooks(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.clerks(6)
		modelstest.Exec(t, s, "DELETE FROM member_roles WHERE member_id = ?", h.members["jingban1"])
		now := at("2026-02-12 10:00")
		h.tell(now, notifications.ImportSummary{Import: 1, On: 20260212}, notifications.Role(models.Clerk))
		lost := &notifications.SendError{Permanent: true, Code: "143106", Hint: "丢弃"}
		c := &track{hall: hall{accepts: true}, fates: map[string]notifications.Fate{
			"clerk00": {Delivered: true}, "clerk01": {Delivered: true, Read: true}, "clerk02": {Err: lost}, "clerk03": {Err: &notifications.SendError{Code: "143105", Hint: "超过每日上限"}},
			"clerk04": {Err: lost, Twice: true},
		}}
		letter := &phone{}
		w := h.worker2(notifications.Route{Name: "work", Metered: true, Channel: c}, notifications.Route{Name: "letter", Keyed: true, Channel: letter})
		h.deliver(w, now)
		modelstest.Exec(t, s, "UPDATE notices SET ambiguous = 1, tries = tries + 1 WHERE member_id = ?", h.members["clerk04"])
		modelstest.Exec(t, s, "INSERT INTO deliveries (notice_id, try_no, at, outcome, code, detail) SELECT id, 2, 1, 'unknown', '', '' FROM notices WHERE member_id = ?", h.members["clerk04"])
		next, err := w.NextWake(t.Context(), now)
		if err != nil || next != now.Add(5*60e9) {
			t.Fatalf("looks at %s, %v", next.Text(), err)
		}
		h.deliver(w, next)
		if got := h.states(); got != "delivered read delivered pending delivered accepted" || c.looks != 1 {
			t.Errorf("%s after %d looks", got, c.looks)
		}
		if len(letter.seen) != 1 || letter.seen[0].To.Code != "clerk02" {
			t.Errorf("dropped: %s", letter.texts())
		}
		if n := h.rows()[3]; n.NextAt != at("2026-02-13 08:30") {
			t.Errorf("over the day's limit, again at %s", n.NextAt.Text())
		}
		h.deliver(w, next.Add(60e9))
		if c.looks != 1 {
			t.Errorf("looked %d times", c.looks)
		}
		h.checked()
	})
}
