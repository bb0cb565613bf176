package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"duixian/secret"
)

// The official hosts. All others are refused unless Options names them.
const (
	DefaultAPI  = "https://api.dingtalk.com"
	DefaultOAPI = "https://oapi.dingtalk.com"
)

// Options configure a Client. ClientID, ClientSecret and Now are required.
type Options struct {
	ClientID     string // 应用凭证 Client ID (once AppKey)
	ClientSecret secret.Text
	RobotCode    string // empty = ClientID, which is what it is for every app made since 2023
	AgentID      int64  // 原企业内部应用 AgentId; only work notices need it

	API, OAPI string   // base URLs of the new and the old API; empty = the official hosts
	Hosts     []string // further hosts, as host or host:port, that a stream endpoint, session webhook or download may name, also without TLS; the two base URLs' hosts count as named when they are not the official ones

	Transport http.RoundTripper // nil = net/http's, with limits
	Timeout   time.Duration     // of one HTTP exchange; 0 = 10 s. DingTalk's own gateway gives up after 3 s.
	Now       func() time.Time  // the real clock, also where the business clock is a played one
	// Meter is asked before each HTTP exchange, tries included. When it returns an error the call is not made and the
	// error is in what the caller gets. nil = not counted.
	Meter func(ctx context.Context, k Kind) error
	// Refund is told of a metered exchange that DingTalk does not count: one that never reached it, or was throttled
	// (dingtalk-application-development-platform-billing-model). nil = what was metered stays so.
	Refund func(ctx context.Context, k Kind)
	// Denied is told when DingTalk says that the app lacks a permission, and which, as far as it says. nil = nobody is told.
	Denied func(ctx context.Context, k Kind, scopes []string)
	Log    *slog.Logger // nil = silent
}

// Client calls DingTalk for one app. It is safe for concurrent use and holds one token.
type Client struct {
	o      Options
	http   *http.Client
	resty  *resty.Client
	tokens tokens
}

// New checks the options; it does not call anybody.
func New(o Options) (*Client, error) {
	if o.ClientID == "" || o.ClientSecret == "" {
		return nil, errors.New("钉钉应用凭证不完整：需要 Client ID 和 Client Secret，见开放平台“凭证与基础信息”")
	}
	if o.Now == nil {
		return nil, errors.New("dingtalk: Options.Now is missing")
	}
	if o.RobotCode == "" {
		o.RobotCode = o.ClientID
	}
	for _, base := range []struct{ url, official *string }{{&o.API, new(DefaultAPI)}, {&o.OAPI, new(DefaultOAPI)}} {
		if *base.url == "" {
			*base.url = *base.official
		}
		u, err := url.Parse(*base.url)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("钉钉接口地址不正确：应形如 https://api.dingtalk.com")
		}
		*base.url = strings.TrimRight(*base.url, "/")
		if *base.url != *base.official {
			o.Hosts = append(o.Hosts[:len(o.Hosts):len(o.Hosts)], u.Host)
		}
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{o: o}
	// A redirect is never followed: it would carry the token to another host.
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	c.resty = resty.NewWithClient(c.http).SetLogger(silence{}).SetDisableWarn(true).SetResponseBodyLimit(maxAnswer)
	c.tokens.fetch = c.fetchToken
	c.tokens.now = o.Now
	return c, nil
}

// maxAnswer bounds an answer of the API; the largest documented one is a few kilobytes.
const maxAnswer = 4 << 20

// newTransport is net/http's default with bounds for what that leaves open.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 16, 64
	t.ResponseHeaderTimeout = 30 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// String names the app, without its secret.
func (c *Client) String() string { return fmt.Sprintf("钉钉应用 %s", c.o.ClientID) }

// official reports whether host (without port) is one of DingTalk's.
func official(host string) bool {
	return host == "dingtalk.com" || strings.HasSuffix(host, ".dingtalk.com")
}

// named reports whether Options allows the host with its port, or the host with any port.
func (c *Client) named(u *url.URL) bool {
	for _, h := range c.o.Hosts {
		if strings.EqualFold(h, u.Host) || strings.EqualFold(h, u.Hostname()) {
			return true
		}
	}
	return false
}

// silence keeps resty from printing anything: its messages hold URLs, and URLs hold tokens.
type silence struct{}

func (silence) Errorf(string, ...any) {}
func (silence) Warnf(string, ...any)  {}
func (silence) Debugf(string, ...any) {}
