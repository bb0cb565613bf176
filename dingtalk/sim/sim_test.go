package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

// clock is a time that only moves when the test says so.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// desk is a simulator with its clock and a client that holds a token.
type desk struct {
	*sim.Sim
	t     *testing.T
	clock *clock
	url   string
	app   sim.App
	token string
	bots  int
}

func open(t *testing.T, change ...func(*sim.Options)) *desk {
	t.Helper()
	c := &clock{now: time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)}
	opt := sim.Options{Now: c.Now}
	for _, f := range change {
		f(&opt)
	}
	s, err := sim.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	url, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Sim: s, t: t, clock: c, url: url}
	if len(opt.Config.Apps) > 0 || opt.Config.People == nil {
		d.app = s.App(0)
		d.login()
	}
	return d
}

func (d *desk) login() {
	d.t.Helper()
	d.token = d.want(200, "POST", "/v1.0/oauth2/accessToken", map[string]any{"appKey": d.app.ClientID, "appSecret": d.app.ClientSecret.Reveal()})["accessToken"].(string)
}

// move advances the clock and lets the simulator do what has become due.
func (d *desk) move(by time.Duration) {
	d.clock.mu.Lock()
	d.clock.now = d.clock.now.Add(by)
	d.clock.mu.Unlock()
	d.Wake()
}

// raw makes a request and returns status and body.
func (d *desk) raw(method, path, kind string, body io.Reader, headers ...string) (int, string) {
	d.t.Helper()
	target := path
	if strings.HasPrefix(path, "/") {
		target = d.url + path
	}
	r, err := http.NewRequestWithContext(d.t.Context(), method, target, body)
	if err != nil {
		d.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if d.token != "" {
		r.Header.Set("x-acs-dingtalk-access-token", d.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// want makes a JSON call that must answer with a status, and returns the answer.
func (d *desk) want(status int, method, path string, body any, headers ...string) map[string]any {
	d.t.Helper()
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			d.t.Fatal(err)
		}
	}
	got, text := d.raw(method, path, "application/json", bytes.NewReader(data), headers...)
	if got != status {
		d.t.Fatalf("%s %s: HTTP %d, want %d: %s", method, path, got, status, text)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		d.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
	return answer
}

// old calls the old host and demands an errcode.
func (d *desk) old(code int, path string, body any) map[string]any {
	d.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	if !strings.Contains(path, "access_token=") && !strings.HasPrefix(path, "/robot/") {
		path += sep + "access_token=" + d.token
	}
	answer := d.want(200, "POST", path, body)
	if fmt.Sprint(answer["errcode"]) != fmt.Sprint(code) {
		d.t.Fatalf("%s: %v, want errcode %d", path, answer, code)
	}
	return answer
}

// chat is the conversation of a person with the first robot.
func (d *desk) chat(person string) string {
	d.t.Helper()
	id, err := d.Chat(person, "")
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *desk) say(person, conversation, text string) sim.Message {
	d.t.Helper()
	m, err := d.Say(d.t.Context(), sim.Say{As: person, Conversation: conversation, Text: text})
	if err != nil {
		d.t.Fatal(err)
	}
	return m
}

// soon is a context for something that must happen without the clock moving.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// shown waits for a message with a text anywhere.
func (d *desk) shown(text string) sim.Message {
	d.t.Helper()
	m, err := d.Wait(soon(d.t), func(m sim.Message) bool { return strings.Contains(m.Text, text) && m.From.Kind != "person" })
	if err != nil {
		d.t.Fatalf("no message with %q: %v", text, err)
	}
	return m
}

func param(v map[string]any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
