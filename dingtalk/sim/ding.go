package sim

import (
	"slices"
	"strings"
	"time"
)

// Ding is an urgent message (DING).
type Ding struct {
	ID       string    `json:"id"`
	App      string    `json:"app"`
	Name     string    `json:"name"`
	To       []string  `json:"to"`
	Kind     int       `json:"kind"` // 1 in the app, 2 SMS, 3 telephone
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
	Recalled bool      `json:"recalled"`
}

// dingSend is POST /v1.0/robot/ding/send.
func (s *Sim) dingSend(c *call) answer {
	var in struct {
		RobotCode          string
		RemindType         int
		ReceiverUserIDList []string `json:"receiverUserIdList"`
		Content            string
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	most := 200
	if in.RemindType != 1 {
		most = 20
	}
	switch {
	case in.RemindType < 1 || in.RemindType > 3:
		return refuse(400, "invalidParameter.remindType", "remindType 应为 1、2 或 3")
	case len(in.ReceiverUserIDList) == 0 || len(in.ReceiverUserIDList) > most:
		return refuse(400, "invalidParameter.receiverUserIdList", "接收人应有 1 至 "+numberText(int64(most))+" 个")
	case strings.TrimSpace(in.Content) == "":
		return refuse(400, "invalidParameter.content", "content 不能为空")
	}
	d := &Ding{ID: s.ids.next("ding", 24), App: a.ClientID, Name: a.Name, Kind: in.RemindType, Text: in.Content, At: s.today(), To: []string{}}
	failed := map[string][]string{}
	for _, id := range in.ReceiverUserIDList {
		if p := s.people[id]; p == nil || p.Left || p.Outsider {
			failed["staffId.notExisted"] = append(failed["staffId.notExisted"], id)
		} else {
			d.To = append(d.To, id)
		}
	}
	if s.dings = append(s.dings, d); len(s.dings) > 1000 {
		s.dings = slices.Clone(s.dings[1:])
	}
	s.tell("ding", d)
	return ok(map[string]any{"openDingId": d.ID, "failedList": failed})
}

// dingRecall is POST /v1.0/robot/ding/recall.
func (s *Sim) dingRecall(c *call) answer {
	var in struct{ RobotCode, OpenDingID string }
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	for _, d := range s.dings {
		if d.ID == in.OpenDingID && d.App == a.ClientID {
			d.Recalled = true
			s.tell("ding", d)
			return ok(map[string]any{"openDingId": d.ID})
		}
	}
	return refuse(400, "openDingId.notExist", "openDingId 不存在")
}
