package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
)

var roundWhatIf = &Command{
	Name:    "假如",
	Aliases: []string{"如果", "权重测算", "调整权重"},
	Params:  []Param{{Name: "年度", Also: []string{"年份", "year"}, Must: true}, pageParam},
	Example: "假如 2026 营业收入=35 信用评价=20",
	Summary: "改权重或分数线，哪些企业星级会变",
	Roles:   officials,
	Private: true,
	Free:    true,
	Else:    "轮次",
	Run:     runRoundWhatIf,
}

// runRoundWhatIf asks which firms would have other stars under other weights and bounds. It writes nothing.
func runRoundWhatIf(ctx context.Context, r *Request) (Reply, error) {
	year, ask := r.roundYear()
	if ask.Text != "" {
		return ask, nil
	}
	job, ask, err := r.roundJob(models.StarRating)
	if err != nil || ask.Text != "" {
		return ask, err
	}
	var changes []string
	for name, value := range r.Args {
		if name != "年度" && name != pageParam.Name {
			changes = append(changes, name+"="+strings.TrimRight(value, "分 "))
		}
	}
	slices.Sort(changes)
	if len(changes) == 0 {
		return Reply{Text: "请写明改什么，例如：假如 " + year + " 营业收入=35 信用评价=20，或：假如 " + year + " 5星=88", Outcome: Asked}, nil
	}
	report, err := r.Bot.Work.Plan(ctx, r.Actor, job, models.Params{"year": year, "if": strings.Join(changes, ",")}, r.On)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + plain(report.Title) + "**", plain(report.Notes[0]) + "。"}
	part := page(r, report.Lines, planPage, "假如 "+year+" "+strings.Join(changes, " "))
	for i, l := range part.shown {
		lines = append(lines, fmt.Sprintf("%d. %s　%s　%s", part.first+i, plain(l.Who), plain(l.Change), plain(l.What)))
	}
	lines = append(lines, part.note, "以上只是测算，没有改动任何数据。")
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(part.next, "试算 星级评定 年度="+year)}, nil
}
