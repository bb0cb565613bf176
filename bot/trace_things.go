package bot

import (
	"fmt"
	"strings"

	"duixian/models"
)

// shownOf is how many things of one sort a story lists; the rest is counted.
const shownOf = 8

// claimStory tells every decision of a claim, with what was known then, and what became of it.
func (r *Request) claimStory(id int64) (Story, error) {
	c, err := r.Claim(id)
	if err != nil {
		return Story{}, err
	}
	org, err := r.Organisation(c.OrgID)
	if err != nil {
		return Story{}, err
	}
	item, err := r.Bot.Book.Item(c.Item)
	if err != nil {
		return Story{}, err
	}
	s := Story{Thing: fmt.Sprintf("申报 %d", c.ID), Title: fmt.Sprintf("**申报 #%d %s** %s %s", c.ID, plain(org.Name), item.Short, plain(c.FactKey)), Next: []string{"企业 " + org.Code}}
	s.tell("条款", item.Clause+" "+item.Name)
	all, err := r.DecisionsOf(c.ID)
	if err != nil {
		return s, err
	}
	var lines []string
	for _, d := range all {
		answer, err := r.Bot.answerOf(d)
		if err != nil {
			return s, err
		}
		line := fmt.Sprintf("结论 #%d，%s作出，依%s前已知的资料：%s", d.ID, d.OnDay.Text(), d.KnownOn.Text(), r.Bot.reasonText(d.Reason))
		if answer.Outcome == "exact" {
			line += "，" + d.AmountFen.Text()
		}
		lines = append(lines, line)
	}
	s.tell("审核", lines...)
	if n := len(all); n > 0 {
		lines, err := r.tellSources(models.Award{OrgID: c.OrgID}, all[n-1])
		if err != nil {
			return s, err
		}
		s.tell("资料出处", lines...)
		s.Next = append(s.Next, fmt.Sprintf("溯源 结论 %d", all[n-1].ID))
	}
	a, err := r.AwardOfClaim(c.ID)
	switch {
	case err == nil:
		s.tell("奖励", fmt.Sprintf("#%d，%s，%s核定", a.ID, a.AmountFen.Text(), a.ApprovedOn.Text()))
		s.Next = append(s.Next, fmt.Sprintf("溯源 %d", a.ID))
	case models.CodeOf(err) != models.NotFound:
		return s, err
	case c.PlanID != 0:
		s.tell("方案", fmt.Sprintf("#%d", c.PlanID))
		s.Next = append(s.Next, fmt.Sprintf("溯源 方案 %d", c.PlanID))
	}
	return s, nil
}

// decisionStory tells one decision: inputs, sources, and the run that made it.
func (r *Request) decisionStory(id int64) (Story, error) {
	d, err := r.Decision(id)
	if err != nil {
		return Story{}, err
	}
	c, err := r.Claim(d.ClaimID)
	if err != nil {
		return Story{}, err
	}
	org, err := r.Organisation(c.OrgID)
	if err != nil {
		return Story{}, err
	}
	item, err := r.Bot.Book.Item(c.Item)
	if err != nil {
		return Story{}, err
	}
	s := Story{
		Thing: fmt.Sprintf("结论 %d", d.ID), Title: fmt.Sprintf("**审核结论 #%d %s** %s：%s", d.ID, plain(org.Name), item.Short, r.Bot.reasonText(d.Reason)),
		Next: []string{fmt.Sprintf("溯源 申报 %d", c.ID), fmt.Sprintf("溯源 执行 %d", d.RunID)},
	}
	a := models.Award{OrgID: c.OrgID, Item: c.Item, Clause: d.Clause}
	for _, part := range awardChapters[:5] { // up to the points: who approved is a matter of the award
		lines, err := part.Tell(r, a, d)
		if err != nil {
			return s, err
		}
		s.tell(part.Title, lines...)
	}
	s.tell("作出", fmt.Sprintf("执行 #%d；同一申报的第%d份结论", d.RunID, d.Seq))
	return s, nil
}

