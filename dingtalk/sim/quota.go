package sim

import (
	"time"
)

// quota counts a calendar month.
type quota struct {
	month           string
	calls, messages int
}

// this is the running month's quota of an app. The limit is the organisation's: used adds all apps.
func (s *Sim) this(a *app) *quota {
	month := s.today().In(shanghai).Format("2006-01")
	if a.quota.month != month {
		a.quota = quota{month: month}
	}
	return &a.quota
}

// Quota is what the organisation has used of its running month. A limit below zero is none.
type Quota struct {
	Month         string `json:"month"`
	APICalls      int    `json:"api_calls"`
	APILimit      int    `json:"api_limit"`
	WebhookStream int    `json:"webhook_stream"`
	StreamLimit   int    `json:"webhook_stream_limit"`
}

// Quota reads the month's meter.
func (s *Sim) Quota() Quota {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used()
}

func (s *Sim) used() Quota {
	q := Quota{Month: s.today().In(shanghai).Format("2006-01"), APILimit: s.config.Limits.APICalls, StreamLimit: s.config.Limits.WebhookStream}
	for _, a := range s.apps {
		this := s.this(a)
		q.APICalls += this.calls
		q.WebhookStream += this.messages
	}
	return q
}

// spent reports whether the organisation's API calls of the month are used up. The grace of some days that the vendor grants is not played.
func (s *Sim) spent(a *app) bool {
	used := s.used()
	return used.APILimit >= 0 && used.APICalls >= used.APILimit || s.struck("month-403", a.ClientID)
}

// count counts a call that an endpoint looked at, refused or not: throttled ones never come so far, and some are free.
func (s *Sim) count(c *call) {
	if c.app != nil && !c.route.free && !c.route.open {
		s.this(c.app).calls++
		s.tell("quota", s.used())
	}
}

// countMessage counts a message over stream or webhook, in either direction, and reports whether the month still has it.
func (s *Sim) countMessage(a *app) bool {
	used := s.used()
	if used.StreamLimit >= 0 && used.WebhookStream >= used.StreamLimit {
		return false
	}
	s.this(a).messages++
	s.tell("quota", s.used())
	return true
}

// rate lets QPS calls of one API through in a second.
func (s *Sim) rate(c *call) bool {
	limit := s.config.Limits.QPS
	if limit < 0 {
		return true
	}
	return admitted(c.app.seen, c.route.pattern, s.now(), time.Second, limit)
}

// admitted notes now in a sliding window unless that is full.
func admitted(seen map[string][]time.Time, key string, now time.Time, window time.Duration, limit int) bool {
	times := seen[key]
	for len(times) > 0 && now.Sub(times[0]) >= window {
		times = times[1:]
	}
	if len(times) >= limit {
		seen[key] = times
		return false
	}
	seen[key] = append(times, now)
	return true
}
