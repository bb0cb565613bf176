package bot

import (
	"fmt"
	"slices"
	"strings"
)

// bind gives the words of a line to the command's parameters. What does not fit is a sentence, never a guess.
func (c *Command) bind(line string) (args map[string]string, problem string) {
	args = map[string]string{}
	params := c.params()
	for _, w := range split(line) {
		named := slices.IndexFunc(params, func(p Param) bool { return w.key != "" && p.named(w.key) })
		next := slices.IndexFunc(params, func(p Param) bool { return args[p.Name] == "" && !p.Named })
		switch {
		case named >= 0 && args[params[named].Name] != "":
			return nil, fmt.Sprintf("“%s”写了两次。", params[named].Name)
		case named >= 0:
			args[params[named].Name] = w.text
		case next >= 0 && params[next].Rest:
			args[params[next].Name] = strings.Trim(line[w.at:], quotationMarks)
			return c.complete(args)
		case w.key != "":
			return nil, fmt.Sprintf("“%s”没有“%s”这一项%s。", c.Name, plain(w.key), choices(params))
		case next < 0:
			return nil, fmt.Sprintf("“%s”后面不需要“%s”。", c.Name, plain(w.text))
		default:
			args[params[next].Name] = w.text
		}
	}
	return c.complete(args)
}

func (p Param) named(key string) bool {
	return p.Name == key || slices.Contains(p.Also, strings.ToLower(key))
}

// complete asks for what must be there.
func (c *Command) complete(args map[string]string) (_ map[string]string, problem string) {
	for _, p := range c.Params {
		if p.Must && args[p.Name] == "" {
			return nil, fmt.Sprintf("请写明%s。", p.Name)
		}
	}
	return args, ""
}

func choices(params []Param) string {
	if len(params) == 0 {
		return ""
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return "，可以写的有：" + strings.Join(names, "、")
}
