package sim

import (
	"fmt"
	"slices"
	"time"
)

const (
	batchSize    = 20 // of userIds and of keys to recall
	pushTrace    = 24 * time.Hour
	queryMaximum = 200
)

type sendBody struct {
	RobotCode          string   `json:"robotCode"`
	UserIDs            []string `json:"userIds"`
	OpenConversationID string   `json:"openConversationId"`
	MsgKey             string   `json:"msgKey"`
	MsgParam           string   `json:"msgParam"`
	ProcessQueryKey    string   `json:"processQueryKey"`
	ProcessQueryKeys   []string `json:"processQueryKeys"`
	MaxResults         int      `json:"maxResults"`
	NextToken          string   `json:"nextToken"`
}

// batchSend is POST /v1.0/robot/oToMessages/batchSend.
func (s *Sim) batchSend(c *call) answer {
	var in sendBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	switch {
	case len(in.UserIDs) == 0:
		return refuse(400, "invalidParameter.userIds.empty", "userIds不能为空")
	case len(in.UserIDs) > batchSize:
		return refuse(400, "invalidParameter.userIds.tooLong", fmt.Sprintf("userIds 最多 %d 个", batchSize))
	}
	content, refused := s.pushed(in.MsgKey, in.MsgParam)
	if refused != nil {
		return *refused
	}
	var good []*Person
	invalid, throttled := []string{}, []string{}
	for i, id := range in.UserIDs {
		p := s.people[id]
		switch {
		case p == nil || p.Left || p.Outsider, i == 0 && s.struck("partial-invalid", a.ClientID):
			invalid = append(invalid, id)
		case i == 0 && s.struck("partial-flow", a.ClientID):
			throttled = append(throttled, id)
		case !slices.Contains(good, p):
			good = append(good, p)
		}
	}
	if len(good) == 0 && len(throttled) == 0 {
		return refuse(400, "staffId.notExisted", "userIds 全部无效")
	}
	key := s.ids.key64("process")
	sent := &pushed{app: a, at: s.now()}
	for _, p := range good {
		m := Message{From: Sender{"robot", a.ClientID, a.Name}, Content: content, Via: "push", Key: key}
		sent.messages = append(sent.messages, s.post(s.direct(kindRobot, p.StaffID, a.ClientID), m))
	}
	s.remember(key, sent)
	return ok(map[string]any{"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": throttled})
}

// groupSend is POST /v1.0/robot/groupMessages/send.
func (s *Sim) groupSend(c *call) answer {
	var in sendBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	conv, refused := s.robotGroup(a, in.OpenConversationID)
	if refused != nil {
		return *refused
	}
	content, refused := s.pushed(in.MsgKey, in.MsgParam)
	if refused != nil {
		return *refused
	}
	key := s.ids.key64("process")
	m := s.post(conv, Message{From: Sender{"robot", a.ClientID, a.Name}, Content: content, Via: "push", Key: key})
	s.remember(key, &pushed{app: a, group: conv.ID, messages: []*Message{m}, at: s.now()})
	return ok(map[string]any{"processQueryKey": key})
}

// robotGroup is a group that the robot is in.
func (s *Sim) robotGroup(a *app, id string) (*conversation, *answer) {
	c := s.convs[id]
	switch {
	case c == nil || !c.isGroup():
		no := refuse(400, "invalid.openConversationId", "openConversationId 不存在，或不是群")
		return nil, &no
	case !slices.Contains(c.Robots, a.ClientID):
		no := refuse(400, "resource.not.found", "机器人不在这个群里")
		return nil, &no
	}
	return c, nil
}

// trace is a push that can still be asked about.
func (s *Sim) trace(a *app, key, group string) *pushed {
	p := s.pushes[key]
	if p == nil || p.app != a || p.group != group || s.now().Sub(p.at) > pushTrace {
		return nil
	}
	return p
}

// readStatus is GET /v1.0/robot/oToMessages/readStatus.
func (s *Sim) readStatus(c *call) answer {
	a, refused := c.robot(c.query.Get("robotCode"))
	if refused != nil {
		return *refused
	}
	p := s.trace(a, c.query.Get("processQueryKey"), "")
	if p == nil {
		return refuse(400, "invalidParameter.processQueryKey.notExist", "processQueryKey 不存在或已过 24 小时（注意要做 URL 编码）")
	}
	status, list := "SUCCESS", []map[string]any{}
	for _, m := range p.messages {
		person := s.people[s.convs[m.Conversation].Members[0]]
		read := "UNREAD"
		if slices.Contains(m.ReadBy, person.StaffID) {
			read = "READ"
		}
		if m.Recalled {
			status = "RECALLED"
		}
		list = append(list, map[string]any{"userId": person.StaffID, "name": person.Name, "readStatus": read})
	}
	return ok(map[string]any{"sendStatus": status, "messageReadInfoList": list})
}

// groupQuery is POST /v1.0/robot/groupMessages/query.
func (s *Sim) groupQuery(c *call) answer {
	var in sendBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	p := s.trace(a, in.ProcessQueryKey, in.OpenConversationID)
	switch {
	case p == nil || in.OpenConversationID == "":
		return refuse(400, "invalidParameter.processQueryKey.notExist", "processQueryKey 不存在、不在这个群或已过 24 小时")
	case in.MaxResults > queryMaximum:
		return refuse(400, "invalidParameter.maxResults", "maxResults 最大 200")
	}
	from, size := 0, orElse(in.MaxResults, queryMaximum)
	_, _ = fmt.Sscan(in.NextToken, &from) // a strange token begins anew
	readers := p.messages[0].ReadBy
	from = min(max(from, 0), len(readers))
	to := min(from+size, len(readers))
	status := "SUCCESS"
	if p.messages[0].Recalled {
		status = "RECALLED"
	}
	out := map[string]any{"sendStatus": status, "readUserIds": slices.Clone(readers[from:to]), "hasMore": to < len(readers)}
	if to < len(readers) {
		out["nextToken"] = fmt.Sprint(to)
	}
	return ok(out)
}
