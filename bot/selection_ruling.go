package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
)

var selectionRuling = &Command{
	Name:    "评选决定",
	Aliases: []string{"集体研究", "研究决定"},
	Params: []Param{
		{Name: "评选", Also: []string{"哪一项", "kind"}, Must: true},
		{Name: "决定", Also: []string{"do"}, Must: true},
		{Name: "对象", Also: []string{"企业", "部门"}, Must: true},
		{Name: "理由", Also: []string{"原因", "reason"}, Rest: true},
		{Name: "依据", Also: []string{"纪要", "basis"}, Named: true},
		{Name: "意见企业", Also: []string{"候选"}, Named: true},
		hireYearParam,
	},
	Example: "评选决定 骨干 调入 示例公司 依据=纪要12号 填补空白",
	Summary: "录入集体研究的调入、调出或部门意见处理",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Else:    "轮次",
	Run:     runSelectionRuling,
}

// runSelectionRuling records what people decided about a candidate, or about an office that disagrees or is silent; 撤回 takes it back. The object is a candidate, with 意见 an office.
func runSelectionRuling(ctx context.Context, r *Request) (Reply, error) {
	params := models.Params{"kind": r.Args["评选"], "do": r.Args["决定"], "reason": r.Args["理由"], "basis": r.Args["依据"], "year": r.Args[hireYearParam.Name]}
	about := r.Args["对象"]
	office := slices.ContainsFunc(models.Offices, func(o models.Office) bool { return strings.TrimSuffix(about, "局") == o.Text() })
	if office {
		params["office"], params["firm"] = about, r.Args["意见企业"]
	} else {
		params["firm"] = about
	}
	for name, v := range params {
		if v == "" {
			delete(params, name)
		}
	}
	if kind, ok := models.SelectionKindOf(params["kind"]); ok {
		params["kind"] = string(kind)
	}
	report, err := r.Bot.Work.Plan(ctx, r.Actor, "selection-ruling", params, r.On)
	if err != nil {
		return Reply{}, err
	}
	if _, err := r.Bot.Work.Run(ctx, r.Actor, "selection-ruling", params, 0, r.Now); err != nil {
		return Reply{}, err
	}
	text := "已录入"
	for _, l := range report.Lines {
		text += fmt.Sprintf("：%s，%s。", plain(l.Who), plain(l.What))
		if l.Why != "" {
			text += "\n理由：" + sentence(plain(l.Why))
		}
	}
	for _, n := range report.Notes {
		text += "\n" + sentence(plain(n))
	}
	return Reply{Text: text + "\n随名单送审，由另一人复核。", Next: []string{"评选 " + r.Args["评选"]}}, nil
}
