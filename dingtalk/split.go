package dingtalk

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Split cuts text into parts of at most limit bytes, counted as they will be in JSON. It cuts between paragraphs, else between
// lines, else after a sentence, else between characters, never inside one and never inside a markdown link that would
// fit into a part of its own. The parts joined by what was cut at are the text.
func Split(text string, limit int) []string {
	limit = max(limit, 16)
	var parts []string
	for text = strings.Trim(text, "\n"); jsonSize(text) > limit; {
		cut := cutAt(text, limit)
		parts = append(parts, strings.TrimRight(text[:cut], "\n"))
		text = strings.TrimLeft(text[cut:], "\n")
	}
	if text != "" || len(parts) == 0 {
		parts = append(parts, text)
	}
	return parts
}

// Parts makes messages of a text that may be too long for one; all but the only one are numbered in the title.
func Parts(title, text string, limit int) []Markdown {
	room := limit - jsonSize(title) - len(`{"msgtype":"markdown","markdown":{"title":"（100/100）","text":""}}`) - 200 // 200: who is mentioned, a key
	texts := Split(text, room)
	messages := make([]Markdown, len(texts))
	for i, t := range texts {
		messages[i] = Markdown{title, t}
		if len(texts) > 1 {
			messages[i].Title = fmt.Sprintf("%s（%d/%d）", title, i+1, len(texts))
		}
	}
	return messages
}

// cutAt finds where the first part ends: at most limit bytes of JSON from the start.
func cutAt(text string, limit int) int {
	end, size := 0, 0
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if size += runeSize(r, n); size > limit {
			break
		}
		end += n
	}
	head := text[:end]
	for _, mark := range []string{"\n\n", "\n", "。", "；", "，", " "} {
		// A cut that would leave the part less than a third full is no good: the next kind of place is tried.
		if i := strings.LastIndex(head, mark); i > 0 && i+len(mark) >= end/3 {
			return outsideLink(text, i+len(mark))
		}
	}
	return outsideLink(text, end)
}

// outsideLink moves a cut that would go through [label](target) before it.
func outsideLink(text string, cut int) int {
	open := strings.LastIndexByte(text[:cut], '[')
	if open <= 0 {
		return cut
	}
	rest := text[open:]
	middle := strings.Index(rest, "](")
	if middle < 0 || strings.ContainsAny(rest[:middle], "\n") {
		return cut
	}
	end := strings.IndexByte(rest[middle:], ')')
	if end < 0 || open+middle+end+1 <= cut {
		return cut
	}
	return open
}

// jsonSize is the length of s inside a JSON string as encode writes it.
func jsonSize(s string) int {
	size := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		size += runeSize(r, n)
		i += n
	}
	return size
}

func runeSize(r rune, n int) int {
	switch {
	case r == utf8.RuneError && n == 1:
		return 6 // �
	case r == '"', r == '\\', r == '\n', r == '\r', r == '\t', r == '\b', r == '\f':
		return 2
	case r < ' ', r == '\u2028', r == '\u2029':
		return 6
	}
	return n
}
