package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"duixian/dingtalk"
)

func TestAStreamAnswersWhatItHasTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		stored := make(chan struct{})
		box := &inbox{do: func(context.Context, dingtalk.Event) error { <-stored; return nil }}
		s, stop := g.running(box.take)
		l := g.next()
		l.push(message("m1"))
		l.silent() // the row is not written yet
		stored <- struct{}{}
		if a := l.answered(); a.Code != 200 || a.Headers["messageId"] != "f-m1" || a.Headers["contentType"] != "application/json" {
			t.Errorf("%+v", a)
		}
		l.push(event("e1"))
		stored <- struct{}{}
		if a := l.answered(); a.Code != 200 || !strings.Contains(a.Data, "SUCCESS") {
			t.Errorf("%+v", a)
		}
		l.push(system("SYSTEM", "ping", "p1", `{"opaque":"a1"}`))
		if a := l.answered(); a.Code != 200 || a.Data != `{"opaque":"a1"}` || a.Headers["messageId"] != "p1" {
			t.Errorf("%+v", a)
		}
		l.push(system("CALLBACK", "/v1.0/card/instances/callback", "c1", `{}`))
		if a := l.answered(); a.Code != 404 {
			t.Errorf("%+v", a)
		}
		for _, topic := range []string{"CONNECTED", "KEEPALIVE", "somethingNew"} {
			l.push(system("SYSTEM", topic, "s", `{}`))
		}
		l.push(system("CALLBACK", "/v1.0/im/bot/messages/get", "x1", `not json`))
		if a := l.answered(); a.Code != 500 {
			t.Errorf("%+v", a)
		}
		l.push(`hello`)
		l.silent()
		st := s.State()
		if !st.Connected || st.Host != "gateway.test" || st.Events != 2 || st.Unreadable != 2 || st.Connects != 1 || st.Pending != 0 || st.LastError != "" {
			t.Errorf("%+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		l.left()
		if st := s.State(); st.Connected {
			t.Errorf("%+v", st)
		}
	})
}

func TestWhatTheHandlerDidNotTakeComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		box := &inbox{do: func(_ context.Context, e dingtalk.Event) error {
			if strings.HasPrefix(e.ID, "panic") {
				panic("a bug of the handler")
			}
			return errors.New("数据库不可写")
		}}
		s, stop := g.running(box.take)
		l := g.next()
		for _, id := range []string{"m1", "panic1"} {
			l.push(message(id))
			l.silent() // left unanswered: that is what makes DingTalk bring a message again
		}
		for _, id := range []string{"e1", "panic2"} {
			l.push(event(id))
			if a := l.answered(); a.Code != 500 || !strings.Contains(a.Data, "LATER") {
				t.Errorf("%+v", a)
			}
		}
		if st := s.State(); st.Failed != 4 || st.Events != 4 || st.LastError == "" || !st.Connected {
			t.Errorf("%+v", st)
		}
		box.mu.Lock()
		box.do = nil
		box.mu.Unlock()
		l.push(message("m1"))
		if a := l.answered(); a.Code != 200 {
			t.Errorf("%+v", a)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestASlowHandlerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		stuck := make(chan struct{})
		box := &inbox{do: func(ctx context.Context, e dingtalk.Event) error {
			if strings.HasPrefix(e.ID, "slow") {
				<-stuck // whatever its context says
			}
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > dingtalk.HandlerTime {
				t.Error("a handler without a deadline")
			}
			return nil
		}}
		s, stop := g.running(box.take, func(o *dingtalk.StreamOptions) { o.MaxPending = 3 })
		l := g.next()
		for i := range 2 {
			l.push(message(fmt.Sprint("slow", i)))
		}
		for i := range 20 {
			l.push(message(fmt.Sprint("quick", i)))
			if a := l.answered(); a.Headers["messageId"] != fmt.Sprint("f-quick", i) {
				t.Errorf("%+v", a)
			}
		}
		l.push(message("slow2")) // now every place is taken
		synctest.Wait()
		l.push(message("late"))
		l.silent()
		l.push(event("late2"))
		if a := l.answered(); !strings.Contains(a.Data, "LATER") {
			t.Errorf("%+v", a)
		}
		l.push(system("SYSTEM", "ping", "p1", `{"opaque":"a"}`))
		if a := l.answered(); a.Code != 200 {
			t.Errorf("a ping waits for nobody: %+v", a)
		}
		if st := s.State(); st.Refused != 2 || st.Pending != 3 {
			t.Errorf("%+v", st)
		}
		close(stuck)
		for range 3 {
			if a := l.answered(); a.Code != 200 {
				t.Errorf("%+v", a)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// The server rotates connections. The next one is there before the old one goes, in the same instant; what still comes over the old
// one is taken and answered there.
func TestWarmReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		box := &inbox{}
		s, stop := g.running(box.take)
		old := g.next()
		time.Sleep(time.Minute)
		old.push(disconnect)
		started := time.Now()
		fresh := g.next()
		if waited := time.Since(started); waited != 0 {
			t.Errorf("%s without a fresh connection", waited)
		}
		old.push(message("m-old"))
		fresh.push(message("m-new"))
		if old.answered().Headers["messageId"] != "f-m-old" || fresh.answered().Headers["messageId"] != "f-m-new" {
			t.Error("answered on the wrong connection")
		}
		if st := s.State(); !st.Connected || st.Connects != 2 || !st.Since.Equal(started) || st.LastError != "" {
			t.Errorf("%+v", st)
		}
		time.Sleep(14 * time.Second)
		old.push(message("m-last")) // within what the server needs to close
		old.answered()
		time.Sleep(4 * time.Second)
		old.left() // we closed what the server did not
		if n := g.serving.Load(); n != 1 {
			t.Errorf("%d connections", n)
		}
		// The server closes at once after its announcement: still no pause.
		time.Sleep(time.Minute)
		fresh.push(disconnect)
		_ = fresh.ws.Close(websocket.StatusNormalClosure, "")
		started = time.Now()
		g.next()
		if waited := time.Since(started); waited > 0 {
			t.Errorf("%s without a connection", waited)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A server that closes every connection at once is not stormed.
func TestAStormOfDisconnectsIsSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		_, stop := g.running((&inbox{}).take)
		go func() {
			for l := range g.arrived {
				l.try(disconnect)
			}
		}()
		time.Sleep(time.Hour)
		if n := len(g.opened()); n > 70 {
			t.Errorf("%d connections in an hour", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		close(g.arrived)
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		start := time.Now()
		shapes := []http.HandlerFunc{
			say(400, `{"code":"x","message":"y"}`), say(503, ``), say(200, `<html>`), say(200, `{}`), say(200, `{"endpoint":"ws://gateway.test/connect"}`),
			say(200, `{"endpoint":"ws://gateway.test/connect","ticket":"wrong"}`), say(500, ``), say(200, `{"endpoint":"ws://gateway.test/connect","ticket":"wrong"}`), say(429, ``),
		}
		g.fail = func(n int) http.HandlerFunc {
			if n <= len(shapes) {
				return shapes[n-1]
			}
			return nil
		}
		s, stop := g.running((&inbox{}).take)
		synctest.Wait()
		st := s.State()
		if st.Connected || !strings.Contains(st.LastError, "Stream 模式") || st.NextTry.Sub(start) != time.Second {
			t.Errorf("%+v", st)
		}
		var l *line
		select {
		case l = <-g.arrived:
		case <-time.After(time.Hour):
			t.Fatal("never connected")
		}
		var waits []string
		opens := g.opened()
		for i := range opens[1:] {
			waits = append(waits, opens[i+1].Sub(opens[i]).String())
		}
		if got, want := strings.Join(waits, " "), "1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s"; got != want {
			t.Errorf("waited %s, want %s", got, want)
		}
		// A good connection begins the series anew.
		time.Sleep(time.Minute)
		l.ws.CloseNow()
		lost := time.Now()
		select {
		case <-g.arrived:
		case <-time.After(time.Hour):
		}
		synctest.Wait()
		if waited := time.Since(lost); waited != time.Second {
			t.Errorf("waited %s", waited)
		}
		if st := s.State(); !strings.Contains(st.LastError, "推送连接") {
			t.Errorf("%+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// With jitter no two wait alike, and none less than half.
func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		g.breaks(func(int) http.HandlerFunc { return say(503, ``) })
		_, stop := g.running((&inbox{}).take, func(o *dingtalk.StreamOptions) { o.Random = func() float64 { return 0.999 } })
		time.Sleep(40 * time.Second)
		opens := g.opened()
		for i := range opens[1:] {
			if wait, full := opens[i+1].Sub(opens[i]), time.Second<<i; wait < full/2 || wait > full*51/100 {
				t.Errorf("try %d came after %s", i+2, wait)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// The network dies without a word: neither side is told. Two pings without an answer, and the connection is given up.
func TestHalfOpenSocketsAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		s, stop := g.running((&inbox{}).take)
		l := g.next()
		time.Sleep(time.Hour) // idle, and answered: nothing happens
		if len(g.opened()) != 1 {
			t.Fatalf("%d connections for an idle hour: idle is not dead", len(g.opened()))
		}
		l.raw.dead.Store(true)
		start := time.Now()
		select {
		case <-g.arrived:
		case <-time.After(time.Hour):
			t.Fatal("a dead connection was never noticed")
		}
		synctest.Wait()
		if waited := time.Since(start); waited > 80*time.Second {
			t.Errorf("noticed after %s", waited)
		}
		if st := s.State(); !st.Connected || st.Connects != 2 || !strings.Contains(st.LastError, "没有回音") {
			t.Errorf("%+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		l.ws.CloseNow()
	})
}

// A frame in time of a missed pong counts as life: busy is not dead.
func TestFramesCountAsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		box := &inbox{}
		_, stop := g.running(box.take)
		l := g.next()
		l.raw.dead.Store(true) // no pong goes out …
		for i := range 60 {    // … but frames do
			l.raw.dead.Store(false)
			l.push(message(fmt.Sprint("m", i)))
			synctest.Wait()
			l.raw.dead.Store(true)
			time.Sleep(9 * time.Second)
		}
		if len(g.opened()) != 1 {
			t.Errorf("%d connections", len(g.opened()))
		}
		l.raw.dead.Store(false)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A zombie answers WebSocket pings and brings nothing. A server that used to ping in a rhythm and stopped is one.
func TestZombiesAreReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		_, stop := g.running((&inbox{}).take)
		l := g.next()
		for range 10 {
			time.Sleep(30 * time.Second)
			l.push(system("SYSTEM", "ping", "p", `{"opaque":"a"}`))
			l.answered()
		}
		start := time.Now()
		select {
		case <-g.arrived:
		case <-time.After(time.Hour):
			t.Fatal("a zombie was kept")
		}
		if waited := time.Since(start); waited < 2*time.Minute || waited > 3*time.Minute {
			t.Errorf("replaced after %s", waited)
		}
		l.push(message("m1")) // the old one is still read: perhaps it was none
		l.answered()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		_, stop := g.running((&inbox{}).take)
		g.next()
		start := time.Now()
		select {
		case <-g.arrived:
		case <-time.After(24 * time.Hour):
		}
		if waited := time.Since(start); waited < 2*time.Hour || waited > 2*time.Hour+time.Minute {
			t.Errorf("without a rhythm to go by, replaced after %s", waited)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestOldConnectionsAreReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		box := &inbox{}
		_, stop := g.running(box.take)
		l := g.next()
		start := time.Now()
		for len(g.arrived) == 0 {
			l.push(system("SYSTEM", "ping", "p", `{}`))
			time.Sleep(30 * time.Second)
			if time.Since(start) > 7*time.Hour {
				t.Fatal("never replaced")
			}
		}
		if waited := time.Since(start); waited < 6*time.Hour {
			t.Errorf("replaced after %s", waited)
		}
		l.push(message("m1"))
		synctest.Wait()
		if box.got("m1") != 1 {
			t.Error("the old connection was not read to its end")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestHugeAndOddFramesAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		box := &inbox{}
		s, stop := g.running(box.take, func(o *dingtalk.StreamOptions) { o.MaxFrame = 4096 })
		l := g.next()
		l.push(strings.Repeat("x", 1<<20))
		l.push(message("m1"))
		l.answered()
		if err := l.ws.Write(l.ctx, websocket.MessageBinary, []byte{0, 1, 2}); err != nil {
			t.Error(err)
		}
		for _, odd := range []string{``, `null`, `[]`, `7`, `{"type":7}`, `{"type":"EVENT","headers":[],"data":{}}`} {
			l.push(odd)
		}
		l.push(message("m2"))
		synctest.Wait()
		if box.got("m1") != 1 || box.got("m2") != 1 || len(g.opened()) != 1 {
			t.Errorf("m1 %d, m2 %d, %d connections", box.got("m1"), box.got("m2"), len(g.opened()))
		}
		if st := s.State(); st.TooBig != 1 || st.Unreadable == 0 {
			t.Errorf("%+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// The ticket goes to DingTalk's hosts and those in Options, nowhere else.
func TestEndpointsOfStrangersAreNotDialled(t *testing.T) {
	for _, endpoint := range []string{
		"ws://evil.example/connect", "wss://evil.example/connect", "wss://dingtalk.com.evil.example/connect", "ws://wss-open-connection.dingtalk.com/connect",
		"wss://wss-open-connection.dingtalk.com:8443/connect", "wss://a:b@gateway.test/connect", "http://gateway.test/connect", "", "::",
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGateway(t)
			var dialled atomic.Value
			dial := g.transport.DialContext
			g.transport.DialContext = func(ctx context.Context, network, address string) (c net.Conn, err error) {
				if address != "gateway.test:80" {
					dialled.Store(address)
				}
				return dial(ctx, network, address)
			}
			g.offer = endpoint
			if endpoint == "" {
				g.breaks(func(int) http.HandlerFunc { return say(200, `{"endpoint":"","ticket":"t"}`) })
			}
			s, stop := g.running((&inbox{}).take)
			time.Sleep(500 * time.Millisecond)
			if at := dialled.Load(); at != nil || g.serving.Load() > 0 {
				t.Errorf("%s was dialled at %v", endpoint, at)
			}
			if st := s.State(); st.Connected || !strings.Contains(st.LastError, "不是钉钉的主机") {
				t.Errorf("%s: %+v", endpoint, st)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTicketsAreEscaped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		g.ticket = "a+b/c=d&e%20"
		g.offer = "ws://gateway.test/connect?zone=1"
		_, stop := g.running((&inbox{}).take)
		g.next()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// When the program stops, what is being taken over is finished and answered; a handler that never comes back is said, not waited for.
func TestStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		started, finish := make(chan struct{}), make(chan struct{})
		box := &inbox{do: func(ctx context.Context, _ dingtalk.Event) error {
			close(started)
			<-finish
			return ctx.Err()
		}}
		_, stop := g.running(box.take)
		l := g.next()
		l.push(message("m1"))
		<-started
		stopped := make(chan error)
		go func() { stopped <- stop() }()
		synctest.Wait()
		l.push(message("m2")) // too late: the next program gets it
		synctest.Wait()
		close(finish)
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		l.left()
		if a := l.answered(); a.Headers["messageId"] != "f-m1" || a.Code != 200 {
			t.Errorf("%+v", a)
		}
		l.silent()
		if box.got("m2") != 0 {
			t.Error("taken after the stop")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		never := make(chan struct{})
		_, stop := g.running((&inbox{do: func(context.Context, dingtalk.Event) error { <-never; return nil }}).take)
		g.next().push(message("m1"))
		synctest.Wait()
		start := time.Now()
		if err := stop(); err == nil || time.Since(start) > 10*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		close(never)
	})
	synctest.Test(t, func(t *testing.T) { // stopped while it cannot connect, and while the peer is dead
		g := newGateway(t)
		g.breaks(func(int) http.HandlerFunc { return say(503, ``) })
		_, stop := g.running((&inbox{}).take)
		time.Sleep(time.Minute)
		start := time.Now()
		if err := stop(); err != nil || time.Since(start) > 0 {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		g.breaks(nil)
		_, stop = g.running((&inbox{}).take)
		l := g.next()
		l.raw.dead.Store(true)
		start = time.Now()
		if err := stop(); err != nil || time.Since(start) > 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		l.ws.CloseNow()
	})
}

// Three days of an unkind network: rotations, resets, deaths, refusals. Every message that a standing connection carried is taken; never
// are there more than two connections; at the end no goroutine is left over.
func TestThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		g.fail = func(n int) http.HandlerFunc {
			if n%7 == 0 {
				return say(503, ``)
			}
			return nil
		}
		box := &inbox{}
		s, stop := g.running(box.take)
		l := g.next()
		var sent, lost, goroutines int
		for minute := range 3 * 24 * 60 {
			for len(g.arrived) > 0 {
				l = <-g.arrived
			}
			id := fmt.Sprint("m", minute)
			if !l.raw.dead.Load() && l.try(message(id)) {
				sent++
				synctest.Wait()
				if box.got(id) != 1 {
					lost++
				}
			}
			switch {
			case minute%47 == 46:
				l.try(disconnect)
			case minute%131 == 130:
				l.raw.cut()
			case minute%293 == 292:
				l.raw.dead.Store(true)
			}
			time.Sleep(time.Minute)
			if minute == 100 {
				goroutines = runtime.NumGoroutine()
			}
		}
		if n := runtime.NumGoroutine(); n > goroutines+8 {
			t.Errorf("%d goroutines after three days, %d after a hundred minutes", n, goroutines)
		}
		st := s.State()
		if lost > 0 || sent < 4000 || st.Connects < 100 || !st.Connected {
			t.Errorf("%d of %d were lost; %+v", lost, sent, st)
		}
		if n := g.most.Load(); n > 2 {
			t.Errorf("%d connections at once", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestOneRunAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGateway(t)
		s, stop := g.running((&inbox{}).take)
		g.next()
		if err := s.Run(t.Context()); err == nil {
			t.Error("ran twice")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		again := make(chan error)
		go func() { again <- s.Run(ctx) }()
		l := g.next()
		l.push(message("m1"))
		l.answered()
		cancel()
		if err := <-again; err != nil {
			t.Error(err)
		}
	})
}
