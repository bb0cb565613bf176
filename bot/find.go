package bot

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// phrase is one way of calling a command.
type phrase struct {
	text string // as people read it
	key  []rune // without spaces, in small letters
}

func phraseOf(text string) phrase {
	folded, _ := fold(text)
	return phrase{text, []rune(strings.ToLower(strings.ReplaceAll(norm.NFKC.String(folded), " ", "")))}
}

func (c *Command) phrases() []phrase {
	all := []phrase{phraseOf(c.Name)}
	for _, a := range c.Aliases {
		all = append(all, phraseOf(a))
	}
	return all
}

// find picks the command whose name or synonym is the longest that a folded line begins with, among those the person
// may know of, and returns what follows it. Spaces within a name do not matter (任务列表 is 任务 列表); after it
// there must be a space, punctuation, a number or nothing: 进度表 is not 进度. A command that takes no arguments is meant
// only when nothing follows.
func (b *Bot) find(asker person, line string) (best *Command, rest string) {
	return b.among(line, asker.knowsOf)
}

func (b *Bot) among(line string, sought func(c *Command) bool) (best *Command, rest string) {
	most := 0
	for i, c := range b.commands {
		if !sought(c) {
			continue
		}
		for _, p := range b.phrases[i] {
			after, ok := cutPhrase(line, p.key)
			if ok && len(p.key) > most && (after == "" || len(c.params()) > 0) {
				best, rest, most = c, after, len(p.key)
			}
		}
	}
	return best, rest
}

// cutPhrase takes a phrase off the start of a line.
func cutPhrase(line string, key []rune) (rest string, ok bool) {
	i := 0
	for at, r := range line {
		switch {
		case i == len(key):
			if ends(r, key[i-1]) {
				return strings.TrimLeft(line[at:], separators), true
			}
			return "", false
		case r == ' ' && i > 0:
			continue
		case unicode.ToLower(r) != key[i]:
			return "", false
		}
		i++
	}
	return "", i == len(key)
}

// separators may stand between a name and its arguments.
const separators = " ,:;、，；"

// ends reports whether a name that ends with last may be followed by r at once.
func ends(r, last rune) bool {
	_, quoted := quotes[r]
	return quoted || strings.ContainsRune(separators, r) || unicode.IsDigit(r) && !unicode.IsDigit(last)
}

// forbidden reports whether a line is a command that the person may not use.
func (b *Bot) forbidden(asker person, line string) bool {
	line, _ = fold(line)
	c, _ := b.find(asker, line)
	if c == nil { // of which they do not even know
		c, _ = b.among(line, func(*Command) bool { return true })
	}
	return c != nil && !asker.may(c) && !(c.Open && !asker.known())
}

// allowed lists the commands the person may use, in order.
func (b *Bot) allowed(asker person) []*Command {
	return slices.DeleteFunc(slices.Clone(b.commands), func(c *Command) bool { return !asker.may(c) })
}
