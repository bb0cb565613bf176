package jobs

import (
	"context"
	"fmt"

	"duixian/models"
	"duixian/policy"
)

const shortageKind = "shortage"

// ChooseFirst asks a second person to let some parts go first in a year whose money does not suffice: whole parts in the order given, the rest by the day of
// their decision as before. The choice holds until another one is decided.
func (r *Runner) ChooseFirst(ctx context.Context, actor models.Actor, first []models.BudgetChoice, now policy.Instant) (models.Submission, error) {
	draft, err := r.env.shortageDraft(r.env.Store.Read(ctx), first, now.Date())
	if err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, draft, now)
}

func (e *Env) shortageDraft(q models.Query, first []models.BudgetChoice, on policy.Date) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: shortageKind, KnownOn: on, MadeOn: on}
	year, err := e.orderYear(on)
	if err != nil {
		return d, err
	}
	detail := models.ShortageDetail{Year: year}
	states, err := q.BudgetsOfYear(year, on)
	if err != nil {
		return d, err
	}
	for _, b := range states {
		detail.Left = append(detail.Left, policy.ChannelPart{Channel: b.Channel, Amount: b.Left() - b.Pending})
	}
	if len(detail.Left) == 0 {
		return d, models.E(models.Invalid, "%d年还没有录入预算指标，没有什么可以排先后；请先导入：duixian import appropriations", year)
	}
	due, err := q.DueParts(e.Budget, on)
	if err != nil {
		return d, err
	}
	order := models.BudgetOrder{Year: year, On: on, Required: true, First: []models.BudgetChoice{}}
	taken := map[[2]int64]bool{}
	for _, c := range first {
		key := [2]int64{c.AwardID, int64(c.No)}
		line, there := findPart(due, c)
		switch {
		case taken[key]:
			return d, models.E(models.Invalid, "奖励 #%d 第 %d 期写了两次", c.AwardID, c.No)
		case !there:
			return d, models.E(models.Invalid, "奖励 #%d 第 %d 期现在不在待拨付之列，不能选它先拨；待拨付的见 duixian forecast --due", c.AwardID, c.No)
		}
		taken[key] = true
		a, err := q.Award(c.AwardID)
		if err != nil {
			return d, err
		}
		order.First = append(order.First, models.BudgetChoice{Place: len(order.First) + 1, Year: year, AwardID: c.AwardID, No: c.No})
		d.Lines = append(d.Lines, models.PlanLine{ClaimID: a.ClaimID, DecisionID: a.DecisionID, AwardID: a.ID, InstalmentNo: c.No, OrgID: a.OrgID, Item: a.Item, AmountFen: line.Amount})
	}
	if len(first) == 0 {
		return d, models.E(models.Invalid, "请写明哪几期先拨，例如 12-1 15-2（奖励编号-期次）")
	}
	d.Title = fmt.Sprintf("%d年指标不足时的拨付次序（%d 期先拨）", year, len(d.Lines))
	_, waits, err := q.BudgetFits(order, due)
	if err != nil {
		return d, err
	}
	for _, w := range waits {
		if taken[[2]int64{w.AwardID, int64(w.No)}] {
			return d, models.E(models.Invalid, "现有指标不够把奖励 #%d 第 %d 期排在前面：所选各期合起来超过了可列支的金额，请少选一些", w.AwardID, w.No)
		}
		a, err := q.Award(w.AwardID)
		if err != nil {
			return d, err
		}
		org, err := q.Organisation(a.OrgID)
		if err != nil {
			return d, err
		}
		detail.Waits = append(detail.Waits, models.ShortageWait{AwardID: w.AwardID, No: w.No, Who: org.Name, Amount: w.Amount})
	}
	d.Detail = detail
	return d, nil
}

func findPart(lines []models.BudgetLine, c models.BudgetChoice) (models.BudgetLine, bool) {
	for _, l := range lines {
		if l.AwardID == c.AwardID && l.No == c.No {
			return l, true
		}
	}
	return models.BudgetLine{}, false
}

// orderYear is the year out of whose money an order of a day is paid. After the closing nothing is ordered until the next year; where the calendar of the year is not known yet, it
// asks instead of guessing.
func (e *Env) orderYear(on policy.Date) (int, error) {
	year, closes, err := e.Budget.Closing.OrderYear(on, e.Calendar)
	switch {
	case err != nil:
		return 0, models.E(models.Unavailable, "%d年的列支截止日暂定为%s，要等放假调休安排收录后才能确定，现在不能列支；请更新工作日历（calendar_file）后再试", on.Year(), closes.Text())
	case year == 0:
		return 0, models.E(models.Unavailable, "%d年的列支已于%s截止（budget.closing），请在%d年1月1日以后办理", on.Year(), closes.Text(), on.Year()+1)
	}
	return year, nil
}

// Why a part waits at the end of a year.
const yearClosed, yearUnknown = "YEAR_CLOSED", "YEAR_UNKNOWN"

// yearHold says why nothing may be ordered on a day, whoever it is for; empty = it may.
func (e *Env) yearHold(on policy.Date) string {
	switch year, _, err := e.Budget.Closing.OrderYear(on, e.Calendar); {
	case err != nil:
		return yearUnknown
	case year == 0:
		return yearClosed
	}
	return ""
}

// applyShortage lets one part go first, if it still waits.
func applyShortage(tx *models.Tx, run *Run, _ models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	d, err := detailOf[models.ShortageDetail](p)
	if err != nil {
		return "", "", err
	}
	parts, err := tx.InstalmentsOf(l.AwardID)
	if err != nil {
		return "", "", err
	}
	if l.InstalmentNo < 1 || l.InstalmentNo > len(parts) || parts[l.InstalmentNo-1].State != models.Due && parts[l.InstalmentNo-1].State != models.Returned {
		return models.LineHeld, "NOT_DUE", nil
	}
	c := models.BudgetChoice{PlanID: p.ID, Place: l.No, Year: d.Year, AwardID: l.AwardID, No: l.InstalmentNo}
	return models.LineApplied, "", tx.AddBudgetChoices([]models.BudgetChoice{c})
}
