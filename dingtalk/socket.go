package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// socket is one connection of a stream: a goroutine that reads, one that pings, one that speaks for the reader. Handlers
// answer by themselves.
type socket struct {
	s    *Stream
	ws   *websocket.Conn
	host string
	born time.Time

	retiring chan struct{} // closed when a successor is wanted
	retire   sync.Once
	ended    chan struct{} // closed when nothing more is read
	cancel   context.CancelCauseFunc
	replies  chan []byte // what the reader has to say; it must not wait until it is said

	mu      sync.Mutex
	frames  int64
	useful  bool // it has brought an event
	last    time.Time
	pinged  time.Time     // DingTalk's last ping
	rhythm  time.Duration // the longest time between two of them
	pings   int
	leaving bool
}

// maxSkip bounds what is read past of a frame that is too big.
const maxSkip = 64 << 20

func (s *Stream) start(ws *websocket.Conn, host string) *socket {
	ctx, cancel := context.WithCancelCause(context.Background())
	now := s.c.o.Now()
	k := &socket{
		s: s, ws: ws, host: host, born: now, last: now, retiring: make(chan struct{}), ended: make(chan struct{}), cancel: cancel,
		replies: make(chan []byte, 64),
	}
	s.add(k)
	s.wires.Go(func() {
		defer close(k.ended)
		err := errBroken // of a panic, which must not take the program with it
		defer func() {
			if p := recover(); p != nil {
				s.c.o.Log.Error("dingtalk stream broke", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			}
			cancel(err)
			_ = ws.CloseNow()
			s.remove(k)
			k.mourn(err)
		}()
		err = k.read(ctx)
	})
	s.wires.Go(func() { k.beat(ctx) })
	s.wires.Go(func() { k.reply(ctx) })
	return k
}

// over reports whether the connection has ended.
func (k *socket) over() bool {
	select {
	case <-k.ended:
		return true
	default:
		return false
	}
}

// retired reports whether a successor was asked for.
func (k *socket) retired() bool {
	select {
	case <-k.retiring:
		return true
	default:
		return false
	}
}

// settled reports whether the connection was a good one.
func (k *socket) settled() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.useful || k.s.c.o.Now().Sub(k.born) >= settledAfter
}

// succeed asks for a successor.
func (k *socket) succeed(why string) {
	k.retire.Do(func() {
		k.s.c.o.Log.Info("dingtalk stream opens the next connection", "why", why)
		close(k.retiring)
	})
}

// drain reads on until the server closes, at most drainTime.
func (k *socket) drain() {
	k.s.wires.Go(func() {
		timer := time.NewTimer(drainTime)
		defer timer.Stop()
		select {
		case <-k.ended:
		case <-timer.C:
			k.part()
		}
	})
}

// part closes from our side. It takes no event from now on.
func (k *socket) part() {
	k.mu.Lock()
	k.leaving = true
	k.mu.Unlock()
	// Close shakes hands for up to five seconds; a peer that is gone gets two.
	hurry := time.AfterFunc(2*time.Second, func() { k.cancel(errParted) })
	defer hurry.Stop()
	_ = k.ws.Close(websocket.StatusNormalClosure, "")
	k.cancel(errParted)
}

// mourn records why a connection ended, unless that was asked for.
func (k *socket) mourn(err error) {
	k.mu.Lock()
	leaving := k.leaving
	k.mu.Unlock()
	if leaving || k.retired() {
		return
	}
	what := "推送连接中断"
	if code := websocket.CloseStatus(err); code >= 0 {
		what = fmt.Sprintf("钉钉关闭了推送连接（%d）", code)
	} else if errors.Is(err, errSilent) {
		what = "推送连接没有回音，已重新连接"
	}
	k.s.trouble(what)
	k.s.c.o.Log.Warn("dingtalk stream lost its connection", "why", what, "after", k.s.c.o.Now().Sub(k.born).Round(time.Second))
}

// Why a connection ended, where the reason is ours.
var (
	errSilent = errors.New("dingtalk: no pong")
	errParted = errors.New("dingtalk: closed by us")
	errBroken = errors.New("dingtalk: the reader broke")
)

// read takes frames until the connection ends.
func (k *socket) read(ctx context.Context) error {
	for {
		b, ok, err := k.next(ctx)
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return err
		}
		k.alive()
		if ok {
			k.take(b)
		}
	}
}

