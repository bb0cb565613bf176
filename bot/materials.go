package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var materials = &Command{
	Name:    "申报",
	Aliases: []string{"要交什么", "怎么申报", "申报材料", "要什么材料", "交什么材料", "怎么申请"},
	Params:  []Param{itemParam},
	Example: "申报 境内展位补助",
	Summary: "一项要交什么材料、什么时候、交到哪里",
	Roles:   firms,
	Private: true,
	Run:     runMaterials,
}

// runMaterials says what is to be handed in for an item, by when and where, and what of it is on the way already.
func runMaterials(_ context.Context, r *Request) (Reply, error) {
	item, ask := r.oneItem(r.Args[itemParam.Name])
	if item == nil {
		return ask, nil
	}
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + item.Short + "**" + bracketed(item.Clause)}
	if len(item.Amount.Documents) > 0 {
		lines = append(lines, "按"+strings.Join(item.Amount.Documents, "、")+"执行，请向相应主管部门申请；核定后把金额告知我们，用于从优从高比较。")
		return Reply{Text: strings.Join(lines, "\n"), Next: []string{"政策 " + item.Short, "进度"}}, nil
	}
	lines = append(lines, "要交的材料：")
	for i, e := range item.Evidence {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, e))
	}
	if r.Bot.Desk.Place != "" {
		lines = append(lines, "交到："+r.Bot.Desk.Place)
	}
	lines = append(lines, "资料登记后，系统当晚自动审核，不需要另外提交申请；结果看“进度”。", r.Bot.validity(r.On))
	for i, c := range list {
		if c.Item == item.ID && c.State != models.ClaimWithdrawn {
			now, _, err := r.status(d, c)
			if err != nil {
				return Reply{}, err
			}
			lines = append(lines, fmt.Sprintf("已登记：%d. %s，%s", i+1, c.name(), now))
		}
	}
	lines = append(lines, r.warnings(d)...)
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: []string{"能领多少 " + item.Short, "进度", "人工"}}, nil
}
