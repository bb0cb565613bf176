package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var jobHistory = &Command{
	Name:    "任务 记录",
	Aliases: []string{"任务 历史"},
	Params:  []Param{jobParam},
	Example: "任务 记录 奖补审核",
	Summary: "最近几次执行的结果",
	Roles:   officials,
	Private: true,
	Run:     runJobHistory,
}

const historyLines = 6

// runJobHistory shows a job's last runs, also those that did not take place and why.
func runJobHistory(_ context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	runs, err := r.History(j.Name, historyLines)
	if err != nil {
		return Reply{}, err
	}
	if len(runs) == 0 {
		return Reply{Text: "“" + j.Title + "”还没有执行过。", Next: []string{"任务 试算 " + j.Title}}, nil
	}
	lines := []string{fmt.Sprintf("**%s**最近%d次", j.Title, len(runs))}
	for _, run := range runs {
		lines = append(lines, fmt.Sprintf("- #%d %s%s %s%s", run.ID, r.clock(run.ToldAt()), run.ForDay(), runText(run)+did(run), by(run)))
	}
	if len(runs) == historyLines {
		lines = append(lines, fmt.Sprintf("更早的记录请在电脑上查看：duixian job history %s", j.Name))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"任务 列表", "任务 试算 " + j.Title}}, nil
}

// did is what a run that came to its end did.
func did(run models.Run) string {
	text := run.SummaryText()
	if run.State != models.RunSucceeded || text == "" {
		return ""
	}
	return "，" + cut(plain(text), 60)
}

// by says who asked for a run, when it was not the clock.
func by(run models.Run) string {
	switch run.Cause {
	case models.ByHand:
		if run.Actor == models.System.Member { // asked for by a plan of the night
			return bracketed("系统")
		}
		return bracketed("人工：" + plain(run.Actor))
	case models.ByCatchUp:
		return bracketed("补做")
	}
	return ""
}
