package notifications

import (
	"errors"
	"time"

	"duixian/dingtalk"
)

// settingWait is how long a message waits for somebody to change a setting of the app before it is tried again.
const settingWait = 10 * time.Minute

// ErrAllowance is what a meter answers when a call may not use the month's allowance any further, see CallLimit.
var ErrAllowance = errors.New("本月接口额度只留给要紧的通知")

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
	f.Busy = dingtalk.AboutRate.Is(err)
	f.Quota = dingtalk.AboutQuota.Is(err) || errors.Is(err, ErrAllowance)
	switch dingtalk.ClassOf(err) {
	case dingtalk.Permanent:
		f.Permanent, f.NoTarget = true, dingtalk.AboutTarget.Is(err)
	case dingtalk.Unknown:
		f.Unknown = true
	case dingtalk.Configuration:
		f.RetryAfter, f.Busy = max(f.RetryAfter, settingWait), true // nothing is given up on because of a wrong setting
	}
	return f
}
