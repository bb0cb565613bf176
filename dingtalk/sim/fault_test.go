package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

// TestFaultsOfCalls throws each fault that changes an answer and looks at status, body and whether the work was done.
func TestFaultsOfCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault, call string
		status      int
		body        string
		done        int // messages in the chat afterwards
	}{
		{"token-400", "new", 400, `"code":"InvalidAuthentication"`, 0},
		{"token-400", "old", 200, `"errcode":40014`, 0},
		{"token-88", "old", 200, `"sub_code":"40014"`, 0},
		{"qps-403", "new", 403, "QpsLimitForAppkeyAndApi", 0},
		{"qps-403", "old", 200, `"errcode":90018`, 0},
		{"month-403", "new", 403, "ApiCountLimitForOrg", 0},
		{"ban-1111", "new", 200, `"status":1111`, 0},
		{"html-200", "new", 200, "<!DOCTYPE html>", 0},
		{"html-200", "old", 200, "<!DOCTYPE html>", 0},
		{"error-500", "new", 500, "system.error", 0},
		{"error-500", "old", 200, `"errcode":-1`, 0},
		{"ambiguous-504", "new", 504, "GatewayTimeout", 1},
		{"ambiguous-504", "old", 200, `"errcode":15`, 1},
		{"errcode-string", "old", 200, `"errcode":"0"`, 1},
		{"hook-130101", "hook", 200, "130101", 0},
		{"hook-310000", "hook", 200, "310000", 0},
		{"session-gone", "session", 200, "300001", 0},
		{"open-400", "open", 400, "BadRequest", 0},
		{"open-503", "open", 503, "ServiceUnavailable", 0},
		{"open-html", "open", 400, "<!DOCTYPE html>", 0},
	} {
		t.Run(c.fault+"/"+c.call, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			group, err := d.Group("项目群")
			if err != nil {
				t.Fatal(err)
			}
			text := map[string]any{"msgtype": "text", "text": map[string]any{"content": "x"}}
			calls := map[string]struct {
				path string
				body map[string]any
			}{
				"new":     {"/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleText", "msgParam": `{"content":"x"}`}},
				"old":     {"/topapi/message/corpconversation/asyncsend_v2?access_token=" + d.token, map[string]any{"agent_id": d.app.AgentID, "userid_list": "u001", "msg": text}},
				"hook":    {"/robot/send?access_token=" + d.Hooks(group)[0].Token, text},
				"session": {"/robot/sendBySession?session=any", text},
				"open":    {"/v1.0/gateway/connections/open", map[string]any{"clientId": d.app.ClientID, "clientSecret": d.app.ClientSecret.Reveal(), "subscriptions": everything}},
			}
			call := calls[c.call]
			if err := d.Set(c.fault, sim.Setting{On: true, Times: 1}); err != nil {
				t.Fatal(err)
			}
			ask := func() (int, string) {
				return d.raw("POST", call.path, "application/json", strings.NewReader(param(call.body)))
			}
			status, body := ask()
			if status != c.status || !strings.Contains(body, c.body) {
				t.Errorf("%d %s", status, body)
			}
			if n := len(d.Messages("")); n != c.done {
				t.Errorf("%d messages, want %d", n, c.done)
			}
			if f := find(d, c.fault); f.Hits != 1 || f.On {
				t.Errorf("after its one time: %+v", f)
			}
			if again, text := ask(); again == c.status && strings.Contains(text, c.body) && c.fault != "hook-130101" && c.fault != "session-gone" {
				t.Errorf("a second time: %d %s", again, text)
			}
		})
	}
}

func find(d *desk, name string) sim.Fault {
	for _, f := range d.Faults() {
		if f.Name == name {
			return f
		}
	}
	d.t.Fatal("no fault " + name)
	return sim.Fault{}
}

// TestEveryFaultIsKnown: names are unique, all have their words, an unknown one is refused with the list.
func TestEveryFaultIsKnown(t *testing.T) {
	t.Parallel()
	d := open(t)
	seen := map[string]bool{}
	for _, f := range d.Faults() {
		if seen[f.Name] || f.Title == "" || f.Why == "" || f.Group == "" {
			t.Errorf("%+v", f)
		}
		seen[f.Name] = true
	}
	if err := d.Set("no-such", sim.Setting{On: true}); err == nil || !strings.Contains(err.Error(), "zombie") {
		t.Error(err)
	}
	if err := d.Set("zombie", sim.Setting{On: true, Percent: 101}); err == nil {
		t.Error("101 percent")
	}
}

