package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// StreamOptions configure a Stream; only Handler is required.
type StreamOptions struct {
	Handler Handler
	Events  bool   // also the events that are ticked in the console; each counts on the monthly allowance
	Changed func() // called when a connection has come or gone or something went wrong; it must return at once

	PingEvery  time.Duration  // 0 = 25 s
	PingWait   time.Duration  // for a pong; 0 = 10 s. Two misses without any other frame, and the socket is dead.
	MaxAge     time.Duration  // after which a connection is replaced; 0 = 6 h, as the vendor's Java client has it
	Quiet      time.Duration  // without any frame, after which it is replaced; 0 = 2 h. Idle is not dead, so the old one is kept until the new one stands.
	MaxPending int            // handlers at work at once; 0 = 256
	MaxFrame   int            // bytes; a bigger frame is skipped; 0 = 1 MiB
	Random     func() float64 // in [0,1), for jitter; nil = math/rand
}

// Times of a stream's life.
const (
	firstBackoff = time.Second
	lastBackoff  = time.Minute
	settledAfter = 10 * time.Second // a connection that lived so long begins the backoff anew
	drainTime    = 15 * time.Second // the server closes about 10 s after its disconnect
	writeTime    = 5 * time.Second
	partingTime  = 3 * time.Second // for handlers that overrun HandlerTime, when the program stops
)

// Stream receives events over a WebSocket that it keeps open for as long as Run runs. When the server announces the end of a
// connection, or one is old or strangely quiet, the next is opened before the old one is given up, and the old one is
// read to its end. A lost connection is opened again after 1 s doubling to 1 min, with jitter, for ever; so is the first.
//
// An event is acknowledged when the handler has returned nil. After an error, a panic or with too many handlers at work, an event of
// the organisation is asked for again and a robot message is left unanswered, which makes DingTalk bring it once more
// after about a minute, or never: its sources disagree.
//
// Several streams with one Client ID each get a random part of the messages.
type Stream struct {
	c *Client
	o StreamOptions

	running atomic.Bool
	slots   chan struct{}
	work    sync.WaitGroup // handlers
	wires   sync.WaitGroup // sockets' goroutines

	mu       sync.Mutex
	state    StreamState
	open     []*socket // the newest last
	stopping bool      // no handler is started any more
}

// NewStream makes a stream; Run starts it.
func (c *Client) NewStream(o StreamOptions) (*Stream, error) {
	if o.Handler == nil {
		return nil, errors.New("dingtalk: StreamOptions.Handler is missing")
	}
	for _, d := range []struct {
		have      *time.Duration
		otherwise time.Duration
	}{{&o.PingEvery, 25 * time.Second}, {&o.PingWait, 10 * time.Second}, {&o.MaxAge, 6 * time.Hour}, {&o.Quiet, 2 * time.Hour}} {
		if *d.have <= 0 {
			*d.have = d.otherwise
		}
	}
	if o.MaxPending <= 0 {
		o.MaxPending = 256
	}
	if o.MaxFrame <= 0 {
		o.MaxFrame = 1 << 20
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return &Stream{c: c, o: o, slots: make(chan struct{}, o.MaxPending)}, nil
}

// Run receives until ctx is done. Then no new event is taken, handlers at work finish and acknowledge, and the sockets are closed;
// when it returns nothing of the stream is left, unless its error says that a handler did not come back.
func (s *Stream) Run(ctx context.Context) error {
	if !s.running.CompareAndSwap(false, true) {
		return errors.New("dingtalk: the stream runs already")
	}
	defer s.running.Store(false)
	s.halt(false)
	var current *socket
	for tries := 0; ctx.Err() == nil; {
		next, err := s.connect(ctx)
		if err != nil {
			tries++
			s.missed(ctx, err, tries)
			s.pause(ctx, s.backoff(tries))
			continue
		}
		s.opened(next, tries)
		if current != nil && !current.over() {
			current.drain()
		}
		current = next
		select {
		case <-ctx.Done():
		case <-current.retiring:
		case <-current.ended:
		}
		if current.settled() {
			tries = 0
		} else {
			tries++
		}
		if tries > 0 || !current.retired() {
			s.pause(ctx, s.backoff(max(tries, 1)))
		}
	}
	return s.stop()
}

func (s *Stream) halt(stopping bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = stopping
}

// stop waits for handlers, then closes the sockets.
func (s *Stream) stop() error {
	s.halt(true)
	done := make(chan struct{})
	go func() { s.work.Wait(); close(done) }()
	timer := time.NewTimer(HandlerTime + partingTime)
	defer timer.Stop()
	var err error
	select {
	case <-done:
	case <-timer.C:
		err = fmt.Errorf("钉钉消息处理程序没有按时结束（%d 个），消息可能会重复到达", len(s.slots))
	}
	s.mu.Lock()
	open := append([]*socket(nil), s.open...)
	s.mu.Unlock()
	for _, k := range open {
		k.part()
	}
	s.wires.Wait()
	return err
}

// backoff is the pause before try n+1: 1 s doubling to a minute, less up to half at random.
func (s *Stream) backoff(n int) time.Duration {
	d := lastBackoff
	if n < 7 {
		d = min(firstBackoff<<(n-1), lastBackoff)
	}
	return d - time.Duration(s.o.Random()*float64(d)/2)
}

func (s *Stream) pause(ctx context.Context, d time.Duration) {
	s.mu.Lock()
	s.state.NextTry = s.c.o.Now().Add(d)
	s.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// missed records a failed try. The first of a row is a warning, the rest whisper.
func (s *Stream) missed(ctx context.Context, err error, tries int) {
	s.trouble(err.Error())
	level := slog.LevelDebug
	if tries == 1 {
		level = slog.LevelWarn
	}
	s.c.o.Log.Log(ctx, level, "dingtalk stream cannot connect", "err", err, "try", tries)
}

func (s *Stream) trouble(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.LastError, s.state.LastErrorAt = what, s.c.o.Now()
	s.changed()
}

func (s *Stream) changed() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}

func (s *Stream) opened(k *socket, tries int) {
	s.mu.Lock()
	s.state.Connects++
	s.state.NextTry = time.Time{}
	s.mu.Unlock()
	s.c.o.Log.Info("dingtalk stream connected", "host", k.host, "tries", tries)
}
