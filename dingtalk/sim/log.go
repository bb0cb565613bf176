package sim

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	keptCalls = 5000
	keptBody  = 16 << 10 // bytes of each body in the log
)

// Call is one line of the log: a request to the API, a frame, an acknowledgement, a callback to a webhook, or a connection that came or went.
// Secrets in bodies are masked.
type Call struct {
	N        int       `json:"n"` // counts from 1
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"` // api, frame, ack, callback, stream
	App      string    `json:"app,omitempty"`
	Method   string    `json:"method,omitempty"`
	Path     string    `json:"path"`
	Query    string    `json:"query,omitempty"`
	Status   int       `json:"status,omitempty"` // HTTP status, or the code of an ack
	Errcode  string    `json:"errcode,omitempty"`
	MS       int64     `json:"ms"`
	Message  string    `json:"message,omitempty"` // messageId, or the connection
	Key      string    `json:"key,omitempty"`     // the idempotency key that was sent
	Request  string    `json:"request,omitempty"`
	Response string    `json:"response,omitempty"`
	Notes    []string  `json:"notes,omitempty"` // faults that struck and hints
}

// log writes a line. The caller holds the lock.
func (s *Sim) log(c Call) {
	c.N, c.At = 1, s.now()
	if n := len(s.calls); n > 0 {
		c.N = s.calls[n-1].N + 1
	}
	s.calls = append(s.calls, c)
	if over := len(s.calls) - keptCalls; over > keptCalls/10 {
		s.calls = slices.Clone(s.calls[over:])
	}
	s.tell("call", c)
}

func (s *Sim) logCall(c *call, a answer, response []byte) {
	entry := Call{
		Kind: "api", App: c.clientID(), Method: c.request.Method, Path: c.request.URL.Path, Query: maskQuery(c.request.URL.RawQuery),
		Status: a.status, MS: s.now().Sub(c.started).Milliseconds(), Response: mask(response), Notes: c.notes,
	}
	if m, isMap := a.value.(map[string]any); isMap {
		if code, isNumber := m["errcode"].(int); isNumber && code != 0 {
			entry.Errcode = numberText(int64(code))
		} else if code, isText := m["code"].(string); isText {
			entry.Errcode = code
		}
	}
	if strings.HasPrefix(c.request.Header.Get("Content-Type"), "multipart/") {
		entry.Request = "〔文件，" + numberText(int64(len(c.body))) + " 字节〕"
	} else {
		entry.Request = mask(c.body)
	}
	var keys struct {
		MsgUUID    string `json:"msgUuid"`
		SourceID   string `json:"sourceId"`
		OutTrackID string `json:"outTrackId"`
		GUID       string `json:"guid"`
	}
	_ = json.Unmarshal(c.body, &keys) // not every body is JSON, and most have none of these
	for _, key := range []string{c.request.Header.Get("x-client-token"), keys.MsgUUID, keys.SourceID, keys.GUID, keys.OutTrackID} {
		entry.Key = orElse(entry.Key, key)
	}
	s.log(entry)
}

// secretKeys are the fields whose values never stand in the log.
const secretKeys = `clientSecret|client_secret|appSecret|appsecret|access_token|accessToken|apiSecret|ticket|sign|session`

var (
	secretJSON    = regexp.MustCompile(`("(?:` + secretKeys + `)"\s*:\s*")((?:[^"\\]|\\.)*)(")`)
	secretEscaped = regexp.MustCompile(`(\\"(?:` + secretKeys + `)\\"\s*:\s*\\")([^"\\]*)(\\")`)
	secretQuery   = regexp.MustCompile(`((?:^|[?&]|\\u0026)(?:` + secretKeys + `)=)([^&"\s\\]+)`)
)

// mask hides secrets and cuts what is too long. The first four characters stay, so that two can be told apart.
func mask(body []byte) string {
	text := string(body)
	for _, re := range []*regexp.Regexp{secretJSON, secretEscaped, secretQuery} {
		text = re.ReplaceAllStringFunc(text, func(found string) string {
			m := re.FindStringSubmatch(found)
			return m[1] + dots(m[2]) + strings.Join(m[3:], "")
		})
	}
	if len(text) > keptBody {
		text = strings.ToValidUTF8(text[:keptBody], "") + "…"
	}
	return text
}

func maskQuery(query string) string { return mask([]byte(query)) }

func dots(s string) string {
	if len(s) < 12 {
		return "****"
	}
	return s[:4] + "****"
}

// Calls is the log, oldest first, of the last 5,000 or so.
func (s *Sim) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// WaitCall returns the first line of the log, old or new, that match accepts. match must not call the simulator.
func (s *Sim) WaitCall(ctx context.Context, match func(Call) bool) (found Call, err error) {
	err = s.await(ctx, func() bool {
		i := slices.IndexFunc(s.calls, match)
		if i >= 0 {
			found = s.calls[i]
		}
		return i >= 0
	})
	return found, err
}

// WaitConnected waits until an app ("" is the first) has at least n streams that take messages.
func (s *Sim) WaitConnected(ctx context.Context, clientID string, n int) error {
	return s.await(ctx, func() bool {
		for _, a := range s.apps {
			if a.ClientID == clientID || clientID == "" && a == s.apps[0] {
				open := 0
				for _, c := range a.conns {
					if !c.leaving && !c.dropped() {
						open++
					}
				}
				return open >= n
			}
		}
		return false
	})
}
