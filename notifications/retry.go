package notifications

import (
	"errors"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

// waits are the pauses between tries of a failing channel. After the last a notice is dead; a person may send it
// again, which starts the next series.
var waits = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// judge says what becomes of a notice after a try, the tries-th of its life. A doubtful try is repeated where the
// channel recognises what it has seen, or where missing the message is worse than reading it twice; otherwise it
// waits for a person or for the channel's own report. A person whom the channel does not know is told by the next one.
func (w *Worker) judge(now policy.Instant, it item, by sentBy, tries int, out Outcome, err error) models.NoticeResult {
	r := models.NoticeResult{At: now, Task: out.Task}
	if err == nil {
		r.State = models.NoticeAccepted
		if out.Delivered {
			r.State = models.NoticeDelivered
		} else if t, ok := by.Channel.(Tracker); ok {
			r.NextAt = t.NextLook(now, now)
		}
		switch {
		case it.Via != "":
			r.Reason = it.Reason
		case by.instead:
			r.Reason = models.NoAddress
		}
		return r
	}
	f := failure(err)
	last := tries%(len(waits)+1) == 0
	r.Unknown, r.Code, r.Detail = f.Unknown, f.Code, f.Hint
	switch {
	case f.NoTarget && !f.Unknown && by.next != "":
		r.State, r.Reason, r.NextAt, r.Via = models.NoticePending, models.NoAddress+":"+f.Hint, now, by.next
		if !it.Urgent {
			r.NextAt = w.Hours.NextOpen(now)
		}
	case f.Permanent && !f.Unknown:
		r.State, r.Reason = models.NoticeDead, models.Refused+":"+f.Hint
	case f.Unknown && (last || !by.Keyed && !it.kind.Must && !it.Urgent):
		r.State, r.Reason = models.NoticeUnknown, models.LostAnswer+":"+f.Hint
	case f.Quota && it.Urgent && by.next != "": // an alarm does not wait for a month
		r.State, r.Reason, r.NextAt, r.Via = models.NoticePending, models.NoAddress+":"+f.Hint, now, by.next
	case f.Quota:
		r.State, r.Reason, r.NextAt = models.NoticePending, models.QuotaWait, w.Hours.nextMonth(now)
	case last && !f.Busy:
		r.State, r.Reason = models.NoticeDead, models.GaveUp+":"+f.Hint
	default:
		n := tries % (len(waits) + 1)
		wait := waits[max(n, 1)-1]
		switch {
		case f.RetryAfter > 0 && f.Busy:
			wait = min(f.RetryAfter<<min(tries, 10), max(6*f.RetryAfter, 10*time.Minute)) // whoever asks again too soon is asked to wait once more
		case f.RetryAfter > 0:
			wait = f.RetryAfter
		}
		r.State, r.Reason, r.NextAt = models.NoticePending, models.Retrying+":"+f.Hint, now.Add(wait)
		if f.Unknown {
			r.Reason = models.LostAnswer + ":" + f.Hint
		}
		if !it.Urgent {
			r.NextAt = w.Hours.NextOpen(r.NextAt)
		}
	}
	return r
}

// sentBy is the way that a message went.
type sentBy struct {
	Route
	instead bool   // of the one that the person would have been told by
	next    string // the way behind it, empty = none
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
