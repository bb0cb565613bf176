package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// Frozen shows the second person what a code is about, line by line as it was submitted, and decides nothing. It asks for the
// role and counts wrong codes as Decide does.
func (r *Runner) Frozen(ctx context.Context, actor models.Actor, code string, now policy.Instant) (models.Submission, models.Report, error) {
	var sub models.Submission
	var report models.Report
	var refused error
	err := r.env.Store.InTx(ctx, func(tx *models.Tx) error {
		var a models.Approval
		var err error
		if a, _, refused, err = pendingBy(tx, actor, code, now); err != nil || refused != nil {
			return err
		}
		plan, err := tx.Plan(a.PlanID)
		if err != nil {
			return err
		}
		sub = models.Submission{Kind: plan.Kind, PlanID: plan.ID, ApprovalID: a.ID, Title: plan.Title, Hash: plan.Hash, Lines: plan.LineCount, Total: plan.TotalFen, State: string(a.State)}
		report, err = r.env.frozen(tx.Query, plan)
		report.Notes = append(report.Notes, "审批截止 "+a.ExpiresOn.Text())
		return err
	})
	return sub, report, errors.Join(err, refused)
}

// pendingBy finds what an approver's code is about. A wrong code is counted and refused: the transaction must commit and the
// refusal go out afterwards. What cannot be a code, or has been decided by the same person, is refused without being counted.
func pendingBy(tx *models.Tx, actor models.Actor, code string, now policy.Instant) (a models.Approval, checker models.Member, refused, err error) {
	if checker, err = memberWith(tx.Query, actor, models.Approver); err != nil {
		return a, checker, nil, err
	}
	until, err := tx.CodeLocked(checker.ID, now)
	if err != nil {
		return a, checker, nil, err
	}
	if until > 0 {
		return a, checker, nil, models.E(models.Forbidden, "您连续输错审批码，到 %s 前不能审批；方案不受影响，可由其他复核人处理", until.Text())
	}
	if plan, hash, seen := models.ParseSeen(code); seen && actor.Request != "" {
		a, err = seenApproval(tx, plan, hash)
		return a, checker, nil, err
	}
	if code = digits(code); len(code) != codeLength {
		return a, checker, nil, models.E(models.Invalid, "审批码是 %d 位数字，请核对通知", codeLength)
	}
	a, err = tx.PendingByCode(secret.Text(code))
	if models.CodeOf(err) != models.NotFound {
		if err == nil {
			err = tx.RightCode(checker.ID)
		}
		return a, checker, nil, err
	}
	done, err := tx.DecidedByCode(secret.Text(code), checker.ID, now)
	if err == nil {
		return a, checker, nil, models.E(models.Conflict, "方案 #%d 已于 %s 由您办理（%s），不用重复", done.PlanID, done.DecidedAt.Text(), done.State.Text())
	}
	if models.CodeOf(err) != models.NotFound {
		return a, checker, nil, err
	}
	left, err := tx.WrongCode(checker.ID, now)
	return a, checker, models.E(models.Invalid, "没有待审批的方案对应这个审批码，请核对通知里的 %d 位数字（还可以试 %d 次）", codeLength, left), err
}

// digits reads a code as people type it: full-width digits and blanks are no mistake. Empty when anything else is in it.
func digits(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), "") {
		if r >= '０' && r <= '９' {
			r -= '０' - '0'
		}
		if r < '0' || r > '9' {
			return ""
		}
		b.WriteRune(r)
	}
	return b.String()
}

