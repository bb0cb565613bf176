package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
)

var jobPlan = &Command{
	Name:    "任务 试算",
	Aliases: []string{"试算", "预演", "看看名单"},
	Params:  []Param{jobParam, hireYearParam, orgParam, kindParam, pageParam},
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
	if err := r.sinceLastLook(&report); err != nil {
		return Reply{}, err
	}
	size := fmt.Sprintf("%d项，合计 %s", len(report.Lines), report.Total.Text())
	if report.Unpriced {
		size = fmt.Sprintf("%d%s", len(report.Lines), unitOf(report))
	}
	lines := []string{fmt.Sprintf("**%s试算**（%s）：%s", report.Title, report.On.Text(), size)}
	title := r.jobTitle(j)
	part := page(r, report.Lines, planPage, "任务 试算 "+title+r.planFor())
	for i, l := range part.shown {
		lines = append(lines, fmt.Sprintf("%d. %s　%s", part.first+i, plain(l.Who), planLine(l, report.Unpriced)))
	}
	for _, n := range append(report.Notes, part.note) {
		if n != "" {
			lines = append(lines, plain(n))
		}
	}
	lines = append(lines, "以上只是试算，没有改动任何数据。")
	next := part.next
	if j.Drafts && report.Ready > 0 && r.Asker.may(submit) {
		next = append(next, "报审 "+title+r.planFor())
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(append(next, r.startLine(j, r.planFor())...), "任务 记录 "+j.Title)}, nil
}

// unitOf is what a report that is not about money counts.
func unitOf(report models.Report) string {
	switch {
	case report.Title == models.Elite.Text():
		return "人"
	case slices.Contains([]string{"star-rating", selectionsJob, listJobs[models.RedList], listJobs[models.BlackList]}, report.Job):
		return "家"
	}
	return "项"
}

// jobTitle is a job as the asker named it: of the selections the one that is meant.
func (r *Request) jobTitle(j models.JobInfo) string {
	if kind, ok := models.SelectionKindOf(r.Args[kindParam.Name]); ok {
		return kind.Text()
	}
	return j.Title
}

func planLine(l models.ReportLine, unpriced bool) string {
	text := plain(l.What)
	if !unpriced {
		text += "，" + l.Amount.Text()
	}
	if l.Clause != "" {
		text += bracketed(l.Clause)
	}
	if (l.Amount == 0 || l.Outside) && l.Why != "" {
		text += "。" + plain(l.Why)
	}
	if l.Change != "" {
		text += "【" + plain(l.Change) + "】"
	}
	return text
}

// planFor is the year and the agency that were asked for, as they are typed.
func (r *Request) planFor() (typed string) {
	for _, p := range []Param{hireYearParam, orgParam} {
		if v := r.Args[p.Name]; v != "" {
			typed += " " + p.Also[0] + "=" + v
		}
	}
	return typed
}
