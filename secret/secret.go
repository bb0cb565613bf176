// Package secret has the type for what must never be printed: passwords, keys, tokens, identity numbers.
package secret

import "log/slog"

const redacted = "[redacted]"

// Text is a string that prints as [redacted] through fmt, log/slog, JSON and YAML. Reveal is the only way out, so
// that every use can be found by searching for it.
type Text string

// Reveal returns the content. Callers put it where it belongs (a header, a cipher) and nowhere else.
func (t Text) Reveal() string { return string(t) }

// String hides the content; an empty secret prints as nothing, so that "not configured" can be seen.
func (t Text) String() string {
	if t == "" {
		return ""
	}
	return redacted
}

// GoString hides the content from %#v.
func (t Text) GoString() string { return t.String() }

// MarshalText hides the content from JSON and YAML.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LogValue hides the content from slog.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }
