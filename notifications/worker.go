package notifications

import (
	"context"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

const (
	page  = 100              // people looked at together
	round = 30 * time.Second // after which Deliver returns although there is more
)

// Worker sends what is due. Several may run on one database; each notice is sent by one of them at a time.
type Worker struct {
	Store  *models.Store
	Hours  Hours
	Routes []Route // the first serves members whose channel is not among them
	Name   string  // unique for each start of each program

	// InFlight is how many messages are handed over between two records, 0 = 1. So many may be in doubt after a crash;
	// a simulation, which fears none, is quicker with many.
	InFlight int

	// Now is the clock; nil = it stands at the instant that Deliver is called for. Where sending takes time it must go: a claim's lease begins
	// when the message is handed over, not when the round began.
	Now func() policy.Instant
	// Allowance is what the month has left for metered channels; nil = they may send without end.
	Allowance func(ctx context.Context) (Allowance, error)
	// UnreadDays is after how many working days what must be read and was not goes by the next channel; 0 = never.
	UnreadDays int
	// PublicURL is where people outside reach the house's pages, without a slash at its end; empty = neutral lines have no link.
	PublicURL string
}

func (w *Worker) clock(now policy.Instant) policy.Instant {
	if w.Now == nil {
		return now
	}
	return max(now, w.Now())
}

// Tally counts what a delivery did: messages handed over, and what became of the notices.
type Tally struct{ Messages, Delivered, Superseded, Retrying, Unknown, Dead int }

// Deliver sends everything that is due at now and returns when it is done, or after half a minute of its clock. Outside working hours only what is urgent
// goes out. A failing channel is no error; a failing database is, and what it left undone is done by a later call.
func (w *Worker) Deliver(ctx context.Context, now policy.Instant) (Tally, error) {
	var t Tally
	if err := w.takeOver(ctx, now); err != nil {
		return t, err
	}
	if err := w.look(ctx, now); err != nil {
		return t, err
	}
	urgentOnly := !w.Hours.Open(now)
	if !urgentOnly {
		if err := w.redirectUnread(ctx, now); err != nil {
			return t, err
		}
	}
	members, err := w.Store.Read(ctx).DueNoticeMembers(now, urgentOnly)
	if err != nil {
		return t, err
	}
	for some := range slices.Chunk(members, page) {
		if w.clock(now) > now.Add(round) {
			break // the rest is due at once: whoever calls looks at what has changed meanwhile, a stop among it
		}
		if err := w.deliver(ctx, now, some, urgentOnly, &t); err != nil {
			return t, err
		}
	}
	return t, nil
}

// NextWake is when Deliver has something to do, now at the earliest; 0 = nothing waits.
func (w *Worker) NextWake(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	urgent, other, expiry, err := w.Store.Read(ctx).NoticeWake()
	if err != nil {
		return 0, err
	}
	if other != 0 {
		other = w.Hours.NextOpen(max(other, now))
	}
	if expiry != 0 {
		expiry++
	}
	look, err := w.lookWake(ctx)
	if err != nil {
		return 0, err
	}
	next := policy.Instant(0)
	for _, at := range []policy.Instant{urgent, other, expiry, look} {
		if at = max(at, min(at, 1)*now); at != 0 && (next == 0 || at < next) {
			next = at
		}
	}
	return next, nil
}

// deliver does some people's notices: guard, fold, claim, send, record.
func (w *Worker) deliver(ctx context.Context, now policy.Instant, members []int64, urgentOnly bool, t *Tally) error {
	q := w.Store.Read(ctx)
	rows, err := q.DueNotices(members, now, urgentOnly)
	if err != nil {
		return err
	}
	people, err := q.Recipients(members)
	if err != nil {
		return err
	}
	items, drops, err := sift(q, now.Date(), rows, people)
	if err != nil {
		return err
	}
	orgs, err := q.Organisations(orgsOf(items)...)
	if err != nil {
		return err
	}
	if err := w.drop(ctx, drops, t); err != nil {
		return err
	}
	parcels, later, err := w.pack(ctx, now, w.fold(items, people, orgs), orgs)
	if err != nil {
		return err
	}
	if err := w.postpone(ctx, now, later); err != nil {
		return err
	}
	return w.sendAll(ctx, now, parcels, t)
}

func orgsOf(items []item) []int64 {
	ids := make([]int64, len(items))
	for i, it := range items {
		ids[i] = it.OrgID
	}
	return sortedSet(ids)
}

// drop ends what is not to be sent.
func (w *Worker) drop(ctx context.Context, drops []drop, t *Tally) error {
	if len(drops) == 0 {
		return nil
	}
	var done Tally
	err := w.Store.InTx(ctx, func(tx *models.Tx) error {
		done = Tally{}
		for _, d := range drops {
			n, err := tx.DropNotices(d.ids, d.state, d.reason)
			if err != nil {
				return err
			}
			if d.state == models.NoticeDead {
				done.Dead += int(n)
			} else {
				done.Superseded += int(n)
			}
		}
		return nil
	})
	if err == nil {
		t.Dead, t.Superseded = t.Dead+done.Dead, t.Superseded+done.Superseded
	}
	return err
}

func (t *Tally) count(s models.NoticeState) {
	switch s {
	case models.NoticeAccepted, models.NoticeDelivered:
		t.Delivered++
	case models.NoticePending:
		t.Retrying++
	case models.NoticeUnknown:
		t.Unknown++
	case models.NoticeDead:
		t.Dead++
	}
}

// takeOver ends the claims of senders that died: nobody knows whether those messages arrived.
func (w *Worker) takeOver(ctx context.Context, now policy.Instant) error {
	for {
		rows, err := w.Store.Read(ctx).ExpiredNotices(now, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		err = w.Store.InTx(ctx, func(tx *models.Tx) error {
			for _, n := range rows {
				kind, _ := KindOf(n.Kind) // a kind of another version has no Must; it waits as unknown
				r := w.judge(now, item{Notice: n, kind: kind}, sentBy{Route: w.named(n.Channel)}, n.Tries, Outcome{}, &SendError{Unknown: true, Code: "lease", Hint: "发送程序中断，是否送达不明"})
				if _, err := tx.SettleExpired(n, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
