package dingtalk_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"duixian/dingtalk"
)

// realClient speaks to handler over loopback, through a transport of its own.
func realClient(t *testing.T, server *httptest.Server, change ...func(*dingtalk.Options)) *dingtalk.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	o := dingtalk.Options{
		ClientID: "dingtest01", ClientSecret: appSecret, AgentID: 77, API: server.URL, OAPI: server.URL, Transport: transport,
		Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, c := range change {
		c(&o)
	}
	c, err := dingtalk.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func withTokens(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1.0/oauth2/accessToken" {
			say(200, `{"accessToken":"`+accessToken+`","expireIn":7200}`)(w, r)
			return
		}
		next(w, r)
	})
}

// What was written may have been done; what never found a connection was not.
func TestBelowHTTP(t *testing.T) {
	hijack := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = io.WriteString(conn, answer)
			if tcp, ok := conn.(*net.TCPConn); ok && answer == "" {
				_ = tcp.SetLinger(0) // a reset, not a farewell
			}
			conn.Close()
		}
	}
	for name, f := range map[string]struct {
		answer http.HandlerFunc
		code   string
	}{
		"reset after the request": {hijack(""), "cut"},
		"cut in the header":       {hijack("HTTP/1.1 200 OK\r\nContent-"), "cut"},
		"cut in the body":         {hijack("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"processQueryKey\":\"p"), "cut"},
		"cut in a chunk":          {hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"processQ"), "cut"},
		"not HTTP":                {hijack("SSH-2.0-x\r\n"), "cut"},
		"gzip that is none":       {say(200, "x", "Content-Encoding", "gzip"), "cut"},
		"endless":                 {say(200, strings.Repeat("x", 5<<20)), "too-long"},
	} {
		server := httptest.NewServer(withTokens(f.answer))
		c := realClient(t, server)
		_, err := c.SendToPeople(t.Context(), people, hello)
		if e, ok := errors.AsType[*dingtalk.Error](err); !ok || e.Class != dingtalk.Unknown || e.Code != f.code {
			t.Errorf("%s: %+v", name, err)
		}
		if _, err := c.ReadByPeople(t.Context(), "pq-1"); dingtalk.ClassOf(err) != dingtalk.Retry {
			t.Errorf("%s, a question: %+v", name, err)
		}
		server.Close()
	}

	// HTTP/2 tells otherwise how far a request got.
	second := httptest.NewUnstartedServer(withTokens(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	second.EnableHTTP2 = true
	second.StartTLS()
	defer second.Close()
	over2 := second.Client().Transport
	_, err := realClient(t, second, func(o *dingtalk.Options) { o.Transport = over2 }).SendToPeople(t.Context(), people, hello)
	if e, ok := errors.AsType[*dingtalk.Error](err); !ok || e.Class != dingtalk.Unknown {
		t.Errorf("HTTP/2: %+v", err)
	}

	gone := httptest.NewServer(nil)
	gone.Close()
	secure := httptest.NewTLSServer(withTokens(say(200, `{}`)))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	defer secure.Close()
	lost := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.dingtalk.com", IsNotFound: true}}
	}}
	refunds := 0
	for name, f := range map[string]struct {
		c     *dingtalk.Client
		code  string
		class dingtalk.Class
	}{
		"refused":     {realClient(t, gone, func(o *dingtalk.Options) { o.Refund = func(context.Context, dingtalk.Kind) { refunds++ } }), "refused", dingtalk.Retry},
		"dns":         {realClient(t, gone, func(o *dingtalk.Options) { o.Transport = lost }), "dns", dingtalk.Retry},
		"certificate": {realClient(t, secure), "certificate", dingtalk.Configuration},
	} {
		// By session webhook, which needs no token: that would fail first, and as a question.
		err := f.c.SendToGroupRobot(t.Context(), groupRobot(t), "", hello, dingtalk.At{})
		if e, ok := errors.AsType[*dingtalk.Error](err); !ok || e.Class != f.class || e.Code != f.code {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if refunds != 1 {
		t.Errorf("%d refunds of a call that was never sent", refunds)
	}
}

// silentTransport takes requests and never answers.
type silentTransport struct{}

func (silentTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestATimeoutLeavesTheOutcomeOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, nil, func(o *dingtalk.Options) { o.Transport, o.Now = silentTransport{}, time.Now })
		start := time.Now()
		err := c.SendToGroupRobot(t.Context(), groupRobot(t), "", hello, dingtalk.At{})
		e, ok := errors.AsType[*dingtalk.Error](err)
		if !ok || e.Class != dingtalk.Unknown || e.Code != "timeout" || time.Since(start) != 10*time.Second {
			t.Errorf("%+v after %s", err, time.Since(start))
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Error("the caller's own deadline had not passed")
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		err = c.SendToGroupRobot(ctx, groupRobot(t), "", hello, dingtalk.At{})
		if e, ok := errors.AsType[*dingtalk.Error](err); !ok || e.Class != dingtalk.Unknown || !errors.Is(err, context.Canceled) {
			t.Errorf("%+v", err)
		}
	})
}