func TestBusyAtTheFullHour(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.On("busy-hour")
	d.old(0, "/topapi/user/listadmin", nil) // 09:30
	d.move(30 * time.Minute)
	d.old(90002, "/topapi/user/listadmin", nil)
	d.move(time.Minute)
	d.old(0, "/topapi/user/listadmin", nil)
}

func TestConnectionsRotate(t *testing.T) {
	t.Parallel()
	d := open(t)
	if err := d.Set("rotate", sim.Setting{On: true, Seconds: 20}); err != nil {
		t.Fatal(err)
	}
	b := newBot(d, nil)
	d.move(20 * time.Second)
	if f := b.next(); f.Headers["topic"] != "disconnect" {
		t.Errorf("%+v", f)
	}
	d.move(10 * time.Second)
	b.gone()
}

func TestPercentAndPathRestrictAFault(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) { o.Config.Limits.QPS = -1 })
	if err := d.Set("error-500", sim.Setting{On: true, Percent: 10, Path: "listadmin"}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for range 300 {
		if fmt.Sprint(d.want(200, "POST", "/topapi/user/listadmin?access_token="+d.token, nil)["errcode"]) == "-1" {
			failed++
		}
		d.old(0, "/topapi/role/list", nil)
	}
	if failed < 10 || failed > 60 {
		t.Errorf("%d of 300 failed, want about 30", failed)
	}
}

// TestTheControlAPI drives the simulator as a test program in another language would.
func TestTheControlAPI(t *testing.T) {
	t.Parallel()
	d := open(t)
	chat := d.want(200, "POST", "/sim/chats", map[string]any{"person": "u001"})["conversation"].(string)
	m := d.want(200, "POST", "/sim/say", map[string]any{"as": "u001", "conversation": chat, "text": "你好"})
	if m["id"] == "" || m["delivered"].([]any)[0].(map[string]any)["state"] != "offline" {
		t.Errorf("%v", m)
	}
	if a := d.want(400, "POST", "/sim/say", map[string]any{"as": "nobody", "conversation": chat, "text": "x"}); !strings.Contains(a["error"].(string), "u001") {
		t.Errorf("%v", a)
	}
	d.want(200, "POST", "/sim/faults", map[string]any{"name": "zombie", "on": true})
	if !find(d, "zombie").On {
		t.Error("not switched on")
	}
	d.want(200, "POST", "/sim/faults/clear", nil)
	if find(d, "zombie").On {
		t.Error("not switched off")
	}
	made := d.want(200, "POST", "/sim/apps", map[string]any{"name": "第二个", "webhook": "http://127.0.0.1:1/x"})
	if made["client_secret"] != "[redacted]" {
		t.Errorf("%v", made)
	}
	d.want(400, "POST", "/sim/apps", map[string]any{"name": "第三个", "webhook": "ftp://x"})
	if s := d.want(200, "GET", "/sim/apps/"+made["client_id"].(string)+"/secret", nil); len(s["client_secret"].(string)) < 30 {
		t.Errorf("%v", s)
	}
	d.want(200, "POST", "/sim/groups", map[string]any{"title": "新群", "members": []string{"u001"}, "robots": []string{made["client_id"].(string)}})
	d.want(400, "POST", "/sim/groups", map[string]any{"title": "新群", "members": []string{"u001"}})
	d.want(400, "POST", "/sim/groups", map[string]any{"title": "另一个", "members": []string{"nobody"}})
	d.want(400, "POST", "/sim/clock", map[string]any{"days": 1}) // none was given
	status, text := d.raw("GET", "/sim/log?kind=api", "", nil)
	var calls []sim.Call
	if status != 200 || json.Unmarshal([]byte(text), &calls) != nil || len(calls) == 0 || strings.Contains(text, d.app.ClientSecret.Reveal()) || strings.Contains(text, d.token) {
		t.Errorf("the log: %d %s", status, text)
	}
	d.want(200, "POST", "/sim/reset", nil)
	if len(d.Messages("")) != 0 || d.App(0).ClientID != d.app.ClientID {
		t.Error("not as at the beginning")
	}
}

