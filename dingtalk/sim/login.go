package sim

import (
	"time"
)

// loginLife is how long a login code (免登授权码) waits for its one use.
const loginLife = 5 * time.Minute

type login struct {
	person string
	until  time.Time
}

// LoginCode makes a code as dd.requestAuthCode gives it to a page that a person opened.
func (s *Sim) LoginCode(person string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[person]; p == nil || p.Left {
		return "", s.noSuch("person", person)
	}
	code := s.ids.next("login", 32)
	s.logins[code] = &login{person, s.now().Add(loginLife)}
	s.in(2*loginLife, func() { delete(s.logins, code) })
	return code, nil
}

func (s *Sim) userByCode(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	l := s.logins[in.Code]
	delete(s.logins, in.Code)
	if l == nil || s.now().After(l.until) {
		return oldError(40078, "不存在的临时授权码")
	}
	p := s.people[l.person]
	level := 0
	if p.Admin {
		level = 1
	}
	return found(map[string]any{"userid": p.StaffID, "unionid": p.UnionID, "associated_unionid": p.UnionID, "name": p.Name, "sys": p.Admin, "sys_level": level, "device_id": s.ids.stable("device", p.StaffID, 32)})
}