// A redirect is not followed: the token would go along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s came here", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(withTokens(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/steal", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	c := realClient(t, server)
	if _, err := c.User(t.Context(), "u001"); dingtalk.ClassOf(err) != dingtalk.Configuration {
		t.Errorf("%v", err)
	}
}

func TestDownloads(t *testing.T) {
	var link string
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/big":
			_, _ = w.Write(make([]byte, 2000))
		case "/announced":
			w.Header().Set("Content-Length", "999999999")
		case "/moved":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case "/expired":
			http.Error(w, "<Error>AccessDenied</Error>", http.StatusForbidden)
		default:
			_, _ = io.WriteString(w, "content")
		}
	}))
	defer files.Close()
	server := httptest.NewServer(withTokens(func(w http.ResponseWriter, r *http.Request) { say(200, `{"downloadUrl":"`+link+`"}`)(w, r) }))
	defer server.Close()
	c := realClient(t, server, func(o *dingtalk.Options) { o.Hosts = []string{strings.TrimPrefix(files.URL, "http://")} })
	for _, f := range []struct {
		link  string
		class dingtalk.Class // empty = arrives
	}{
		{files.URL + "/ok", ""},
		{files.URL + "/big", dingtalk.Permanent},
		{files.URL + "/announced", dingtalk.Permanent},
		{files.URL + "/moved", dingtalk.Retry},
		{files.URL + "/expired", dingtalk.Retry},
		{"http://169.254.169.254/latest/meta-data", dingtalk.Configuration},
		{"http://127.0.0.1:1/x", dingtalk.Configuration},
		{"file:///etc/passwd", dingtalk.Configuration},
		{"https://aliyuncs.com.evil.example/x", dingtalk.Configuration},
		{"https://user@x.aliyuncs.com/x", dingtalk.Configuration},
		{"https://x.aliyuncs.com:6379/x", dingtalk.Configuration},
		{"", dingtalk.Retry},
	} {
		link = f.link
		var b strings.Builder
		n, err := c.Download(t.Context(), downloadCode, &b, 1000)
		switch {
		case f.class == "" && (err != nil || n != 7 || b.String() != "content"):
			t.Errorf("%s: %d, %v", f.link, n, err)
		case f.class != "" && dingtalk.ClassOf(err) != f.class:
			t.Errorf("%s: %s, %v", f.link, dingtalk.ClassOf(err), err)
		case b.Len() > 1001:
			t.Errorf("%s: %d bytes were written", f.link, b.Len())
		}
	}
	full := errors.New("disk full")
	link = files.URL + "/ok"
	if _, err := c.Download(t.Context(), downloadCode, brokenWriter{full}, 1000); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
