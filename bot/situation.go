package bot

import (
	"context"

	"duixian/notifications"
)

var situation = &Command{
	Name:    "今日情况",
	Aliases: []string{"昨晚跑了吗", "日报", "早报", "今天怎么样", "昨晚怎么样", "今天情况", "情况"},
	Summary: "办了什么、没办什么、在等谁办",
	Roles:   officials,
	Private: true,
	Run:     runSituation,
}

// runSituation says at any hour what the morning report would say now, in its words.
func runSituation(ctx context.Context, r *Request) (Reply, error) {
	s, err := r.Bot.Work.Situation(ctx, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	title, body, err := notifications.Text(notifications.MorningReport{Situation: s})
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Text: "**" + title + "**\n" + body, Next: []string{jobList.Name}}
	if len(s.Failed) > 0 {
		reply.Next = append(reply.Next, "任务 记录 "+s.Failed[0].Title)
	}
	return reply, nil
}
