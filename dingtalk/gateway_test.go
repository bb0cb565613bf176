package dingtalk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"duixian/dingtalk"
)

// gateway is DingTalk's side of a stream inside a bubble: an HTTP server over pipes, so that time is fake and nothing waits.
type gateway struct {
	t         *testing.T
	listener  pipes
	server    *http.Server
	transport *http.Transport
	arrived   chan *line // every connection, in order

	mu      sync.Mutex
	opens   []time.Time
	fail    func(n int) http.HandlerFunc // the n-th connections/open, from 1; nil = works
	offer   string                       // endpoint to name; empty = our own
	ticket  string
	serving atomic.Int32 // connections that stand
	most    atomic.Int32
}

// line is one accepted connection.
type line struct {
	g    *gateway
	ws   *websocket.Conn
	raw  *pausable
	acks chan ack
	over chan struct{} // closed when the client is gone
	ctx  context.Context
}

type ack struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{t: t, listener: pipes{conns: make(chan net.Conn), closed: make(chan struct{})}, arrived: make(chan *line, 10000), ticket: ticket}
	g.transport = &http.Transport{DialContext: g.listener.dial, DisableKeepAlives: true}
	g.server = &http.Server{
		Handler: g, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, rawConn{}, c) },
	}
	go g.server.Serve(&g.listener)
	t.Cleanup(func() {
		g.server.Close()
		g.transport.CloseIdleConnections()
	})
	return g
}

type rawConn struct{}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1.0/gateway/connections/open" {
		g.mu.Lock()
		g.opens = append(g.opens, time.Now())
		n, fail, offer := len(g.opens), g.fail, g.offer
		g.mu.Unlock()
		if fail != nil {
			if h := fail(n); h != nil {
				h(w, r)
				return
			}
		}
		var body struct {
			ClientID, ClientSecret string
			Subscriptions          []struct{ Type, Topic string }
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.ClientSecret != appSecret || len(body.Subscriptions) == 0 {
			say(400, `{"code":"badRequest"}`)(w, r)
			return
		}
		if offer == "" {
			offer = "ws://gateway.test/connect"
		}
		fmt.Fprintf(w, `{"endpoint":%q,"ticket":%q}`, offer, g.ticket)
		return
	}
	if r.URL.Query().Get("ticket") != g.ticket {
		http.Error(w, "no such ticket", http.StatusUnauthorized)
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	raw, _ := r.Context().Value(rawConn{}).(*pausable)
	l := &line{g: g, ws: ws, raw: raw, acks: make(chan ack, 10000), over: make(chan struct{}), ctx: context.Background()}
	if n := g.serving.Add(1); n > g.most.Load() {
		g.most.Store(n)
	}
	g.arrived <- l
	defer func() {
		g.serving.Add(-1)
		ws.CloseNow()
		close(l.over)
	}()
	for {
		_, b, err := ws.Read(l.ctx)
		if err != nil {
			return
		}
		var a ack
		if err := json.Unmarshal(b, &a); err != nil {
			g.t.Errorf("the client says %q", b)
		}
		l.acks <- a
	}
}

// opened is when connections were asked for.
func (g *gateway) opened() []time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.opens)
}

// breaks says how the n-th connections/open fails.
func (g *gateway) breaks(fail func(n int) http.HandlerFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = fail
}

// push sends a frame as it stands.
func (l *line) push(frame string) {
	l.g.t.Helper()
	if err := l.ws.Write(l.ctx, websocket.MessageText, []byte(frame)); err != nil {
		l.g.t.Errorf("push: %v", err)
	}
}

// left waits until the client is gone: an hour of the bubble's time at most.
func (l *line) left() {
	l.g.t.Helper()
	select {
	case <-l.over:
	case <-time.After(time.Hour):
		l.g.t.Fatal("the connection was never closed")
	}
}

// try is push to a client that may be gone.
func (l *line) try(frame string) bool {
	return l.ws.Write(l.ctx, websocket.MessageText, []byte(frame)) == nil
}

func message(id string) string {
	data, _ := json.Marshal(map[string]any{"msgId": id, "msgtype": "text", "text": map[string]string{"content": " 进度"}, "senderStaffId": "u001"})
	return system("CALLBACK", "/v1.0/im/bot/messages/get", "f-"+id, string(data))
}

func event(id string) string {
	return strings.Replace(system("EVENT", "*", "f-"+id, `{"userId":"u001"}`), `"topic"`, `"eventType":"robot_msg_read","eventId":"`+id+`","topic"`, 1)
}

