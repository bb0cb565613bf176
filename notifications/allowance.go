package notifications

import (
	"context"

	"duixian/policy"
)

// Allowance is what may be called in a calendar month, and what has been. Limit 0 = without end.
type Allowance struct {
	Used, Limit int64
	Month       policy.Month
	Day         policy.Date // of the real clock
}

// Pace is how a message goes out at a point of the month.
type Pace int

// In full; as a neutral line that is the same for everybody, twenty people a call; in the next month.
const (
	InFull Pace = iota
	Neutral
	NextMonth
)

// Shares of the allowance in per cent: what the month may have used before anybody looks at the calendar, what is kept for messages that
// matter and neutral lines, what is kept for messages that matter alone.
const (
	freeShare    = 70
	neutralShare = 90
	lastShare    = 98
)

// Warnings are the shares of an allowance, in per cent, at which operators are told.
var Warnings = []int64{70, 90}

// Pace decides. What matters (money, what must be done, alarms) always goes in full. Everything else does, too, up to 70 per cent of the
// allowance and, while use keeps behind the calendar, up to 90; then it becomes a neutral line; from 98 on it waits.
func (a Allowance) Pace(matters bool) Pace {
	switch {
	case a.Limit <= 0 || matters || a.Used*100 < a.Limit*freeShare:
		return InFull
	case a.Used*100 >= a.Limit*lastShare:
		return NextMonth
	case a.Used*100 < a.Limit*neutralShare && a.Used*int64(a.Month.Last().Day()) <= a.Limit*int64(a.Day.Day()):
		return InFull
	}
	return Neutral
}

// Last is how far calls for what does not matter may use the allowance up, 0 = without end.
func (a Allowance) Last() int64 { return a.Limit * lastShare / 100 }

// Matters reports whether a kind goes out in full whatever the month has left.
func (k Kind) Matters() bool { return k.Must || k.Timing == AtOnce }

// nextMonth is the first working morning of the next month.
func (h Hours) nextMonth(now policy.Instant) policy.Instant {
	first := now.Date().Month().Last().AddDays(1)
	return h.next(policy.InstantOf(first.At(0, 0)), h.morning())
}

type callLimit struct{}

// withCallLimit lets a call be made only while the month's calls are below a number.
func withCallLimit(ctx context.Context, n int64) context.Context {
	return context.WithValue(ctx, callLimit{}, n)
}

// CallLimit is how far the month's allowance may be used up by a call under this context, 0 = without end: for the meter that counts
// calls, which alone sees all services.
func CallLimit(ctx context.Context) int64 {
	n, _ := ctx.Value(callLimit{}).(int64)
	return n
}
