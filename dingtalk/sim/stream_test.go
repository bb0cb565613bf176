package sim_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"duixian/dingtalk/sim"
)

func TestATicketOpensOneConnectionFor90Seconds(t *testing.T) {
	t.Parallel()
	d := open(t)
	dial := func(endpoint, ticket string) (int, func()) {
		t.Helper()
		ws, resp, err := websocket.Dial(t.Context(), endpoint+"?ticket="+url.QueryEscape(ticket), nil)
		if resp == nil {
			t.Fatal(err)
		}
		return resp.StatusCode, func() {
			if ws != nil {
				_ = ws.CloseNow() // gone or not
			}
		}
	}
	endpoint, ticket := d.ticket()
	status, end := dial(endpoint, ticket)
	defer end()
	if status != http.StatusSwitchingProtocols {
		t.Errorf("first use: %d", status)
	}
	if status, _ := dial(endpoint, ticket); status != http.StatusUnauthorized {
		t.Errorf("second use: %d", status)
	}
	_, ticket = d.ticket()
	d.move(91 * time.Second)
	if status, _ := dial(endpoint, ticket); status != http.StatusUnauthorized {
		t.Errorf("after 91 seconds: %d", status)
	}
	a := d.want(400, "POST", "/v1.0/gateway/connections/open", map[string]any{"clientId": d.app.ClientID, "clientSecret": "no", "subscriptions": everything})
	if a["code"] == nil || a["requestid"] == nil {
		t.Errorf("wrong secret: %v", a)
	}
}

func TestAnUnacknowledgedMessageComesAgainAfterAMinute(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := newBot(d, nil)
	b.mute.Store("/v1.0/im/bot/messages/get", true)
	said := d.say("u001", d.chat("u001"), "状态")
	first, frame := b.message()
	if first.MsgID != said.ID || first.SenderStaffID != "u001" || first.ConversationType != "1" || first.Text.Content != "状态" {
		t.Errorf("%+v", first)
	}
	if first.SessionWebhookExpiredTime != d.clock.Now().Add(90*time.Minute).UnixMilli() {
		t.Error("the session does not live 90 minutes")
	}
	d.move(59 * time.Second)
	b.quiet()
	b.mute.Delete("/v1.0/im/bot/messages/get")
	d.move(time.Second)
	if again, sameFrame := b.message(); again.MsgID != first.MsgID || sameFrame != frame {
		t.Errorf("not the same: %s %s", again.MsgID, sameFrame)
	}
	acked(d, said)
	d.move(10 * time.Minute)
	b.quiet()
}

func TestDuplicatesAreThrown(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := newBot(d, nil)
	d.On("duplicate-acked")
	said := d.say("u001", d.chat("u001"), "x")
	_, frame := b.message()
	acked(d, said)
	d.move(time.Second)
	if m, again := b.message(); m.MsgID != said.ID || again != frame {
		t.Error("not the same frame")
	}
	off(d, "duplicate-acked")
	d.On("duplicate-new-id")
	said = d.say("u001", d.chat("u001"), "y")
	one, id1 := b.message()
	two, id2 := b.message()
	if one.MsgID != said.ID || two.MsgID != said.ID || id1 == id2 {
		t.Errorf("%s %s, frames %s %s", one.MsgID, two.MsgID, id1, id2)
	}
	for _, frame := range []string{id1, id2} { // an ack that the bot has yet to send would be muted below
		if _, err := d.WaitCall(soon(t), func(c sim.Call) bool { return c.Kind == "ack" && c.Message == frame }); err != nil {
			t.Fatal(err)
		}
	}
	off(d, "duplicate-new-id")
	d.On("duplicate-16s")
	b.mute.Store("/v1.0/im/bot/messages/get", true)
	d.say("u001", d.chat("u001"), "z")
	b.message()
	d.move(16 * time.Second)
	b.message()
	d.move(44 * time.Second)
	b.message()
	d.move(time.Hour)
	b.quiet()
	d.On("no-redelivery")
	off(d, "duplicate-16s")
	d.say("u001", d.chat("u001"), "w")
	b.message()
	d.move(time.Hour)
	b.quiet()
}

