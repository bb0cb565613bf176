package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/secret"
)

var rerating = &Command{
	Name:    "复评",
	Aliases: []string{"申请复评", "重新评星", "要求复评"},
	Params:  []Param{{Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "复评 营业收入和服务企业数都有增长，材料已备齐",
	Summary: "满12个月后申请重新评定星级",
	Roles:   firms,
	Private: true,
	Run:     runRerating,
}

// reratingMonths is after how many months a firm may ask for another rating.
const reratingMonths = 12

// runRerating files a firm's wish to be rated again. It changes nothing by itself: officials look at it, and two decide.
func runRerating(_ context.Context, r *Request) (Reply, error) {
	d, err := r.Dossier(r.Org.ID, r.On)
	if err != nil {
		return Reply{}, err
	}
	f := d.Newest("star-rating", r.On)
	if f == nil {
		return Reply{Text: neverRated + "下一轮评定时一并评星，不用申请复评。", Next: []string{"星级"}, Outcome: Refused}, nil
	}
	if from := f.On.AddMonths(reratingMonths); r.On < from {
		return Reply{Text: fmt.Sprintf("%d年度星级于%s确认，满12个月（%s起）才能申请复评；对结果有异议，请发送“申诉”或“人工”。", ratingYear(*f), f.On.Text(), from.Text()), Next: []string{"星级", "人工"}, Outcome: Refused}, nil
	}
	open, err := r.DeskRequestsOf(r.Org.ID, models.DeskRerating, 1)
	if err != nil {
		return Reply{}, err
	}
	if len(open) > 0 && open[0].State == models.DeskOpen && open[0].Request != r.requestID() {
		return Reply{Text: fmt.Sprintf("您的复评申请（编号 %d）还在办理，不用重复提交。", open[0].ID), Next: []string{"星级"}}, nil
	}
	req := models.DeskRequest{Kind: models.DeskRerating, Request: r.requestID(), MemberID: r.Asker.ID, OrgID: r.Org.ID, MadeAt: r.Now}
	if err := r.askDesk(&req, secret.Text(r.Args["理由"])); err != nil {
		return Reply{}, err
	}
	return Reply{Text: strings.Join([]string{
		fmt.Sprintf("已受理复评申请（编号 %d），由工作人员核对后答复；星级如有调整，须两人决定。", req.ID), "理由：" + plain(r.Args["理由"]), "办理期间现有星级不变；有证明材料的，请交给经办人。",
	}, "\n"), Next: []string{"星级", "进度"}}, nil
}
