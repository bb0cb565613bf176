package notifications

import (
	"context"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

// ignoredFor bounds how old a notice is that may still go by another channel.
const ignoredFor = 45 * 24 * time.Hour

// redirectUnread sends what must be read and was not, some working days after it was handed over, by the next channel: once, and only
// while it is still true.
func (w *Worker) redirectUnread(ctx context.Context, now policy.Instant) error {
	var from []string
	for i, r := range w.Routes {
		if r.Metered && i+1 < len(w.Routes) {
			from = append(from, r.Name)
		}
	}
	if w.UnreadDays <= 0 || len(from) == 0 {
		return nil
	}
	var must []string
	for _, k := range all {
		if k.Must {
			must = append(must, k.Name)
		}
	}
	q := w.Store.Read(ctx)
	rows, err := q.IgnoredNotices(from, must, now.Add(-ignoredFor), w.workdaysAgo(now, w.UnreadDays), page)
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []int64
	for _, n := range rows {
		ids = append(ids, n.MemberID)
	}
	people, err := q.Recipients(sortedSet(ids))
	if err != nil {
		return err
	}
	items, _, err := sift(q, now.Date(), rows, people) // what has settled itself meanwhile needs no second message
	if err != nil {
		return err
	}
	orgs, err := q.Organisations(orgsOf(items)...)
	if err != nil {
		return err
	}
	return w.Store.InTx(ctx, func(tx *models.Tx) error {
		for _, n := range rows {
			r := models.NoticeResult{State: n.State, Reason: n.Reason, NextAt: n.NextAt, Via: n.Channel} // looked at, and not again
			i := slices.IndexFunc(items, func(it item) bool { return it.ID == n.ID })
			detail := "事项已变化，不再催办"
			if i >= 0 {
				detail = "没有其他渠道"
				if next := w.after(n.Channel, people[n.MemberID], orgCode(n.OrgID, orgs), false); next != "" {
					r, detail = models.NoticeResult{State: models.NoticePending, Reason: models.Unread, NextAt: now, Via: next}, "改走"+ChannelTitle(next)
				}
			}
			if _, err := tx.Redirect(n, models.Delivery{At: now, Outcome: "unread", Detail: detail}, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// workdaysAgo is the end of the n-th working day before now.
func (w *Worker) workdaysAgo(now policy.Instant, n int) policy.Instant {
	d := now.Date()
	for n > 0 {
		if d = d.AddDays(-1); w.Hours.Workday(d) {
			n--
		}
	}
	return policy.InstantOf(d.AddDays(1).At(0, 0))
}
