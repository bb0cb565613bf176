package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/secret"
)

var appeal = &Command{
	Name:    "申诉",
	Aliases: []string{"不服", "复核申请", "申请复核"},
	Params:  []Param{{Name: "事项", Also: []string{"项目", "item"}, Must: true}, {Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "申诉 1 名次有误，附件已交窗口",
	Summary: "对一项结论提出异议",
	Roles:   firms,
	Private: true,
	Run:     runAppeal,
}

// runAppeal files an objection to one claim's decision. It changes nothing by itself: people look at it.
func runAppeal(_ context.Context, r *Request) (Reply, error) {
	_, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	chosen := r.asked(list, r.Args["事项"])
	switch {
	case len(chosen) == 0:
		return Reply{Text: r.noClaim(r.Args["事项"]), Next: []string{"进度"}, Outcome: Asked}, nil
	case len(chosen) > 1:
		ask := r.whichClaim(list, chosen)
		ask.Next, ask.Want, ask.Args = nil, "事项", r.Args
		return ask, nil
	}
	c := chosen[0]
	req := models.DeskRequest{Kind: models.DeskAppeal, Request: r.requestID(), MemberID: r.Asker.ID, OrgID: r.Org.ID, ClaimID: c.ID, MadeAt: r.Now}
	if err := r.askDesk(&req, secret.Text(r.Args["理由"])); err != nil {
		return Reply{}, err
	}
	return Reply{Text: strings.Join([]string{
		fmt.Sprintf("已受理您对“%s”的申诉（编号 %d），由工作人员复核后答复。", c.name(), req.ID),
		"理由：" + plain(r.Args["理由"]), "申诉期间这一项的结论不变；有证明材料的，请交给经办人。",
	}, "\n"), Next: []string{"为什么 " + r.Args["事项"], "进度"}}, nil
}
