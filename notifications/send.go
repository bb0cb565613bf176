package notifications

import (
	"context"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

const (
	sendTimeout = 15 * time.Second
	lease       = 2 * time.Minute // of one message; well over sendTimeout
)

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
