package bot

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// unknown answers a line that is no command: with the commands that may have been meant, which it does not run, or
// with what this person can ask.
func (b *Bot) unknown(asker person, line string) Reply {
	r := Reply{Outcome: Unknown}
	if meant := b.nearest(asker, line); len(meant) > 0 {
		for _, c := range meant {
			r.Next = append(r.Next, c.Name)
		}
		names := make([]string, len(meant))
		for i, c := range meant {
			names[i] = "“" + c.Name + "”"
		}
		r.Text = fmt.Sprintf("您是不是想说%s？", strings.Join(names, "或"))
		return r
	}
	var names []string
	for _, c := range b.allowed(asker) {
		names = append(names, c.Name)
		if c != help && len(r.Next) < 4 {
			r.Next = append(r.Next, c.Name)
		}
	}
	most, more := min(len(names), 10), ""
	if len(names) > most {
		more = "等"
	}
	r.Text = "没有看懂。您可以问我：" + strings.Join(names[:most], "、") + more + "。\n发送“帮助”看每一项是做什么的。"
	return r
}

// most suggestions for one line.
const suggestions = 2

// nearest lists the commands the person may use whose name or synonym the line contains, or begins with but for one
// character in a short one, two in a long one. The longest match wins; equally good ones are all offered.
func (b *Bot) nearest(asker person, line string) []*Command {
	key := phraseOf(line).key
	best := 0
	var meant []*Command
	for _, c := range b.allowed(asker) {
		if c.Yields { // 1 and 好的 are like everything
			continue
		}
		score := 0
		for _, p := range c.phrases() {
			score = max(score, likeness(key, p.key))
		}
		if score > best {
			best, meant = score, nil
		}
		if score == best && score > 0 && len(meant) < suggestions {
			meant = append(meant, c)
		}
	}
	return meant
}

// likeness is how many characters of a name a line has in common with it, 0 when it is not near.
func likeness(line, name []rune) int {
	if len(name) > 1 && strings.Contains(string(line), string(name)) {
		return len(name)
	}
	wrong := max(1, len(name)/3)
	for _, begin := range [][]rune{line, line[:min(len(line), len(name))]} {
		if d := levenshtein.ComputeDistance(string(begin), string(name)); d <= wrong && d < len(name) {
			return len(name) - d
		}
	}
	return 0
}

// refuse tells an official which role a command is for. Firms never come here: they do not know of it.
func refuse(asker person, c *Command) Reply {
	text := fmt.Sprintf("“%s”由%s使用，您的角色是%s。", c.Name, rolesText(c.Roles), rolesText(asker.own()))
	r := Reply{Text: text, Outcome: Refused}
	if c.ofFirm() {
		r.Text += "\n查看某家企业请用“企业”。"
		r.Next = []string{firmDossier.Name}
	}
	return r
}
