package dingtalk

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// dispatch gives an event to the handler in a goroutine of its own, so that a slow one holds up nobody else's. When
// MaxPending are at work the event is not taken, and said so.
func (k *socket) dispatch(f frame) {
	s := k.s
	select {
	case s.slots <- struct{}{}:
	default:
		s.count(func(st *StreamState) { st.Refused++ })
		s.trouble("处理中的消息过多，暂不接收")
		if b := f.later(); b != nil {
			k.say(b)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping { // nobody would wait for the handler
		<-s.slots
		return
	}
	s.work.Go(func() {
		defer func() { <-s.slots }()
		k.handle(f)
	})
}

func (k *socket) handle(f frame) {
	s := k.s
	e, err := f.event(s.c.o.Now())
	if err != nil {
		s.count(func(st *StreamState) { st.Unreadable++ })
		s.c.o.Log.Warn("dingtalk stream got an event that makes no sense", "type", string(f.Type), "bytes", len(f.Data))
		k.write(f.ack(ackFailed, "unreadable data", ""))
		return
	}
	s.count(func(st *StreamState) { st.Events++; st.LastEvent = e.At })
	// The handler may finish while the program stops.
	ctx, cancel := context.WithTimeout(context.Background(), HandlerTime)
	defer cancel()
	if err := handOver(ctx, s.o.Handler, e, s.c.o.Log); err != nil {
		s.count(func(st *StreamState) { st.Failed++ })
		s.trouble("消息没有存入收件箱，详见日志")
		s.c.o.Log.Error("dingtalk event was not taken over", "event", e.ID, "type", e.Type, "err", err)
		if b := f.later(); b != nil {
			k.write(b)
		}
		return
	}
	if !k.write(f.accepted()) {
		s.count(func(st *StreamState) { st.AckLost++ })
	}
}

// handOver calls the handler; a panic is an error.
func handOver(ctx context.Context, h Handler, e Event, log *slog.Logger) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("dingtalk event handler panicked", "event", e.ID, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("处理程序异常退出（%T）", p)
		}
	}()
	return h(ctx, e)
}
