package notifications

import (
	"fmt"
	"strings"
	"unicode"

	"duixian/policy"
)

// maxData is the longest piece of data, in characters, that a message shows.
const maxData = 200

// wide maps what has a meaning in chat markdown to the full-width sign that looks the same and means nothing: clients
// disagree about backslashes, and raw < > blanks a message on some phones.
var wide = strings.NewReplacer(
	"\\", "＼", "`", "｀", "*", "＊", "_", "＿", "{", "｛", "}", "｝", "[", "［", "]", "］", "(", "（", ")", "）", "<", "＜", ">", "＞",
	"#", "＃", "|", "｜", "~", "～", "!", "！", "@", "＠", "&", "＆", "$", "＄", "://", "：//", "www.", "www．", "WWW.", "WWW．",
)

// text makes any value of a message safe to print, see Plain. Every value in a template goes through it, see template.go. Amounts
// and days are printed as people read them.
func text(v any) string {
	switch v := v.(type) {
	case policy.Fen:
		return v.Text()
	case policy.Date:
		return v.Text()
	case policy.Month:
		return v.Text()
	case policy.Instant:
		return v.Text()
	case string:
		return Plain(v)
	}
	return Plain(fmt.Sprint(v))
}

// Plain makes data of any origin safe to print in a chat message: one line, no markdown, nobody mentioned, no link, no signs that
// turn the direction of writing, not too long.
func Plain(s string) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), r == '\u0085', r == '\u2028', r == '\u2029':
			space = true
			continue
		case !unicode.IsGraphic(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			continue // controls, and the signs that turn the direction of writing
		}
		if space && n > 0 {
			b.WriteByte(' ')
			n++
		}
		space = false
		if n >= maxData {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		n++
	}
	return atLineStart(wide.Replace(b.String()))
}

// atLineStart disarms what means something only at the start of a line: lists, rules, underlined headings.
func atLineStart(s string) string {
	if s == "" {
		return s
	}
	if i := strings.IndexByte("-+=", s[0]); i >= 0 {
		return string([]rune("－＋＝")[i]) + s[1:]
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 && digits < len(s) && s[digits] == '.' && (digits+1 == len(s) || s[digits+1] == ' ') {
		return s[:digits] + "．" + s[digits+1:]
	}
	return s
}
