package dingtalk

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// DingTalk writes numbers as strings, booleans as strings and lists as strings of JSON, in samples and on the wire, and
// leaves fields out. These types take what comes and never fail: a field of another shape is as good as missing.

// text is a string, a number or a boolean, as text.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0, b[0] == 'n', b[0] == '{', b[0] == '[':
		*t = ""
	case b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b): // nearly always
		*t = text(b[1 : len(b)-1])
	case b[0] == '"':
		var s string
		if json.Unmarshal(b, &s) == nil {
			*t = text(s)
		}
	default:
		*t = text(b)
	}
	return nil
}

// number is an integer, also one in quotes or with a fraction that is zero.
type number int64

func (n *number) UnmarshalJSON(b []byte) error {
	var t text
	_ = t.UnmarshalJSON(b)
	s := strings.TrimSpace(string(t))
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = number(v)
	} else if f, err := strconv.ParseFloat(s, 64); err == nil && f >= -1<<53 && f <= 1<<53 {
		*n = number(f)
	} else {
		*n = 0
	}
	return nil
}

// millis is the instant of a number of milliseconds; nothing and nonsense are the zero time.
func (n number) millis() time.Time {
	if n <= 0 || n > 253402300799999 { // the year 9999
		return time.Time{}
	}
	return time.UnixMilli(int64(n))
}

// flag is a boolean, also "true", "1" or 1.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	var t text
	_ = t.UnmarshalJSON(b)
	*f = flag(strings.EqualFold(string(t), "true") || t == "1")
	return nil
}

// texts is a list, also one written as a string of JSON.
type texts []string

func (l *texts) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*l = nil
	if len(b) > 0 && b[0] == '"' {
		var inner string
		if json.Unmarshal(b, &inner) != nil {
			return nil
		}
		if b = bytes.TrimSpace([]byte(inner)); len(b) == 0 || b[0] != '[' {
			return nil
		}
	}
	var items []text
	if json.Unmarshal(b, &items) == nil {
		for _, i := range items {
			if i != "" {
				*l = append(*l, string(i))
			}
		}
	}
	return nil
}

// object is a part whose shape is looked at later: an object, also one written as a string of JSON.
type object json.RawMessage

func (o *object) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*o = nil
	if len(b) > 0 && b[0] == '"' {
		var inner string
		if json.Unmarshal(b, &inner) != nil || !json.Valid([]byte(inner)) {
			return nil
		}
		b = bytes.TrimSpace([]byte(inner))
	}
	if len(b) > 0 && b[0] == '{' {
		*o = append(object(nil), b...)
	}
	return nil
}

// into reads the part into v; what does not fit is left out.
func (o object) into(v any) {
	if len(o) > 0 {
		_ = json.Unmarshal(o, v)
	}
}

// encode writes JSON as DingTalk wants it inside JSON: <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
