package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
)

var todo = &Command{
	Name:    "待办",
	Aliases: []string{"我的待办", "要办什么", "待办事项"},
	Summary: "等您处理的事",
	Roles:   officials,
	Private: true,
	Run:     runTodo,
}

const todoShown = 5 // of each sort

// runTodo lists what waits for this person, by their roles: plans to decide, claims to submit, what was held, questions of firms,
// runs that failed.
func runTodo(_ context.Context, r *Request) (Reply, error) {
	var lines, next []string
	stop, err := r.Stopped()
	if err != nil {
		return Reply{}, err
	}
	if stop != nil {
		asked, err := r.restartAsked()
		if err != nil {
			return Reply{}, err
		}
		how := "恢复须两人办理。"
		if asked != 0 {
			how = fmt.Sprintf("恢复方案 #%d 已送审，等待复核。", asked)
		} else {
			next = append(next, restart.Name)
		}
		lines = append(lines, "**系统已紧急停止**："+plain(stop.Reason)+"（"+stop.Since.Text()+"）。"+how)
	}
	for _, part := range []struct {
		roles []models.Role
		list  func() (lines, next []string, err error)
	}{
		{[]models.Role{models.Approver, models.Clerk, models.Auditor}, r.todoPlans},
		{[]models.Role{models.Clerk}, r.todoClaims},
		{[]models.Role{models.Clerk, models.Treasurer}, r.todoPayments},
		{[]models.Role{models.Clerk, models.Treasurer}, r.todoCases},
		{[]models.Role{models.Clerk, models.Approver}, r.todoRounds},
		{[]models.Role{models.Clerk, models.Approver}, r.todoPublicity},
		{[]models.Role{models.Clerk, models.Approver}, r.todoDesk},
		{[]models.Role{models.Operator, models.Clerk}, r.todoRuns},
	} {
		if !r.Asker.has(part.roles) {
			continue
		}
		more, then, err := part.list()
		if err != nil {
			return Reply{}, err
		}
		lines, next = append(lines, more...), append(next, then...)
	}
	if len(lines) == 0 {
		return Reply{Text: "没有等您处理的事。", Next: []string{"今日情况", "任务 列表"}}, nil
	}
	return Reply{Text: "**待办**\n" + strings.Join(lines, "\n"), Next: next[:min(len(next), 6)]}, nil
}

// restartAsked is the plan that asks a second person to start everything again, 0 when there is none.
func (r *Request) restartAsked() (int64, error) {
	plans, err := r.NewestPlans("resume", models.PlanSubmitted, 1)
	if err != nil || len(plans) == 0 {
		return 0, err
	}
	return plans[0].ID, nil
}

// todoPlans are the plans on their way: to an approver those that wait for a second person, to the maker their own.
func (r *Request) todoPlans() (lines, next []string, err error) {
	list, err := r.ApprovalsIn(models.ApprovalPending)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	shown := 0
	for _, a := range list {
		p, err := r.Plan(a.PlanID)
		if err != nil {
			return nil, nil, err
		}
		maker, err := r.Member(a.MakerID)
		if err != nil {
			return nil, nil, err
		}
		if shown++; shown > todoShown {
			continue
		}
		who := plain(maker.Name) + "送审，等待复核"
		if maker.ID == r.Asker.ID {
			who = "您送审的，等待另一位复核"
		}
		lines = append(lines, fmt.Sprintf("- 方案 #%d %s：%s%s，%s前", p.ID, plain(p.Title), strings.Replace(sizeThen(p.Kind, p.LineCount, p.TotalFen, "；"), "合计 ", "", 1), who, a.ExpiresOn.Text()))
		next = append(next, fmt.Sprintf("方案 %d", p.ID))
	}
	if shown > todoShown {
		lines = append(lines, fmt.Sprintf("- 还有%d份方案待复核", shown-todoShown))
	}
	return lines, next, nil
}