// planStory tells a plan: who made and decided it, and what became of its lines.
func (r *Request) planStory(id int64) (Story, error) {
	p, err := r.Plan(id)
	if err != nil {
		return Story{}, err
	}
	s := Story{Thing: fmt.Sprintf("方案 %d", p.ID), Title: fmt.Sprintf("**方案 #%d %s** %s", p.ID, plain(p.Title), models.SizeText(p.Kind, p.LineCount, p.TotalFen)), Next: []string{fmt.Sprintf("方案 %d", p.ID)}}
	intact, err := r.PlanIntact(p)
	if err != nil {
		return s, err
	}
	state := fmt.Sprintf("%s；依%s前已知的资料；校验码 %s", planState(p.State), p.KnownOn.Text(), shortHash(p.Hash))
	if !intact {
		state += "；**内容与校验码不符，请立即报告**"
	}
	s.tell("状态", state)
	approval, err := r.ApprovalOfPlan(p.ID)
	if err == nil {
		who, err := r.twoPeople(approval)
		if err != nil {
			return s, err
		}
		s.tell("送审 #"+fmt.Sprint(approval.ID), append(who, approval.State.Text())...)
	} else if models.CodeOf(err) != models.NotFound {
		return s, err
	}
	lines, err := r.PlanLines(p.ID, 0, shownOf+1)
	if err != nil {
		return s, err
	}
	rows, err := r.planRows(p, lines[:min(len(lines), shownOf)])
	if err != nil {
		return s, err
	}
	if p.LineCount > shownOf {
		rows = append(rows, fmt.Sprintf("另有%d项，见“方案 %d”", p.LineCount-shownOf, p.ID))
	}
	s.tell("内容", rows...)
	if approval.RunID != 0 {
		s.tell("执行", fmt.Sprintf("#%d", approval.RunID))
		s.Next = append(s.Next, fmt.Sprintf("溯源 执行 %d", approval.RunID))
	}
	return s, nil
}

// approvalStory tells a request for a second person.
func (r *Request) approvalStory(id int64) (Story, error) {
	a, err := r.Approval(id)
	if err != nil {
		return Story{}, err
	}
	s, err := r.planStory(a.PlanID)
	s.Thing = fmt.Sprintf("送审 %d", a.ID)
	return s, err
}

// runStory tells what a run did and what it wrote into the chain.
func (r *Request) runStory(id int64) (Story, error) {
	run, err := r.Run(id)
	if err != nil {
		return Story{}, err
	}
	s := Story{Thing: fmt.Sprintf("执行 %d", run.ID), Title: fmt.Sprintf("**执行 #%d %s** %s", run.ID, plain(run.Job), runText(run)+did(run))}
	who := "定时"
	if run.Actor != models.System.Member {
		who = plain(run.Actor)
	}
	s.tell("发起", fmt.Sprintf("%s，%s%s", who, run.ToldAt().Text(), by(run)))
	s.tell("办理", fmt.Sprintf("业务日期 %s；规则版本 %s；程序版本 %s", run.BusinessDate.Text(), plain(run.PolicyVersion), plain(run.BinaryVersion)))
	if run.ApprovalID != 0 {
		s.tell("依据", fmt.Sprintf("送审 #%d", run.ApprovalID))
		s.Next = append(s.Next, fmt.Sprintf("溯源 送审 %d", run.ApprovalID))
	}
	return s, r.tellAudit(&s, run.ID)
}

// importStory tells a file: who brought it in, what it stated, and which rows of the chain speak of it.
func (r *Request) importStory(id int64) (Story, error) {
	i, err := r.Import(id)
	if err != nil {
		return Story{}, err
	}
	s := Story{Thing: fmt.Sprintf("导入 %d", i.ID), Title: fmt.Sprintf("**导入 #%d %s**", i.ID, plain(i.FileName)), Next: []string{fmt.Sprintf("溯源 执行 %d", i.RunID)}}
	s.tell("来自", fmt.Sprintf("%s，报送截至%s，SHA-256 %s", r.fileOf(i), i.KnownOn.Text(), shortHash(i.SHA256)))
	s.tell("行数", fmt.Sprintf("%d 行，接受 %d，有提示 %d，改动 %d 条", i.Total, i.Accepted, i.Warned, i.Changed))
	facts, err := r.FactsOfImport(i.ID, shownOf+1)
	if err != nil {
		return s, err
	}
	var lines []string
	for _, f := range facts[:min(len(facts), shownOf)] {
		org, err := r.Organisation(f.OrgID)
		if err != nil {
			return s, err
		}
		line := fmt.Sprintf("%s：%s %s，%s", plain(org.Name), r.kindText(f.Kind), plain(f.FactKey), f.OnDay.Text())
		if f.SourceRow > 0 {
			line = fmt.Sprintf("第%d行 ", f.SourceRow) + line
		}
		lines = append(lines, line)
	}
	if len(facts) > shownOf {
		lines = append(lines, "……")
	}
	s.tell("资格信息", lines...)
	return s, r.tellAudit(&s, i.RunID)
}

// tellAudit names the rows of the chain that a run wrote, by stream and number, as audit verify does.
func (r *Request) tellAudit(s *Story, run int64) error {
	rows, err := r.AuditOfRun(run, shownOf+1)
	if err != nil {
		return err
	}
	var lines []string
	for _, a := range rows[:min(len(rows), shownOf)] {
		lines = append(lines, fmt.Sprintf("%s 第%d行 %s %s %s", a.Stream, a.Seq, a.At.Text(), plain(a.Action), strings.TrimSpace(plain(a.Entity))))
	}
	if len(rows) > shownOf {
		lines = append(lines, "……")
	}
	s.tell("审计记录", lines...)
	return nil
}
