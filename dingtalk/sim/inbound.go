package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

var (
	errNoMessage = errors.New("没有这条消息")
	errForgotten = errors.New("这条消息没有发给机器人，或已过 10 分钟不能重投")
)

// hand gives a person's message to a robot.
func (s *Sim) hand(a *app, c *conversation, m *Message, person *Person, f *file, say Say) {
	session, until := s.openSession(a, c)
	body := map[string]any{
		"msgId": m.ID, "msgtype": "text", "conversationType": c.wireKind(), "conversationId": c.ID,
		"senderId": "$:LWCP_v1:$" + s.ids.stable("sender", person.StaffID, 16), "senderNick": person.Name,
		"senderCorpId": s.config.CorpID, "chatbotCorpId": s.config.CorpID, "chatbotUserId": "$:LWCP_v1:$" + s.ids.stable("bot", a.ClientID, 16),
		"robotCode": a.RobotCode, "createAt": ms(s.now()), "senderPlatform": "Win",
		"sessionWebhook": s.reach(a) + "/robot/sendBySession?session=" + session, "sessionWebhookExpiredTime": ms(until),
	}
	if !person.Outsider && !a.Unpublished {
		body["senderStaffId"], body["isAdmin"], body["senderUnionId"] = person.StaffID, person.Admin, person.UnionID
	}
	if person.Outsider {
		body["senderCorpId"] = "ding" + s.ids.stable("corp", person.StaffID, 16)
	}
	if c.isGroup() {
		body["conversationTitle"], body["isInAtList"] = c.Title, true
		body["atUsers"] = []map[string]any{{"dingtalkId": body["chatbotUserId"]}}
	}
	kind := "text"
	if f != nil {
		kind = orElse(say.File.Kind, "file")
	}
	body["msgtype"] = kind
	switch kind {
	case "text":
		content := m.Text
		if c.isGroup() {
			content = withoutMention(content, a.Name)
		}
		body["text"] = map[string]any{"content": content}
	case "picture":
		body["content"] = map[string]any{"downloadCode": f.code, "pictureDownloadCode": f.code}
	case "richText":
		parts := []map[string]any{}
		if text := withoutMention(say.Text, a.Name); text != "" {
			parts = append(parts, map[string]any{"text": text})
		}
		body["content"] = map[string]any{"richText": append(parts, map[string]any{"type": "picture", "downloadCode": f.code, "pictureDownloadCode": f.code})}
	case "audio":
		body["content"] = map[string]any{"downloadCode": f.code, "duration": say.File.Duration, "recognition": say.File.Speech}
	case "video":
		body["content"] = map[string]any{"downloadCode": f.code, "duration": say.File.Duration, "videoType": ending(f.name)}
	case "file":
		body["content"] = map[string]any{"downloadCode": f.code, "fileName": f.name, "spaceId": s.ids.stable("space", "1", 10), "fileId": s.ids.stable("fileid", f.code, 10)}
	}
	s.distort(a, body)
	if !s.countMessage(a) || s.struck("quota-callback", a.ClientID) {
		delete(body, "text")
		delete(body, "content")
		body["errorCode"], body["errorMessage"] = "20001", "The message quota of this month is used up"
	}
	p := &push{app: a, kind: "CALLBACK", topic: topicRobot, data: jsonText(body), message: m}
	if a.Webhook == "" {
		s.push(p)
		return
	}
	p.id = s.ids.next("push", 24)
	a.pending[p.id] = p
	s.in(pushMemory, func() { delete(a.pending, p.id) })
	s.callOut(p)
}

// webhookPatience is how long the HTTP push waits for an answer (appendix B of the vendor's guide).
const webhookPatience = 2500 * time.Millisecond

// Sign is the sign header of a robot's HTTP push, and before URL escaping that of a custom robot: HMAC-SHA256 of timestamp, newline and secret
// under the secret, in base64.
func Sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// callOut posts a message to the webhook of an app, signed, and takes an answer that its response may carry. It is not repeated: whether
// DingTalk does is not documented.
func (s *Sim) callOut(p *push) {
	p.attempts++
	p.sentAt = s.now()
	stamp := numberText(ms(s.now()))
	secret, target := p.app.ClientSecret.Reveal(), p.app.Webhook
	s.state(p, "sent", "")
	s.group.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, webhookPatience)
		defer cancel()
		status, body, err := s.postTo(ctx, target, p.data, map[string]string{"timestamp": stamp, "sign": Sign(stamp, secret)})
		s.mu.Lock()
		defer s.mu.Unlock()
		p.acked = err == nil && status < 300
		entry := Call{Kind: "callback", App: p.app.ClientID, Path: "POST " + target, Status: status, Message: p.id, Request: mask([]byte(p.data)), Response: mask(body), MS: s.now().Sub(p.sentAt).Milliseconds()}
		switch {
		case err != nil:
			entry.Notes = []string{err.Error()}
			s.state(p, "failed", "回调失败："+err.Error())
		case status >= 300:
			s.state(p, "failed", "回调答复 HTTP "+strconv.Itoa(status))
		default:
			s.state(p, "acked", "")
		}
		s.log(entry)
		if p.acked && len(bytes.TrimSpace(body)) > 0 {
			s.inline(p, body)
		}
	})
}

func (s *Sim) postTo(ctx context.Context, target, body string, headers map[string]string) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for key, v := range headers {
		r.Header.Set(key, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode, answer, errors.Join(err, resp.Body.Close())
}

// inline is an answer in the response of the HTTP push. Anything that is no message is silence.
func (s *Sim) inline(p *push, body []byte) {
	var in webhookBody
	if json.Unmarshal(body, &in) != nil || in.MsgType == "" || in.MsgType == "empty" {
		return
	}
	c := s.convs[p.message.Conversation]
	m, code, why := in.message(s, c)
	if code != 0 {
		s.log(Call{Kind: "callback", App: p.app.ClientID, Path: "回调里的答复", Message: p.id, Notes: []string{why}})
		return
	}
	if s.countMessage(p.app) {
		m.From, m.Via = Sender{"robot", p.app.ClientID, p.app.Name}, "reply"
		s.post(c, m)
	}
}

// distort applies the faults that change how a message looks.
func (s *Sim) distort(a *app, body map[string]any) {
	id := a.ClientID
	if s.struck("empty-staff", id) {
		body["senderStaffId"] = ""
	}
	if s.struck("createat-string", id) {
		body["createAt"] = numberText(body["createAt"].(int64))
	}
	if s.struck("extra-fields", id) {
		body["openThreadId"] = map[string]any{"of": "tomorrow", "n": []int{1, 2}}
		body["robotTrait"] = nil
	}
	if s.struck("unknown-msgtype", id) {
		delete(body, "text")
		body["msgtype"], body["content"] = "unknownMsgType", map[string]any{"unknownMsgType": "interactiveCardForward"}
	}
	if text, isText := body["text"].(map[string]any); isText && s.struck("full-width", id) {
		content, _ := text["content"].(string)
		text["content"] = " \u3000" + strings.ReplaceAll(content, "/", "／")
	}
}

func numberText(n int64) string { return strconv.FormatInt(n, 10) }

// jsonText encodes one of our own values as the wire's JSON in a string.
func jsonText(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("sim: " + err.Error()) // our own values
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// eventLater reports whether the data of an event's ack ask for redelivery.
func eventLater(data string) bool {
	var in struct{ Status string }
	return json.Unmarshal([]byte(data), &in) == nil && in.Status == "LATER"
}
