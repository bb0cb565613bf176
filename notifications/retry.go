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
// waits for a person or for the channel's own report.
func (w *Worker) judge(now policy.Instant, n models.Notice, kind Kind, keyed bool, tries int, out Outcome, err error) models.NoticeResult {
	r := models.NoticeResult{At: now, Task: out.Task}
	if err == nil {
		r.State = models.NoticeAccepted
		if out.Delivered {
			r.State = models.NoticeDelivered
		}
		return r
	}
	f := failure(err)
	last := tries%(len(waits)+1) == 0
	r.Unknown, r.Code, r.Detail = f.Unknown, f.Code, f.Hint
	switch {
	case f.Permanent && !f.Unknown:
		r.State, r.Reason = models.NoticeDead, models.Refused+":"+f.Hint
	case f.Unknown && (last || !keyed && !kind.Must && !n.Urgent):
		r.State, r.Reason = models.NoticeUnknown, models.LostAnswer+":"+f.Hint
	case last:
		r.State, r.Reason = models.NoticeDead, models.GaveUp+":"+f.Hint
	default:
		wait := waits[tries%(len(waits)+1)-1]
		if f.RetryAfter > 0 {
			wait = f.RetryAfter
		}
		r.State, r.Reason, r.NextAt = models.NoticePending, models.Retrying+":"+f.Hint, now.Add(wait)
		if f.Unknown {
			r.Reason = models.LostAnswer + ":" + f.Hint
		}
		if !n.Urgent {
			r.NextAt = w.Hours.NextOpen(r.NextAt)
		}
	}
	return r
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
