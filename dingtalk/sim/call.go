package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const maxBody = 64 << 20

// call is one request to the API while it is answered.
type call struct {
	sim     *Sim
	route   *route
	request *http.Request
	query   url.Values
	body    []byte
	base    string
	app     *app // once known
	started time.Time
	notes   []string
}

// answer is what goes back: a value as JSON, or Raw with its type.
type answer struct {
	status int
	value  any
	raw    string // instead of value
	kind   string // Content-Type of raw
	failed bool   // an error of the API
}

func ok(value any) answer { return answer{status: 200, value: value} }

// refuse is an error as the new API writes it.
func refuse(status int, code, message string) answer {
	return answer{status: status, value: map[string]any{"code": code, "message": message}, failed: true}
}

// oldError is an error as the old API writes it: HTTP 200.
func oldError(code int, message string) answer {
	return answer{status: 200, value: map[string]any{"errcode": code, "errmsg": message}, failed: true}
}

func badJSON(err error) answer {
	return refuse(400, "InvalidParameter", "请求体不是合法的 JSON："+err.Error())
}

// either is an error in the style of the route.
func (c *call) either(status int, code string, oldCode int, message string) answer {
	if c.route.old {
		return oldError(oldCode, message)
	}
	return refuse(status, code, message)
}

func (c *call) note(text string) { c.notes = append(c.notes, text) }

// decode reads the body: JSON, or for the old API a form whose values may be JSON.
func (c *call) decode(into any) error {
	kind, _, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type")) // without one it is read as JSON
	if kind == "application/x-www-form-urlencoded" && c.route.old {
		form, err := url.ParseQuery(string(c.body))
		if err != nil {
			return err
		}
		fields := map[string]json.RawMessage{}
		for key, values := range form {
			fields[key] = []byte(values[0])
			if !json.Valid(fields[key]) || strings.HasSuffix(key, "id") || strings.HasSuffix(key, "list") || key == "mobile" || key == "code" {
				fields[key], _ = json.Marshal(values[0]) // a string always can
			}
		}
		body, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, into)
	}
	return json.Unmarshal(c.body, into)
}

// part is a file of a multipart body.
func (c *call) part(field string) (name string, data []byte, err error) {
	kind, params, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return "", nil, errors.New("应为 multipart/form-data")
	}
	for parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, fmt.Errorf("没有名为 %s 的部分", field)
		}
		if part.FormName() == field && part.FileName() != "" {
			data, err = io.ReadAll(part)
			return part.FileName(), data, err
		}
	}
}

// robot is the robot of the token's app; a code that is not its own is refused.
func (c *call) robot(code string) (*app, *answer) {
	var a answer
	switch {
	case code == "":
		a = refuse(400, "invalidParameter.robotCode.empty", "robotCode不能为空")
	case c.app.RobotCode != code:
		a = refuse(400, "invalidParameter.robotCode.notExsit", "机器人不存在，或不属于该access_token的应用")
	default:
		return c.app, nil
	}
	return nil, &a
}

// serveAPI answers one request: the faults that are switched on, token, permission, rates, quota, then the endpoint itself.
func (s *Sim) serveAPI(rt *route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			return // the caller went away, or sends without end
		}
		c := &call{sim: s, route: rt, request: r, query: r.URL.Query(), body: body}
		if wait := s.begin(c); wait > 0 {
			select { // on real time: it is the caller's patience that is tried
			case <-time.After(wait):
			case <-r.Context().Done():
			case <-s.ctx.Done():
			}
		}
		a, id, text := s.finish(c)
		w.Header().Set("Content-Type", a.kind)
		w.Header().Set("x-acs-request-id", id)
		w.WriteHeader(a.status)
		_, _ = w.Write(text) // the caller went away
	}
}

// begin notes when a call came and says how long it is to hang.
func (s *Sim) begin(c *call) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.base, c.started = s.base(c.request), s.now()
	return s.delay(c)
}

// finish answers a call and logs it.
func (s *Sim) finish(c *call) (a answer, id string, text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a = s.answer(c)
	id = s.ids.next("request", 32)
	text = c.render(&a, id)
	s.logCall(c, a, text)
	return a, id, text
}

func (s *Sim) answer(c *call) answer {
	if a, stop := s.faultBefore(c); stop {
		return a
	}
	if !c.route.open {
		if refused := s.admit(c); refused != nil {
			return *refused
		}
	}
	a := c.route.serve(s, c)
	s.count(c)
	if !a.failed {
		if after, replaced := s.faultAfter(c); replaced {
			return after
		}
	}
	return a
}

// admit checks token, permission and rates.
func (s *Sim) admit(c *call) *answer {
	token := c.request.Header.Get("x-acs-dingtalk-access-token")
	if c.route.old {
		token = c.query.Get("access_token")
	}
	c.app = s.bearer(token)
	if a, stop := s.faultToken(c); stop {
		return &a
	}
	var a answer
	switch {
	case c.app == nil && token == "" && c.route.old:
		a = oldError(41001, "缺少access_token参数")
	case c.app == nil:
		a = c.either(400, "InvalidAuthentication", 40014, "不合法的access_token")
	case c.route.scope != "" && len(c.app.Scopes) > 0 && !slices.Contains(c.app.Scopes, c.route.scope):
		a = c.either(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", 60011, "应用尚未开通所需的权限："+c.route.scope)
		if detail, isNew := a.value.(map[string]any); isNew && !c.route.old {
			detail["accessdenieddetail"] = map[string]any{"requiredScopes": []string{c.route.scope}}
		}
	case !s.rate(c):
		a = c.either(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 90018, "您的服务器调用钉钉开放平台所有接口的请求都被暂时禁用了，请 1 秒后重试")
	case !c.route.free && s.spent(c.app):
		a = c.either(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", 90020, "企业本月的接口调用次数已用完")
	default:
		return nil
	}
	return &a
}

// render completes the value with the request's id, in the spelling of its family, and encodes it.
func (c *call) render(a *answer, id string) []byte {
	if a.raw != "" {
		return []byte(a.raw)
	}
	a.kind = "application/json;charset=utf-8"
	if m, isMap := a.value.(map[string]any); isMap {
		switch {
		case m["code"] != nil && a.status >= 400:
			m["requestid"] = id
		case m["errcode"] != nil:
			m["request_id"] = id
			if c.sim.struck("errcode-string", c.clientID()) {
				m["errcode"] = fmt.Sprint(m["errcode"])
			}
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a.value); err != nil {
		panic("sim: " + err.Error()) // our own maps
	}
	return bytes.TrimSpace(out.Bytes())
}

func (c *call) clientID() string {
	if c.app == nil {
		return ""
	}
	return c.app.ClientID
}
