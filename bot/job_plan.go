package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var jobPlan = &Command{
	Name:    "任务 试算",
	Aliases: []string{"试算", "预演", "看看名单"},
	Params:  []Param{jobParam, hireYearParam, orgParam, pageParam},
	Example: "任务 试算 奖补审核",
	Summary: "先看会发生什么，什么都不改",
	Roles:   officials,
	Private: true,
	Run:     runJobPlan,
}

const planPage = 5

// runJobPlan shows what a job would do today: who, how much, why, what changed. It writes nothing.
func runJobPlan(ctx context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	report, err := r.Bot.Work.Plan(ctx, r.Actor, j.Name, r.jobParams(), r.On)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**%s试算**（%s）：%d项，合计 %s", report.Title, report.On.Text(), len(report.Lines), report.Total.Text())}
	part := page(r, report.Lines, planPage, "任务 试算 "+j.Title)
	for i, l := range part.shown {
		lines = append(lines, fmt.Sprintf("%d. %s　%s", part.first+i, plain(l.Who), planLine(l)))
	}
	for _, n := range append(report.Notes, part.note) {
		if n != "" {
			lines = append(lines, plain(n))
		}
	}
	lines = append(lines, "以上只是试算，没有改动任何数据。")
	next := part.next
	if j.Drafts && report.Ready > 0 && r.Asker.may(submit) {
		next = append(next, "报审 "+j.Title)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next, "任务 运行 "+j.Title, "任务 记录 "+j.Title)}, nil
}

func planLine(l models.ReportLine) string {
	text := plain(l.What) + "，" + l.Amount.Text()
	if l.Clause != "" {
		text += bracketed(l.Clause)
	}
	if l.Amount == 0 && l.Why != "" {
		text += "。" + plain(l.Why)
	}
	if l.Change != "" {
		text += "【" + plain(l.Change) + "】"
	}
	return text
}
