package bot

import "context"

var jobResume = &Command{
	Name:    "任务 恢复",
	Params:  []Param{jobParam},
	Example: "任务 恢复 奖补审核",
	Summary: "让暂停的任务继续",
	Roles:   starters,
	Private: true,
	Run:     runJobResume,
}

// runJobResume lets a paused job run again from its next time on.
func runJobResume(ctx context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	if j.Paused == "" {
		return Reply{Text: "“" + j.Title + "”没有暂停，不需要恢复。", Next: []string{"任务 列表"}}, nil
	}
	if err := r.Bot.Work.Pause(ctx, r.Actor, j.Name, "", r.Now); err != nil {
		return Reply{}, err
	}
	text := "“" + j.Title + "”已恢复。"
	if len(j.Next) > 0 {
		text += "下次执行：" + r.clock(j.Next[0].At) + "。"
	}
	return Reply{Text: text, Next: append([]string{"任务 列表"}, r.startLine(j, "")...)}, nil
}
