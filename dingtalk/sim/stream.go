package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"
)

// conn is one open stream.
type conn struct {
	id      string
	app     *app
	topics  []subscription
	agent   string
	since   time.Time
	out     chan []byte
	ws      *websocket.Conn
	wire    *wire
	gone    chan struct{} // closed by drop
	leaving bool          // told to disconnect: gets nothing more
	zombie  bool          // answers pings, gets no pushes
}

// drop ends the connection without a close frame, as a network does. The caller holds the lock.
func (c *conn) drop() {
	if !c.dropped() {
		close(c.gone)
	}
}

// dropped reports whether the connection has been ended, though its loop may not have noticed.
func (c *conn) dropped() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// wants reports whether the client asked for a frame's topic.
func (c *conn) wants(kind, topic string) bool {
	return slices.ContainsFunc(c.topics, func(t subscription) bool {
		return t.Type == kind && (t.Topic == topic || kind == "EVENT" && t.Topic == "*")
	})
}

// serveStream is the WebSocket endpoint: /connect?ticket=.
func (s *Sim) serveStream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	t := s.redeem(r.URL.Query().Get("ticket"))
	if t == nil {
		s.log(Call{Kind: "stream", Path: "/connect", Status: 401, Notes: []string{"ticket 无效、已用过或已过 90 秒"}})
		s.mu.Unlock()
		http.Error(w, "ticket is invalid, used or expired", http.StatusUnauthorized)
		return
	}
	s.mu.Unlock()
	tap := &tap{w, &wire{done: make(chan struct{})}}
	ws, err := websocket.Accept(tap, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // a ticket, not an origin, lets in
	if err != nil {
		return // Accept has answered
	}
	ws.SetReadLimit(1 << 20)
	s.mu.Lock()
	if s.ctx.Err() != nil {
		s.mu.Unlock()
		_ = ws.CloseNow() // we are leaving
		return
	}
	c := &conn{
		id: s.ids.next("conn", 8), app: t.app, topics: t.topics, agent: t.agent, since: s.now(),
		out: make(chan []byte, 1024), ws: ws, wire: tap.wire, gone: make(chan struct{}),
	}
	t.app.conns = append(t.app.conns, c)
	s.log(Call{Kind: "stream", App: t.app.ClientID, Path: "/connect", Status: 101, Message: c.id, Notes: []string{"连接建立 " + t.agent}})
	s.tell("robots", s.robots())
	s.pinging(c)
	s.struckDisconnect(c)
	if s.struck("unknown-system", c.app.ClientID) {
		s.system(c, "weather-report", `{"note":"a topic of tomorrow"}`)
	}
	s.group.Add(1)
	s.mu.Unlock()
	defer s.group.Done()
	go func() { // ends with the connection
		<-c.gone
		close(tap.wire.done)
		_ = tap.wire.Close() // it is what we wanted
	}()
	go s.write(c)
	err = s.read(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.drop()
	t.app.conns = slices.DeleteFunc(t.app.conns, func(other *conn) bool { return other == c })
	s.log(Call{Kind: "stream", App: t.app.ClientID, Path: "/connect", Message: c.id, Notes: []string{"连接断开：" + err.Error()}})
	s.tell("robots", s.robots())
}

func (s *Sim) write(c *conn) {
	for {
		select {
		case frame := <-c.out:
			if err := c.ws.Write(s.ctx, websocket.MessageText, frame); err != nil {
				s.mu.Lock()
				c.drop()
				s.mu.Unlock()
				return
			}
		case <-c.gone:
			return
		}
	}
}

// ack is what a client sends.
type ack struct {
	Code    int                        `json:"code"`
	Message string                     `json:"message"`
	Headers map[string]json.RawMessage `json:"headers"`
	Data    json.RawMessage            `json:"data"` // JSON text in a string; some clients send it bare
}

func (s *Sim) read(c *conn) error {
	for {
		_, data, err := c.ws.Read(s.ctx)
		if err != nil {
			return err
		}
		var a ack
		if err := json.Unmarshal(data, &a); err != nil {
			s.mu.Lock()
			s.log(Call{Kind: "ack", App: c.app.ClientID, Path: "不是 JSON", Request: mask(data), Message: c.id})
			s.mu.Unlock()
			continue
		}
		var id, text string
		_ = json.Unmarshal(a.Headers["messageId"], &id) // without one it fits no push, which is logged
		if json.Unmarshal(a.Data, &text) != nil {
			text = string(a.Data)
		}
		s.mu.Lock()
		s.acked(c, id, a, text, data)
		s.mu.Unlock()
	}
}

// frame is one push.
type frame struct {
	SpecVersion string         `json:"specVersion"`
	Type        string         `json:"type"`
	Headers     map[string]any `json:"headers"`
	Data        string         `json:"data"`
}

func (s *Sim) headers(c *conn, id, topic string) map[string]any {
	h := map[string]any{
		"topic": topic, "messageId": id, "contentType": "application/json", "time": fmt.Sprint(ms(s.now())),
		"appId": "app-" + fmt.Sprint(c.app.AgentID), "connectionId": c.id,
	}
	if s.struck("header-number", c.app.ClientID) {
		h["time"] = ms(s.now())
	}
	return h
}

// enqueue hands a frame to the connection's writer; one whose queue is full is dropped, as any peer that does not read.
func (s *Sim) enqueue(c *conn, f frame) {
	data, err := json.Marshal(f)
	if err != nil {
		panic("sim: " + err.Error()) // our own struct
	}
	s.log(Call{Kind: "frame", App: c.app.ClientID, Path: f.Type + " " + fmt.Sprint(f.Headers["topic"]), Message: fmt.Sprint(f.Headers["messageId"]), Request: mask(data)})
	select {
	case c.out <- data:
	default:
		c.drop()
	}
}

// system sends a SYSTEM frame.
func (s *Sim) system(c *conn, topic, data string) {
	s.enqueue(c, frame{"1.0", "SYSTEM", s.headers(c, s.ids.next("system", 12), topic), data})
}

func (s *Sim) pinging(c *conn) {
	every := time.Duration(s.config.Limits.PingSecs) * time.Second
	if every < 0 {
		return
	}
	s.in(every, func() {
		if !c.dropped() && !c.leaving {
			s.system(c, "ping", fmt.Sprintf(`{"opaque":"%s"}`, s.ids.next("opaque", 12)))
			s.pinging(c)
		}
	})
}

// goodbye is how long a connection stays open after it was told to disconnect.
const goodbye = 10 * time.Second

// disconnect tells a client to go: nothing more is pushed, and ten seconds later the connection closes.
func (s *Sim) disconnect(c *conn) {
	if c.leaving {
		return
	}
	s.system(c, "disconnect", `{"reason":"connection is expired"}`)
	c.leaving = true
	s.in(goodbye, c.drop)
	s.tell("robots", s.robots())
}
