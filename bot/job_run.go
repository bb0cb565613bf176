package bot

import (
	"context"
	"fmt"
)

var jobRun = &Command{
	Name:    "任务 运行",
	Aliases: []string{"运行", "任务 执行"},
	Params:  []Param{jobParam, {Name: "日期", Also: []string{"date"}}, hireYearParam, orgParam},
	Example: "任务 运行 奖补审核",
	Summary: "现在执行一次",
	Roles:   starters,
	Private: true,
	Run:     runJobRun,
}

// runJobRun asks for a run. The same request twice is harmless: what has been done is not done again.
func runJobRun(ctx context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	day, problem := r.businessDay(r.Args["日期"])
	if problem != "" {
		return Reply{Text: problem, Outcome: Asked}, nil
	}
	params := r.jobParams()
	if day != r.On {
		params["date"] = day.String()
	}
	id, err := r.Bot.Work.Run(ctx, r.Actor, j.Name, params, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	run, err := r.Run(id)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Next: []string{"任务 记录 " + j.Title}}
	if run.State.Ended() { // it did not go on behind the answer, or was done before
		reply.Text = fmt.Sprintf("#%d %s，业务日期%s：%s。", id, j.Title, day.Text(), runText(run))
	} else {
		reply.Text = fmt.Sprintf("已受理 #%d：%s，业务日期%s。\n办完会通知您；也可以看“任务 记录 %s”。", id, j.Title, day.Text(), j.Title)
	}
	return reply, nil
}
