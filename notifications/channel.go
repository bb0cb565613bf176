package notifications

import (
	"context"
	"time"

	"duixian/policy"
	"duixian/secret"
)

// Channel is one way to reach a person. Send hands one message over and says how far it got; when it fails it returns
// a *SendError. It must not send after ctx is done, and must not put a secret or the message into an error.
type Channel interface {
	Send(ctx context.Context, d Dispatch) (Outcome, error)
}

// Batcher is a channel that hands the same words to several people at once. All dispatches have one key, title, body and buttons; the
// results come in their order, one for each: a refusal of one person is nobody else's.
type Batcher interface {
	Channel
	SendAll(ctx context.Context, ds []Dispatch) []Result
	Most() int // people a call
}

// Result is what became of one person's message of a batch.
type Result struct {
	Outcome
	Err error // a *SendError
}

// Reacher is a channel that does not reach everybody. Whom it does not reach is told by the next one.
type Reacher interface {
	Reaches(to Address) bool
}

// Tracker is a channel whose yes means little: it takes a message and is asked later what became of it.
type Tracker interface {
	// Look asks about a task; the func tells each person's part.
	Look(ctx context.Context, task string) (func(to Address) Fate, error)
	// NextLook is when to ask after now about what was handed over at an instant, 0 = not any more.
	NextLook(accepted, now policy.Instant) policy.Instant
}

// Fate is what became of a message that a channel had taken; zero = nothing is known yet.
type Fate struct {
	Delivered, Read bool
	Err             error // a *SendError: it was dropped
	Twice           bool  // dropped because the person had it already
}

// Dispatch is a rendered message on its way to one person.
type Dispatch struct {
	Key    string // the same for every try of the same message, and for no other message
	Again  bool   // an earlier try may have arrived: a channel that can tell sends nothing twice
	At     policy.Instant
	To     Address
	Title  string // one line
	Body   string // markdown
	Next   []Button
	Urgent bool
	Link   secret.Text // where the words of a neutral line can be read once; empty = nowhere. Not for logs and errors
}

// Button is a line that the person is likely to answer with. Channels without buttons leave them out.
type Button struct{ Title, Line string }

// Office stands for the house itself where a firm's code would stand.
const Office = "office"

// Address is a person as a channel needs it. Org is the code of the firm that the message is about, or Office.
type Address struct{ Code, Name, ChannelID, Org string }

// Outcome is how far a message got: handed over, or before the person's eyes.
type Outcome struct {
	Delivered bool
	Task      string // the channel's number, under which it can be asked later
}

// SendError is a failure with the class that decides what happens next: Permanent is never tried again, Unknown may
// have arrived, everything else is tried again, after RetryAfter when the channel named a time. Of those that were not sent,
// Busy asks for patience and is never given up on, Quota waits for the next month, and NoTarget (with Permanent) means that
// this channel does not know the person, so that another one is tried.
type SendError struct {
	Permanent  bool
	Unknown    bool
	Busy       bool
	Quota      bool
	NoTarget   bool
	RetryAfter time.Duration
	Code       string // the channel's code, for counting
	Hint       string // what is wrong and what to do, in Chinese, without secrets and without the message
}

func (e *SendError) Error() string { return e.Hint }