// frozen words a plan as it was submitted.
func (e *Env) frozen(q models.Query, p models.Plan) (models.Report, error) {
	report := models.Report{Title: p.Title, On: p.KnownOn, Total: p.TotalFen}
	lines, err := q.PlanLines(p.ID, 0, p.LineCount)
	if err != nil {
		return report, err
	}
	report.Lines, report.Unpriced, err = e.planLines(q, p, lines, func(l models.PlanLine) (models.ReportLine, error) {
		line, err := e.frozenLine(q, l)
		if p.Kind == shortageKind {
			line.What, line.Amount, line.Why = fmt.Sprintf("%s 第 %d 期", line.What, l.InstalmentNo), l.AmountFen, fmt.Sprintf("指标不足时第 %d 位拨付", l.No)
		}
		return line, err
	})
	if err != nil {
		return report, err
	}
	if report.Notes, err = q.PlanNotes(p, e.itemName); err != nil {
		return report, err
	}
	switch p.Kind {
	case "award":
		short, err := q.BudgetWarnings(e.Book, e.Budget, lines, p.KnownOn)
		if err != nil {
			return report, err
		}
		report.Notes = append(report.Notes, short...)
	case "roster":
		d, err := detailOf[RosterDetail](p)
		if err != nil {
			return report, err
		}
		for _, c := range d.Changes {
			what := "担任" + c.Role.Text()
			if !c.Active {
				what = "不再担任" + c.Role.Text()
			}
			report.Notes = append(report.Notes, fmt.Sprintf("%s（%s）%s", c.Name, c.Code, what))
		}
	case accountsKind:
		d, err := detailOf[AccountsDetail](p)
		if err != nil {
			return report, err
		}
		for _, c := range d.Changes {
			report.Notes = append(report.Notes, accountText(c))
		}
	case "legal-review":
		d, err := detailOf[LegalReviewDetail](p)
		if err != nil {
			return report, err
		}
		report.Notes = append(report.Notes, fmt.Sprintf("合法性审查文号 %s，%s", d.DocumentNo, d.DocumentOn.Text()))
	}
	return report, nil
}

// planLines words the lines of a plan: in the plan's own words where it is not about money (worded), else by priced, with where each goes and, of amounts
// that officials decided, why.
func (e *Env) planLines(q models.Query, p models.Plan, lines []models.PlanLine, priced func(models.PlanLine) (models.ReportLine, error)) (out []models.ReportLine, worded bool, err error) {
	payees, err := payeesOf(p)
	if err != nil {
		return nil, false, err
	}
	words, err := p.LineWords()
	if err != nil {
		return nil, false, err
	}
	for i, l := range lines {
		line, err := wordedLine(q, words, i, l)
		if line.Who == "" && err == nil {
			line, err = priced(l)
		}
		if err != nil {
			return nil, false, fmt.Errorf("方案 #%d 第 %d 行：%w", p.ID, l.No, err)
		}
		payees.show(l, &line)
		out = append(out, line)
	}
	return out, words != nil, wordAmounts(p, lines, out)
}

func (e *Env) frozenLine(q models.Query, l models.PlanLine) (models.ReportLine, error) {
	if l.DecisionID != 0 {
		c, err := q.Claim(l.ClaimID)
		if err != nil {
			return models.ReportLine{}, err
		}
		d, err := q.Decision(l.DecisionID)
		if err != nil {
			return models.ReportLine{}, err
		}
		line, err := reportLine(q, e, c, d)
		line.Amount = l.AmountFen
		return line, err
	}
	a, err := q.Award(l.AwardID)
	if err != nil {
		return models.ReportLine{}, err
	}
	org, err := q.Organisation(a.OrgID)
	return models.ReportLine{
		Who: org.Name, Item: a.Item, Clause: a.Clause, What: fmt.Sprintf("第 %d 期", l.InstalmentNo), Amount: l.AmountFen, Why: "解除暂缓，转为待拨付", Claim: a.ClaimID,
	}, err
}

// wordedLine is a line of a plan that is not about money; empty for one that is.
func wordedLine(q models.Query, worded []string, i int, l models.PlanLine) (models.ReportLine, error) {
	if i >= len(worded) {
		return models.ReportLine{}, nil
	}
	org, err := q.Organisation(l.OrgID)
	return models.ReportLine{Who: org.Name, Code: org.Code, What: worded[i]}, err
}