func TestOtherWebSitesStayOutside(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, headers := range map[string][]string{
		"another site posts":    {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		"another origin of old": {"Origin", "https://evil.example"},
		"a name bound to us":    {"Host", "evil.example"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", d.url+"/sim/reset", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(headers[0], headers[1])
		if headers[0] == "Host" {
			r.Host = headers[1]
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: HTTP %d", name, resp.StatusCode)
		}
	}
	resp, err := http.Get(d.url)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Error(csp)
	}
}

func TestTheSameSeedMakesTheSameIDs(t *testing.T) {
	t.Parallel()
	play := func(seed uint64) string {
		d := open(t, func(o *sim.Options) { o.Seed = seed })
		d.say("u001", d.chat("u001"), "x")
		d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleText", "msgParam": `{"content":"x"}`})
		text := d.app.ClientID + d.token
		for _, m := range d.Messages("") {
			text += m.ID + m.Conversation + m.Key
		}
		return text
	}
	if one, same, other := play(7), play(7), play(8); one != same || one == other {
		t.Errorf("%s\n%s\n%s", one, same, other)
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	good := "apps:\n  - name: 助手\n    client_id: a1\n    client_secret: s\npeople:\n  - {staff_id: p1, name: 张三}\ngroups:\n  - {title: 群, members: [p1], robots: [a1]}\n"
	c, err := sim.ReadConfig([]byte(good))
	if err != nil || c.Apps[0].ClientSecret.Reveal() != "s" {
		t.Fatal(c, err)
	}
	if _, err := sim.ReadConfig([]byte(`{"apps":[{"client_id":"a1"}],"people":[{"staff_id":"p1","name":"张三"}]}`)); err != nil {
		t.Error("JSON:", err)
	}
	for text, want := range map[string]string{
		"peeple: []\n": "peeple",
		"people:\n  - {staff_id: p1, name: 张三}\n  - {staff_id: p1, name: 李四}\n": "twice",
		"people:\n  - {name: 张三}\n":                                "staff_id",
		strings.Replace(good, "members: [p1]", "members: [p2]", 1): `"p2"`,
		strings.Replace(good, "robots: [a1]", "robots: [a2]", 1):   `"a2"`,
	} {
		if _, err := sim.ReadConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := sim.New(sim.Options{}); err == nil {
		t.Error("no clock is no error")
	}
}

func TestTheCalendarOnlyGoesForward(t *testing.T) {
	t.Parallel()
	day := &clock{now: time.Date(2026, 1, 31, 1, 0, 0, 0, time.UTC)}
	broken := errors.New("第 3 天失败")
	var fail error
	d := open(t, func(o *sim.Options) {
		o.Clock = &sim.Clock{Now: day.Now, Advance: func(_ context.Context, to time.Time) error {
			day.mu.Lock()
			defer day.mu.Unlock()
			day.now = to
			return fail
		}}
	})
	at := func(want string) {
		t.Helper()
		if got := day.Now().In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	d.want(200, "POST", "/sim/clock", map[string]any{"months": 1})
	at("2026-02-28 09:00")
	d.want(200, "POST", "/sim/clock", map[string]any{"days": 1})
	at("2026-03-01 09:00")
	d.want(200, "POST", "/sim/clock", map[string]any{"to": "2028-02-29"})
	at("2028-02-29 09:00")
	for _, wrong := range []map[string]any{{"to": "2027-01-01"}, {"to": "1 March"}, {"days": -1}, {}} {
		d.want(400, "POST", "/sim/clock", wrong)
	}
	at("2028-02-29 09:00")
	said := d.say("u001", d.chat("u001"), "x")
	if !said.At.Equal(day.Now()) {
		t.Error("messages are not dated by the calendar:", said.At)
	}
	d.old(0, "/topapi/user/listadmin", nil) // the token lives on the wire's clock, on which no second has passed
	if q := d.Quota(); q.Month != "2028-02" {
		t.Errorf("%+v", q)
	}
	fail = broken
	if a := d.want(400, "POST", "/sim/clock", map[string]any{"days": 1}); a["error"] != broken.Error() {
		t.Errorf("%v", a)
	}
}
