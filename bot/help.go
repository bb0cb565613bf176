package bot

import (
	"context"
	"strings"
)

var help = &Command{
	Name:    "帮助",
	Aliases: []string{"你好", "您好", "怎么用", "菜单", "help"},
	Summary: "看能问什么",
	Roles:   everybody,
	Run:     runHelp,
}

// groupHelp is what everybody in a group may read.
const groupHelp = "我是人力资源服务业政策兑现助手，可以查申报进度、引才人数、到账时间和到期提醒。涉及企业的内容只在单聊里回答，请私聊我。"

// runHelp lists what this person may do, and nothing else.
func runHelp(_ context.Context, r *Request) (Reply, error) {
	if r.Group {
		return Reply{Text: groupHelp}, nil
	}
	var next []string
	lines := []string{plain(r.Asker.Name) + "，您好。您可以问我："}
	for _, c := range r.Bot.allowed(r.Asker) {
		if c == r.Bot.commands[0] {
			continue
		}
		lines = append(lines, "- **"+c.Name+"**"+c.places()+"："+c.Summary)
		if len(next) < 4 && c.places() == "" {
			next = append(next, c.Name)
		}
	}
	if r.Asker.has(firms) {
		lines = append(lines, "只显示您登记的企业的情况。")
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}
