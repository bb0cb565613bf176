package dingtalk

import (
	"regexp"
	"strings"
	"unicode"
)

// wide maps what has a meaning in chat markdown to the full-width sign that looks the same and means nothing. Clients
// disagree about backslashes, and a raw < or > can blank a whole message on a phone (eryajf/chatgpt-dingtalk#213).
var wide = strings.NewReplacer(
	"\\", "＼", "`", "｀", "*", "＊", "_", "＿", "{", "｛", "}", "｝", "[", "［", "]", "］", "(", "（", ")", "）", "<", "＜", ">", "＞",
	"#", "＃", "|", "｜", "~", "～", "!", "！", "@", "＠", "&", "＆", "$", "＄", "://", "：//", "www.", "www．", "WWW.", "WWW．",
)

// Escape makes data safe inside markdown, whoever typed them: one line, no markup, no link, nobody mentioned, no
// invisible signs. It does not shorten.
func Escape(data string) string {
	var b strings.Builder
	space := false
	for _, r := range data {
		switch {
		case unicode.IsSpace(r), r == '\u0085':
			space = true
			continue
		case !unicode.IsGraphic(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return disarm(wide.Replace(b.String()))
}

var listNumber = regexp.MustCompile(`^(\d+)\.( |$)`)

// disarm takes the meaning from what means something only at the start of a line.
func disarm(s string) string {
	for ascii, full := range map[string]string{"-": "－", "+": "＋", "=": "＝"} {
		if rest, found := strings.CutPrefix(s, ascii); found {
			return full + rest
		}
	}
	return listNumber.ReplaceAllString(s, "$1．$2")
}

// Phone rewrites markdown into what every DingTalk client renders: headings, quotes, bold, italic, links, pictures, lists
// and line breaks (robot-message-type, faq-robot). A table becomes a list, a code fence its lines, a single line end a line
// break ("two spaces, line feed, two spaces" in the page; the leading ones are left out, they would indent a list).
// A raw tag becomes text. It is for text of our own; data in it must have gone through Escape.
func Phone(markdown string) string {
	var out []string
	var heads []string
	fenced := false
	for line := range strings.SplitSeq(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n") {
		line = strings.TrimRight(line, " \t\r")
		trimmed := strings.TrimLeft(line, " \t")
		if strings.HasPrefix(trimmed, "```") {
			fenced = !fenced
			continue
		}
		if !fenced && strings.HasPrefix(trimmed, "|") && strings.HasSuffix(trimmed, "|") && len(trimmed) > 1 {
			cells := cellsOf(trimmed)
			switch {
			case tableRule.MatchString(trimmed):
			case heads == nil:
				heads = cells
			default:
				out = append(out, rowAsLine(heads, cells))
			}
			continue
		}
		heads = nil
		out = append(out, rawTag.ReplaceAllString(line, "＜$1"))
	}
	for i := range out {
		if i+1 < len(out) && breaks(out[i], out[i+1]) {
			out[i] += "  "
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

var (
	rawTag     = regexp.MustCompile(`<([A-Za-z/!?])`)
	tableRule  = regexp.MustCompile(`^\|[ :|-]+\|$`)
	blockStart = regexp.MustCompile(`^\s*(#{1,6} |[-*+] |\d+\. )`)
)

// breaks reports whether the end of a line must be a hard one to be seen.
func breaks(line, next string) bool {
	return strings.TrimSpace(line) != "" && strings.TrimSpace(next) != "" && !strings.HasPrefix(strings.TrimSpace(line), "#") && !blockStart.MatchString(next)
}

func cellsOf(row string) []string {
	cells := strings.Split(strings.Trim(row, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// rowAsLine is a table's row as a line of a list: "- 名称：甲；金额：1.00 元".
func rowAsLine(heads, cells []string) string {
	var parts []string
	for i, c := range cells {
		if c == "" {
			continue
		}
		if i < len(heads) && heads[i] != "" {
			c = heads[i] + "：" + c
		}
		parts = append(parts, c)
	}
	return "- " + strings.Join(parts, "；")
}
