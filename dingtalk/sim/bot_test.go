package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/coder/websocket"

	"duixian/dingtalk/sim"
)

// inbound is a robot message as a careful bot reads it.
type inbound struct {
	MsgID                     string
	MsgType                   string
	Text                      struct{ Content string }
	Content                   content
	ConversationType          string
	SenderStaffID             string
	SenderNick                string
	SessionWebhook            string
	SessionWebhookExpiredTime int64
	CreateAt                  json.RawMessage
	ErrorCode                 string
	IsInAtList                bool
	RobotCode                 string
}

type content struct{ DownloadCode, FileName, Recognition, UnknownMsgType string }

type wireFrame struct {
	Type    string
	Headers map[string]any
	Data    string
}

// bot is the smallest stream client: every frame is noted, and acknowledged unless it is told to keep silent.
type bot struct {
	desk   *desk
	ws     *websocket.Conn
	frames chan wireFrame
	mute   sync.Map // topic → true: no ack
	answer func(wireFrame) string
}

var everything = []map[string]string{{"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"}, {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"}, {"type": "EVENT", "topic": "*"}}

func (d *desk) ticket() (endpoint, ticket string) {
	d.t.Helper()
	d.bots++
	a := d.want(200, "POST", "/v1.0/gateway/connections/open", map[string]any{"clientId": d.app.ClientID, "clientSecret": d.app.ClientSecret.Reveal(), "subscriptions": everything, "ua": fmt.Sprintf("test/%d", d.bots)})
	return a["endpoint"].(string), a["ticket"].(string)
}

// newBot connects; on, if given, is called with each robot message after its ack.
func newBot(d *desk, on func(*bot, inbound)) *bot {
	d.t.Helper()
	endpoint, ticket := d.ticket()
	ws, resp, err := websocket.Dial(d.t.Context(), endpoint+"?ticket="+url.QueryEscape(ticket), nil)
	if err != nil {
		d.t.Fatal(err, resp)
	}
	agent := fmt.Sprintf("连接建立 test/%d", d.bots)
	if _, err := d.WaitCall(soon(d.t), func(c sim.Call) bool { return c.Kind == "stream" && slices.Contains(c.Notes, agent) }); err != nil {
		d.t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	b := &bot{desk: d, ws: ws, frames: make(chan wireFrame, 1000)}
	done := make(chan struct{})
	d.t.Cleanup(func() {
		_ = ws.CloseNow() // gone already in many tests
		<-done
	})
	go func() {
		defer close(done)
		defer close(b.frames)
		for {
			_, data, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			var f wireFrame
			if json.Unmarshal(data, &f) != nil {
				continue
			}
			topic, _ := f.Headers["topic"].(string)
			b.frames <- f
			if _, mute := b.mute.Load(topic); !mute && topic != "disconnect" {
				b.ack(f)
			}
			if on != nil && topic == "/v1.0/im/bot/messages/get" {
				var m inbound
				if json.Unmarshal([]byte(f.Data), &m) == nil {
					on(b, m)
				}
			}
		}
	}()
	return b
}

func (b *bot) ack(f wireFrame) {
	data := f.Data
	if f.Type != "SYSTEM" {
		data = `{"response":null}`
	}
	if b.answer != nil {
		if text := b.answer(f); text != "" {
			data = text
		}
	}
	text, _ := json.Marshal(map[string]any{"code": 200, "message": "OK", "headers": map[string]any{"messageId": f.Headers["messageId"], "contentType": "application/json"}, "data": data})
	_ = b.ws.Write(context.Background(), websocket.MessageText, text) // the test sees what comes of it
}

// next is the next frame that is not a ping; a connection that has gone fails the test.
func (b *bot) next() wireFrame {
	b.desk.t.Helper()
	for {
		select {
		case f, open := <-b.frames:
			if !open {
				b.desk.t.Fatal("the connection is gone")
			}
			if f.Headers["topic"] != "ping" {
				return f
			}
		case <-soon(b.desk.t).Done():
			b.desk.t.Fatal("no frame came")
		}
	}
}

// message is the next robot message and its messageId.
func (b *bot) message() (inbound, string) {
	b.desk.t.Helper()
	f := b.next()
	var m inbound
	if err := json.Unmarshal([]byte(f.Data), &m); err != nil {
		b.desk.t.Fatal(err, f.Data)
	}
	return m, fmt.Sprint(f.Headers["messageId"])
}

// quiet demands that nothing was pushed: a ping that the simulator sends now must be the next frame.
func (b *bot) quiet() {
	b.desk.t.Helper()
	if _, err := b.desk.Cut("ping", ""); err != nil {
		b.desk.t.Fatal(err)
	}
	select {
	case f := <-b.frames:
		if f.Headers["topic"] != "ping" {
			b.desk.t.Fatalf("unexpected frame %v %s", f.Headers, f.Data)
		}
	case <-soon(b.desk.t).Done():
		b.desk.t.Fatal("no ping came")
	}
}

// gone waits for the connection to end.
func (b *bot) gone() {
	b.desk.t.Helper()
	for {
		select {
		case _, open := <-b.frames:
			if !open {
				return
			}
		case <-soon(b.desk.t).Done():
			b.desk.t.Fatal("the connection is still there")
		}
	}
}

func (b *bot) reply(m inbound, body map[string]any) {
	data, _ := json.Marshal(body)
	resp, err := http.Post(m.SessionWebhook, "application/json", bytes.NewReader(data))
	if err != nil {
		return // the test waits for the answer
	}
	_ = resp.Body.Close()
}

// fetch downloads a person's file and says how long it is.
func (b *bot) fetch(code string) string {
	body, _ := json.Marshal(map[string]string{"downloadCode": code, "robotCode": b.desk.app.RobotCode})
	r, err := http.NewRequestWithContext(b.desk.t.Context(), "POST", b.desk.url+"/v1.0/robot/messageFiles/download", bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("x-acs-dingtalk-access-token", b.desk.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	var out struct{ DownloadURL string }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return err.Error()
	}
	file, err := http.Get(out.DownloadURL)
	if err != nil {
		return err.Error()
	}
	defer file.Body.Close()
	data, err := io.ReadAll(file.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(len(data))
}
