package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

var planShow = &Command{
	Name:    "方案",
	Aliases: []string{"详情", "看方案", "方案详情"},
	Params:  []Param{{Name: "方案号", Also: []string{"编号", "plan"}, Must: true}, pageParam},
	Example: "方案 8",
	Summary: "一份冻结的方案：谁、多少、依据",
	Roles:   officials,
	Private: true,
	Run:     runPlanShow,
}

const planLines = 8

// runPlanShow shows a frozen plan line by line, with the hash that both people see and, to who may decide it, the buttons.
func runPlanShow(_ context.Context, r *Request) (Reply, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Args["方案号"], "#"), 10, 64)
	if err != nil {
		return Reply{Text: "方案号是数字，例如：方案 8。等待处理的方案在“待办”里。", Next: []string{"待办"}, Outcome: Asked}, nil
	}
	p, err := r.Plan(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有方案 #%d。等待处理的方案在“待办”里。", id), Next: []string{"待办"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	lines, err := r.PlanLines(id, 0, p.LineCount+1)
	if err != nil {
		return Reply{}, err
	}
	out := []string{fmt.Sprintf("**方案 #%d %s**", p.ID, plain(p.Title)), fmt.Sprintf("%s%s，依%s已知的情况；校验码 %s", sizeThen(p.Kind, p.LineCount, p.TotalFen, "；"), planState(p.State), p.KnownOn.Text(), shortHash(p.Hash))}
	part := page(r, lines, planLines, fmt.Sprintf("方案 %d", p.ID))
	rows, err := r.planRows(p, part.shown)
	if err != nil {
		return Reply{}, err
	}
	if err := payeeRows(p, part.shown, rows); err != nil {
		return Reply{}, err
	}
	if p.Kind == "amounts" {
		if rows, err = r.amountNotes(p, rows, part.first); err != nil {
			return Reply{}, err
		}
	}
	out = append(out, rows...)
	out = append(out, part.note)
	notes, err := r.planNotes(p)
	if err != nil {
		return Reply{}, err
	}
	if len(lines) == 0 && len(notes) == 0 {
		if notes, err = r.planDetail(p); err != nil {
			return Reply{}, err
		}
	}
	out = append(out, notes...)
	money, err := r.planMoney(p, lines)
	if err != nil {
		return Reply{}, err
	}
	out = append(out, money...)
	next := part.next
	a, err := r.ApprovalOfPlan(p.ID)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	if err == nil && a.State == models.ApprovalPending {
		maker, err := r.Member(a.MakerID)
		if err != nil {
			return Reply{}, err
		}
		out = append(out, fmt.Sprintf("经办人%s；请在%s前复核。", bracketed(plain(maker.Name)), a.ExpiresOn.Text()))
		if r.Asker.has([]models.Role{models.Approver}) && maker.ID != r.Asker.ID {
			next = append(next, r.yesTo(p), "退回 "+seen(p)+" ")
		}
	}
	return Reply{Text: strings.Join(without(out, ""), "\n"), Next: append(next, "待办")}, nil
}

// yesTo is the line that says yes to the plan that was seen. A large sum must be typed, so its button says only half.
func (r *Request) yesTo(p models.Plan) string { return "同意 " + seen(p) }

// seen names a plan by its number and hash: what is approved is what was looked at.
func seen(p models.Plan) string { return fmt.Sprintf("#%d-%s", p.ID, shortHash(p.Hash)) }

func (r *Request) planRows(p models.Plan, lines []models.PlanLine) ([]string, error) {
	worded, err := p.LineWords()
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range lines {
		ids = append(ids, l.OrgID)
	}
	orgs, err := r.Organisations(ids...)
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, l := range lines {
		if l.No <= len(worded) {
			row := fmt.Sprintf("%d. %s　%s", l.No, plain(orgs[l.OrgID].Name), plain(worded[l.No-1]))
			if l.Reason != "" {
				row += "【" + models.HeldEntryText(l.Reason) + "】"
			}
			rows = append(rows, row)
			continue
		}
		what := l.Item
		if item, err := r.Bot.Book.Item(l.Item); err == nil {
			what = item.Short + bracketed(item.Clause)
		}
		if l.Item == models.RecruitItem { // an agency may have a line for each of several years
			c, err := r.Claim(l.ClaimID)
			if err != nil {
				return nil, err
			}
			what += "，" + c.KeyText()
		}
		if l.InstalmentNo > 0 {
			what += fmt.Sprintf("第%d期", l.InstalmentNo)
		}
		row := fmt.Sprintf("%d. %s　%s　%s", l.No, plain(orgs[l.OrgID].Name), what, l.AmountFen.Text())
		if l.No <= len(worded) {
			row = fmt.Sprintf("%d. %s　%s", l.No, plain(orgs[l.OrgID].Name), plain(worded[l.No-1]))
		}
		if l.Reason != "" {
			row += "【" + r.Bot.reasonText(l.Reason) + "】"
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func planState(s models.PlanState) string {
	return map[models.PlanState]string{
		models.PlanSubmitted: "待复核", models.PlanApproved: "已同意，执行中", models.PlanApplied: "已执行", models.PlanRejected: "已退回", models.PlanExpired: "已过期", models.PlanSuperseded: "已作废，未执行",
	}[s]
}
