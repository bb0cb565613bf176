package dingtalk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk"
	"duixian/secret"
)

// The secrets of the tests. No error and no log may show one.
const (
	appSecret    = "sEcReT-of-the-app-0123456789"
	accessToken  = "tok-5b1f0c9e-access"
	robotToken   = "a1b2c3d4e5f6-robot-token"
	robotKey     = "SEC0123456789abcdef-robot-key"
	sessionKey   = "5e551011-session-key"
	ticket       = "71c4e700-ticket-00-11"
	confidential = "1,234,567.00 元"
	mobile       = "13800001111"
	downloadCode = "dl-c0de-66778899"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("", 8*3600))

// fake is a RoundTripper in front of a handler, which keeps what went through it. Tokens are handed out without
// asking the handler, unless tokens is false.
type fake struct {
	answer http.HandlerFunc
	tokens bool

	mu   sync.Mutex
	seen []string
}

func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body.Close()
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w := httptest.NewRecorder()
	if f.tokens && r.URL.Path == "/v1.0/oauth2/accessToken" {
		fmt.Fprintf(w, `{"accessToken":%q,"expireIn":7200}`, accessToken)
	} else {
		f.mu.Lock()
		f.seen = append(f.seen, wireOf(r, body))
		f.mu.Unlock()
		f.answer(w, r)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// wireOf shows a request as it goes over the wire, readable: JSON inside JSON is left as it is.
func wireOf(r *http.Request, body []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s", r.Method, r.URL.Host, r.URL.EscapedPath())
	q := r.URL.Query()
	var names []string
	for name := range q {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, "\n  ?%s = %s", name, strings.Join(q[name], ","))
	}
	if t := r.Header.Get("x-acs-dingtalk-access-token"); t != "" {
		fmt.Fprintf(&b, "\n  token %s", t)
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch kind {
	case "application/json":
		var v map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return b.String() + "\n  not JSON: " + string(body)
		}
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		e.SetIndent("  ", "  ")
		_ = e.Encode(v)
		b.WriteString("\n  " + strings.TrimSpace(out.String()))
	case "application/x-www-form-urlencoded":
		r.Body = io.NopCloser(bytes.NewReader(body))
		_ = r.ParseForm()
		names = names[:0]
		for name := range r.PostForm {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Fprintf(&b, "\n  %s = %s", name, r.PostForm.Get(name))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	case "multipart/form-data":
		r.Body = io.NopCloser(bytes.NewReader(body))
		file, header, err := r.FormFile("media")
		if err != nil {
			return b.String() + "\n  no part named media: " + err.Error()
		}
		content, _ := io.ReadAll(file)
		fmt.Fprintf(&b, "\n  media %s (%s), %d bytes", header.Filename, header.Header.Get("Content-Type"), len(content))
	}
	return b.String()
}

func (f *fake) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

// newClient is a client whose whole world is answer.
func newClient(t testing.TB, answer http.HandlerFunc, change ...func(*dingtalk.Options)) (*dingtalk.Client, *fake) {
	t.Helper()
	f := &fake{answer: answer, tokens: true}
	o := dingtalk.Options{
		ClientID: "dingtest01", ClientSecret: appSecret, AgentID: 77, Transport: f, Now: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, c := range change {
		c(&o)
	}
	c, err := dingtalk.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, f
}

// say answers every request with one body.
func say(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func session() dingtalk.Session {
	return dingtalk.Session{URL: secret.Text("https://oapi.dingtalk.com/robot/sendBySession?session=" + sessionKey), Expires: noon.Add(90 * time.Minute)}
}

func groupRobot(t testing.TB) dingtalk.GroupRobot {
	t.Helper()
	r, err := dingtalk.NewGroupRobot(secret.Text("https://oapi.dingtalk.com/robot/send?access_token="+robotToken), robotKey)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
