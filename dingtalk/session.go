package dingtalk

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"duixian/secret"
)

// Session is the way back into the conversation a message came from. Whoever has the URL can write there, so it is a
// secret; in a group everybody reads what is written. It lives about 90 minutes, may be used often within them, and
// cannot be renewed: what may come later is pushed.
type Session struct {
	URL     secret.Text
	Expires time.Time
}

// Alive reports whether an answer can still go this way; the last five minutes are not counted on.
func (s Session) Alive(now time.Time) bool {
	return s.URL != "" && now.Before(s.Expires.Add(-sessionMargin))
}

// Reply answers by session webhook. The URL came with a message from outside: it is used only when it names
// DingTalk's host or one in Options. When the session is over, before or by the answer, the error is AboutSession.
// Page: robot-message-type.
func (c *Client) Reply(ctx context.Context, s Session, m Message, at At) error {
	if !s.Alive(c.o.Now()) {
		return &Error{Kind: KindSessionReply, Class: Permanent, About: AboutSession, Code: "expired", Hint: hintSession}
	}
	u, err := url.Parse(s.URL.Reveal())
	if err != nil || u.Path != "/robot/sendBySession" || u.User != nil || !c.trusts(u) {
		return &Error{Kind: KindSessionReply, Class: Permanent, About: AboutSession, Code: "host", Hint: "会话回复地址不是钉钉的地址，没有使用"}
	}
	body, err := webhookBody(KindSessionReply, m, at)
	if err != nil {
		return err
	}
	if err := fitsWebhook(KindSessionReply, body); err != nil {
		return err
	}
	return c.call(ctx, request{
		kind: KindSessionReply, method: http.MethodPost, target: s.URL, old: true, body: body,
		hide: []secret.Text{secret.Text(u.Query().Get("session"))},
	})
}

// trusts reports whether a URL that came over the wire leads to DingTalk by https, or to a host in Options.
func (c *Client) trusts(u *url.URL) bool {
	if c.named(u) {
		return u.Scheme == "https" || u.Scheme == "http"
	}
	return u.Scheme == "https" && official(u.Hostname()) && (u.Port() == "" || u.Port() == "443")
}
