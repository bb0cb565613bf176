package dingtalk_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk"
	"duixian/secret"
)

// Vectors made by hand from the rule on the page, with another tool than this code.
func TestSignatures(t *testing.T) {
	at := time.UnixMilli(1577262236757)
	for key, want := range map[secret.Text]string{
		"this is a secret": "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=",
		"SECdemo":          "sLRlUUvzoOXn5DR/+o+s6tOqX+bWe3JGaZ7JQ7844l8=",
	} {
		if timestamp, sign := dingtalk.Sign(at, key); timestamp != "1577262236757" || sign != want {
			t.Errorf("%s, %s", timestamp, sign)
		}
	}
}

// post signs a body as DingTalk does, and lets change spoil the request.
func post(h http.Handler, body string, change func(r *http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/dingtalk", strings.NewReader(body))
	timestamp, sign := dingtalk.Sign(noon, appSecret)
	r.Header.Set("timestamp", timestamp)
	r.Header.Set("sign", sign)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const inboundBody = `{"msgId":"m-1","msgtype":"text","text":{"content":" 进度"},"conversationType":"1","senderStaffId":"u001","createAt":1763800000050}`

func TestWebhook(t *testing.T) {
	var log lockedBuffer
	var got []dingtalk.Event
	var fail error
	h, err := dingtalk.NewWebhook(dingtalk.WebhookOptions{
		Secret: appSecret, Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(&log, nil)), MaxBody: 4096,
		Handler: func(ctx context.Context, e dingtalk.Event) error {
			if _, ok := ctx.Deadline(); !ok || ctx.Err() != nil {
				t.Error("the handler has no time of its own")
			}
			if fail == nil {
				got = append(got, e)
			}
			if e.ID == "m-panic" {
				panic("a bug")
			}
			return fail
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	signAt := func(at time.Time, key secret.Text) func(*http.Request) {
		return func(r *http.Request) {
			timestamp, sign := dingtalk.Sign(at, key)
			r.Header.Set("timestamp", timestamp)
			r.Header.Set("sign", sign)
		}
	}
	for _, c := range []struct {
		name   string
		body   string
		change func(*http.Request)
		status int
		taken  int
	}{
		{"a message", inboundBody, nil, 200, 1},
		{"DingTalk hung up", inboundBody, func(r *http.Request) {
			ctx, cancel := context.WithCancel(r.Context())
			cancel()
			*r = *r.WithContext(ctx)
		}, 200, 1},
		{"five minutes late", inboundBody, signAt(noon.Add(-5*time.Minute), appSecret), 200, 1},
		{"later than that", inboundBody, signAt(noon.Add(-5*time.Minute-time.Millisecond), appSecret), 401, 0},
		{"from the future", inboundBody, signAt(noon.Add(6*time.Minute), appSecret), 401, 0},
		{"another app's key", inboundBody, signAt(noon, "other"), 401, 0},
		{"no signature", inboundBody, func(r *http.Request) { r.Header.Del("sign") }, 401, 0},
		{"no time", inboundBody, func(r *http.Request) { r.Header.Del("timestamp") }, 401, 0},
		{"a time that is none", inboundBody, func(r *http.Request) { r.Header.Set("timestamp", "99999999999999999999") }, 401, 0},
		{"a time in seconds", inboundBody, func(r *http.Request) { r.Header.Set("timestamp", strconv.FormatInt(noon.Unix(), 10)) }, 401, 0},
		{"another time under the signature", inboundBody, func(r *http.Request) { r.Header.Set("timestamp", strconv.FormatInt(noon.UnixMilli()+1, 10)) }, 401, 0},
		{"not base64", inboundBody, func(r *http.Request) { r.Header.Set("sign", "%%%") }, 401, 0},
		{"signature cut off", inboundBody, func(r *http.Request) { r.Header.Set("sign", r.Header.Get("sign")[:40]) }, 401, 0},
		{"GET", "", func(r *http.Request) { r.Method = http.MethodGet }, 405, 0},
		{"too big", `{"msgId":"` + strings.Repeat("x", 5000) + `"}`, nil, 413, 0},
		{"not JSON", `msgId=1`, nil, 400, 0},
		{"a list", `[]`, nil, 400, 0},
		{"empty", ``, nil, 400, 0},
		{"a form", inboundBody, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 400, 0},
		{"the handler panics", strings.Replace(inboundBody, "m-1", "m-panic", 1), nil, 503, 1},
	} {
		got = nil
		w := post(h, c.body, c.change)
		if w.Code != c.status || len(got) != c.taken {
			t.Errorf("%s: %d, %d taken; want %d, %d", c.name, w.Code, len(got), c.status, c.taken)
		}
	}
	fail = errors.New("数据库不可写")
	if w := post(h, inboundBody, nil); w.Code != 503 {
		t.Errorf("what is not safe with us must come again: %d", w.Code)
	}
	fail = nil
	got = nil
	w := post(h, inboundBody, nil)
	if body, _ := io.ReadAll(w.Body); string(body) != `{"msgtype":"empty"}` {
		t.Errorf("%s", body)
	}
	if e := got[0]; e.ID != "m-1" || e.Type != dingtalk.RobotMessage || e.Via != "webhook" || !e.At.Equal(noon) || e.Message.Text != "进度" || e.Message.StaffID != "u001" {
		t.Errorf("%+v", e)
	}
	_, sign := dingtalk.Sign(noon, appSecret)
	for _, s := range []string{sign, appSecret} {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log shows %q", s)
		}
	}
	if n := strings.Count(log.String(), "refused a request"); n != 1 || !strings.Contains(log.String(), "clock") {
		t.Errorf("%d warnings of a minute's bad requests; the first is about this machine's clock:\n%s", n, log.String())
	}
}

// The same message is the same event by either way.
func TestBothWaysMakeTheSameEvent(t *testing.T) {
	var got dingtalk.Event
	h, err := dingtalk.NewWebhook(dingtalk.WebhookOptions{
		Secret: appSecret, Now: func() time.Time { return noon }, Handler: func(_ context.Context, e dingtalk.Event) error { got = e; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	post(h, inboundBody, nil)
	withoutID := strings.Replace(inboundBody, `"msgId":"m-1",`, "", 1)
	first := got
	post(h, withoutID, nil)
	a := got.ID
	post(h, withoutID, nil)
	if first.ID != "m-1" || got.ID != a || a == "" {
		t.Errorf("%q, %q, %q", first.ID, a, got.ID)
	}
}

func TestWebhookOptions(t *testing.T) {
	take := func(context.Context, dingtalk.Event) error { return nil }
	now := func() time.Time { return noon }
	for name, o := range map[string]dingtalk.WebhookOptions{
		"no secret":        {Handler: take, Now: now},
		"no handler":       {Secret: "s", Now: now},
		"no clock":         {Secret: "s", Handler: take},
		"tolerance of 2 h": {Secret: "s", Handler: take, Now: now, Tolerance: 2 * time.Hour},
		"negative":         {Secret: "s", Handler: take, Now: now, Tolerance: -1},
	} {
		if _, err := dingtalk.NewWebhook(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzWebhook(f *testing.F) {
	timestamp, sign := dingtalk.Sign(noon, appSecret)
	f.Add(timestamp, sign, []byte(inboundBody))
	f.Add(timestamp, "", []byte(`{}`))
	f.Add("", sign, []byte(`[`))
	var taken int
	h, err := dingtalk.NewWebhook(dingtalk.WebhookOptions{
		Secret: appSecret, Now: func() time.Time { return noon }, Handler: func(context.Context, dingtalk.Event) error { taken++; return nil },
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, stamp, signature string, body []byte) {
		taken = 0
		w := post(h, string(body), func(r *http.Request) {
			r.Header["Timestamp"], r.Header["Sign"] = []string{stamp}, []string{signature}
		})
		if genuine := stamp == timestamp && signature == sign; !genuine && w.Code != 401 {
			t.Errorf("%q with %q: %d", stamp, signature, w.Code)
		}
		if (w.Code == 200) != (taken == 1) {
			t.Errorf("%d, but %d taken", w.Code, taken)
		}
	})
}
