package notifications_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// history is six days of a bad life: channels that fail in every way, senders that die in the middle, a database that
// loses connections before, during and after commits, two senders on one outbox, one of them a ghost now and then.
// What must hold afterwards are the promises about notices.
type history struct {
	*house
	rng     *rand.Rand
	keyed   bool
	phone   *phone
	known   map[string]bool // keys that a keyed channel has shown
	died    bool
	told    map[string]bool // marker/recipient
	urgent  map[string]bool
	workers [2]*notifications.Worker
}

func TestPromisesAboutNoticesHoldInABadLife(t *testing.T) {
	for seed := range uint64(2) {
		for _, keyed := range []bool{true, false} {
			t.Run(fmt.Sprintf("seed %d keyed %v", seed, keyed), func(t *testing.T) {
				play := func(t *testing.T, s *models.Store, faulty *bool, rng *rand.Rand) {
					h := &history{house: newHouse(t, s), rng: rng, keyed: keyed, known: map[string]bool{}, told: map[string]bool{}, urgent: map[string]bool{}}
					modelstest.Exec(t, s, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items,
						total_items, attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
						VALUES (9, 'j', 'k', 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`)
					h.run(faulty)
				}
				each(t, seed, play)
			})
		}
	}
}

// each opens a database whose connections break when *faulty is set.
func each(t *testing.T, seed uint64, play func(t *testing.T, s *models.Store, faulty *bool, rng *rand.Rand)) {
	faulty, breaks := new(bool), rand.New(rand.NewPCG(seed, 2))
	opt := models.Options{Fault: func(point, _ string) error {
		if *faulty && point != "query" && breaks.IntN(40) == 0 {
			return io.ErrUnexpectedEOF
		}
		return nil
	}}
	if seed > 0 && modelstest.Server() != "" { // the rest on the embedded database: quicker
		t.Setenv("DUIXIAN_TEST_MYSQL", "")
		t.Setenv("CI", "")
	}
	modelstest.EachWith(t, opt, func(t *testing.T, s *models.Store) {
		*faulty = false
		play(t, s, faulty, rand.New(rand.NewPCG(seed, 1)))
		*faulty = false
	})
}

func (h *history) run(faulty *bool) {
	h.phone = &phone{do: h.fate}
	for i := range h.workers {
		h.workers[i] = h.worker(fmt.Sprintf("w%d", i), h.keyed, channelFunc(h.send))
	}
	now, things := at("2026-02-11 00:00"), 0
	for now < at("2026-02-17 00:00") {
		now = now.Add(time.Duration(h.rng.IntN(180)+1) * time.Minute)
		if h.rng.IntN(2) == 0 {
			things++
			h.say(now, things)
		}
		*faulty = true
		h.attempt(now)
		*faulty = false
	}
	h.phone.do = nil // the world is well again; play what is left
	for range 1000 {
		next, err := h.workers[0].NextWake(h.t.Context(), now)
		if err != nil {
			h.t.Fatal(err)
		}
		if next == 0 {
			h.check()
			h.audit(now)
			return
		}
		now = max(now, next)
		h.deliver(h.workers[0], now)
	}
	h.t.Fatal("there is always something left to do")
}

type channelFunc func(ctx context.Context, d notifications.Dispatch) (notifications.Outcome, error)

func (f channelFunc) Send(ctx context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	return f(ctx, d)
}

type killed struct{}

func (h *history) send(ctx context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	if h.keyed && h.known[d.Key] {
		return notifications.Outcome{Delivered: true}, nil
	}
	n := len(h.phone.seen)
	out, err := h.phone.Send(ctx, d)
	h.known[d.Key] = len(h.phone.seen) > n
	if h.died {
		panic(killed{}) // no code of ours runs after this
	}
	return out, err
}

// fate decides what happens to a message.
func (h *history) fate(notifications.Dispatch) (arrives bool, err error) {
	switch h.rng.IntN(12) {
	case 0:
		return false, &notifications.SendError{Hint: "稍后"}
	case 1:
		return false, &notifications.SendError{Hint: "限流", RetryAfter: 10 * time.Minute}
	case 2:
		return h.rng.IntN(2) == 0, &notifications.SendError{Unknown: true, Hint: "超时"}
	case 3:
		return h.rng.IntN(2) == 0, io.ErrUnexpectedEOF // of no class
	case 4:
		if h.rng.IntN(4) == 0 {
			return false, &notifications.SendError{Permanent: true, Hint: "无此用户"}
		}
	case 5:
		h.died = true
		return h.rng.IntN(2) == 0, nil
	}
	return true, nil
}

// say tells a new thing, sometimes twice, sometimes in a transaction that comes to nothing.
func (h *history) say(now policy.Instant, n int) {
	mark := fmt.Sprintf("〔%d〕", n)
	var m notifications.Message
	to, who := notifications.Organisation(1), []string{"lianxi1", "lianxi2"}
	switch h.rng.IntN(3) {
	case 0:
		h.awarded(int64(n))
		a := award(int64(n))
		a.Item = mark
		m = a
	case 1:
		m = notifications.ImportSummary{Import: int64(n), Title: "x", File: mark, On: 20260211}
		to, who = notifications.Role(models.Clerk), []string{"jingban1"}
	case 2:
		m = notifications.RunFailed{Run: 9, Epoch: 1, State: "failed", Title: "x", Error: mark, On: policy.Date(20260000 + n)}
		to, who = notifications.Role(models.Operator), []string{"yunwei1"}
		h.urgent["yunwei1"] = true
	}
	if h.rng.IntN(5) == 0 {
		err := h.InTx(h.t.Context(), func(tx *models.Tx) error {
			if err := h.outbox.Tell(tx, now, 1, m, to); err != nil {
				return err
			}
			return io.EOF
		})
		if err == nil {
			h.t.Fatal("no rollback")
		}
		return
	}
	for i := range h.rng.IntN(2) + 1 { // the second time by a run that was taken over, a little later
		h.tell(now.Add(time.Duration(i)*time.Minute), m, to)
	}
	for _, w := range who {
		h.told[w+mark] = true
	}
}

// attempt delivers with one of the two senders; it may die, and its ghost comes back under its old name.
func (h *history) attempt(now policy.Instant) {
	defer func() {
		h.died = false
		if r := recover(); r != nil && r != (killed{}) {
			panic(r)
		}
	}()
	_, err := h.workers[h.rng.IntN(2)].Deliver(h.t.Context(), now)
	if err != nil && !strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
		h.t.Fatal(err)
	}
}

// audit asks the program's own checks, which see the database and nothing else.
func (h *history) audit(now policy.Instant) {
	results, err := h.Read(h.t.Context()).Check(now, now)
	if err != nil {
		h.t.Fatal(err)
	}
	asked := 0
	for _, r := range results {
		if r.No == "31" || r.No == "32" || r.No == "43" {
			asked++
			if r.Examined == 0 || len(r.Findings) > 0 {
				h.t.Errorf("check %s (%s): %d rows, %v", r.No, r.Title, r.Examined, r.Findings)
			}
		}
	}
	if asked != 3 {
		h.t.Errorf("%d checks about notices, want 3", asked)
	}
}

func (h *history) check() {
	seen := map[string]int{}
	for _, d := range h.phone.seen {
		if !h.urgent[d.To.Code] && !hours().Open(d.At) {
			h.t.Errorf("promise 38: %s was disturbed at %s", d.To.Code, d.At.Text())
		}
		for key := range h.told {
			who, mark, _ := strings.Cut(key, "〔")
			if who == d.To.Code && strings.Contains(d.Title+d.Body, "〔"+mark) {
				seen[key]++
			}
		}
	}
	people, err := h.Read(h.t.Context()).Recipients([]int64{1, 2, 3, 4, 5, 6})
	if err != nil {
		h.t.Fatal(err)
	}
	rows, doubts := map[string]models.Notice{}, 0
	for _, n := range h.rows() {
		mark := n.Payload[strings.Index(n.Payload, "〔"):]
		mark, _, _ = strings.Cut(mark, "〕")
		key := people[n.MemberID].Code + mark + "〕"
		if _, twice := rows[key]; twice || !h.told[key] {
			h.t.Errorf("promise 32: %s has two rows, or one that nobody told", key)
		}
		rows[key] = n
		doubts += n.Ambiguous
		tries, err := h.Read(h.t.Context()).Deliveries(n.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		unknown := 0
		for _, d := range tries {
			if d.Outcome == "unknown" {
				unknown++
			}
		}
		if len(tries) != n.Tries || unknown != n.Ambiguous {
			h.t.Errorf("%s: %d tries with %d doubts, but %d deliveries with %d", key, n.Tries, n.Ambiguous, len(tries), unknown)
		}
	}
	for key := range h.told {
		n, ok := rows[key]
		switch {
		case !ok:
			h.t.Errorf("promise 31: %s vanished", key)
		case n.State == models.NoticeDelivered && seen[key] == 0:
			h.t.Errorf("promise 31: %s counts as delivered and nobody has seen it", key)
		case n.State != models.NoticeDelivered && n.State != models.NoticeDead && n.State != models.NoticeUnknown:
			h.t.Errorf("promise 31: %s ended as %s", key, n.State)
		case n.State != models.NoticeDelivered && n.Reason == "":
			h.t.Errorf("promise 31: %s is %s without a reason", key, n.State)
		case h.keyed && seen[key] > 1:
			h.t.Errorf("promise 32: %s was seen %d times in a channel with keys", key, seen[key])
		case seen[key] > 1+n.Ambiguous:
			h.t.Errorf("promise 32: %s was seen %d times, only %d tries are recorded as doubtful", key, seen[key], n.Ambiguous)
		}
	}
	if len(h.told) < 15 || doubts == 0 {
		h.t.Errorf("a life too calm to prove anything: %d notices, %d doubts", len(h.told), doubts)
	}
}
