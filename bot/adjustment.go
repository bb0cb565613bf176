package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

var (
	caseReaders = []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Auditor}
	caseParam   = Param{Name: "编号", Also: []string{"事项编号", "case"}}
)

var adjustments = &Command{
	Name:    "追回",
	Aliases: []string{"补差", "补差追回", "追回补差", "追缴", "择一"},
	Params:  []Param{caseParam, pageParam},
	Example: "追回 3",
	Summary: "核定之后资料有变化的：补差、追回、择一",
	Roles:   caseReaders,
	Private: true,
	Run:     runAdjustments,
}

const casesShown = 6

// runAdjustments lists the cases that are not over, or shows one: why, how much, until when the firm is heard, what happened and what comes next.
func runAdjustments(_ context.Context, r *Request) (Reply, error) {
	if r.Args[caseParam.Name] != "" {
		a, ask, err := r.adjustment()
		if err != nil || ask.Text != "" {
			return ask, err
		}
		return r.showAdjustment(a)
	}
	list, err := r.Adjustments(models.CaseOpen, models.CaseProposed, models.CaseApproved)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Text: "没有待办理的补差、追回或择一。", Next: []string{"待办"}}, nil
	}
	lines := []string{fmt.Sprintf("**待办理的补差、追回、择一**：%d件", len(list))}
	part := page(r, list, casesShown, "追回")
	next := part.next
	for _, a := range part.shown {
		org, err := r.Organisation(a.OrgID)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("- %s #%d %s：%s，%s", a.Kind.Text(), a.ID, plain(org.Name), a.AmountFen.Text(), r.caseStands(a)))
		next = append(next, fmt.Sprintf("追回 %d", a.ID))
	}
	return Reply{Text: strings.Join(without(append(lines, part.note), ""), "\n"), Next: append(next, "待办")}, nil
}

// adjustment finds the case that was typed: 3, #3.
func (r *Request) adjustment() (models.Adjustment, Reply, error) {
	typed := r.Args[caseParam.Name]
	id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	if err != nil {
		return models.Adjustment{}, Reply{Text: "编号是数字，例如：追回 3。发送“追回”看有哪些。", Next: []string{"追回"}, Outcome: Asked}, nil
	}
	a, err := r.Adjustment(id)
	if models.CodeOf(err) == models.NotFound {
		return a, Reply{Text: fmt.Sprintf("没有编号为 #%d 的补差、追回或择一。", id), Next: []string{"追回"}, Outcome: Asked}, nil
	}
	return a, Reply{}, err
}

// caseStands is a case's state with what it waits for, in a few words.
func (r *Request) caseStands(a models.Adjustment) string {
	switch {
	case a.State == models.CaseProposed:
		return fmt.Sprintf("方案 #%d 待复核", a.PlanID)
	case a.State == models.CaseApproved:
		return "已同意，还差 " + a.Left().Text()
	case a.State == models.CaseOpen && a.Kind == models.ClawbackCase && a.ToldOn == 0:
		return "待告知企业"
	case a.State == models.CaseOpen && a.Kind == models.ClawbackCase && r.On <= a.HearUntil:
		return "陈述申辩期到" + a.HearUntil.Text()
	case a.State == models.CaseOpen && a.Kind == models.ClawbackCase:
		return "陈述申辩期已满，待送审"
	case a.State == models.CaseOpen:
		return "待送审"
	}
	return a.State.Text()
}

func (r *Request) showAdjustment(a models.Adjustment) (Reply, error) {
	org, err := r.Organisation(a.OrgID)
	if err != nil {
		return Reply{}, err
	}
	c, err := r.Claim(a.ClaimID)
	if err != nil {
		return Reply{}, err
	}
	steps, err := r.AdjustmentSteps(a.ID)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{
		fmt.Sprintf("**%s #%d**　%s　%s", a.Kind.Text(), a.ID, plain(org.Name), a.State.Text()),
		fmt.Sprintf("%s（申报 #%d）：已核定 %s，现应为 %s，相差 %s", r.itemName(c.Item), c.ID, a.WasFen.Text(), a.NowFen.Text(), a.AmountFen.Text()),
		"原因：" + plain(a.Cause),
	}
	if a.ToldOn != 0 {
		lines = append(lines, fmt.Sprintf("%s告知企业，陈述申辩到%s（含当日）", a.ToldOn.Text(), a.HearUntil.Text()))
	}
	if a.SettledFen > 0 {
		lines = append(lines, fmt.Sprintf("已结清 %s，尚待 %s", a.SettledFen.Text(), a.Left().Text()))
	}
	for _, s := range steps {
		if s.Kind != "told" { // said above
			lines = append(lines, "- "+s.OnDay.Text()+" "+plain(maskNumbers(s.Said())))
		}
	}
	say, next := r.caseNext(a, steps)
	return Reply{Text: strings.Join(append(lines, say), "\n"), Next: append(next, "追回", "企业 "+org.Code)}, nil
}

// caseNext says what somebody does next with a case, and offers it to who may.
func (r *Request) caseNext(a models.Adjustment, steps []models.AdjustmentStep) (say string, next []string) {
	offer := func(c *Command, rest string) {
		if r.Asker.may(c) {
			next = append(next, strings.TrimSpace(fmt.Sprintf("%s %d %s", c.Name, a.ID, rest)))
		}
	}
	switch {
	case a.State == models.CaseProposed:
		return fmt.Sprintf("下一步：复核人审批方案 #%d。", a.PlanID), []string{fmt.Sprintf("方案 %d", a.PlanID)}
	case a.State == models.CaseApproved:
		return "下一步：企业退回后登记金额和银行凭证号，例如：" + fmt.Sprintf("追回 退款 %d %s 凭证号", a.ID, a.Left()), nil
	case !a.State.Live():
		return "已办结。", nil
	case a.Kind == models.ClawbackCase && a.ToldOn == 0:
		offer(caseTell, "")
		return "下一步：先告知企业拟追回的金额、原因和陈述申辩的权利，才能送审追回。", next
	case a.Kind == models.ClawbackCase && !a.Heard(steps) && r.On <= a.HearUntil:
		offer(caseHear, "")
		return "下一步：企业答复的，登记陈述申辩；没有答复的，" + a.HearUntil.AddDays(1).Text() + "起可以送审。", next
	}
	words := make([]string, 0, 3)
	for _, d := range a.Kind.Deeds() {
		words = append(words, d.Text)
		offer(caseSubmit, d.Text)
	}
	return fmt.Sprintf("下一步：送审，由另一人复核：追回 报审 %d %s 理由。", a.ID, strings.Join(words, "／")), next
}

// todoCases are the cases that wait for a clerk, and those that wait for money to come back.
func (r *Request) todoCases() (lines, next []string, err error) {
	states := []models.AdjustmentState{models.CaseApproved}
	if r.Asker.may(caseSubmit) {
		states = append(states, models.CaseOpen)
	}
	list, err := r.Adjustments(states...)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range list[:min(len(list), todoShown)] {
		lines, next = append(lines, fmt.Sprintf("- %s #%d：%s，%s", a.Kind.Text(), a.ID, a.AmountFen.Text(), r.caseStands(a))), append(next, fmt.Sprintf("追回 %d", a.ID))
	}
	if n := len(list) - todoShown; n > 0 {
		lines = append(lines, fmt.Sprintf("- 还有%d件补差、追回、择一", n))
	}
	return lines, next, nil
}
