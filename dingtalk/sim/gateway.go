package sim

import (
	"net/http"
	"strings"
	"time"
)

// gateway is what the wire remembers.
type gateway struct {
	tickets  map[string]*ticket
	sessions map[string]*session
	logins   map[string]*login
}

func newGateway() gateway {
	return gateway{tickets: map[string]*ticket{}, sessions: map[string]*session{}, logins: map[string]*login{}}
}

// app is an App and its state.
type app struct {
	App
	base       string // the address by which it opened its last stream
	token      string
	tokenUntil time.Time
	conns      []*conn
	pending    map[string]*push // by messageId: until acked, and some time after
	quota      quota
	seen       map[string][]time.Time // the last calls of each API, for QPS
}

func (s *Sim) addApp(a App) {
	s.apps = append(s.apps, &app{App: a, pending: map[string]*push{}, seen: map[string][]time.Time{}})
}

// appOf finds an app by client ID.
func (s *Sim) appOf(clientID string) *app {
	for _, a := range s.apps {
		if a.ClientID == clientID {
			return a
		}
	}
	return nil
}

// ticketLife is how long a ticket waits for its one connection (developerpedia, learn/stream/protocol).
const ticketLife = 90 * time.Second

type ticket struct {
	app    *app
	topics []subscription
	agent  string
	until  time.Time
}

type subscription struct {
	Type  string `json:"type"`
	Topic string `json:"topic"`
}

// openConnection is POST /v1.0/gateway/connections/open. The exact body of a refusal is not documented; code and message of the token endpoint are used.
func (s *Sim) openConnection(c *call) answer {
	var in struct {
		ClientID      string         `json:"clientId"`
		ClientSecret  string         `json:"clientSecret"`
		Subscriptions []subscription `json:"subscriptions"`
		UA            string         `json:"ua"`
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a := s.appOf(in.ClientID)
	c.app = a
	switch {
	case a == nil || in.ClientSecret != a.ClientSecret.Reveal():
		return refuse(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
	case len(in.Subscriptions) == 0:
		return refuse(400, "MissingSubscriptions", "subscriptions is mandatory for this action.")
	}
	if !strings.Contains(c.request.Header.Get("Accept"), "json") && c.request.Header.Get("Accept") != "*/*" && c.request.Header.Get("Accept") != "" {
		c.note("Accept 不含 application/json：真实的网关可能回 XML")
	}
	a.base = c.base
	until := s.now().Add(ticketLife)
	if s.struck("ticket-expired", a.ClientID) {
		until = s.now().Add(-time.Second)
	}
	for id, t := range s.tickets { // bounded: what nobody used goes
		if s.now().After(t.until) {
			delete(s.tickets, id)
		}
	}
	id := s.ids.next("ticket", 8) + "-" + s.ids.next("ticket", 12)
	s.tickets[id] = &ticket{app: a, topics: in.Subscriptions, agent: in.UA, until: until}
	return ok(map[string]any{"endpoint": "ws" + strings.TrimPrefix(c.base, "http") + "/connect", "ticket": id})
}

// redeem takes a ticket for its one use.
func (s *Sim) redeem(id string) *ticket {
	t := s.tickets[id]
	delete(s.tickets, id)
	if t == nil || s.now().After(t.until) {
		return nil
	}
	return t
}

// tokenLife of all three endpoints.
const tokenLife = 7200 * time.Second

// issue is the app's token: the same one while it lives, which a fetch renews.
func (s *Sim) issue(a *app) string {
	if a.token == "" || !s.now().Before(a.tokenUntil) {
		a.token = s.ids.next("token", 32)
	}
	a.tokenUntil = s.now().Add(tokenLife)
	return a.token
}

// bearer is the app of a living token.
func (s *Sim) bearer(token string) *app {
	for _, a := range s.apps {
		if token != "" && a.token == token && s.now().Before(a.tokenUntil) {
			return a
		}
	}
	return nil
}

// accessToken is POST /v1.0/oauth2/accessToken: JSON only.
func (s *Sim) accessToken(c *call) answer {
	var in struct{ AppKey, AppSecret string }
	if !strings.Contains(c.request.Header.Get("Content-Type"), "json") {
		return refuse(400, "Missingbody", "body is mandatory for this action.")
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a := s.appOf(in.AppKey)
	if c.app = a; a == nil || a.ClientSecret.Reveal() != in.AppSecret {
		return refuse(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
	}
	return ok(map[string]any{"accessToken": s.issue(a), "expireIn": int(tokenLife.Seconds())})
}

// corpToken is POST /v1.0/oauth2/{corpId}/token.
func (s *Sim) corpToken(c *call) answer {
	var in struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		GrantType    string `json:"grant_type"`
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a := s.appOf(in.ClientID)
	c.app = a
	switch {
	case c.request.PathValue("corpId") != s.config.CorpID:
		return refuse(400, "invalid.corpId", "corpId is invalid")
	case in.GrantType != "client_credentials":
		return refuse(400, "invalid.grantType", "grant_type should be client_credentials")
	case a == nil:
		return refuse(400, "invalid.client", "client_id is invalid")
	case a.ClientSecret.Reveal() != in.ClientSecret:
		return refuse(401, "unauthorized.client", "client_id and client_secret do not match")
	}
	return ok(map[string]any{"access_token": s.issue(a), "expires_in": int(tokenLife.Seconds())})
}

// getToken is GET /gettoken.
func (s *Sim) getToken(c *call) answer {
	a := s.appOf(c.query.Get("appkey"))
	switch c.app = a; {
	case a == nil:
		return oldError(40089, "不合法的corpid或corpsecret")
	case a.ClientSecret.Reveal() != c.query.Get("appsecret"):
		return oldError(40001, "获取access_token时Secret错误，或者access_token无效")
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "access_token": s.issue(a), "expires_in": int(tokenLife.Seconds())})
}

// base is where clients reach us: what is known, else the name by which they call.
func (s *Sim) base(r *http.Request) string {
	s.seen = "http://" + r.Host
	return orElse(s.url, s.seen)
}

// reach is base without a request: as the app calls us, else as anybody did.
func (s *Sim) reach(a *app) string { return orElse(s.url, orElse(a.base, s.seen)) }
