package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

var jobAllow = &Command{
	Name:    "任务 放行",
	Aliases: []string{"放行"},
	Params:  []Param{{Name: "执行号", Also: []string{"编号", "run"}, Must: true}},
	Example: "任务 放行 412",
	Summary: "数量远高于平常的一次，核对后放行",
	Roles:   starters,
	Private: true,
	Run:     runJobAllow,
}

// runJobAllow lets a run go on that was held because it would do far more than usual. Where money becomes payable every line of
// it goes to a second person first: the same rule as on the command line, checked in the same place.
func runJobAllow(ctx context.Context, r *Request) (Reply, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Args["执行号"], "#"), 10, 64)
	if err != nil {
		return Reply{Text: "执行号是数字，在通知和“任务 记录”里，例如：任务 放行 412。", Outcome: Asked}, nil
	}
	sub, run, err := r.Bot.Work.Allow(ctx, r.Actor, id, r.Now)
	switch {
	case err != nil:
		return Reply{}, err
	case sub.ApprovalID != 0:
		reply := submitted(sub)
		reply.Text += "\n涉及可拨付的资金，另一位复核人同意后才继续执行。"
		return reply, nil
	}
	return Reply{Text: fmt.Sprintf("已放行 #%d：%s。", id, runText(run)), Next: []string{"任务 列表"}}, nil
}
