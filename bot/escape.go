package bot

import (
	"strings"
	"unicode"
)

// wide maps what has a meaning in chat markdown to the full-width sign that looks the same and means nothing: clients
// disagree about backslashes.
var wide = strings.NewReplacer(
	"\\", "＼", "`", "｀", "*", "＊", "_", "＿", "[", "［", "]", "］", "(", "（", ")", "）", "<", "＜", ">", "＞", "#", "＃", "|", "｜", "~", "～", "@", "＠", "://", "：//",
)

// plain makes data safe to print in a reply: one line, no markdown, nobody mentioned, no link.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	return wide.Replace(strings.Join(strings.Fields(s), " "))
}
