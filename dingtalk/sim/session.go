package sim

import (
	"time"
)

// sessionLife is measured from official samples: 5,400 seconds.
const sessionLife = 90 * time.Minute

// session is where a sessionWebhook leads.
type session struct {
	app   *app
	conv  *conversation
	until time.Time
}

func (s *Sim) openSession(a *app, c *conversation) (id string, until time.Time) {
	for id, old := range s.sessions {
		if s.now().After(old.until) {
			delete(s.sessions, id)
		}
	}
	id, until = s.ids.next("session", 32), s.now().Add(sessionLife)
	s.sessions[id] = &session{a, c, until}
	return id, until
}

// sendBySession is POST /robot/sendBySession?session=.
func (s *Sim) sendBySession(c *call) answer {
	var in webhookBody
	at := s.sessions[c.query.Get("session")]
	if at == nil || s.now().After(at.until) {
		return oldError(300001, "session 不存在")
	}
	c.app = at.app
	if refused := in.read(c); refused != nil {
		return *refused
	}
	m, code, why := in.message(s, at.conv)
	if code != 0 {
		return oldError(code, why)
	}
	if !s.countMessage(at.app) {
		return oldError(90020, "本月 Webhook 与 Stream 消息条数已用完")
	}
	m.From, m.Via = Sender{"robot", at.app.ClientID, at.app.Name}, "session"
	s.post(at.conv, m)
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}
