package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"

	"duixian/secret"
)

// userAgent is what the stream calls itself: name-sdk-language/version.
const userAgent = "dingtalk-sdk-go/1.0"

type subscription struct {
	Type  string `json:"type"`
	Topic string `json:"topic"`
}

// connect asks for an endpoint and a ticket, which is good for one connection and 90 s, and dials.
// Source: developerpedia learn/stream/protocol.
func (s *Stream) connect(ctx context.Context) (*socket, error) {
	subscriptions := []subscription{{frameCallback, topicMessage}}
	if s.o.Events {
		subscriptions = append(subscriptions, subscription{frameEvent, topicAll})
	}
	var out struct {
		Endpoint text `json:"endpoint"`
		Ticket   text `json:"ticket"`
	}
	r := request{
		kind: KindStreamOpen, method: http.MethodPost, path: "/v1.0/gateway/connections/open", safe: true, out: &out,
		body: map[string]any{"clientId": s.c.o.ClientID, "clientSecret": s.c.o.ClientSecret.Reveal(), "subscriptions": subscriptions, "ua": userAgent},
	}
	err := s.c.exchange(ctx, r, "")
	if e, ok := errors.AsType[*Error](err); ok && e.Class == Permanent {
		// A bad secret and an app without Stream answer 400 with nothing useful (soimy/openclaw-channel-dingtalk#142).
		e.Class = Configuration
		e.Hint = "请核对 Client ID、Client Secret，以及开放平台“机器人”页的消息接收模式是否为 Stream 模式并已发布"
	}
	if err != nil {
		return nil, err
	}
	u, err := s.endpoint(string(out.Endpoint), secret.Text(out.Ticket))
	if err != nil {
		return nil, err
	}
	return s.dial(ctx, u)
}

// endpoint checks where the server sends us before the ticket goes there.
func (s *Stream) endpoint(endpoint string, ticket secret.Text) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	known := err == nil && u.User == nil && ticket != ""
	if known && s.c.named(u) {
		known = u.Scheme == "ws" || u.Scheme == "wss"
	} else if known {
		known = u.Scheme == "wss" && official(strings.ToLower(u.Hostname())) && (u.Port() == "" || u.Port() == "443")
	}
	if !known {
		return nil, &Error{Kind: KindStreamOpen, Class: Configuration, Code: "endpoint", Hint: "返回的推送地址不是钉钉的主机，没有连接；如确属钉钉，请加入允许的主机"}
	}
	q := u.Query()
	q.Set("ticket", ticket.Reveal())
	u.RawQuery = q.Encode()
	return u, nil
}

// dial opens the socket. Its error would show the ticket, so it is named anew.
func (s *Stream) dial(ctx context.Context, u *url.URL) (*socket, error) {
	within, cancel := context.WithTimeout(ctx, s.c.o.Timeout)
	defer cancel()
	var line wire
	ws, resp, err := websocket.Dial(line.watch(within), u.String(), &websocket.DialOptions{HTTPClient: s.c.http, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		if resp != nil {
			e := (answer{status: resp.StatusCode, header: resp.Header}).byStatus(&Error{Kind: KindStreamOpen, Status: resp.StatusCode, Code: "handshake"}, s.c.o.Now())
			e.Hint = "推送连接的握手被拒绝：" + e.Hint
			return nil, e
		}
		return nil, line.failure(ctx, request{kind: KindStreamOpen, safe: true}, err)
	}
	ws.SetReadLimit(-1) // socket.next counts itself, and skips instead of closing
	return s.start(ws, u.Host), nil
}
