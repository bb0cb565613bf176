package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var awards = &Command{
	Name:    "我的奖励",
	Aliases: []string{"补贴", "奖补", "奖励", "我的补贴", "我的奖补", "拿了多少"},
	Params:  []Param{pageParam},
	Summary: "核定了多少、已拨付多少、还有哪些在办",
	Roles:   firms,
	Private: true,
	Run:     runAwards,
}

const awardsPage = 8

// runAwards sums up what the firm was awarded and what is on its way; each sum is one that the firm can find again under
// 到账 or 进度.
func runAwards(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	var total, coming policy.Fen
	sums := map[models.InstalmentState]policy.Fen{}
	var awarded, open []claim
	for _, c := range list {
		switch {
		case c.award != nil:
			awarded = append(awarded, c)
			total += c.award.AmountFen
			for _, p := range c.parts {
				sums[p.State] += p.AmountFen
			}
		case c.State == models.ClaimDecided || c.State == models.ClaimProposed || c.State == models.ClaimConfirmed || c.State == models.ClaimHeld:
			open = append(open, c)
			coming += c.decision.AmountFen
		}
	}
	lines := []string{"**" + plain(r.Org.Name) + "**的奖励"}
	if len(awarded) == 0 {
		lines = append(lines, "还没有核定的奖励。")
	} else {
		lines = append(lines, fmt.Sprintf("已核定%d项，合计 %s%s", len(awarded), total.Text(), byState(sums)))
	}
	part := page(r, awarded, awardsPage, "我的奖励")
	for i, c := range part.shown {
		lines = append(lines, fmt.Sprintf("%d. %s：%s，%s核定", part.first+i, c.name(), c.award.AmountFen.Text(), c.award.ApprovedOn.Text()))
	}
	lines = append(lines, part.note)
	if len(open) > 0 {
		lines = append(lines, fmt.Sprintf("审核通过、尚未核定%d项，合计 %s，以审核结论和公示为准。", len(open), coming.Text()))
	}
	lines = append(lines, r.warnings(d)...)
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(part.next, "到账", "进度")}, nil
}

// byState adds how much of a sum stands where: （已拨付 …；待拨付 …）.
func byState(sums map[models.InstalmentState]policy.Fen) string {
	var parts []string
	for _, s := range partStates {
		if sums[s.state] > 0 {
			parts = append(parts, s.name+" "+sums[s.state].Text())
		}
	}
	if len(parts) == 0 {
		return "。"
	}
	return bracketed(strings.Join(parts, "；")) + "。"
}

// partStates are the states of instalments in the order in which sums are told.
var partStates = []struct {
	state models.InstalmentState
	name  string
}{
	{models.Paid, "已拨付"},
	{models.InBatch, "已送财政"},
	{models.Due, "待拨付"},
	{models.Scheduled, "未到期"},
	{models.Held, "暂缓"},
	{models.Returned, "退回"},
	{models.Waived, "已放弃"},
	{models.Cancelled, "已取消"},
}
