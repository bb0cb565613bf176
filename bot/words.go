package bot

import (
	"strings"
	"unicode/utf8"
)

// word is one argument as it was typed. Rest is where it begins, for arguments that take all that follows.
type word struct {
	key, text string // key=text; key is empty for an argument by its place
	at        int
}

// quotes maps an opening quotation mark to those that close it.
var quotes = map[rune]string{'"': `"”`, '\'': `'’`, '“': `”“"`, '‘': `’‘'`, '「': "」", '『': "』"}

const quotationMarks = `"'“”‘’「」『』`

// split cuts a folded line into words at spaces. Quotation marks at the start of a word or after = keep spaces
// together; one that is never closed reaches to the end. Spaces around = do not count.
func split(line string) []word {
	var words []word
	for at := 0; at < len(line); {
		if line[at] == ' ' {
			at++
			continue
		}
		w := word{at: at}
		w.text, at = token(line, at, true)
		if eq := skipSpace(line, at); w.text != "" && eq < len(line) && line[eq] == '=' {
			w.key = w.text
			w.text, at = token(line, skipSpace(line, eq+1), false)
		}
		words = append(words, w)
	}
	return words
}

// token reads one word or quotation from at and returns where it ends. With key, an equals sign ends it too.
func token(line string, at int, key bool) (text string, end int) {
	open, size := utf8.DecodeRuneInString(line[at:])
	if closing, quoted := quotes[open]; quoted && at < len(line) {
		inner := line[at+size:]
		i := strings.IndexAny(inner, closing)
		if i < 0 {
			return inner, len(line)
		}
		_, size2 := utf8.DecodeRuneInString(inner[i:])
		return inner[:i], at + size + i + size2
	}
	stop := " "
	if key && line[at:] != "" && line[at] != '=' {
		stop = " ="
	}
	if i := strings.IndexAny(line[at:], stop); i >= 0 {
		return line[at : at+i], at + i
	}
	return line[at:], len(line)
}

func skipSpace(line string, at int) int {
	for at < len(line) && line[at] == ' ' {
		at++
	}
	return at
}
