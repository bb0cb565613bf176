package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var officialAmount = &Command{
	Name:    "核定",
	Aliases: []string{"待核定", "核定金额", "金额核定"},
	Params: []Param{
		{Name: "编号", Also: []string{"申报号", "申报编号"}}, {Name: "金额或比例", Also: []string{"金额", "比例", "核定金额", "核定比例"}}, {Name: "理由", Also: []string{"原因", "reason"}, Rest: true}, pageParam,
	},
	Example: "核定 12 8万 按活动实际成效",
	Summary: "等主管部门定金额的申报，填金额送审",
	Roles:   officials,
	Private: true,
	Run:     runOfficialAmount,
}

const amountLines = 6

// runOfficialAmount lists what waits for an amount or a rate, or takes one and sends it to a second person. What is above the
// ceiling is refused before anybody is asked.
func runOfficialAmount(ctx context.Context, r *Request) (Reply, error) {
	pending, err := r.PendingAmounts()
	if err != nil {
		return Reply{}, err
	}
	if r.Args["编号"] == "" {
		return r.pendingAmounts(pending)
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Args["编号"], "#"), 10, 64)
	if err != nil {
		return Reply{Text: "编号是数字，例如：核定 12 8万 按活动实际成效。等核定的申报请发送“核定”查看。", Next: []string{"核定"}, Outcome: Asked}, nil
	}
	i := slices.IndexFunc(pending, func(p models.PendingAmount) bool { return p.Claim.ID == id })
	switch {
	case !r.Asker.has([]models.Role{models.Clerk}):
		return Reply{Text: "金额由经办提出、复核同意，您没有“经办”角色，可以发送“核定”查看。", Next: []string{"核定"}, Outcome: Refused}, nil
	case i >= 0 && pending[i].Plan != 0:
		return Reply{Text: fmt.Sprintf("申报 #%d 的金额已在方案 #%d 中等待复核；要改，请先退回该方案。", id, pending[i].Plan), Next: []string{fmt.Sprintf("方案 %d", pending[i].Plan), "核定"}, Outcome: Refused}, nil
	case i >= 0 && r.Args["金额或比例"] == "":
		return r.askAmount(pending[i], ""), nil
	}
	decided, problem := amountTyped(r.Args["金额或比例"])
	if problem == "" && i >= 0 {
		problem = overCeiling(pending[i], decided)
	}
	switch {
	case problem != "" && i >= 0:
		return r.askAmount(pending[i], problem), nil
	case problem != "":
		return Reply{Text: problem, Next: []string{"核定"}, Outcome: Asked}, nil
	case i >= 0 && r.Args["理由"] == "":
		return Reply{Text: "请写明核定的理由，复核人会看到。", Outcome: Asked, Want: "理由", Args: r.Args}, nil
	}
	entry := models.AmountEntry{Claim: id, Decided: decided, Reason: strings.TrimSpace(r.Args["理由"])}
	if i >= 0 {
		entry.Seen = pending[i].Seen()
	}
	sub, err := r.Bot.Work.Amounts(ctx, r.Actor, []models.AmountEntry{entry}, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}

// askAmount asks for the amount or the rate of one claim, after a problem with what was typed.
func (r *Request) askAmount(p models.PendingAmount, problem string) Reply {
	delete(r.Args, "金额或比例")
	ask := "金额（元，最高 " + p.Ceiling.Text() + "）"
	if p.ByRate {
		ask = "比例（例如 80%，最高100%，为 " + p.Ceiling.Text() + "）"
	}
	text := fmt.Sprintf("申报 #%d %s，%s。请发送核定的%s。", p.Claim.ID, plain(p.Org.Name), r.itemName(p.Claim.Item), ask)
	return Reply{Text: strings.TrimPrefix(problem+"\n"+text, "\n"), Outcome: Asked, Want: "金额或比例", Args: r.Args}
}

