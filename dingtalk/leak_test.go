package dingtalk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk"
	"duixian/secret"
)

// The shared leak test: every call against every way to fail. The server even repeats what it was sent, in every field
// that an error shows. Neither the error, printed in any way, nor the log may hold a secret, the message, a mobile number.
func TestNothingLeaks(t *testing.T) {
	_, robotSign := dingtalk.Sign(noon, robotKey)
	secrets := []string{
		appSecret, accessToken, robotToken, robotKey, sessionKey, robotSign, url.QueryEscape(robotSign), downloadCode, confidential, mobile, "auth-code-1", "提交补贴材料", "firm-12", "256271667526",
		"access_token=", "session=",
	}
	var log lockedBuffer
	quiet := func(o *dingtalk.Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	broken := map[string]http.RoundTripper{
		"silent": silentTransport{},
		"url error": roundTrip(func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: fmt.Errorf("proxy said %v %v", r.URL, r.Header)}
		}),
	}
	tried := 0
	check := func(call, fault string, err error) {
		tried++
		if err == nil {
			return // some answers are a success for some calls
		}
		if _, ok := errors.AsType[*dingtalk.Error](err); !ok {
			t.Errorf("%s, %s: %T is no *Error", call, fault, err)
		}
		printed := fmt.Sprintf("%v\n%+v\n%#v\n%s\n%q", err, err, err, err, err)
		for e := err; e != nil; e = errors.Unwrap(e) {
			printed += fmt.Sprintf("\n%v %+v", e, e)
		}
		for _, s := range secrets {
			if strings.Contains(printed, s) {
				t.Errorf("%s, %s: the error gives %q away: %v", call, fault, s, err)
			}
		}
		if strings.ContainsAny(err.Error(), "\n\r\x1b") {
			t.Errorf("%s, %s: %q would break a log line", call, fault, err)
		}
	}
	for _, call := range everyCall {
		for _, f := range append(faults, echoes()...) {
			c, fk := newClient(t, f.answer, quiet)
			_, err := call.do(t.Context(), c, t)
			check(call.name, f.name, err)
			fk.tokens = false
			c, _ = newClient(t, nil, quiet, func(o *dingtalk.Options) { o.Transport = fk }) // the token's own call fails
			_, err = call.do(t.Context(), c, t)
			check(call.name, f.name+", token", err)
		}
		for name, transport := range broken {
			for _, tokens := range []bool{true, false} {
				next := transport
				if tokens {
					next = tokenThen(transport)
				}
				c, _ := newClient(t, nil, quiet, func(o *dingtalk.Options) { o.Transport, o.Timeout = next, time.Millisecond })
				_, err := call.do(t.Context(), c, t)
				check(call.name, name, err)
			}
		}
	}
	// The bytes of a file come from an address that is a secret itself.
	link := tokenThen(roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return (&fake{answer: say(200, `{"downloadUrl":"https://x.aliyuncs.com/f?Signature=`+sessionKey+`"}`)}).RoundTrip(r)
		}
		return broken["url error"].RoundTrip(r)
	}))
	c, _ := newClient(t, nil, quiet, func(o *dingtalk.Options) { o.Transport = link })
	_, err := c.Download(t.Context(), downloadCode, io.Discard, 1<<20)
	check("Download", "content", err)
	if err == nil {
		t.Error("Download, content: no error")
	}
	if want := len(everyCall) * len(faults); tried < want {
		t.Errorf("only %d failures were looked at", tried)
	}
	for _, s := range secrets {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log gives %q away", s)
		}
	}
	c, _ = newClient(t, nil)
	for _, v := range []any{groupRobot(t), session(), c, dingtalk.Options{ClientSecret: appSecret}, dingtalk.WebhookOptions{Secret: appSecret}} {
		for _, s := range secrets {
			if printed := fmt.Sprintf("%v %+v %#v", v, v, v); strings.Contains(printed, s) && !strings.HasPrefix(printed, "钉钉应用") {
				t.Errorf("%T printed gives %q away", v, s)
			}
		}
	}
}

// echoes are answers that repeat a piece of the request wherever an error might show it.
func echoes() (all []fault) {
	for _, piece := range []string{appSecret, accessToken, robotToken, sessionKey, downloadCode, confidential, mobile, "auth-code-1", "提交补贴材料", "firm-12", "256271667526"} {
		for name, format := range map[string]string{
			"code":           `{"code":%[1]q,"requestid":"R","message":"x"}`,
			"message":        `{"code":"x.y","requestid":"R","message":%[1]q}`,
			"request number": `{"code":"x.y","requestid":%[1]q,"message":"x"}`,
			"header":         `{"code":"x.y"}`,
			"scopes":         `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","accessdenieddetail":{"requiredScopes":[%[1]q]}}`,
			"errcode":        `{"errcode":%[1]q,"errmsg":%[1]q,"request_id":%[1]q}`,
			"sub_code":       `{"errcode":88,"sub_code":%[1]q,"sub_msg":%[1]q}`,
			"text":           `%s`,
			"page":           `<html>%s</html>`,
		} {
			all = append(all, fault{name: "echo of " + piece + " in " + name, answer: func(w http.ResponseWriter, r *http.Request) {
				var b bytes.Buffer
				_, _ = b.ReadFrom(r.Body)
				said := b.String() + r.URL.RawQuery + r.URL.Path + fmt.Sprint(r.Header)
				if form, err := url.QueryUnescape(b.String()); err == nil {
					said += form
				}
				if !strings.Contains(said, piece) {
					w.WriteHeader(http.StatusTeapot)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("x-acs-request-id", piece)
				w.WriteHeader(http.StatusBadRequest)
				if strings.Contains(format, "%") {
					fmt.Fprintf(w, format, piece)
				} else {
					_, _ = io.WriteString(w, format)
				}
			}})
		}
	}
	return all
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// tokenThen answers for a token and hands everything else on.
func tokenThen(next http.RoundTripper) http.RoundTripper {
	f := &fake{tokens: true}
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/v1.0/oauth2/accessToken" {
			return f.RoundTrip(r)
		}
		return next.RoundTrip(r)
	})
}

// lockedBuffer is a log that several may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The client must be able to print a context's reason and the meter's, and nothing else from below.
func TestErrorsUnwrapOnlyToWhatIsKnown(t *testing.T) {
	c, _ := newClient(t, nil, func(o *dingtalk.Options) {
		o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: context.DeadlineExceeded}
		})
	})
	err := c.Reply(t.Context(), dingtalk.Session{URL: secret.Text(session().URL), Expires: noon.Add(time.Hour)}, hello, dingtalk.At{})
	if inner := errors.Unwrap(err); inner != nil {
		t.Errorf("%v unwraps to %T", err, inner)
	}
}
