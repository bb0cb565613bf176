package sim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// notice is one call of asyncsend_v2 and what became of each receiver.
type notice struct {
	app       *app
	at        time.Time
	messages  []*Message
	invalid   []string
	badDepts  []int64
	forbidden map[string]string // userid → code
	receivers int
}

const (
	noticeSize    = 2048 // bytes of msg
	noticeUsers   = 100
	noticeDepts   = 20
	noticePeople  = 5000
	noticeTrace   = 24 * time.Hour
	dailyCap      = "143105"
	sameContent   = "143106"
	perMinute     = "143103"
	everybodyADay = 3
)

// noticeSend is POST /topapi/message/corpconversation/asyncsend_v2. What is over a limit is answered with success and dropped, as documented; only
// getsendresult shows it.
func (s *Sim) noticeSend(c *call) answer {
	var in struct {
		AgentID json.RawMessage `json:"agent_id"`
		Users   string          `json:"userid_list"`
		Depts   string          `json:"dept_id_list"`
		ToAll   any             `json:"to_all_user"`
		Msg     json.RawMessage `json:"msg"`
	}
	if err := c.decode(&in); err != nil {
		return oldError(40035, "不合法的参数："+err.Error())
	}
	if text := ""; json.Unmarshal(in.Msg, &text) == nil {
		in.Msg = json.RawMessage(text) // a form carries it as text
	}
	users, depts := list(in.Users), list(in.Depts)
	all := in.ToAll == true || in.ToAll == "true"
	switch {
	case strings.Trim(string(in.AgentID), `"`) != numberText(c.app.AgentID):
		return oldError(52019, "无效的agentid")
	case len(users) > noticeUsers:
		return oldError(40035, "userid_list 最多 100 个")
	case len(depts) > noticeDepts:
		return oldError(40035, "dept_id_list 最多 20 个")
	case len(users) == 0 && len(depts) == 0 && !all:
		return oldError(33001, "接收人为空：userid_list、dept_id_list、to_all_user 至少一个")
	case len(in.Msg) > noticeSize:
		return oldError(40035, "msg 超过 2048 字节")
	}
	content, why := s.noticeContent(in.Msg)
	if why != "" {
		return oldError(40035, "不合法的参数 msg："+why)
	}
	n := &notice{app: c.app, at: s.now(), forbidden: map[string]string{}}
	day := s.today().In(shanghai).Format(time.DateOnly) + "/" + c.app.ClientID + "/"
	for at := range s.said {
		if !strings.HasPrefix(at, day[:10]) {
			delete(s.said, at)
		}
	}
	if all {
		if s.said[day+"all"]++; s.said[day+"all"] <= everybodyADay {
			users = nil
			for _, p := range s.config.People {
				users = append(users, p.StaffID)
			}
		} else {
			c.note("to_all_user 今天已用 3 次：丢弃")
			users = nil
		}
	}
	for _, d := range depts {
		id, err := strconv.ParseInt(d, 10, 64)
		if err != nil || !s.isDepartment(id) {
			n.badDepts = append(n.badDepts, id)
			continue
		}
		users = append(users, s.staffBelow(id)...)
	}
	slices.Sort(users)
	for i, id := range slices.Compact(users) {
		p := s.people[id]
		same := day + id + "/" + string(in.Msg)
		switch {
		case p == nil || p.Left || p.Outsider:
			if !all {
				n.invalid = append(n.invalid, id)
			}
			continue
		case s.said[same] > 0:
			n.forbidden[id] = sameContent
		case s.config.Limits.NoticesPerDay >= 0 && s.said[day+id] >= s.config.Limits.NoticesPerDay:
			n.forbidden[id] = dailyCap
		case i >= noticePeople, s.config.Limits.NoticesPerMin >= 0 && !admitted(c.app.seen, "notices", s.now(), time.Minute, s.config.Limits.NoticesPerMin):
			n.forbidden[id] = perMinute
		case s.struck("notice-dropped", c.app.ClientID):
			n.forbidden[id] = sameContent
		default:
			s.said[same]++
			s.said[day+id]++
			m := Message{From: Sender{"robot", c.app.ClientID, c.app.Name}, Content: content, Via: "notice"}
			n.messages = append(n.messages, s.post(s.direct(kindNotice, id, c.app.ClientID), m))
		}
		n.receivers++
	}
	if len(n.forbidden) > 0 {
		c.note("答成功，但有 " + strconv.Itoa(len(n.forbidden)) + " 人被丢弃：用 getsendresult 查")
	}
	id := s.ids.number("notice", 256271667000)
	s.notices[id] = n
	delete(s.notices, id-5000)
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "task_id": id})
}

