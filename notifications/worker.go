package notifications

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

const (
	page        = 100 // people looked at together
	sendTimeout = 15 * time.Second
	lease       = 2 * time.Minute // of one message; well over sendTimeout
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
}

// Tally counts what a delivery did: messages handed over, and what became of the notices.
type Tally struct{ Messages, Delivered, Superseded, Retrying, Unknown, Dead int }

// Deliver sends everything that is due at now and returns when it is done. Outside working hours only what is urgent
// goes out. A failing channel is no error; a failing database is, and what it left undone is done by a later call.
func (w *Worker) Deliver(ctx context.Context, now policy.Instant) (Tally, error) {
	var t Tally
	if err := w.takeOver(ctx, now); err != nil {
		return t, err
	}
	urgentOnly := !w.Hours.Open(now)
	members, err := w.Store.Read(ctx).DueNoticeMembers(now, urgentOnly)
	if err != nil {
		return t, err
	}
	for some := range slices.Chunk(members, page) {
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
	next := policy.Instant(0)
	for _, at := range []policy.Instant{urgent, other, expiry} {
		if at = max(at, min(at, 1)*now); at != 0 && (next == 0 || at < next) {
			next = at
		}
	}
	return next, nil
}

func (w *Worker) route(name string) Route {
	if i := slices.IndexFunc(w.Routes, func(r Route) bool { return r.Name == name }); i >= 0 {
		return w.Routes[i]
	}
	return w.Routes[0]
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
	items, drops, err := sift(q, rows, people)
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
	return w.sendAll(ctx, now, fold(items, people), orgs, t)
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

// sendAll sends digests a few at a time, so that a crash leaves only those in doubt; the record of some and the claim
// of the next share a transaction.
func (w *Worker) sendAll(ctx context.Context, now policy.Instant, digests []digest, orgs map[int64]models.Organisation, t *Tally) error {
	var sent []attempt
	for next := range slices.Chunk(digests, max(1, w.InFlight)) {
		if ctx.Err() != nil {
			break
		}
		for i := range next {
			c := &next[i].claim
			c.Channel, c.Owner, c.LeaseUntil = w.route(next[i].to.Channel).Name, w.Name, now.Add(lease)
		}
		mine, err := w.turn(ctx, now, sent, next)
		if err != nil {
			return err
		}
		sent = make([]attempt, len(mine))
		for i, d := range mine {
			sent[i] = w.send(ctx, now, d, orgs, t)
		}
	}
	if len(sent) > 0 {
		if _, err := w.turn(ctx, now, sent, nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// attempt is a digest that has been handed over, with what became of each of its notices.
type attempt struct {
	digest
	results []models.NoticeResult // in the order of items
}

// turn records attempts and claims the next digests; either may be missing. It returns those that are the caller's
// now. What has been handed over is recorded even while the program stops.
func (w *Worker) turn(ctx context.Context, now policy.Instant, sent []attempt, next []digest) (mine []digest, err error) {
	if len(sent) > 0 {
		ctx = context.WithoutCancel(ctx)
	}
	happened := func(q models.Query) (bool, error) { // when the answer to the commit was lost
		switch {
		case len(mine) > 0:
			n, err := q.Notice(mine[0].items[0].ID)
			return n.State == models.NoticeSending && n.Owner == w.Name && n.ProviderKey == mine[0].claim.ProviderKey, err
		case len(sent) > 0:
			n, err := q.Notice(sent[0].items[0].ID)
			return n.State != models.NoticeSending || n.Owner != w.Name, err
		}
		return true, nil // nothing was to change
	}
	err = w.Store.InTxResolve(ctx, happened, func(tx *models.Tx) error {
		mine = nil
		if err := settle(tx, sent); err != nil {
			return err
		}
		for _, d := range next {
			ok, err := tx.ClaimNotices(d.ids(), now, d.claim)
			if err != nil {
				return err
			}
			if ok {
				mine = append(mine, d)
			}
		}
		return nil
	})
	return mine, err
}

// settle writes results, equal ones together.
func settle(tx *models.Tx, sent []attempt) error {
	var order []models.NoticeResult
	ids := map[models.NoticeResult][]int64{}
	for _, a := range sent {
		for i, r := range a.results {
			if ids[r] == nil {
				order = append(order, r)
			}
			ids[r] = append(ids[r], a.items[i].ID)
		}
	}
	for _, r := range order {
		if _, err := tx.SettleNotices(ids[r], sent[0].claim, r); err != nil {
			return err
		}
	}
	return nil
}

// send hands one claimed digest over.
func (w *Worker) send(ctx context.Context, now policy.Instant, d digest, orgs map[int64]models.Organisation, t *Tally) attempt {
	route := w.route(d.claim.Channel)
	title, body := d.text(orgs)
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	out, err := route.Send(ctx, Dispatch{
		Key: d.claim.ProviderKey, Again: d.again, At: now, Urgent: d.items[0].Urgent, Title: title, Body: body,
		To: Address{d.to.Code, d.to.Name, d.to.ChannelID},
	})
	t.Messages++
	a := attempt{d, make([]models.NoticeResult, len(d.items))}
	for i, it := range d.items {
		a.results[i] = w.judge(now, it.Notice, it.kind, route.Keyed, it.Tries+1, out, err)
		t.count(a.results[i].State)
	}
	return a
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
				r := w.judge(now, n, kind, w.route(n.Channel).Keyed, n.Tries, Outcome{}, &SendError{Unknown: true, Code: "lease", Hint: "发送程序中断，是否送达不明"})
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

var errUnclassified = SendError{Unknown: true, Code: "unclassified", Hint: "渠道返回了无法归类的错误，是否送达不明"}

// failure is a channel's error with its class; one without a class may mean anything.
func failure(err error) SendError {
	if e, ok := errors.AsType[*SendError](err); ok {
		f := *e
		f.Hint = strings.ToValidUTF8(f.Hint, "")
		return f
	}
	return errUnclassified
}
