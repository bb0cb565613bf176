package sim

import "fmt"

// Cut does something to the open connections of an app ("" is all) and returns to how many: disconnect (announced, ten seconds' notice), reset
// (TCP RST), close (gone without a close frame, 1006), half-open (nothing arrives any more in either direction), zombie (pings are
// answered, nothing is pushed), ping.
func (s *Sim) Cut(how, clientID string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	does := map[string]func(*conn){
		"disconnect": s.disconnect,
		"close":      (*conn).drop,
		"reset":      func(c *conn) { c.wire.reset(); c.drop() },
		"half-open":  func(c *conn) { c.wire.frozen.Store(true) },
		"zombie":     func(c *conn) { c.zombie = true },
		"ping":       func(c *conn) { s.system(c, "ping", fmt.Sprintf(`{"opaque":"%s"}`, s.ids.next("opaque", 12))) },
	}[how]
	if does == nil {
		return 0, fmt.Errorf("there is no way %q to treat a connection; there are: disconnect, reset, close, half-open, zombie, ping", how)
	}
	n := 0
	for _, a := range s.apps {
		for _, c := range a.conns {
			if (clientID == "" || clientID == a.ClientID) && !c.dropped() {
				does(c)
				n++
			}
		}
	}
	s.tell("robots", s.robots())
	return n, nil
}

// ExpireTokens makes all tokens worthless, as happens in the middle of a run.
func (s *Sim) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.apps {
		a.token = ""
	}
}
