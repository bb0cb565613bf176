package dingtalk

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/go-resty/resty/v2"

	"duixian/secret"
)

// request is a call as its file describes it. The URL is API or OAPI with path, or target whole.
type request struct {
	kind   Kind
	method string
	path   string
	old    bool        // on the old API: token in the query, errcode in the answer
	target secret.Text // instead of path, with its own key in the query: no token is sent
	query  url.Values
	body   any        // as JSON, or
	form   url.Values // as a form
	file   *upload
	safe   bool // repeating it does no harm
	out    any
	// hide are further secrets of the call, that no error may repeat.
	hide []secret.Text
}

type upload struct {
	name    string
	content io.ReadSeeker
}

// call makes a request with the app's token. When DingTalk says that the token is stale, it is fetched anew and the
// request made once more.
func (c *Client) call(ctx context.Context, r request) error {
	if r.target != "" {
		return c.exchange(ctx, r, "")
	}
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	err = c.exchange(ctx, r, token)
	if e, ok := errors.AsType[*Error](err); !ok || !e.stale {
		return err
	}
	c.tokens.drop(token)
	if token, err = c.tokens.get(ctx); err != nil {
		return err
	}
	return c.exchange(ctx, r, token)
}

// exchange is one HTTP exchange, metered, judged, and with an error that gives nothing away.
func (c *Client) exchange(ctx context.Context, r request, token secret.Text) error {
	if err := c.mayCall(ctx, r.kind); err != nil {
		return err
	}
	a, err := c.send(ctx, r, token)
	if err == nil {
		err = a.failure(r.kind, r.old, r.safe, c.o.Now())
	}
	if err != nil {
		if c.o.Refund != nil && err.uncounted() {
			c.o.Refund(ctx, r.kind)
		}
		err.conceal(r.sent(), append(r.hide, c.o.ClientSecret, token))
		if c.o.Denied != nil && strings.HasPrefix(err.Hint, hintScope) {
			c.o.Denied(ctx, r.kind, err.Scopes)
		}
		return err
	}
	if r.out == nil {
		return nil
	}
	if json.Unmarshal(a.body, r.out) != nil {
		return r.unclear("not-json", "回答无法识别，无法确认是否成功")
	}
	return nil
}

// mayCall asks the context and the meter.
func (c *Client) mayCall(ctx context.Context, k Kind) error {
	if err := ctx.Err(); err != nil {
		return &Error{Kind: k, Class: Retry, Code: "cancelled", Hint: "调用前已停止", cause: err}
	}
	if c.o.Meter == nil {
		return nil
	}
	if err := c.o.Meter(ctx, k); err != nil {
		return &Error{Kind: k, Class: Retry, About: AboutMeter, Code: "meter", Hint: "本地用量登记未允许这次调用", cause: err}
	}
	return nil
}

// unclear is an answer that cannot be understood: the call may have taken effect.
func (r request) unclear(code, hint string) *Error {
	e := &Error{Kind: r.kind, Class: Unknown, Status: http.StatusOK, Code: code, Hint: hint}
	if r.safe {
		e.Class = Retry
	}
	return e
}