// next reads one message; ok is false for one that is of no use.
func (k *socket) next(ctx context.Context) (b []byte, ok bool, err error) {
	kind, r, err := k.ws.Reader(ctx)
	if err != nil {
		return nil, false, err
	}
	b, err = io.ReadAll(io.LimitReader(r, int64(k.s.o.MaxFrame)+1))
	if err != nil {
		return nil, false, err
	}
	if len(b) > k.s.o.MaxFrame {
		k.s.count(func(s *StreamState) { s.TooBig++ })
		k.s.c.o.Log.Warn("dingtalk stream skipped a frame that is too big", "limit", k.s.o.MaxFrame)
		n, err := io.Copy(io.Discard, io.LimitReader(r, maxSkip))
		if err == nil && n == maxSkip {
			err = websocket.ErrMessageTooBig
		}
		return nil, false, err
	}
	return b, kind == websocket.MessageText, nil
}

// alive notes that something came.
func (k *socket) alive() {
	now := k.s.c.o.Now()
	k.mu.Lock()
	k.frames++
	k.last = now
	k.mu.Unlock()
	k.s.count(func(s *StreamState) { s.LastFrame = now })
}

// take does what a frame asks for. It must not wait: pings and all other events come after it.
func (k *socket) take(b []byte) {
	f, err := readFrame(b)
	switch {
	case err != nil:
		k.s.count(func(s *StreamState) { s.Unreadable++ })
		k.s.c.o.Log.Warn("dingtalk stream got a frame that makes no sense", "bytes", len(b))
	case f.Type == frameSystem && f.Headers.Topic == topicPing:
		k.serverPinged()
		k.say(f.ack(ackOK, "OK", string(f.Data)))
	case f.Type == frameSystem && f.Headers.Topic == topicDisconnect:
		k.succeed("DingTalk announced the end of the old one")
	case f.Type == frameSystem: // CONNECTED, REGISTERED, KEEPALIVE and what may come
	case f.Type == frameEvent, f.Type == frameCallback && f.Headers.Topic == topicMessage:
		k.mu.Lock()
		k.useful = true
		leaving := k.leaving
		k.mu.Unlock()
		if !leaving {
			k.dispatch(f)
		}
	default:
		k.say(f.ack(ackNotFound, "topic not handled", ""))
	}
}

// say hands an answer of the reader's own to reply. When the peer asks faster than it listens, answers are left out.
func (k *socket) say(b []byte) {
	select {
	case k.replies <- b:
	default:
	}
}

// reply writes what the reader has to say: a reader that writes can end up waiting for a peer that waits for it.
func (k *socket) reply(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-k.replies:
			k.write(b)
		}
	}
}

// write sends an answer. A socket that does not take it within writeTime is closed by that.
func (k *socket) write(b []byte) bool {
	ctx, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	return k.ws.Write(ctx, websocket.MessageText, b) == nil
}

// beat pings, and looks whether the connection is dead, old or strangely quiet.
func (k *socket) beat(ctx context.Context) {
	tick := time.NewTicker(k.s.o.PingEvery)
	defer tick.Stop()
	// Replicas that started together do not renew together.
	end := k.born.Add(k.s.o.MaxAge - time.Duration(k.s.o.Random()*float64(k.s.o.MaxAge)/10))
	for misses := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		before := k.heard()
		err := k.ping(ctx)
		switch {
		case err == nil || k.heard() > before:
			misses = 0
		case errors.Is(err, net.ErrClosed) || ctx.Err() != nil:
			return
		default:
			misses++
		}
		if misses == 2 {
			k.cancel(errSilent) // which closes the socket under the reader
			return
		}
		now := k.s.c.o.Now()
		if now.After(end) {
			k.succeed("the old one is old")
		} else if k.quiet(now) {
			k.succeed("nothing came over the old one for long")
		}
	}
}

func (k *socket) ping(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, k.s.o.PingWait)
	defer cancel()
	return k.ws.Ping(within)
}

func (k *socket) heard() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.frames
}

// serverPinged learns the server's rhythm.
func (k *socket) serverPinged() {
	now := k.s.c.o.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pings++; k.pings > 1 {
		k.rhythm = max(k.rhythm, now.Sub(k.pinged))
	}
	k.pinged = now
}

// quiet recognises a zombie: a socket that answers pings and brings nothing. A server that has pinged in a rhythm and
// stops is one; of a server that never pings, only long silence can be held against it.
func (k *socket) quiet(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	limit := k.s.o.Quiet
	if k.pings >= 3 {
		limit = min(limit, max(4*k.rhythm, 2*time.Minute))
	}
	return now.Sub(k.last) > limit
}
