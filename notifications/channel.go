package notifications

import (
	"context"
	"time"

	"duixian/policy"
)

// Channel is one way to reach a person. Send hands one message over and says how far it got; when it fails it returns
// a *SendError. It must not send after ctx is done, and must not put a secret or the message into an error.
type Channel interface {
	Send(ctx context.Context, d Dispatch) (Outcome, error)
}

// Dispatch is a rendered message on its way to one person.
type Dispatch struct {
	Key    string // the same for every try of the same message, and for no other message
	Again  bool   // an earlier try may have arrived: a channel that can tell sends nothing twice
	At     policy.Instant
	To     Address
	Title  string // one line
	Body   string // markdown
	Urgent bool
}

// Address is a person as a channel needs it.
type Address struct{ Code, Name, ChannelID string }

// Outcome is how far a message got: handed over, or before the person's eyes.
type Outcome struct {
	Delivered bool
	Task      string // the channel's number, under which it can be asked later
}

// SendError is a failure with the class that decides what happens next: Permanent is never tried again, Unknown may
// have arrived, everything else is tried again, after RetryAfter when the channel named a time.
type SendError struct {
	Permanent  bool
	Unknown    bool
	RetryAfter time.Duration
	Code       string // the channel's code, for counting
	Hint       string // what is wrong and what to do, in Chinese, without secrets and without the message
}

func (e *SendError) Error() string { return e.Hint }
