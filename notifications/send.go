package notifications

import (
	"context"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

const (
	sendTimeout  = 15 * time.Second // of one message
	batchTimeout = 60 * time.Second // of one to many people
	lease        = 2 * time.Minute  // of a claim; well over both
)

// sendAll sends parcels a few at a time, so that a crash leaves only those in doubt; the record of some and the claim
// of the next share a transaction.
func (w *Worker) sendAll(ctx context.Context, now policy.Instant, parcels []parcel, t *Tally) error {
	var sent []attempt
	for next := range slices.Chunk(parcels, max(1, w.InFlight)) {
		if ctx.Err() != nil {
			break
		}
		until := w.clock(now).Add(lease)
		for _, p := range next {
			for i := range p.digests {
				c := &p.digests[i].claim
				c.Channel, c.Owner, c.LeaseUntil = p.route.Name, w.Name, until
			}
		}
		mine, err := w.turn(ctx, now, sent, next)
		if err != nil {
			return err
		}
		sent = nil
		for _, p := range mine {
			sent = append(sent, w.send(ctx, now, p, t)...)
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

// turn records attempts and claims the next parcels; either may be missing. It returns what of them is the caller's
// now. What has been handed over is recorded even while the program stops.
func (w *Worker) turn(ctx context.Context, now policy.Instant, sent []attempt, next []parcel) (mine []parcel, err error) {
	if len(sent) > 0 {
		ctx = context.WithoutCancel(ctx)
	}
	happened := func(q models.Query) (bool, error) { // when the answer to the commit was lost
		switch {
		case len(mine) > 0:
			first := mine[0].digests[0]
			n, err := q.Notice(first.items[0].ID)
			return n.State == models.NoticeSending && n.Owner == w.Name && n.ProviderKey == first.claim.ProviderKey, err
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
		for _, p := range next {
			var claimed []digest
			for _, d := range p.digests {
				ok, err := tx.ClaimNotices(d.ids(), now, d.claim)
				if err != nil {
					return err
				}
				if ok {
					claimed = append(claimed, d)
				}
			}
			if len(claimed) > 0 {
				p.digests = claimed
				if err := w.links(tx, now, p); err != nil {
					return err
				}
				mine = append(mine, p)
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

// send hands one parcel of claimed digests over.
func (w *Worker) send(ctx context.Context, now policy.Instant, p parcel, t *Tally) []attempt {
	ds := make([]Dispatch, len(p.digests))
	for i, d := range p.digests {
		ds[i] = p.Dispatch
		ds[i].Key, ds[i].Again, ds[i].At, ds[i].To = d.claim.ProviderKey, d.again, w.clock(now), address(d.to, d.org)
		ds[i].Link = d.link
	}
	if p.limit > 0 {
		ctx = withCallLimit(ctx, p.limit)
	}
	results := handOver(ctx, p.route, ds)
	t.Messages += len(ds)
	now = w.clock(now)
	attempts := make([]attempt, len(ds))
	for i, d := range p.digests {
		by := sentBy{p.route, p.route.Name != w.wanted(d.to), w.after(p.route.Name, d.to, d.org, true)}
		a := attempt{d, make([]models.NoticeResult, len(d.items))}
		for j, it := range d.items {
			a.results[j] = w.judge(now, it, by, it.Tries+1, results[i].Outcome, results[i].Err)
			t.count(a.results[j].State)
		}
		attempts[i] = a
	}
	return attempts
}

// handOver is one call of the channel, whichever kind it is.
func handOver(ctx context.Context, route Route, ds []Dispatch) []Result {
	b, many := route.Channel.(Batcher)
	if !many || len(ds) == 1 {
		ctx, cancel := context.WithTimeout(ctx, sendTimeout)
		defer cancel()
		out, err := route.Send(ctx, ds[0])
		return []Result{{out, err}}
	}
	ctx, cancel := context.WithTimeout(ctx, batchTimeout)
	defer cancel()
	results := b.SendAll(ctx, ds)
	for len(results) < len(ds) {
		results = append(results, Result{Err: &errUnclassified})
	}
	return results
}
