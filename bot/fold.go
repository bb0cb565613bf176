package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is the most characters of a message that are read.
const longest = 500

const tooLongText = "消息太长了，请控制在500字以内。发送“帮助”可以看看能问什么。"

// fold brings a message to the one form in which commands are written: full width to half width, no invisible
// characters, single spaces, without the mention of the robot before it and the question mark after it. The
// punctuation of Chinese sentences stays, because reasons are kept as they were written. It reports whether the message
// was short enough; a long one is cut, not read to the end.
func fold(text string) (folded string, fits bool) {
	fits = utf8.RuneCountInString(text) <= longest
	if !fits {
		text = string([]rune(text)[:longest])
	}
	text = narrow(strings.ToValidUTF8(text, ""))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r), unicode.Is(unicode.Mn, r), r == unicode.ReplacementChar:
			return -1 // controls, zero widths, variation selectors, direction marks
		}
		return r
	}, text)
	words := strings.Fields(text)
	for len(words) > 1 && strings.HasPrefix(words[0], "@") {
		words = words[1:]
	}
	return strings.TrimRight(strings.TrimPrefix(strings.Join(words, " "), "/"), "?!。！~ "), fits
}

// kept is the full-width punctuation that is not folded.
const kept = "，；！（）"

// narrow folds everything but kept.
func narrow(text string) string {
	var out strings.Builder
	for text != "" {
		i := strings.IndexAny(text, kept)
		if i < 0 {
			i = len(text)
		}
		out.WriteString(norm.NFKC.String(text[:i]))
		_, size := utf8.DecodeRuneInString(text[i:])
		out.WriteString(text[i : i+size])
		text = text[i+size:]
	}
	return out.String()
}
