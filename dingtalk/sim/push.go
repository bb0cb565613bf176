package sim

import (
	"maps"
	"slices"
	"time"
)

const (
	topicRobot = "/v1.0/im/bot/messages/get"
	topicCard  = "/v1.0/card/instances/callback"
)

// push is one thing that an app must hear about, until it has acknowledged it.
type push struct {
	id       string // messageId
	app      *app
	kind     string // CALLBACK or EVENT
	topic    string
	data     string
	headers  map[string]any // beside the usual ones
	message  *Message       // whose delivery this is; nil for events and cards
	sentAt   time.Time
	attempts int
	acked    bool
	answered func(code int, data string) // the first ack
}

// pushMemory is how long an answered push is remembered, so that a second ack is known as one.
const pushMemory = 10 * time.Minute

// push sends something to an app's stream. The caller holds the lock.
func (s *Sim) push(p *push) {
	p.id = orElse(p.id, s.ids.next("push", 24))
	p.app.pending[p.id] = p
	s.in(pushMemory, func() { delete(p.app.pending, p.id) })
	s.send(p)
	if p.kind == "CALLBACK" && p.topic == topicRobot {
		if s.struck("duplicate-new-id", p.app.ClientID) {
			twin := *p
			twin.id, twin.answered, twin.message = s.ids.next("push", 24), nil, nil
			p.app.pending[twin.id] = &twin
			s.in(pushMemory, func() { delete(p.app.pending, twin.id) })
			s.send(&twin)
		}
		if s.struck("duplicate-16s", p.app.ClientID) {
			s.again(p, 16*time.Second)
		}
	}
	if wait := time.Duration(s.config.Limits.RedeliverySecs) * time.Second; wait > 0 && p.topic != topicCard && !s.struck("no-redelivery", p.app.ClientID) {
		s.again(p, wait) // official pages say never for robot messages, the official Node SDK and the field say after about 60 s
	}
}

// again sends an unacknowledged push once more after a while, with the same messageId.
func (s *Sim) again(p *push, wait time.Duration) {
	s.in(wait, func() {
		if !p.acked {
			s.send(p)
		}
	})
}

// send picks one of the app's connections at random.
func (s *Sim) send(p *push) {
	p.attempts++
	p.sentAt = s.now()
	var open []*conn
	for _, c := range p.app.conns {
		if !c.leaving && !c.dropped() && c.wants(p.kind, p.topic) {
			open = append(open, c)
		}
	}
	switch {
	case s.struck("push-to-dead", p.app.ClientID):
		s.state(p, "lost", "推到了已失效的旧连接（故障）")
		p.acked = true
		return
	case len(open) == 0 && s.struck("lose-in-gap", p.app.ClientID):
		s.state(p, "lost", "两个连接之间丢失（故障）")
		p.acked = true
		return
	case len(open) == 0:
		s.state(p, "offline", "机器人没有连接")
		return
	}
	c := open[s.ids.dice.IntN(len(open))]
	if c.zombie || s.struck("zombie", p.app.ClientID) {
		s.state(p, "sent", "连接已僵死，帧没有到达（故障）")
		s.log(Call{Kind: "frame", App: p.app.ClientID, Path: p.kind + " " + p.topic, Message: p.id, Notes: []string{"僵死连接：没有发出"}})
		return
	}
	h := s.headers(c, p.id, p.topic)
	maps.Copy(h, p.headers)
	s.state(p, "sent", "")
	s.enqueue(c, frame{"1.0", p.kind, h, p.data})
}

// state notes on the message how far it is.
func (s *Sim) state(p *push, state, note string) {
	if p.message == nil {
		return
	}
	i := slices.IndexFunc(p.message.Delivered, func(d Delivery) bool { return d.App == p.app.ClientID })
	if i < 0 {
		p.message.Delivered = append(p.message.Delivered, Delivery{App: p.app.ClientID})
		i = len(p.message.Delivered) - 1
	}
	d := &p.message.Delivered[i]
	d.State, d.Note, d.Attempts = state, note, p.attempts
	if p.acked {
		d.MS = s.now().Sub(p.sentAt).Milliseconds()
	}
	s.changedMessage(p.message)
}

// acked takes a client's frame: the answer to a push, or to a ping.
func (s *Sim) acked(c *conn, id string, a ack, data string, raw []byte) {
	entry := Call{Kind: "ack", App: c.app.ClientID, Path: "ack", Status: a.Code, Message: id, Request: mask(raw)}
	p := c.app.pending[id]
	if p != nil {
		entry.MS = s.now().Sub(p.sentAt).Milliseconds()
		entry.Path = "ack " + p.topic
		if p.acked {
			entry.Notes = append(entry.Notes, "重复的确认")
		}
	}
	s.log(entry)
	if p == nil {
		return
	}
	later := p.kind == "EVENT" && eventLater(data)
	first := !p.acked
	p.acked = !later && a.Code == 200 || p.kind == "CALLBACK" // a callback that failed is answered all the same
	switch {
	case later:
		if p.attempts < 4 { // how often the vendor tries is not documented
			s.again(p, 10*time.Second)
		}
	case a.Code == 200:
		s.state(p, "acked", "")
	default:
		s.state(p, "failed", a.Message)
	}
	if first && p.acked && p.answered != nil {
		p.answered(a.Code, data)
	}
	if first && p.acked && p.topic == topicRobot && s.struck("duplicate-acked", c.app.ClientID) {
		s.in(time.Second, func() { s.send(p) })
	}
}

// event pushes an EVENT to an app.
func (s *Sim) event(a *app, kind string, data map[string]any) {
	s.push(&push{app: a, kind: "EVENT", topic: "*", data: jsonText(data), headers: map[string]any{
		"eventId": s.ids.next("event", 32), "eventType": kind, "eventCorpId": s.config.CorpID,
		"eventBornTime": numberText(ms(s.now())), "eventUnifiedAppId": "app-" + numberText(a.AgentID),
	}})
}

// Redeliver sends a person's message to its robots again, under the same msgId, as the page's button does.
func (s *Sim) Redeliver(messageID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil {
		return errNoMessage
	}
	sent := false
	for _, a := range s.apps {
		for _, p := range a.pending {
			if p.message == m && p.app == a {
				p.acked, sent = false, true
				if a.Webhook != "" {
					s.callOut(p)
				} else {
					s.send(p)
				}
			}
		}
	}
	if !sent {
		return errForgotten
	}
	return nil
}
