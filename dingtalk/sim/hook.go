package sim

import (
	"crypto/subtle"
	"strconv"
	"strings"
	"time"
)

const (
	hookBlock   = 10 * time.Minute // after too many in a minute
	hookStale   = time.Hour        // of a timestamp
	hookReplay  = time.Hour        // how long a msgUuid is known; the vendor's window is not documented
	hookKeyword = "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;"
	hookSign    = "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，并且时间戳在一小时之内;"
)

// hookState is what a custom group robot did lately.
type hookState struct {
	times   []time.Time
	blocked time.Time
	seen    map[string]time.Time // msgUuid
}

// sendByHook is POST /robot/send?access_token=&timestamp=&sign=: the custom group robot.
func (s *Sim) sendByHook(c *call) answer {
	conv, hook := s.hook(c.query.Get("access_token"))
	if hook == nil {
		return oldError(400101, "access_token不存在")
	}
	var in webhookBody
	if refused := in.read(c); refused != nil {
		return *refused
	}
	state := s.hooks[hook.Token]
	if state == nil {
		state = &hookState{seen: map[string]time.Time{}}
		s.hooks[hook.Token] = state
	}
	now := s.now()
	if hook.Secret != "" && !signed(c.query.Get("timestamp"), c.query.Get("sign"), hook.Secret.Reveal(), now) {
		return oldError(310000, hookSign)
	}
	if !containsKeyword(string(c.body), hook.Keywords) {
		return oldError(310000, hookKeyword)
	}
	if now.Before(state.blocked) || s.struck("hook-130101", "") || !s.hookRate(state, now) {
		if !now.Before(state.blocked) {
			state.blocked = now.Add(hookBlock)
		}
		return oldError(130101, "send too fast, exceed 20 times per minute")
	}
	m, code, why := in.message(s, conv)
	if code != 0 {
		return oldError(code, why)
	}
	for id, at := range state.seen {
		if now.Sub(at) > hookReplay {
			delete(state.seen, id)
		}
	}
	if _, repeat := state.seen[in.MsgUUID]; repeat && in.MsgUUID != "" {
		c.note("msgUuid 重复：没有再发")
		return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
	}
	state.seen[in.MsgUUID] = now
	m.From, m.Via = Sender{"hook", hook.Name, hook.Name}, "hook"
	s.post(conv, m)
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}

func (s *Sim) hook(token string) (*conversation, *Hook) {
	for _, id := range s.order {
		for i, h := range s.convs[id].Hooks {
			if token != "" && h.Token == token {
				return s.convs[id], &s.convs[id].Hooks[i]
			}
		}
	}
	return nil, nil
}

func (s *Sim) hookRate(state *hookState, now time.Time) bool {
	limit := s.config.Limits.HookPerMinute
	if limit < 0 {
		return true
	}
	seen := map[string][]time.Time{"": state.times}
	good := admitted(seen, "", now, time.Minute, limit)
	state.times = seen[""]
	return good
}

// signed checks a signature that is not older or newer than an hour.
func signed(stamp, sign, secret string, now time.Time) bool {
	n, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.UnixMilli(n)).Abs() > hookStale {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(Sign(stamp, secret)), []byte(sign)) == 1
}

func containsKeyword(body string, keywords []string) bool {
	for _, k := range keywords {
		if strings.Contains(body, k) {
			return true
		}
	}
	return len(keywords) == 0
}
