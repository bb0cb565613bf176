package sheets

import (
	"strings"

	"golang.org/x/text/width"
)

// fold makes what people type alike: full-width letters, digits and punctuation become half-width, all kinds of blanks
// and invisible marks at the ends go.
func fold(s string) string {
	if plainASCII(s) {
		return bare(s)
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u3000', '\u2002', '\u2003', '\u2009':
			return ' '
		case '\u200b', '\u200c', '\u200d', '\ufeff', '\u202a', '\u202c', '\u200e', '\u200f':
			return -1
		}
		return r
	}, s)
	return bare(width.Fold.String(s))
}

// bare takes off blanks and what people put around a number to keep it as text: '0012 and ="0012".
func bare(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "'")
	if strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) && len(s) > 2 {
		s = s[2 : len(s)-1]
	}
	return strings.TrimSpace(s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// squash folds and drops every blank and line break inside: for codes, numbers, days and titles.
func squash(s string) string {
	s = fold(s)
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

// SameName is the form in which two spellings of an organisation's name are compared: brackets, blanks and width do not
// count.
func SameName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '(', ')', '〔', '〕', '[', ']', '.', '·', '-', '"', '“', '”', ',':
			return -1
		}
		return r
	}, strings.ToUpper(squash(name)))
}

// title is the form in which column titles are compared: no remarks such as 必填 or *, no unit, brackets half-width.
func title(s string) string {
	s = squash(s)
	s = strings.Trim(s, "*:：#＊")
	for _, remark := range []string{"(必填)", "(选填)", "(可选)", "(文本格式)", "(文本)", "(是/否)", "(%)"} {
		s = strings.ReplaceAll(s, remark, "")
	}
	s, _ = splitUnit(s)
	return strings.Trim(s, "*:：")
}
