package bot

import (
	"context"
	"strings"
)

var jobList = &Command{
	Name:    "任务 列表",
	Aliases: []string{"任务", "任务情况"},
	Summary: "每个任务上次的结果和下次的时间",
	Roles:   officials,
	Private: true,
	Run:     runJobList,
}

// runJobList shows every job: what became of its last run, when it runs next, whether it is paused.
func runJobList(ctx context.Context, r *Request) (Reply, error) {
	all, err := r.Bot.Work.List(ctx, r.Now)
	if err != nil {
		return Reply{}, err
	}
	var lines []string
	stop, err := r.Stopped()
	if err != nil {
		return Reply{}, err
	}
	if stop != nil {
		lines = append(lines, "**系统已紧急停止**："+plain(stop.Reason)+"（"+stop.Since.Text()+"）。恢复须两人办理。")
	}
	for _, j := range all {
		line := "- **" + jobTitle(j) + "** " + j.Schedule
		if j.Last != nil {
			line += "；上次 " + r.clock(j.Last.ToldAt()) + j.Last.ForDay() + " " + runText(*j.Last)
		} else {
			line += "；还没有执行过"
		}
		switch {
		case j.Paused != "":
			line += "；**已暂停**：" + plain(j.Paused)
		case len(j.Next) > 0:
			line += "；下次 " + r.clock(j.Next[0].At) + bracketed(j.Next[0].Note)
		}
		lines = append(lines, line)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"任务 记录 " + all[0].Title, "任务 试算 " + all[0].Title}}, nil
}
