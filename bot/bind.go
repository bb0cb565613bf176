package bot

import (
	"fmt"
	"slices"
	"strings"
)

// bind gives the words of a line to the command's parameters. What does not fit is a sentence, never a guess. want is
// the parameter that is missing when nothing else is wrong; what was given so far is in args.
func (c *Command) bind(line string) (args map[string]string, problem string, want *Param) {
	args = map[string]string{}
	params := c.params()
	for _, w := range split(line) {
		named := slices.IndexFunc(params, func(p Param) bool { return w.key != "" && p.named(w.key) })
		next := slices.IndexFunc(params, func(p Param) bool { return args[p.Name] == "" && !p.Named })
		switch {
		case named >= 0 && args[params[named].Name] != "":
			return nil, fmt.Sprintf("“%s”写了两次。", params[named].Name), nil
		case named >= 0:
			args[params[named].Name] = w.text
		case next >= 0 && params[next].Rest:
			args[params[next].Name] = strings.Trim(line[w.at:], quotationMarks)
			return c.complete(args)
		case w.key != "" && c.Free:
			args[w.key] = w.text
		case w.key != "":
			return nil, fmt.Sprintf("“%s”没有“%s”这一项%s。", c.Name, plain(w.key), choices(params)), nil
		case next < 0:
			return nil, fmt.Sprintf("“%s”后面不需要“%s”。", c.Name, plain(w.text)), nil
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
func (c *Command) complete(args map[string]string) (_ map[string]string, problem string, want *Param) {
	for i, p := range c.Params {
		if p.Must && args[p.Name] == "" {
			return args, fmt.Sprintf("请写明%s。", p.Name), &c.Params[i]
		}
	}
	return args, "", nil
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
