package dingtalk

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// answer is what came back over HTTP, whole. HTTP 200 is not success: the old API puts its failures there, some new
// calls answer success:false, and a banned address gets a page of HTML or {"status":1111}.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// shape is all that tells success from failure in a body, of either API.
type shape struct {
	ErrCode   *text  `json:"errcode"` // old API; 0 and "0" are success
	SubCode   text   `json:"sub_code"`
	Code      text   `json:"code"` // new API, only in failures
	ErrorCode text   `json:"errorCode"`
	RequestID text   `json:"requestid"` // also requestId
	Request   text   `json:"request_id"`
	Success   *flag  `json:"success"`
	Result    text   `json:"result"` // false, of a to-do that was not changed
	Status    text   `json:"status"`
	Punish    text   `json:"punish"`
	Denied    object `json:"accessdenieddetail"`
}

// failure finds out whether the answer is one. old answers must say errcode 0; without it nothing is known. safe is a
// call that may be repeated without harm, so that a doubtful answer is no more than a reason to ask again.
func (a answer) failure(k Kind, old, safe bool, now time.Time) *Error {
	e := a.judge(k, old, now)
	if e != nil && e.Class == Unknown && safe {
		e.Class = Retry
	}
	return e
}

func (a answer) judge(k Kind, old bool, now time.Time) *Error {
	e := &Error{Kind: k, Status: a.status}
	var s shape
	body := bytes.Trim(a.body, " \t\r\n") // what JSON calls white space, and no more
	isObject := len(body) > 0 && body[0] == '{' && json.Unmarshal(body, &s) == nil
	if !isObject {
		return a.unreadable(e, body, now)
	}
	e.Request = mark(string(s.RequestID) + string(s.Request))
	if e.Request == "" {
		e.Request = mark(a.header.Get("x-acs-request-id"))
	}
	code := ""
	switch {
	case s.Punish != "" || s.Status == "1111":
		code = "1111"
	case s.ErrCode != nil && *s.ErrCode == "88" && s.SubCode != "":
		code = string(s.SubCode)
	case s.ErrCode != nil && *s.ErrCode != "0" && *s.ErrCode != "":
		code = string(*s.ErrCode)
	case a.status >= 400 || s.Success != nil && !bool(*s.Success) || s.Result == "false":
		code = string(s.Code)
		if code == "" {
			code = string(s.ErrorCode)
		}
		if code == "" && a.status < 400 {
			code = "success-false"
		}
	}
	if code == "" {
		if a.status >= 300 {
			return a.byStatus(e, now)
		}
		if old && (s.ErrCode == nil || *s.ErrCode == "") {
			e.Class, e.Code, e.Hint = Unknown, "no-errcode", "回答中没有结果代码，无法确认是否成功"
			return e
		}
		return nil
	}
	e.Code = mark(code)
	if e.Code == "" {
		e.Code = "odd-code"
	}
	var denied struct {
		RequiredScopes texts `json:"requiredScopes"`
	}
	s.Denied.into(&denied)
	for _, scope := range denied.RequiredScopes {
		if scope = mark(scope); scope != "" && len(e.Scopes) < 20 {
			e.Scopes = append(e.Scopes, scope)
		}
	}
	m, known := lookUp(code)
	switch {
	case a.status == http.StatusGatewayTimeout:
		e.Class, e.Hint = Unknown, hintGateway
	case known:
		e.is(m, now)
	case strings.Contains(code, "QpsLimit"), strings.Contains(code, "QpmLimit"):
		e.is(meaning{class: Retry, about: AboutRate, wait: qpmWait, hint: hintQPS}, now)
	case strings.HasPrefix(code, "Forbidden.AccessDenied"):
		e.is(meaning{class: Configuration, hint: hintScope}, now)
	case s.ErrCode != nil && *s.ErrCode == "88":
		e.Class, e.Hint = Configuration, "钉钉拒绝了该调用，请核对应用的凭证和权限"
	case a.status == http.StatusTooManyRequests, a.status >= 500:
		return a.byStatus(e, now)
	default:
		e.Class, e.Hint = Permanent, "钉钉拒绝了请求，请按代码查询开放平台“错误码”"
	}
	if len(e.Scopes) > 0 {
		e.Class = Configuration
		e.Hint = hintScope + "，缺少：" + strings.Join(e.Scopes, "、")
	}
	return e
}