// send writes the request and reads the answer.
func (c *Client) send(ctx context.Context, r request, token secret.Text) (answer, *Error) {
	within, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	var line wire
	req := c.resty.R().SetContext(line.watch(within)).SetHeader("Accept", "application/json")
	target := r.target.Reveal()
	if target == "" {
		target = c.o.API + r.path
		if r.old {
			target = c.o.OAPI + r.path
		}
	}
	if len(r.query) > 0 {
		req.SetQueryParamsFromValues(r.query)
	}
	switch {
	case token == "":
	case r.old:
		req.SetQueryParam("access_token", token.Reveal())
	default:
		req.SetHeader("x-acs-dingtalk-access-token", token.Reveal())
	}
	switch {
	case r.file != nil:
		if _, err := r.file.content.Seek(0, io.SeekStart); err != nil {
			return answer{}, refused(r.kind, "file", "文件无法读取").unsent()
		}
		req.SetMultipartFields(&resty.MultipartField{Param: "media", FileName: r.file.name, ContentType: "application/octet-stream", Reader: r.file.content})
	case r.form != nil:
		req.SetFormDataFromValues(r.form)
	case r.body != nil:
		b, err := encode(r.body)
		if err != nil {
			return answer{}, refused(r.kind, "encode", "请求内容无法编码").unsent()
		}
		req.SetHeader("Content-Type", "application/json").SetBody(bytes.NewReader(b))
	}
	resp, err := req.Execute(r.method, target)
	if err != nil {
		return answer{}, line.failure(ctx, r, err)
	}
	return answer{resp.StatusCode(), resp.Header(), resp.Body()}, nil
}

// wire watches how far a request got: a connection that was asked for and never had has carried nothing.
type wire struct{ asked, had atomic.Bool }

func (w *wire) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.had.Store(true) },
	})
}

// failure names what went wrong below HTTP. The error itself holds the URL, and the URL holds tokens: nothing of it is
// kept. A transport that tells nothing counts as one that has sent.
func (w *wire) failure(ctx context.Context, r request, err error) *Error {
	e := &Error{Kind: r.kind, Class: Unknown, cause: ctx.Err()}
	timeout, isNet := errors.AsType[net.Error](err)
	_, dns := errors.AsType[*net.DNSError](err)
	_, cert := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, context.Canceled):
		e.Code, e.Hint = "cancelled", "等候回答时程序停止"
	case errors.Is(err, context.DeadlineExceeded), isNet && timeout.Timeout():
		e.Code, e.Hint = "timeout", "等候超时"
	case dns:
		e.Code, e.Hint = "dns", "无法解析钉钉的域名：请核对网络和 DNS"
	case cert:
		e.Code, e.Hint = "certificate", "钉钉服务器的证书不被信任：请核对本机时间、根证书和网络代理"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Code, e.Hint = "refused", "连接被拒绝：请核对网络和出口限制（需放行 *.dingtalk.com 的 443 端口）"
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.Code, e.Hint = "too-long", "回答过长，无法确认是否成功"
	default:
		e.Code, e.Hint = "cut", "连接中断"
	}
	switch {
	case cert:
		e.Class = Configuration
	case w.asked.Load() && !w.had.Load():
		e.Class = Retry
		e.Hint += "，请求没有发出"
		_ = e.unsent()
	case r.safe:
		e.Class = Retry
	default:
		e.Hint += "，请求可能已被处理"
	}
	return e
}

// sent is all that the request says, for comparison.
func (r request) sent() string {
	var b strings.Builder
	for _, q := range []url.Values{r.query, r.form} {
		for _, values := range q {
			b.WriteString(strings.Join(values, "\n") + "\n")
		}
	}
	body, _ := encode(r.body) // what cannot be encoded was not sent
	b.WriteString(r.target.Reveal() + "\n" + r.path + "\n")
	b.Write(body)
	return b.String()
}

// conceal removes from an error what repeats a secret or a part of the request: a code is DingTalk's own word, or it is not
// shown.
func (e *Error) conceal(sent string, secrets []secret.Text) {
	hidden := func(s string) bool {
		if len(s) >= 6 && strings.Contains(sent, s) {
			return true
		}
		for _, x := range secrets {
			if x != "" && s != "" && (strings.Contains(s, x.Reveal()) || len(s) >= 6 && strings.Contains(x.Reveal(), s)) {
				return true
			}
		}
		return false
	}
	if hidden(e.Code) {
		e.Code = "odd-code"
	}
	if hidden(e.Request) {
		e.Request = ""
	}
	if slices.ContainsFunc(e.Scopes, hidden) {
		e.Scopes, e.Hint = nil, hintScope
	}
}