func off(d *desk, fault string) {
	d.t.Helper()
	if err := d.Set(fault, sim.Setting{}); err != nil {
		d.t.Fatal(err)
	}
}

func TestAfterDisconnectNothingMoreIsPushed(t *testing.T) {
	t.Parallel()
	d := open(t)
	old := newBot(d, nil)
	if _, err := d.Cut("disconnect", ""); err != nil {
		t.Fatal(err)
	}
	if f := old.next(); f.Type != "SYSTEM" || f.Headers["topic"] != "disconnect" {
		t.Fatalf("%+v", f)
	}
	lost := d.say("u001", d.chat("u001"), "在间隙里")
	if m := d.Messages(lost.Conversation)[0]; m.Delivered[0].State != "offline" {
		t.Errorf("%+v", m.Delivered)
	}
	fresh := newBot(d, nil)
	said := d.say("u001", d.chat("u001"), "新的")
	if m, _ := fresh.message(); m.MsgID != said.ID {
		t.Error("the new connection did not get it")
	}
	old.quietUntilGone(d)
	if err := d.Redeliver(lost.ID); err != nil {
		t.Fatal(err)
	}
	if m, _ := fresh.message(); m.MsgID != lost.ID {
		t.Error("not delivered again")
	}
}

// quietUntilGone lets the ten seconds pass and demands that nothing but the end comes.
func (b *bot) quietUntilGone(d *desk) {
	d.t.Helper()
	d.move(10 * time.Second)
	for f := range b.frames {
		d.t.Errorf("after disconnect: %v", f.Headers)
	}
}

func TestConnectionsAreCutInEveryWay(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, how := range []string{"close", "reset"} {
		b := newBot(d, nil)
		if n, err := d.Cut(how, ""); err != nil || n != 1 {
			t.Fatal(how, n, err)
		}
		b.gone()
	}
	b := newBot(d, nil)
	if _, err := d.Cut("zombie", ""); err != nil {
		t.Fatal(err)
	}
	d.say("u001", d.chat("u001"), "x")
	b.quiet() // but pings come, and are answered
	if err := b.ws.Ping(soon(t)); err != nil {
		t.Error("a zombie answers pings:", err)
	}
	if _, err := d.Cut("half-open", ""); err != nil {
		t.Fatal(err)
	}
	deaf, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := b.ws.Ping(deaf); err == nil {
		t.Error("a half-open connection answers")
	}
	if n, err := d.Cut("explode", ""); err == nil || n != 0 {
		t.Error("an unknown way is no error")
	}
}

func TestEachPushGoesToOneOfSeveralConnections(t *testing.T) {
	t.Parallel()
	d := open(t)
	bots := []*bot{newBot(d, nil), newBot(d, nil)}
	if err := d.WaitConnected(soon(t), "", 2); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		acked(d, d.say("u001", d.chat("u001"), "x"))
	}
	got := [2]int{}
	for i, b := range bots {
		got[i] = len(b.frames)
	}
	if got[0]+got[1] != 40 || got[0] < 5 || got[1] < 5 {
		t.Errorf("%v of 40", got)
	}
}

func TestOnlySubscribedTopicsArePushed(t *testing.T) {
	t.Parallel()
	d := open(t)
	a := d.want(200, "POST", "/v1.0/gateway/connections/open", map[string]any{"clientId": d.app.ClientID, "clientSecret": d.app.ClientSecret.Reveal(), "subscriptions": everything[1:2]})
	ws, _, err := websocket.Dial(t.Context(), a["endpoint"].(string)+"?ticket="+a["ticket"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	said := d.say("u001", d.chat("u001"), "x")
	if m := d.Messages(said.Conversation)[0]; m.Delivered[0].State != "offline" {
		t.Errorf("%+v", m.Delivered)
	}
}

func TestHowMessagesMayLook(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault string
		good  func(inbound, wireFrame) bool
	}{
		{"empty-staff", func(m inbound, _ wireFrame) bool { return m.SenderStaffID == "" }},
		{"createat-string", func(m inbound, _ wireFrame) bool { return strings.HasPrefix(string(m.CreateAt), `"`) }},
		{"header-number", func(_ inbound, f wireFrame) bool { _, number := f.Headers["time"].(float64); return number }},
		{"unknown-msgtype", func(m inbound, _ wireFrame) bool {
			return m.MsgType == "unknownMsgType" && m.Content.UnknownMsgType != ""
		}},
		{"full-width", func(m inbound, _ wireFrame) bool {
			return strings.HasPrefix(m.Text.Content, " ") && strings.Contains(m.Text.Content, "／")
		}},
		{"extra-fields", func(_ inbound, f wireFrame) bool { return strings.Contains(f.Data, "openThreadId") }},
		{"quota-callback", func(m inbound, _ wireFrame) bool { return m.ErrorCode == "20001" && m.Text.Content == "" }},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			b := newBot(d, nil)
			read := func() (inbound, wireFrame) {
				t.Helper()
				d.say("u001", d.chat("u001"), "/状态")
				f := b.next()
				var m inbound
				decode(t, f.Data, &m)
				return m, f
			}
			if m, f := read(); c.good(m, f) {
				t.Fatal("already without the fault")
			}
			d.On(c.fault)
			if m, f := read(); !c.good(m, f) {
				t.Errorf("%+v %+v", m, f)
			}
		})
	}
}

