package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/policy"
)

var policyItems = &Command{
	Name:    "政策",
	Aliases: []string{"政策内容", "有哪些政策", "有什么政策", "有哪些补贴", "政策咨询"},
	Params:  []Param{{Name: "事项", Also: []string{"项目", "item"}}, pageParam},
	Example: "政策 市场引才奖励",
	Summary: "政策给什么、要什么条件",
	Roles:   firms,
	Private: true,
	Run:     runItems,
}

const itemsPage = 12

// runItems lists the items of the policy by clause, or shows one: the law's own words, how much, how often, what to hand in.
func runItems(_ context.Context, r *Request) (Reply, error) {
	if r.Args["事项"] == "" {
		return r.allItems(), nil
	}
	item, ask := r.oneItem(r.Args["事项"])
	if item == nil {
		return ask, nil
	}
	lines := []string{
		"**" + item.Name + "**" + bracketed(item.Clause), "原文：" + quote(item.Text), "对象：" + item.Beneficiary + "；频次：" + item.Frequency,
	}
	if item.Exclusivity != "" {
		lines = append(lines, "不重复享受："+item.Exclusivity)
	}
	if s := item.Staging(); len(s) > 0 {
		lines = append(lines, "分期："+stagingText(s))
	}
	if len(item.Amount.Documents) > 0 {
		lines = append(lines, "按"+strings.Join(item.Amount.Documents, "、")+"执行，请向相应主管部门申请。")
	} else {
		lines = append(lines, "材料："+strings.Join(item.Evidence, "、"))
	}
	if note := r.Bot.validity(r.On); note != "" {
		lines = append(lines, note)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"能领多少 " + item.Short, "申报 " + item.Short, "政策"}}, nil
}

func (r *Request) allItems() Reply {
	lines := []string{"**" + r.Bot.Book.Title + "**"}
	part := page(r, r.Bot.Book.Items, itemsPage, "政策")
	clause := ""
	for _, item := range part.shown {
		if item.Clause != clause {
			clause = item.Clause
			lines = append(lines, clause)
		}
		lines = append(lines, "- "+item.Short+"："+item.Name)
	}
	lines = append(lines, part.note, r.Bot.validity(r.On), "发送“政策 事项名”看一项的条件和材料。")
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(part.next, "能领多少", "申报")}
}

// validity says for which days the policy holds, as far as that is known.
func (b *Bot) validity(on policy.Date) string {
	if b.Effective == 0 {
		return "政策施行日尚未公布，有效期暂不能确定。"
	}
	first, last := b.Book.Validity(b.Effective)
	text := fmt.Sprintf("政策有效期：%s至%s", first.Text(), last.Text())
	if on > last {
		return text + "，已经结束。"
	}
	return text + "。"
}

// stagingText says how a reward is paid over the years: 分3年按40%、30%、30%拨付.
func stagingText(percents []int) string {
	parts := make([]string, len(percents))
	for i, p := range percents {
		parts[i] = fmt.Sprintf("%d%%", p)
	}
	return fmt.Sprintf("分%d年按%s拨付", len(percents), strings.Join(parts, "、"))
}
