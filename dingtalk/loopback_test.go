package dingtalk_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk"
)

// Over real sockets: five hundred messages while the server rotates the connection after every twenty. Each is taken once and answered
// on the connection it came by; afterwards no goroutine and no connection is left.
func TestRotationOverRealSockets(t *testing.T) {
	before := runtime.NumGoroutine()
	g := &gateway{t: t, arrived: make(chan *line, 1000), ticket: ticket}
	server := httptest.NewServer(g)
	host := server.Listener.Addr().String()
	g.offer = "ws://" + host + "/connect"
	c := realClient(t, server, func(o *dingtalk.Options) { o.Now, o.Log = time.Now, slog.New(slog.DiscardHandler) })
	box := &inbox{}
	s, err := c.NewStream(dingtalk.StreamOptions{Handler: box.take})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	const rounds, each = 25, 20
	var old []*line
	for round := range rounds {
		l := <-g.arrived
		var pushing sync.WaitGroup
		for i := range each {
			pushing.Go(func() { l.push(message(fmt.Sprintf("m-%d-%d", round, i))) })
		}
		pushing.Wait()
		for range each {
			if a := <-l.acks; a.Code != 200 {
				t.Errorf("%+v", a)
			}
		}
		if round < rounds-1 {
			l.push(disconnect)
		}
		old = append(old, l)
	}
	for _, l := range old[:rounds-1] {
		l.ws.CloseNow() // as the server does ten seconds after its announcement
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	st := s.State()
	if st.Connects != rounds || st.Events != rounds*each || st.Failed+st.Refused+st.AckLost != 0 {
		t.Errorf("%+v", st)
	}
	for round := range rounds {
		for i := range each {
			if id := fmt.Sprintf("m-%d-%d", round, i); box.got(id) != 1 {
				t.Errorf("%s came %d times", id, box.got(id))
			}
		}
	}
	for _, l := range old {
		<-l.over
	}
	server.Close()
	for range 2_000_000 { // goroutines that have nothing left to do but end
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		runtime.Gosched()
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}