// todoClaims says how many claims wait for a clerk, what can be submitted by the job that submits it.
func (r *Request) todoClaims() (lines, next []string, err error) {
	ready, err := r.ReadyClaims()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range ready {
		what, then := "申报", "任务 试算 奖补审核"
		if year, err := strconv.Atoi(c.HireYear); err == nil {
			what, then = "引才奖励"+bracketed(models.HireYearText(year)), "任务 试算 引才奖励兑现 "+hireYearParam.Also[0]+"="+c.HireYear
		}
		lines, next = append(lines, fmt.Sprintf("- %s%d项审核通过，可以送审", what, c.N)), append(next, then)
	}
	counts, err := r.ClaimCounts()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range []struct {
		state      models.ClaimState
		text, then string
	}{
		{models.ClaimNeedsDecision, "符合条件，金额待核定", "核定"},
		{models.ClaimHeld, "暂缓核定", ""},
		{models.ClaimNeedsData, "资料不全", ""},
	} {
		if n := counts[string(c.state)]; n > 0 {
			lines = append(lines, fmt.Sprintf("- 申报%d项%s", n, c.text))
			if c.then != "" {
				next = append(next, c.then)
			}
		}
	}
	return lines, next, nil
}

// todoDesk are the questions and objections of firms' people.
func (r *Request) todoDesk() (lines, next []string, err error) {
	open, err := r.DeskRequests(models.DeskOpen, 50)
	if err != nil || len(open) == 0 {
		return nil, nil, err
	}
	var ids []int64
	for _, d := range open {
		ids = append(ids, d.OrgID)
	}
	orgs, err := r.Organisations(ids...)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range open[:min(len(open), todoShown)] {
		lines = append(lines, fmt.Sprintf("- %s #%d：%s，%s", d.Kind.Text(), d.ID, plain(orgs[d.OrgID].Name), r.clock(d.MadeAt)))
		next = append(next, fmt.Sprintf("咨询 %d", d.ID))
	}
	if len(open) > todoShown {
		lines = append(lines, fmt.Sprintf("- 还有%d件咨询和申诉", len(open)-todoShown))
	}
	return lines, next, nil
}

// todoRuns are the jobs whose last run did not do its work.
func (r *Request) todoRuns() (lines, next []string, err error) {
	last, err := r.LastRuns()
	if err != nil {
		return nil, nil, err
	}
	list, err := r.Bot.Work.List(r.ctx, r.Now)
	if err != nil {
		return nil, nil, err
	}
	for _, j := range list {
		run, ran := last[j.Name]
		switch {
		case j.Paused != "":
			lines = append(lines, "- 任务“"+j.Title+"”已暂停："+plain(j.Paused))
			if r.Asker.has(append(slices.Clone(j.Roles), models.Operator)) {
				next = append(next, "任务 恢复 "+j.Title)
			}
		case ran && (run.State == models.RunFailed || run.State == models.RunHalted):
			lines = append(lines, fmt.Sprintf("- 任务“%s”#%d %s", j.Title, run.ID, runText(run)))
			next = append(next, "任务 记录 "+j.Title)
		}
	}
	return lines, next, nil
}

// todoPayments are what could be ordered, batches whose list is to be made, and answers that fit no order.
func (r *Request) todoPayments() (lines, next []string, err error) {
	sum, err := r.PayableSum(r.On)
	if err != nil {
		return nil, nil, err
	}
	if n := sum.N - sum.NoAccount; n > 0 && r.Asker.has([]models.Role{models.Clerk}) {
		lines, next = append(lines, fmt.Sprintf("- 待提请拨付%d笔", n)), append(next, "拨付")
	}
	ready, err := r.BatchesIn(models.BatchApproved)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range ready {
		lines = append(lines, fmt.Sprintf("- 拨付批次 #%d %s：%d笔，%s，待财务导出", b.ID, b.Name(), b.LineCount, b.TotalFen.Text()))
		next = append(next, fmt.Sprintf("拨付 %d", b.ID))
	}
	open, err := r.Suspense()
	if err != nil || len(open) == 0 {
		return lines, next, err
	}
	return append(lines, fmt.Sprintf("- 待查款%d笔", len(open))), append(next, "对账"), nil
}
