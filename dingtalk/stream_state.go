package dingtalk

import (
	"slices"
	"time"
)

// StreamState is how a stream is doing, for a health check and for whoever looks.
type StreamState struct {
	Connected bool
	Host      string
	Since     time.Time // of the newest connection that stands
	LastFrame time.Time // anything at all, also DingTalk's pings
	LastEvent time.Time
	Connects  int64     // connections so far; all but the first are reconnects
	NextTry   time.Time // while there is none

	Events     int64 // handed to the handler
	Failed     int64 // the handler returned an error or panicked
	Refused    int64 // too many handlers were at work
	Unreadable int64 // frames that made no sense
	TooBig     int64 // frames above MaxFrame
	AckLost    int64 // handled, but the socket was gone before the answer: it may come again
	Pending    int   // handlers at work now

	LastError   string // without secrets
	LastErrorAt time.Time
}

// State reads how the stream is doing.
func (s *Stream) State() StreamState {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.Pending = len(s.slots)
	if n := len(s.open); n > 0 {
		st.Connected, st.Host, st.Since = true, s.open[n-1].host, s.open[n-1].born
		st.NextTry = time.Time{}
	}
	return st
}

func (s *Stream) count(field func(*StreamState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	field(&s.state)
}

func (s *Stream) add(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, k)
	s.changed()
}

func (s *Stream) remove(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *socket) bool { return o == k })
	s.changed()
}
