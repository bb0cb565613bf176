package notifications

import (
	"context"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// parcel is what is handed over together: one digest, or several people's equal ones. Its dispatch has the words; key and
// person are each digest's own.
type parcel struct {
	Dispatch
	route   Route
	digests []digest
	limit   int64 // of the month's calls, 0 = none: it does not matter enough to use up the last of them
}

// pack renders digests and puts equal ones together. Where the month runs short what does not matter becomes a neutral line, or waits: later.
func (w *Worker) pack(ctx context.Context, now policy.Instant, digests []digest, orgs map[int64]models.Organisation) (parcels []parcel, later []digest, err error) {
	var month Allowance
	if w.Allowance != nil && slices.ContainsFunc(digests, func(d digest) bool { return d.route.Metered }) {
		if month, err = w.Allowance(ctx); err != nil {
			return nil, nil, err
		}
	}
	for _, d := range digests {
		p := parcel{route: d.route, digests: []digest{d}}
		p.Urgent = d.items[0].Urgent
		p.Title, p.Body = d.text(orgs)
		p.Next = d.buttons()
		switch {
		case d.route.Public:
			p.Title, p.Body = public()
			p.Next = nil
		case d.route.Metered && !d.matters():
			p.limit = month.Last()
			switch month.Pace(false) {
			case Neutral:
				p.Title, p.Body, p.Next = neutral()
			case NextMonth:
				later = append(later, d)
				continue
			}
		}
		if i := slices.IndexFunc(parcels, p.fits); i >= 0 {
			parcels[i].add(d)
		} else {
			parcels = append(parcels, p)
		}
	}
	return parcels, later, nil
}

// fits reports whether p may go along with other, which has fewer people than a call takes: the same words, by the same way, under the same
// key where there is one already.
func (p parcel) fits(other parcel) bool {
	b, many := p.route.Channel.(Batcher)
	mine, theirs := p.digests[0].claim, other.digests[0].claim
	return many && len(other.digests) < b.Most() && p.route.Name == other.route.Name && p.limit == other.limit && p.Urgent == other.Urgent &&
		mine.Fresh == theirs.Fresh && (mine.Fresh || mine.ProviderKey == theirs.ProviderKey) &&
		p.Title == other.Title && p.Body == other.Body && slices.Equal(p.Next, other.Next)
}

// add takes a digest along, under the parcel's key: a channel that knows keys sees one message.
func (p *parcel) add(d digest) {
	d.claim.ProviderKey = p.digests[0].claim.ProviderKey
	p.digests = append(p.digests, d)
}

// matters reports whether something in it goes in full whatever the month has left; the rest then goes along for nothing.
func (d digest) matters() bool {
	return slices.ContainsFunc(d.items, func(it item) bool { return it.Urgent || it.kind.Matters() })
}

// postpone leaves what may not use the last of the month for the next one.
func (w *Worker) postpone(ctx context.Context, now policy.Instant, later []digest) error {
	if len(later) == 0 {
		return nil
	}
	var ids []int64
	for _, d := range later {
		ids = append(ids, d.ids()...)
	}
	return w.Store.InTx(ctx, func(tx *models.Tx) error {
		_, err := tx.PostponeNotices(ids, models.QuotaWait, w.Hours.nextMonth(now))
		return err
	})
}