// is gives the error what is known of its code.
func (e *Error) is(m meaning, now time.Time) {
	e.Class, e.About, e.Hint, e.stale = m.class, m.about, m.hint, m.stale
	switch {
	case m.month:
		e.RetryAt = nextMonth(now)
	case m.wait > 0:
		e.RetryAt = now.Add(m.wait)
	}
}

// unreadable judges an answer that is no JSON object.
func (a answer) unreadable(e *Error, body []byte, now time.Time) *Error {
	html := len(body) > 0 && body[0] == '<' || strings.Contains(a.header.Get("Content-Type"), "html")
	switch {
	case html && (a.status < 300 || a.status == http.StatusForbidden):
		e.is(meaning{class: Retry, about: AboutRate, wait: banWait, hint: "收到的是网页而不是接口回答：本机出口地址可能被钉钉临时封禁（约 5 分钟），或被上网认证、代理拦截"}, now)
		e.Code = "html"
		return e
	case html && a.status >= 400 && a.status < 500 && a.status != http.StatusTooManyRequests && a.status != http.StatusRequestTimeout:
		e.Class, e.Code, e.Hint = Configuration, "html", "收到的是网页而不是接口回答：请核对接口地址、网络代理和出口限制"
		return e
	case a.status < 300 && len(body) == 0:
		e.Class, e.Code, e.Hint = Unknown, "empty", "回答是空的，无法确认是否成功"
		return e
	case a.status < 300:
		e.Class, e.Code, e.Hint = Unknown, "not-json", "回答无法识别，无法确认是否成功"
		return e
	}
	return a.byStatus(e, now)
}

// byStatus judges an answer whose body says nothing.
func (a answer) byStatus(e *Error, now time.Time) *Error {
	switch {
	case a.status == http.StatusTooManyRequests:
		e.is(meaning{class: Retry, about: AboutRate, wait: a.retryAfter(now, qpsWait), hint: hintQPS}, now)
	case a.status == http.StatusServiceUnavailable:
		e.is(meaning{class: Retry, wait: a.retryAfter(now, systemWait), hint: hintSystem}, now)
	case a.status == http.StatusGatewayTimeout:
		e.Class, e.Hint = Unknown, hintGateway
	case a.status >= 500, a.status == http.StatusRequestTimeout:
		e.Class, e.Hint = Unknown, "钉钉服务出错，操作可能已经生效"
	case a.status == http.StatusUnauthorized:
		e.is(meaning{class: Configuration, about: AboutToken, stale: true, hint: hintToken}, now)
	case a.status == http.StatusNotFound, a.status == http.StatusMethodNotAllowed, a.status == http.StatusProxyAuthRequired, a.status < 400:
		e.Class, e.Hint = Configuration, "接口地址不正确，或被网络代理转走：请核对接口地址和代理设置"
	default:
		e.Class, e.Hint = Permanent, "钉钉拒绝了请求"
	}
	return e
}

// retryAfter reads the header, in seconds or as a date, within reason.
func (a answer) retryAfter(now time.Time, otherwise time.Duration) time.Duration {
	h := a.header.Get("Retry-After")
	wait := otherwise
	if s, err := strconv.Atoi(h); err == nil {
		wait = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(h); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, time.Second), time.Hour)
}

var markLike = regexp.MustCompile(`^-?[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$`)

// mark lets a code or number of DingTalk's through when it looks like one. That alone does not make it safe to print:
// Client.exchange takes out what holds a secret.
func mark(s string) string {
	if markLike.MatchString(s) {
		return s
	}
	return ""
}