func TestGroupsReachRobotsByMentionAndWithoutFiles(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := newBot(d, nil)
	group, err := d.Group("项目群")
	if err != nil {
		t.Fatal(err)
	}
	d.say("u001", group, "大家看看")
	if _, err := d.Say(t.Context(), sim.Say{As: "u001", Conversation: group, Mention: []string{d.app.ClientID}, File: &sim.Upload{Name: "a.xlsx", Data: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	b.quiet()
	d.say("u001", group, "@小助手 进度")
	if m, _ := b.message(); m.Text.Content != " 进度" || m.ConversationType != "2" || !m.IsInAtList {
		t.Errorf("%+v", m)
	}
	if _, err := d.Say(t.Context(), sim.Say{As: "x001", Conversation: group, Text: "x"}); err == nil {
		t.Error("who is not in the group writes there")
	}
	d.say("x001", d.chat("x001"), "我是外人")
	if m, _ := b.message(); m.SenderStaffID != "" || m.SenderNick != "外部赵总" {
		t.Errorf("an outsider: %+v", m)
	}
	if _, err := d.Say(t.Context(), sim.Say{As: "u004", Conversation: d.chat("u004"), Text: "x"}); err == nil {
		t.Error("who left still writes")
	}
}

func TestWebhookModeSignsAndTakesAnInlineAnswer(t *testing.T) {
	t.Parallel()
	var secret string
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("sign") != sim.Sign(r.Header.Get("timestamp"), secret) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(`{"msgtype":"text","text":{"content":"就地答复"}}`)) // read by the simulator
	}))
	t.Cleanup(hook.Close)
	d := open(t, func(o *sim.Options) {
		o.Config = sim.Defaults()
		o.Config.Apps[0].Webhook = hook.URL
	})
	secret = d.app.ClientSecret.Reveal()
	said := d.say("u001", d.chat("u001"), "x")
	d.shown("就地答复")
	acked(d, said)
	secret = "another"
	said = d.say("u001", d.chat("u001"), "y")
	if _, err := d.Wait(soon(t), func(m sim.Message) bool { return m.ID == said.ID && m.Delivered[0].State == "failed" }); err != nil {
		t.Error("a refused callback is not shown:", err)
	}
}

// TestTheSignature is the reference's vector.
func TestTheSignature(t *testing.T) {
	t.Parallel()
	if got := sim.Sign("1577262236757", "this is a secret"); got != "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=" {
		t.Error(got)
	}
}

// TestAddressesAreThoseOfTheClient: behind a name that only the client knows, ws and session addresses carry that name.
func TestAddressesAreThoseOfTheClient(t *testing.T) {
	t.Parallel()
	s, err := sim.New(sim.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a := s.App(0)
	r := httptest.NewRequest("POST", "http://sim.internal:8686/v1.0/gateway/connections/open", strings.NewReader(param(map[string]any{"clientId": a.ClientID, "clientSecret": a.ClientSecret.Reveal(), "subscriptions": everything})))
	if text := serve(s.Handler(), r).Body.String(); !strings.Contains(text, `"endpoint":"ws://sim.internal:8686/connect"`) {
		t.Error(text)
	}
}
