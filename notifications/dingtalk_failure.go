package notifications

import (
	"errors"
	"time"

	"duixian/dingtalk"
)

// settingWait is how long a message waits for somebody to change a setting of the app before it is tried again.
const settingWait = 10 * time.Minute

// DingTalkFailure is what a failed call of DingTalk's means for a message; nil stays nil. now is the clock of the client.
func DingTalkFailure(err error, now time.Time) error {
	if err == nil {
		return nil
	}
	f := &SendError{Hint: err.Error()}
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		f.Code, f.Hint = e.Code, e.Hint
		if !e.RetryAt.IsZero() {
			f.RetryAfter = max(time.Second, e.RetryAt.Sub(now))
		}
	}
	switch dingtalk.ClassOf(err) {
	case dingtalk.Permanent:
		f.Permanent = true
	case dingtalk.Unknown:
		f.Unknown = true
	case dingtalk.Configuration:
		f.RetryAfter = max(f.RetryAfter, settingWait)
	}
	return f
}