func list(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ","), func(s string) bool { return strings.TrimSpace(s) == "" })
}

type noticeQuery struct {
	AgentID   json.Number `json:"agent_id"`
	TaskID    json.Number `json:"task_id"`
	MsgTaskID json.Number `json:"msg_task_id"`
	Status    string      `json:"status_value"`
}

// asked is the notice that a query is about, of this app and not older than a day.
func (s *Sim) asked(c *call) (*notice, noticeQuery, *answer) {
	var in noticeQuery
	var a answer
	if err := c.decode(&in); err != nil {
		a = oldError(40035, "不合法的参数："+err.Error())
		return nil, in, &a
	}
	id, err := orElse(in.TaskID, in.MsgTaskID).Int64()
	n := s.notices[id]
	switch {
	case in.AgentID.String() != numberText(c.app.AgentID):
		a = oldError(52019, "无效的agentid")
	case err != nil || n == nil || n.app != c.app || s.now().Sub(n.at) > noticeTrace:
		a = oldError(40035, "task_id 不存在或已过 24 小时")
	default:
		return n, in, nil
	}
	return nil, in, &a
}

// noticeProgress is getsendprogress.
func (s *Sim) noticeProgress(c *call) answer {
	if _, _, refused := s.asked(c); refused != nil {
		return *refused
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "progress": map[string]any{"progress_in_percent": 100, "status": 2}})
}

// noticeResult is getsendresult.
func (s *Sim) noticeResult(c *call) answer {
	n, _, refused := s.asked(c)
	if refused != nil {
		return *refused
	}
	if n.receivers > noticeUsers {
		return oldError(40035, "超过 100 人的通知不能查结果")
	}
	read, unread := []string{}, []string{}
	for _, m := range n.messages {
		to := s.convs[m.Conversation].Members[0]
		if slices.Contains(m.ReadBy, to) {
			read = append(read, to)
		} else {
			unread = append(unread, to)
		}
	}
	forbidden, details := []string{}, []map[string]any{}
	for id, code := range n.forbidden {
		forbidden = append(forbidden, id)
		details = append(details, map[string]any{"code": code, "count": 1, "userid": id})
	}
	slices.Sort(forbidden)
	slices.SortFunc(details, func(a, b map[string]any) int { return strings.Compare(a["userid"].(string), b["userid"].(string)) })
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "send_result": map[string]any{
		"invalid_user_id_list": orEmpty(n.invalid), "forbidden_user_id_list": forbidden, "failed_user_id_list": []string{}, "read_user_id_list": read,
		"unread_user_id_list": unread, "invalid_dept_id_list": orEmpty(n.badDepts), "forbidden_list": details,
	}})
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// noticeRecall takes back everything of a notice.
func (s *Sim) noticeRecall(c *call) answer {
	n, _, refused := s.asked(c)
	if refused != nil {
		return *refused
	}
	for _, m := range n.messages {
		m.Recalled = true
		s.changedMessage(m)
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}

// noticeStatusBar changes the last line of an oa notice.
func (s *Sim) noticeStatusBar(c *call) answer {
	n, in, refused := s.asked(c)
	if refused != nil {
		return *refused
	}
	for _, m := range n.messages {
		m.Fields = slices.DeleteFunc(slices.Clone(m.Fields), func(f Field) bool { return f.Key == "状态" })
		m.Fields = append(m.Fields, Field{"状态", in.Status})
		s.changedMessage(m)
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}
