package dingtalk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Of a work notice, DingTalk says "accepted" and may still drop it: over 500 a person and day, the same content to
// the same person twice a day, more than 5,000 receivers a minute. WorkResult tells, for 24 hours.

// SendWork puts a notice into the 工作通知 of up to MaxWorkPeople people, by userid, and returns the task number. A recurring
// reminder must carry its date or number in the text, or it is dropped as a repetition.
// Page: asynchronous-sending-of-enterprise-session-messages (form-encoded there).
func (c *Client) SendWork(ctx context.Context, userIDs []string, m Message) (task string, err error) {
	if n := len(userIDs); n == 0 || n > MaxWorkPeople || slices.Contains(userIDs, "") {
		return "", refused(KindWorkSend, "people", "一次可发给 1 到 %d 人，且每人须有员工编号（现有 %d 人）", MaxWorkPeople, n)
	}
	kind, part, why := m.work()
	if why != "" {
		return "", refused(KindWorkSend, "message", "%s", why)
	}
	msg, err := encode(map[string]any{"msgtype": kind, kind: part})
	if err != nil {
		return "", refused(KindWorkSend, "encode", "消息无法编码")
	}
	if err := fits(KindWorkSend, len(msg), MaxWorkBytes); err != nil {
		return "", err
	}
	var out struct {
		Task text `json:"task_id"`
	}
	r := request{
		kind: KindWorkSend, method: http.MethodPost, path: "/topapi/message/corpconversation/asyncsend_v2", old: true, out: &out,
		form: url.Values{"userid_list": {strings.Join(userIDs, ",")}, "msg": {string(msg)}},
	}
	if err := c.workCall(ctx, r); err != nil {
		return "", err
	}
	if out.Task == "" || out.Task == "0" {
		return "", r.unclear("no-task", "回答中没有通知编号，无法确认是否成功")
	}
	return string(out.Task), nil
}

// WorkResult is what became of a work notice. A person can be in none of the lists while DingTalk is still at work.
type WorkResult struct {
	Read, Unread []string // delivered
	Invalid      []string // not of this organisation
	Failed       []string
	Forbidden    map[string]string // dropped: userid → code, 143105 daily cap, 143106 the same content
}

// Outcome is how far the notice got with one person: delivered with nil, an *Error when it was dropped. known is false
// while nothing is said of the person.
func (w WorkResult) Outcome(userID string) (read, known bool, err error) {
	switch {
	case slices.Contains(w.Read, userID):
		return true, true, nil
	case slices.Contains(w.Unread, userID):
		return false, true, nil
	case slices.Contains(w.Invalid, userID):
		return false, true, &Error{Kind: KindWorkSend, Class: Permanent, About: AboutTarget, Code: "invalid_user_id_list", Hint: hintNoUser}
	case slices.Contains(w.Failed, userID):
		return false, true, &Error{Kind: KindWorkSend, Class: Retry, Code: "failed_user_id_list", Hint: "钉钉未能把工作通知送达该成员"}
	}
	code, dropped := w.Forbidden[userID]
	if !dropped {
		return false, false, nil
	}
	e := &Error{Kind: KindWorkSend, Class: Permanent, Code: code, Hint: "工作通知被钉钉丢弃"}
	if m, found := lookUp(code); found {
		e.Class, e.About, e.Hint = m.class, m.about, m.hint
	}
	return false, true, e
}

// WorkResult asks what became of a notice. Page: gets-the-result-of-sending-messages-asynchronously-to-the-enterprise.
func (c *Client) WorkResult(ctx context.Context, task string) (WorkResult, error) {
	var out struct {
		Result object `json:"send_result"`
	}
	err := c.workCall(ctx, request{
		kind: KindWorkResult, method: http.MethodPost, path: "/topapi/message/corpconversation/getsendresult", old: true, safe: true, out: &out,
		form: url.Values{"task_id": {task}},
	})
	if err != nil {
		return WorkResult{}, err
	}
	var lists struct {
		Read      texts `json:"read_user_id_list"`
		Unread    texts `json:"unread_user_id_list"`
		Invalid   texts `json:"invalid_user_id_list"`
		Failed    texts `json:"failed_user_id_list"`
		Forbidden texts `json:"forbidden_user_id_list"`
		Why       []struct {
			Code   text `json:"code"`
			UserID text `json:"userid"`
		} `json:"forbidden_list"`
	}
	out.Result.into(&lists)
	w := WorkResult{Read: lists.Read, Unread: lists.Unread, Invalid: lists.Invalid, Failed: lists.Failed, Forbidden: map[string]string{}}
	for _, id := range lists.Forbidden {
		w.Forbidden[id] = "forbidden_user_id_list"
	}
	for _, f := range lists.Why {
		w.Forbidden[string(f.UserID)] = mark(string(f.Code))
	}
	return w, nil
}

// RecallWork takes a notice back, within 24 hours. Page: notification-of-work-withdrawal.
func (c *Client) RecallWork(ctx context.Context, task string) error {
	return c.workCall(ctx, request{
		kind: KindWorkRecall, method: http.MethodPost, path: "/topapi/message/corpconversation/recall", old: true, safe: true,
		form: url.Values{"msg_task_id": {task}},
	})
}

func (c *Client) workCall(ctx context.Context, r request) error {
	if c.o.AgentID == 0 {
		return &Error{Kind: r.kind, Class: Configuration, Code: "agent_id", Hint: "没有配置 AgentId：见开放平台“凭证与基础信息”的原企业内部应用 AgentId"}
	}
	r.form.Set("agent_id", strconv.FormatInt(c.o.AgentID, 10))
	return c.call(ctx, r)
}
