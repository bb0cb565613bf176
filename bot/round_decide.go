package bot

import (
	"context"
	"strings"

	"duixian/models"
)

var roundDecide = &Command{
	Name:    "定夺",
	Aliases: []string{"逐家决定", "缺项处理"},
	Params: []Param{
		{Name: "年度", Also: []string{"年份", "year"}, Must: true},
		{Name: "名称或代码", Also: []string{"企业", "名称", "代码"}, Must: true},
		{Name: "办法", Also: []string{"choice"}, Must: true},
		{Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true},
	},
	Example: "定夺 2026 示例人力 缓评 当年新设，无上年数据",
	Summary: "资料不全或暂缓的企业怎么评，送两人决定",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Else:    "轮次",
	Run:     runRoundDecide,
}

// runRoundDecide submits how a firm is rated that the model alone cannot rate: 不计, 补录, 缓评, 无星, 维持. 全部 means all whose data are not complete.
func runRoundDecide(ctx context.Context, r *Request) (Reply, error) {
	year, ask := r.roundYear()
	if ask.Text != "" {
		return ask, nil
	}
	if _, err := models.ParseStarChoice(r.Args["办法"]); err != nil {
		return Reply{Text: err.Error() + "。", Outcome: Asked}, nil
	}
	job, ask, err := r.roundJob(models.StarRating)
	if err != nil || ask.Text != "" {
		return ask, err
	}
	org := r.Args["名称或代码"]
	if org != "全部" {
		if ask, err := r.findFirm(org); err != nil || ask.Text != "" {
			ask.Next = nil
			return ask, err
		}
		org = r.Org.Code
	}
	params := models.Params{"draft": "decision", "year": year, "org": org, "choice": r.Args["办法"], "reason": maskNumbers(strings.TrimSpace(r.Args["理由"]))}
	sub, err := r.Bot.Work.Submit(ctx, r.Actor, job, params, r.On, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}
