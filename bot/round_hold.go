package bot

import (
	"context"

	"duixian/models"
)

// A round is paused and cancelled with a reason, and goes on where it was paused.
var (
	roundPause  = roundOrder("轮次 暂停", []string{"暂停评定", "暂停轮次"}, "pause", "暂停一轮评定，写明理由", "已暂停")
	roundResume = roundOrder("轮次 继续", []string{"继续评定", "恢复轮次"}, "resume", "恢复暂停的一轮评定", "已恢复")
	roundCancel = roundOrder("轮次 取消", []string{"取消评定", "取消轮次"}, "cancel", "取消一轮评定，写明理由", "已取消")
)

func roundOrder(name string, also []string, do, summary, done string) *Command {
	year := Param{Name: "年度", Also: []string{"年份", "year"}, Must: true}
	c := &Command{
		Name: name, Aliases: also, Params: []Param{year}, Example: name + " 2026", Summary: summary, Roles: roundStarters, Private: true,
	}
	if do != "resume" {
		c.Params = append(c.Params, Param{Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true})
		c.Example += " 年度写错"
	}
	c.Run = func(ctx context.Context, r *Request) (Reply, error) {
		year, ask := r.roundYear()
		if ask.Text != "" {
			return ask, nil
		}
		job, ask, err := r.roundJob(models.StarRating)
		if err != nil || ask.Text != "" {
			return ask, err
		}
		params := models.Params{"do": do, "year": year}
		if reason := r.Args["理由"]; reason != "" {
			params["reason"] = maskNumbers(reason)
		}
		return r.askRound(ctx, job, models.StarRating, year, params, done)
	}
	return c
}
