package dingtalk

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class is what a failure means for what was to be done.
type Class string

// The classes. Unknown is for a call that may have taken effect: its answer was lost, cut off or unreadable.
const (
	Retry         Class = "retry"         // it did not happen; try again, at Error.RetryAt when that is set
	Permanent     Class = "permanent"     // it did not happen and never will, as asked
	Configuration Class = "configuration" // it did not happen; somebody must change a setting, then it may be tried again
	Unknown       Class = "unknown"       // it may have happened
)

// About is what a failure concerns, for callers that act on it.
type About string

// What a failure can concern.
const (
	AboutNothing About = ""
	AboutTarget  About = "target"  // the person or group is gone or was never there: stop writing to it
	AboutSession About = "session" // the session webhook is over: push instead
	AboutRate    About = "rate"    // too fast
	AboutQuota   About = "quota"   // the month's allowance is used up
	AboutContent About = "content" // the content was refused
	AboutExists  About = "exists"  // it was done before under the same key
	AboutToken   About = "token"   // DingTalk did not accept the access token
	AboutMeter   About = "meter"   // Options.Meter said no
)

// Error is a failed call. It holds neither a secret nor anything of the message, and nothing that DingTalk wrote in free
// text: only its code and request number, when they look like such.
type Error struct {
	Kind    Kind
	Class   Class
	About   About
	RetryAt time.Time // of Retry; zero = as the caller thinks best
	Status  int       // HTTP status; 0 = no answer
	Code    string    // DingTalk's code, or a word of ours: timeout, cut, html …
	Request string    // DingTalk's request number, for its support
	Hint    string    // what is wrong and what to do, in Chinese
	Scopes  []string  // permissions that DingTalk says are missing

	never bool  // nothing was sent
	stale bool  // a new token may help
	cause error // a context's error, the meter's; never one that holds a URL
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.Title())
	b.WriteString("未成功：")
	if e.Class == Unknown {
		b.Reset()
		b.WriteString(e.Kind.Title())
		b.WriteString("，结果不明：")
	}
	b.WriteString(e.Hint)
	var facts []string
	if e.Status != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Code != "" {
		facts = append(facts, "代码 "+e.Code)
	}
	if e.Request != "" {
		facts = append(facts, "请求编号 "+e.Request)
	}
	if len(facts) > 0 {
		b.WriteString("（" + strings.Join(facts, "，") + "）")
	}
	return b.String()
}

// Unwrap gives the context's or the meter's error, when one of them was the reason.
func (e *Error) Unwrap() error { return e.cause }

// ClassOf is the class of any error of this package; one that it does not know may mean anything.
func ClassOf(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return Unknown
}

// Is reports whether an error concerns a.
func (a About) Is(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.About == a
}

// refused is a call that was not made because what it was asked cannot be right.
func refused(k Kind, code, format string, args ...any) *Error {
	return &Error{Kind: k, Class: Permanent, Code: code, Hint: fmt.Sprintf(format, args...)}
}

// unsent marks a failure before anything was written.
func (e *Error) unsent() *Error {
	e.never = true
	return e
}

// uncounted reports whether DingTalk leaves the call out of its monthly count.
func (e *Error) uncounted() bool { return e.never || e.About == AboutRate || e.About == AboutQuota }