// overCeiling says at once what would be refused when the plan is made, so that nobody writes a reason in vain.
func overCeiling(p models.PendingAmount, d policy.Decided) string {
	switch {
	case p.ByRate != (d.Rate != ""):
		return map[bool]string{true: "这一项按比例核定，请写成 80% 的样子。", false: "这一项按金额核定，不写比例。"}[p.ByRate]
	case d.Amount != nil && *d.Amount > p.Ceiling:
		return fmt.Sprintf("%s 超过最高金额 %s（%s“%s”）。", d.Amount.Text(), p.Ceiling.Text(), p.Clause, p.Phrase)
	}
	return ""
}

// amountTyped reads an amount or a rate: 80000, 8万, 80%.
func amountTyped(typed string) (policy.Decided, string) {
	if rate, ok := strings.CutSuffix(strings.TrimSpace(typed), "%"); ok {
		rate = strings.TrimSpace(rate)
		if rate == "" || strings.Trim(rate, "0123456789.") != "" || strings.Count(rate, ".") > 1 {
			return policy.Decided{}, "“" + plain(typed) + "”不是比例，请写成 80% 的样子。"
		}
		return policy.Decided{Rate: rate}, ""
	}
	v, problem := yuan(typed)
	if problem != "" {
		return policy.Decided{}, strings.TrimSuffix(problem, "。") + "；按比例的写成 80%。"
	}
	fen := v.(policy.Fen)
	return policy.Decided{Amount: &fen}, ""
}

func (r *Request) itemName(id string) string {
	if item, err := r.Bot.Book.Item(id); err == nil {
		return item.Short
	}
	return id
}

// pendingAmounts is the list: number, firm, item, ceiling, and the law that leaves it open.
func (r *Request) pendingAmounts(pending []models.PendingAmount) (Reply, error) {
	if len(pending) == 0 {
		return Reply{Text: "没有等主管部门核定金额的申报。", Next: []string{"待办"}}, nil
	}
	lines := []string{fmt.Sprintf("**等主管部门核定的申报**：%d项", len(pending))}
	part := page(r, pending, amountLines, "核定")
	next := part.next
	for _, p := range part.shown {
		most := "最高 " + p.Ceiling.Text()
		if p.ByRate {
			most = "比例最高100%，为 " + p.Ceiling.Text()
		}
		line := fmt.Sprintf("- #%d %s　%s（%s）　%s，%s“%s”", p.Claim.ID, plain(p.Org.Name), r.itemName(p.Claim.Item), plain(p.Claim.FactKey), most, p.Clause, p.Phrase)
		if p.Plan != 0 {
			line += fmt.Sprintf("【已在方案 #%d 中等待复核】", p.Plan)
		} else if r.Asker.has([]models.Role{models.Clerk}) && len(next) < 4 {
			next = append(next, fmt.Sprintf("核定 %d", p.Claim.ID))
		}
		lines = append(lines, line)
	}
	lines = append(lines, part.note, "填写：核定 编号 金额（或比例%） 理由；一次多项请在电脑上导出表格：duixian amounts export 核定.xlsx，填好后把文件发给我。")
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(next, "待办")}, nil
}

// amountNotes say of each shown line of a plan of amounts what it could have been and why it is what it is.
func (r *Request) amountNotes(p models.Plan, rows []string, first int) ([]string, error) {
	var body struct {
		Detail struct {
			Entries []struct {
				policy.Decided
				Ceiling policy.Fen `json:"ceiling"`
				Reason  string     `json:"reason"`
			} `json:"entries"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return nil, fmt.Errorf("方案 #%d: %w", p.ID, err)
	}
	for i := range rows {
		e := body.Detail.Entries[first-1+i]
		note := "（最高 " + e.Ceiling.Text()
		if e.Rate != "" {
			note = "（比例 " + e.Rate + "%，最高100%为 " + e.Ceiling.Text()
		}
		rows[i] += note + "）理由：" + plain(e.Reason)
	}
	return rows, nil
}
