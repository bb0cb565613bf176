package dingtalk

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const wholeMessage = `{"msgId":"msgFAKE001","msgtype":"text","text":{"content":" 状态 "},"conversationType":"2","conversationId":"cidFAKE1==","conversationTitle":"示例群","senderStaffId":"u001","senderUnionId":"UN001","senderNick":"示例","senderCorpId":"dingcorp1","chatbotCorpId":"dingcorp1","chatbotUserId":"$:LWCP_v1:$bot","senderId":"$:LWCP_v1:$u1","isAdmin":false,"isInAtList":true,"atUsers":[{"dingtalkId":"$:x"}],"robotCode":"dingfake01","senderPlatform":"Mac","createAt":1763800000050,"sessionWebhook":"https://oapi.dingtalk.com/robot/sendBySession?session=aa01","sessionWebhookExpiredTime":1763805400050,"aNewField":{"x":[1]}}`

func TestAMessageIsRead(t *testing.T) {
	m, err := readMessage([]byte(wholeMessage))
	if err != nil {
		t.Fatal(err)
	}
	if m.Session.URL.Reveal() != "https://oapi.dingtalk.com/robot/sendBySession?session=aa01" || m.Session.Expires.Sub(m.Created) != SessionLife {
		t.Errorf("session %v, %s", m.Session.URL.Reveal(), m.Session.Expires)
	}
	m.Session = Session{}
	want := Incoming{
		ID: "msgFAKE001", Form: FormText, Text: "状态", Group: true, Conversation: "cidFAKE1==", ConversationTitle: "示例群", Mentioned: true,
		StaffID: "u001", UnionID: "UN001", SenderID: "$:LWCP_v1:$u1", Nick: "示例", SenderCorp: "dingcorp1", RobotCorp: "dingcorp1", RobotCode: "dingfake01", Platform: "Mac",
		Created: time.UnixMilli(1763800000050),
	}
	got, _ := json.Marshal(m)
	wanted, _ := json.Marshal(want)
	if string(got) != string(wanted) {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
	if m.Outsider() {
		t.Error("is no outsider")
	}
	var shown strings.Builder
	full, _ := readMessage([]byte(wholeMessage))
	_ = json.NewEncoder(&shown).Encode(full)
	if strings.Contains(shown.String(), "aa01") {
		t.Errorf("the session's key is shown: %s", shown.String())
	}
}

func TestFormsOfMessages(t *testing.T) {
	for body, want := range map[string]string{
		`{"msgtype":"text","text":{"content":" ／进度 "}}`: `text ／进度 []`,
		`{"msgtype":"text","content":"进度"}`:             `text 进度 []`,
		`{"msgtype":"text","content":{"content":"进度"}}`: `text 进度 []`,
		`{"text":{"content":"进度"}}`:                     `text 进度 []`,
		`{"msgtype":"text"}`:                            `text  []`,
		`{"msgtype":"text","text":"进度"}`:                `text  []`,
		`{"msgtype":"richText","content":{"richText":[{"text":"看"},{"type":"picture","downloadCode":"d1","pictureDownloadCode":"p1"},{"text":"这个 "},{"pictureDownloadCode":"p2"},7]}}`: `richText 看这个 [{picture d1  0s} {picture p2  0s}]`,
		`{"msgtype":"richText","content":{"richText":[{"text":"看"},{"type":"picture","downloadCode":"d1","pictureDownloadCode":"p1"},{"text":"这个 "},{"pictureDownloadCode":"p2"}]}}`:   `richText 看这个 [{picture d1  0s} {picture p2  0s}]`,
		`{"msgtype":"picture","content":{"downloadCode":"d1","pictureDownloadCode":"p1"}}`:                                                                                             `picture  [{picture d1  0s}]`,
		`{"msgtype":"picture","content":"{\"pictureDownloadCode\":\"p1\"}"}`:                                                                                                           `picture  [{picture p1  0s}]`,
		`{"msgtype":"audio","content":{"downloadCode":"d1","duration":4000,"recognition":" 我的奖励。"}}`:                                                                                   `audio 我的奖励。 [{audio d1  4s}]`,
		`{"msgtype":"audio","content":{"downloadCode":"d1","duration":"4000"}}`:                                                                                                        `audio  [{audio d1  4s}]`,
		`{"msgtype":"video","content":{"downloadCode":"d1","duration":"12","videoType":"mp4"}}`:                                                                                        `video  [{video d1  12s}]`,
		`{"msgtype":"file","content":{"downloadCode":"d1","fileName":"名单.xlsx","spaceId":1,"fileId":"2"}}`:                                                                             `file  [{file d1 名单.xlsx 0s}]`,
		`{"msgtype":"file","content":{"fileName":"名单.xlsx"}}`:                                                                                                                          `file  []`,
		`{"msgtype":"unknownMsgType","content":{"unknownMsgType":"x"}}`:                                                                                                                `unknown  []`,
		`{"msgtype":"hologram"}`: `unknown  []`,
		`{}`:                     `unknown  []`,
		`{"msgtype":7,"text":[],"content":[],"createAt":"x","isInAtList":{},"sessionWebhookExpiredTime":1e300,"senderStaffId":null}`: `unknown  []`,
	} {
		m, err := readMessage([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if got := string(m.Form) + " " + m.Text + " " + filesOf(m); got != want {
			t.Errorf("%s:\n%s, want\n%s", body, got, want)
		}
	}
	for _, body := range []string{``, `null`, `[]`, `"x"`, `{`, `{"msgId":"a"} x`, `1`} {
		if m, err := readMessage([]byte(body)); err == nil {
			t.Errorf("%q is a message: %+v", body, m)
		}
	}
}

func filesOf(m *Incoming) string {
	var parts []string
	for _, f := range m.Files {
		parts = append(parts, "{"+strings.Join([]string{string(f.Form), f.Code, f.Name, f.Duration.String()}, " ")+"}")
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func TestNumbersAndTruthsInQuotes(t *testing.T) {
	m, err := readMessage([]byte(`{"msgId":12345678901234567890,"createAt":"1763800000050","isAdmin":"true","isInAtList":1,"conversationType":2,"errorCode":20001,"errorMessage":"quota","sessionWebhookExpiredTime":"1763805400050"}`))
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != "12345678901234567890" || m.Created.UnixMilli() != 1763800000050 || !m.OrgAdmin || !m.Mentioned || !m.Group || !m.QuotaGone || m.Session.Expires.UnixMilli() != 1763805400050 {
		t.Errorf("%+v", m)
	}
	if !m.Outsider() {
		t.Error("who cannot be told is an outsider")
	}
	m, _ = readMessage([]byte(`{"senderStaffId":"u1","senderCorpId":"other","chatbotCorpId":"ours"}`))
	if !m.Outsider() {
		t.Error("another organisation's member is an outsider")
	}
}

func TestKeysOfEvents(t *testing.T) {
	for id, want := range map[string]string{"msg1": "msg1", " msg1 ": "msg1", "msg+/=:$": "msg+/=:$"} {
		if got := eventKey(id, nil); got != want {
			t.Errorf("%q: %q", id, got)
		}
	}
	long, odd := strings.Repeat("x", 201), "消息\x00"
	for _, id := range []string{long, odd, ""} {
		a, b := eventKey(id, []byte("1")), eventKey(id, []byte("1"))
		if a != b || !strings.HasPrefix(a, "sha256:") || len(a) > 200 {
			t.Errorf("%q: %q, %q", id, a, b)
		}
	}
	if eventKey("", []byte("1")) == eventKey("", []byte("2")) || eventKey(long, nil) == eventKey(odd, nil) {
		t.Error("different events have one key")
	}
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(wholeMessage))
	f.Add([]byte(`{"msgtype":"richText","content":{"richText":[{"text":"看"},{"downloadCode":"d1"}]}}`))
	f.Add([]byte(`{"errorCode":"20001"}`))
	f.Add([]byte(`{"content":"{\"content\":\"x\"}","msgtype":"audio"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := readMessage(body)
		if err != nil {
			return
		}
		if !json.Valid(body) {
			t.Errorf("%q is no JSON", body)
		}
		if m.Text != strings.TrimSpace(m.Text) || m.Form == "" {
			t.Errorf("%+v", m)
		}
		for _, a := range m.Files {
			if a.Code == "" || a.Duration < 0 || a.Duration > 24*time.Hour {
				t.Errorf("%+v", a)
			}
		}
		if key := eventKey(m.ID, body); key == "" || len(key) > 200 {
			t.Errorf("key %q", key)
		}
		_ = m.Outsider()
	})
}
