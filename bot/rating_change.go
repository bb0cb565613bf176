package bot

import (
	"context"
	"strings"

	"duixian/models"
)

var ratingChange = &Command{
	Name:    "调星",
	Aliases: []string{"调整星级", "下调星级", "降星"},
	Params: []Param{
		{Name: "名称或代码", Also: []string{"企业", "名称", "代码"}, Must: true},
		{Name: "星数", Also: []string{"星级", "stars"}, Must: true},
		{Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true},
	},
	Example: "调星 示例人力 2 受到行政处罚",
	Summary: "两轮之间调整一家的星级，送两人决定",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Else:    "轮次",
	Run:     runRatingChange,
}

// runRatingChange submits other stars for one firm between two rounds: fewer after a penalty, or other ones after a 复评.
func runRatingChange(ctx context.Context, r *Request) (Reply, error) {
	job, ask, err := r.roundJob(models.StarRating)
	if err != nil || ask.Text != "" {
		return ask, err
	}
	if ask, err := r.findFirm(r.Args["名称或代码"]); err != nil || ask.Text != "" {
		ask.Next = nil
		return ask, err
	}
	stars := strings.TrimRight(r.Args["星数"], "星 ")
	if stars == "无" {
		stars = "0"
	}
	params := models.Params{"draft": "change", "org": r.Org.Code, "stars": stars, "reason": maskNumbers(strings.TrimSpace(r.Args["理由"]))}
	sub, err := r.Bot.Work.Submit(ctx, r.Actor, job, params, r.On, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}