func system(kind, topic, id, data string) string {
	d, _ := json.Marshal(data)
	return fmt.Sprintf(`{"specVersion":"1.0","type":%q,"headers":{"topic":%q,"messageId":%q,"contentType":"application/json"},"data":%s}`, kind, topic, id, d)
}

var disconnect = system("SYSTEM", "disconnect", "d-1", `{"reason":"connection is expired"}`)

// next is the next connection; with the bubble idle it must be there or never comes.
func (g *gateway) next() *line {
	g.t.Helper()
	synctest.Wait()
	select {
	case l := <-g.arrived:
		return l
	default:
		g.t.Fatal("no connection was opened")
		return nil
	}
}

// answered takes one answer, which must be there once everything is idle.
func (l *line) answered() ack {
	l.g.t.Helper()
	synctest.Wait()
	select {
	case a := <-l.acks:
		return a
	default:
		l.g.t.Fatal("no answer")
		return ack{}
	}
}

func (l *line) silent() {
	l.g.t.Helper()
	synctest.Wait()
	select {
	case a := <-l.acks:
		l.g.t.Errorf("answered %+v", a)
	default:
	}
}

// inbox is a handler that keeps what it is given.
type inbox struct {
	mu   sync.Mutex
	seen map[string]int
	do   func(ctx context.Context, e dingtalk.Event) error
}

func (i *inbox) take(ctx context.Context, e dingtalk.Event) error {
	i.mu.Lock()
	if i.seen == nil {
		i.seen = map[string]int{}
	}
	i.seen[e.ID]++
	do := i.do
	i.mu.Unlock()
	if do != nil {
		return do(ctx, e)
	}
	return nil
}

func (i *inbox) got(id string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.seen[id]
}

// running starts a stream against the gateway; stop ends it and gives back what Run returned.
func (g *gateway) running(h dingtalk.Handler, change ...func(*dingtalk.StreamOptions)) (s *dingtalk.Stream, stop func() error) {
	g.t.Helper()
	c, err := dingtalk.New(dingtalk.Options{
		ClientID: "dingtest01", ClientSecret: appSecret, API: "http://gateway.test", OAPI: "http://gateway.test",
		Transport: g.transport, Now: time.Now, Log: slog.New(slog.NewTextHandler(g.t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		g.t.Fatal(err)
	}
	o := dingtalk.StreamOptions{Handler: h, Events: true, Random: func() float64 { return 0 }}
	for _, f := range change {
		f(&o)
	}
	if s, err = c.NewStream(o); err != nil {
		g.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(g.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, func() error { cancel(); return <-done }
}

// pipes is a listener whose connections are net.Pipe.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- newPausable(server):
		return client, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Err: io.ErrClosedPipe}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// pausable is a connection that takes writes without waiting, as TCP does, and whose network can die without either
// side being told.
type pausable struct {
	net.Conn
	dead   atomic.Bool
	closed atomic.Bool
	out    chan []byte
	gone   chan struct{}
}

func newPausable(c net.Conn) *pausable {
	p := &pausable{Conn: c, out: make(chan []byte, 10000), gone: make(chan struct{})}
	go func() {
		defer c.Close()
		for {
			select {
			case b := <-p.out:
				if b == nil { // closed, and all that was written before is sent
					return
				}
				if _, err := c.Write(b); err != nil {
					return
				}
			case <-p.gone:
				return
			}
		}
	}()
	return p
}

func (p *pausable) Read(b []byte) (int, error) {
	for {
		n, err := p.Conn.Read(b)
		if !p.dead.Load() || err != nil {
			return n, err
		} // what comes is lost
	}
}

func (p *pausable) Write(b []byte) (int, error) {
	if p.dead.Load() {
		return len(b), nil // lost as well
	}
	if p.closed.Load() {
		return 0, net.ErrClosed
	}
	p.out <- bytes.Clone(b)
	return len(b), nil
}

// Close sends what was written, as TCP does; reading ends at once.
func (p *pausable) Close() error {
	if !p.closed.Swap(true) {
		_ = p.Conn.SetReadDeadline(time.Unix(1, 0))
		p.out <- nil
	}
	return nil
}

// cut is a reset: what was written and not sent is lost.
func (p *pausable) cut() {
	if !p.closed.Swap(true) {
		close(p.gone)
	}
	p.Conn.Close()
}
