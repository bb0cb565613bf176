package notifications

import (
	"context"
	"time"

	"duixian/models"
	"duixian/policy"
)

const lookPage = 500 // notices asked about together

func (w *Worker) trackers() (names []string) {
	for _, r := range w.Routes {
		if _, ok := r.Channel.(Tracker); ok {
			names = append(names, r.Name)
		}
	}
	return names
}

func (w *Worker) lookWake(ctx context.Context) (policy.Instant, error) {
	names := w.trackers()
	if len(names) == 0 {
		return 0, nil
	}
	return w.Store.Read(ctx).LookWake(names)
}

// look asks the channels what became of what they took. A channel that cannot tell just now is asked again at the next look, or
// not at all: the notice stays where it is.
func (w *Worker) look(ctx context.Context, now policy.Instant) error {
	names := w.trackers()
	if len(names) == 0 {
		return nil
	}
	rows, err := w.Store.Read(ctx).LookNotices(names, now, lookPage)
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []int64
	for _, n := range rows {
		ids = append(ids, n.MemberID)
	}
	people, err := w.Store.Read(ctx).Recipients(sortedSet(ids))
	if err != nil {
		return err
	}
	byTask := map[[2]string][]models.Notice{}
	var order [][2]string
	for _, n := range rows {
		key := [2]string{n.Channel, n.ProviderTask}
		if byTask[key] == nil {
			order = append(order, key)
		}
		byTask[key] = append(byTask[key], n)
	}
	for _, key := range order {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		channel := w.named(key[0]).Channel.(Tracker)
		within, cancel := context.WithTimeout(ctx, sendTimeout)
		fate, err := channel.Look(within, key[1])
		cancel()
		if err != nil {
			fate = func(Address) Fate { return Fate{} }
		}
		if err := w.learn(ctx, now, channel, byTask[key], people, fate); err != nil {
			return err
		}
	}
	return nil
}

// learn records what a channel says of one task.
func (w *Worker) learn(ctx context.Context, now policy.Instant, channel Tracker, rows []models.Notice, people map[int64]models.Recipient, fate func(to Address) Fate) error {
	return w.Store.InTx(ctx, func(tx *models.Tx) error {
		for _, n := range rows {
			one, to := []int64{n.ID}, people[n.MemberID]
			f := fate(address(to, ""))
			var err error
			switch {
			case f.Read:
				_, err = tx.NoticesRead(one, now)
			case f.Delivered, f.Twice && n.Ambiguous > 0: // dropped as a repetition of the try that was in doubt: that one has arrived
				if _, err = tx.NoticesDelivered(one, now); err == nil {
					err = tx.LookAgain(one, channel.NextLook(n.AcceptedAt, now))
				}
			case f.Err != nil:
				err = w.dropped(tx, now, n, to, failure(f.Err))
			default:
				err = tx.LookAgain(one, channel.NextLook(n.AcceptedAt, now))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// dropped goes on with a notice that the channel took and did not deliver: the next working morning, the next channel, or never.
func (w *Worker) dropped(tx *models.Tx, now policy.Instant, n models.Notice, to models.Recipient, f SendError) error {
	r := models.NoticeResult{State: models.NoticeDead, Reason: models.Refused + ":" + f.Hint}
	if next := w.after(n.Channel, to, "", true); f.Permanent && next != "" {
		r = models.NoticeResult{State: models.NoticePending, Reason: models.NoAddress + ":" + f.Hint, NextAt: now, Via: next}
	} else if !f.Permanent {
		r = models.NoticeResult{State: models.NoticePending, Reason: models.Retrying + ":" + f.Hint, NextAt: w.Hours.NextMorning(now.Add(time.Hour), "")}
	}
	_, err := tx.Redirect(n, models.Delivery{At: now, Outcome: "dropped", Code: f.Code, Detail: f.Hint}, r)
	return err
}
