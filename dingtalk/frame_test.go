package dingtalk

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// Frames as the protocol page has them, with its variations.
const (
	framePing     = `{"specVersion":"1.0","type":"SYSTEM","headers":{"topic":"ping","messageId":"p-1","contentType":"application/json","time":"1763800000000"},"data":"{\"opaque\":\"a1\"}"}`
	frameMessage  = `{"specVersion":"1.0","type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"f-1","contentType":"application/json","appId":"app-1","connectionId":"c-1","time":"1763800000100"},"data":"{\"msgId\":\"m-1\",\"msgtype\":\"text\",\"text\":{\"content\":\"状态\"}}"}`
	frameReadMark = `{"specVersion":"1.0","type":"EVENT","headers":{"topic":"*","messageId":"f-3","contentType":"application/json","time":1763800000300,"eventType":"robot_msg_read","eventId":"ev-1","eventCorpId":"dingcorp1","eventBornTime":"1763800000290","eventUnifiedAppId":"app-1"},"data":"{\"userId\":\"u001\",\"processQueryKey\":\"pq-1\",\"openConversationId\":\"cid==\"}"}`
)

func TestFramesBecomeEvents(t *testing.T) {
	now := time.UnixMilli(1763800001000)
	read := func(raw string) (Event, error) {
		f, err := readFrame([]byte(raw))
		if err != nil {
			return Event{}, err
		}
		return f.event(now)
	}
	e, err := read(frameMessage)
	if err != nil || e.ID != "m-1" || e.Frame != "f-1" || e.Type != RobotMessage || e.Message.Text != "状态" || e.Via != "stream" || !e.At.Equal(now) {
		t.Errorf("%+v, %v", e, err)
	}
	e, err = read(frameReadMark)
	if err != nil || e.ID != "ev-1" || e.Type != MessageRead || e.CorpID != "dingcorp1" || e.Born.UnixMilli() != 1763800000290 || e.Receipt() != (Receipt{"pq-1", "u001", "cid=="}) {
		t.Errorf("%+v, %v", e, err)
	}
	for name, raw := range map[string]string{
		"header in the singular": strings.Replace(frameReadMark, `"headers"`, `"header"`, 1),
		"topic dingTalk":         strings.Replace(frameReadMark, `"topic":"*"`, `"topic":"dingTalk"`, 1),
		"numbers":                strings.Replace(frameReadMark, `"eventBornTime":"1763800000290"`, `"eventBornTime":1763800000290`, 1),
		"data as JSON":           strings.Replace(frameReadMark, `"data":"{\"userId\":\"u001\",\"processQueryKey\":\"pq-1\",\"openConversationId\":\"cid==\"}"`, `"data":{"userId":"u001","processQueryKey":"pq-1","openConversationId":"cid=="}`, 1),
	} {
		if e, err := read(raw); err != nil || e.ID != "ev-1" || e.Receipt().UserID != "u001" || e.Born.UnixMilli() != 1763800000290 {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	if e, err := read(strings.Replace(frameMessage, `\"msgId\":\"m-1\",`, ``, 1)); err != nil || e.ID != "f-1" {
		t.Errorf("without msgId the frame's number counts: %+v, %v", e, err)
	}
	if e, err := read(`{"type":"EVENT","headers":{"eventType":"user_leave_org","eventId":"e"},"data":"{\"userId\":[\"u1\",\"u2\"]}"}`); err != nil || strings.Join(e.Left(), " ") != "u1 u2" {
		t.Errorf("%+v, %v", e, err)
	}
	for name, raw := range map[string]string{
		"data cut off":      strings.Replace(frameMessage, `{\"content\":\"状态\"}}`, ``, 1),
		"message is a list": strings.Replace(frameMessage, `{\"msgId\":\"m-1\",\"msgtype\":\"text\",\"text\":{\"content\":\"状态\"}}`, `[]`, 1),
		"no data":           `{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get"}}`,
		"not a frame":       `{"headers":{}}`,
		"not JSON":          `hello`,
	} {
		if e, err := read(raw); err == nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, a := range []struct {
		frame  string
		answer func(frame) []byte
		want   string
	}{
		{frameMessage, frame.accepted, `{"code":200,"message":"OK","headers":{"contentType":"application/json","messageId":"f-1"},"data":"{\"response\":null}"}`},
		{frameReadMark, frame.accepted, `{"code":200,"message":"OK","headers":{"contentType":"application/json","messageId":"f-3"},"data":"{\"status\":\"SUCCESS\",\"message\":\"ok\"}"}`},
		{frameReadMark, frame.later, `{"code":500,"message":"handler failed","headers":{"contentType":"application/json","messageId":"f-3"},"data":"{\"status\":\"LATER\",\"message\":\"try again\"}"}`},
		{frameMessage, frame.later, ``},
	} {
		f, err := readFrame([]byte(a.frame))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(a.answer(f)); got != a.want {
			t.Errorf("%s, want %s", got, a.want)
		}
	}
}

func FuzzFrame(f *testing.F) {
	for _, s := range []string{framePing, frameMessage, frameReadMark, `{"type":"EVENT","headers":7,"data":null}`, `{"type":"CALLBACK","data":"\""}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fr, err := readFrame(raw)
		if err != nil {
			return
		}
		for _, b := range [][]byte{fr.accepted(), fr.ack(ackNotFound, "x", string(fr.Data))} {
			var a ack
			if err := json.Unmarshal(b, &a); err != nil || strings.ToValidUTF8(string(fr.Headers.MessageID), "\ufffd") != a.Headers["messageId"] {
				t.Errorf("%s answered by %s", raw, b)
			}
		}
		if e, err := fr.event(time.Unix(0, 0)); err == nil && (e.ID == "" || len(e.ID) > 200) {
			t.Errorf("%s: %+v", raw, e)
		} else if err == nil {
			e.Receipt()
			e.Left()
		}
	})
}

// Whatever an HTTP answer holds, it is judged; and a failure is never taken for a success.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{`{"errcode":0}`, `{"errcode":"88","sub_code":"40014"}`, `<html>`, ``, `{"success":false}`, `{"code":"x","accessdenieddetail":{"requiredScopes":["a"]}}`, `{"status":1111}`} {
		f.Add(200, []byte(s), true)
		f.Add(403, []byte(s), false)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, old bool) {
		if status < 200 || status > 599 {
			return
		}
		e := answer{status: status, body: body}.failure(KindPersonSend, old, false, time.Unix(0, 0))
		if e == nil {
			var v map[string]any
			if status >= 300 || json.Unmarshal(body, &v) != nil {
				t.Errorf("%d %q is a success", status, body)
			}
			return
		}
		if e.Class == "" || e.Hint == "" || strings.ContainsAny(e.Error(), "\n\r") {
			t.Errorf("%d %q: %#v", status, body, e)
		}
	})
}
