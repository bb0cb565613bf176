// Package channeltest holds the tests that every channel must pass.
package channeltest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"duixian/notifications"
)

// Class is what a failure means for the message.
type Class string

// The classes.
const (
	Retry     Class = "retry"     // it was not sent
	Permanent Class = "permanent" // and never will be
	Unknown   Class = "unknown"   // it may have been sent
)

// Subject is a channel under test, in working order.
type Subject struct {
	Channel notifications.Channel
	Keyed   bool          // shows a message once, however often it is handed over
	Seen    func() string // all that people have seen so far
	Faults  []Fault
	Secrets []string // what may never be in an error
}

// Fault is a way in which the channel can fail: a broken channel and the class its failure must have.
type Fault struct {
	Name    string
	Channel notifications.Channel
	Want    Class
	Repair  func() notifications.Channel // nil = cannot be repaired; otherwise the same message arrives once afterwards
}

// A message as it is on its way, with something in it that no error may repeat.
const confidential = "1,234,567.00 元"

func dispatch() notifications.Dispatch {
	return notifications.Dispatch{
		Key: "dx-7-1", At: 1770942600000, To: notifications.Address{Code: "lianxi1", Name: "示例联系人", ChannelID: "dd-lianxi1"},
		Title: "分期到期", Body: "第 1 期 **" + confidential + "**\n\n- 一\n- 二",
	}
}

// Run runs the tests; open makes a new subject each time.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	t.Run("a message arrives whole", func(t *testing.T) {
		s := open(t)
		out, err := s.Channel.Send(t.Context(), dispatch())
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Seen(); out.Delivered && (strings.Count(got, dispatch().Title) != 1 || !strings.Contains(got, dispatch().Body)) {
			t.Errorf("seen:\n%s", got)
		}
	})
	t.Run("two messages are two", func(t *testing.T) {
		s := open(t)
		for _, key := range []string{"dx-7-1", "dx-71-1"} {
			d := dispatch()
			d.Key, d.Again = key, true
			if _, err := s.Channel.Send(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Count(s.Seen(), confidential); got != 2 {
			t.Errorf("seen %d times", got)
		}
	})
	t.Run("a repeated message", func(t *testing.T) {
		s := open(t)
		for i := range 3 {
			d := dispatch()
			d.Again = i > 0
			if _, err := s.Channel.Send(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Count(s.Seen(), confidential); s.Keyed && got != 1 {
			t.Errorf("a channel with keys showed it %d times", got)
		}
	})
	t.Run("nothing after a stop", func(t *testing.T) {
		s := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Channel.Send(ctx, dispatch())
		check(t, s, err, Retry)
		if got := s.Seen(); got != "" {
			t.Errorf("sent after the program was stopped: %s", got)
		}
	})
	for i, f := range open(t).Faults {
		t.Run(f.Name, func(t *testing.T) {
			s := open(t)
			f := s.Faults[i]
			before := strings.Count(s.Seen(), confidential)
			_, err := f.Channel.Send(t.Context(), dispatch())
			check(t, s, err, f.Want)
			if got := strings.Count(s.Seen(), confidential); f.Want != Unknown && got != before {
				t.Errorf("%s, but people have seen it", f.Want)
			}
			if f.Repair == nil {
				return
			}
			again := dispatch()
			again.Again = f.Want == Unknown
			if _, err := f.Repair().Send(t.Context(), again); err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(s.Seen(), confidential); got != before+1 && (s.Keyed || f.Want == Retry) {
				t.Errorf("after the repair it was seen %d times", got-before)
			}
		})
	}
}

// check looks at a failure: one class, words for a person, no secret, nothing of the message.
func check(t *testing.T, s Subject, err error, want Class) {
	t.Helper()
	e, ok := errors.AsType[*notifications.SendError](err)
	if !ok {
		t.Fatalf("error %v (%T) is no *SendError", err, err)
	}
	got := Retry
	switch {
	case e.Permanent && e.Unknown:
		t.Error("both permanent and unknown")
	case e.Permanent:
		got = Permanent
	case e.Unknown:
		got = Unknown
	}
	if got != want {
		t.Errorf("class %s, want %s (%v)", got, want, err)
	}
	if e.Hint == "" || e.Code == "" {
		t.Errorf("says nothing: %+v", *e)
	}
	for _, secret := range append(s.Secrets, confidential) {
		if strings.Contains(fmt.Sprintf("%v %+v %#v %s", err, err, err, e.Code), secret) {
			t.Errorf("the error gives %q away", secret)
		}
	}
}
