package bot

import (
	"context"
	"strings"
)

var jobPause = &Command{
	Name:    "任务 暂停",
	Params:  []Param{jobParam, {Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "任务 暂停 奖补审核 名单正在核对",
	Summary: "让一个任务先不执行",
	Roles:   starters,
	Private: true,
	Run:     runJobPause,
}

// runJobPause stops a job until it is resumed; the times that pass are recorded as not run, with the reason.
func runJobPause(ctx context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	reason := strings.TrimSpace(r.Args["理由"])
	if err := r.Bot.Work.Pause(ctx, r.Actor, j.Name, reason, r.Now); err != nil {
		return Reply{}, err
	}
	return Reply{
		Text: "“" + j.Title + "”已暂停：" + plain(reason) + "。\n暂停期间到点不执行，每次都记录原因；正在执行的会做完。",
		Next: []string{"任务 恢复 " + j.Title, "任务 列表"},
	}, nil
}
