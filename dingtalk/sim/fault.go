package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fault is something that DingTalk does now and then and every bot must survive.
type Fault struct {
	Name  string `json:"name"`
	Group string `json:"group"` // of the switchboard
	Title string `json:"title"`
	Why   string `json:"why"`
	Setting
	Hits int `json:"hits"` // how often it struck
}

// Setting is how a fault is switched on. Percent 0 is always; Times 0 is until it is switched off; App and Path (a part of it) restrict it.
type Setting struct {
	On      bool   `json:"on"`
	Percent int    `json:"percent,omitempty"`
	Times   int    `json:"times,omitempty"`
	Seconds int    `json:"seconds,omitempty"` // of what takes time
	App     string `json:"app,omitempty"`
	Path    string `json:"path,omitempty"`
}

// Set switches a fault on or off; an unknown name is an error that lists the known ones.
func (s *Sim) Set(name string, setting Setting) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kinds := faultKinds()
	i := slices.IndexFunc(kinds, func(k faultKind) bool { return k.name == name })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.name)
		}
		return fmt.Errorf("there is no fault %q; there are: %s", name, strings.Join(names, ", "))
	}
	if setting.Percent < 0 || setting.Percent > 100 || setting.Times < 0 || setting.Seconds < 0 {
		return fmt.Errorf("fault %s: percent is 0 to 100, times and seconds are not negative", name)
	}
	k := kinds[i]
	s.faults[name] = &Fault{Name: name, Group: k.group, Title: k.title, Why: k.why, Setting: setting}
	if name == "rotate" && setting.On {
		for _, a := range s.apps {
			for _, c := range a.conns {
				s.struckDisconnect(c)
			}
		}
	}
	s.tell("faults", s.switchboard())
	return nil
}

// On switches a fault on without restriction; it panics on an unknown name, for tests.
func (s *Sim) On(name string) {
	if err := s.Set(name, Setting{On: true}); err != nil {
		panic(err)
	}
}

// Faults is the switchboard.
func (s *Sim) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.switchboard()
}

func (s *Sim) switchboard() (list []Fault) {
	for _, k := range faultKinds() {
		f := Fault{Name: k.name, Group: k.group, Title: k.title, Why: k.why}
		if set := s.faults[k.name]; set != nil {
			f = *set
		}
		list = append(list, f)
	}
	return list
}

// struck reports whether a fault happens now to an app ("" is any), and counts it.
func (s *Sim) struck(name, clientID string) bool {
	f := s.faults[name]
	if f == nil || !f.On || f.App != "" && f.App != clientID || f.Percent > 0 && s.ids.dice.IntN(100) >= f.Percent {
		return false
	}
	f.Hits++
	if f.Times > 0 {
		if f.Times--; f.Times == 0 {
			f.On = false
		}
	}
	s.tell("faults", s.switchboard())
	return true
}

// strikes is struck for a request: the fault's Path and the endpoints it is about must fit.
func (s *Sim) strikes(c *call, name string) bool {
	f, path := s.faults[name], c.request.URL.Path
	if f == nil || !strings.Contains(path, f.Path) || !strings.HasSuffix(path, onlyOn[name]) {
		return false
	}
	if s.struck(name, c.clientID()) {
		c.note("故障：" + f.Title)
		return true
	}
	return false
}

func (s *Sim) faultBefore(c *call) (answer, bool) {
	return s.first(c, func(k faultKind) func(*call) answer { return k.before })
}

func (s *Sim) faultToken(c *call) (answer, bool) {
	return s.first(c, func(k faultKind) func(*call) answer { return k.token })
}

func (s *Sim) faultAfter(c *call) (answer, bool) {
	if c.route.open && !strings.HasPrefix(c.request.URL.Path, "/robot/") {
		return answer{}, false
	}
	return s.first(c, func(k faultKind) func(*call) answer { return k.after })
}

func (s *Sim) first(c *call, stage func(faultKind) func(*call) answer) (answer, bool) {
	if len(s.faults) == 0 {
		return answer{}, false
	}
	for _, k := range faultKinds() {
		if k.name == "busy-hour" && s.now().In(shanghai).Minute() != 0 {
			continue
		}
		if f := stage(k); f != nil && s.strikes(c, k.name) {
			return f(c), true
		}
	}
	return answer{}, false
}

// delay is how long a call hangs before it is looked at.
func (s *Sim) delay(c *call) time.Duration {
	for name, otherwise := range map[string]int{"open-hang": 10, "slow": 3} {
		if f := s.faults[name]; f != nil && s.strikes(c, name) {
			return time.Duration(orElse(f.Seconds, otherwise)) * time.Second
		}
	}
	return 0
}

// struckDisconnect rotates a connection after the seconds of the fault "rotate".
func (s *Sim) struckDisconnect(c *conn) {
	if f := s.faults["rotate"]; f != nil && s.struck("rotate", c.app.ClientID) {
		s.in(time.Duration(orElse(f.Seconds, 20))*time.Second, func() { s.disconnect(c) })
	}
}
