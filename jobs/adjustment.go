package jobs

import (
	"context"
	"errors"
	"fmt"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// hearingDays are the working days that a firm has to be heard (陈述申辩) after it was told of a 追回, or that it is to be put on the black list; 行政处罚法 art. 64 gives five to ask for a
// hearing, and asking money back is treated no less carefully.
const hearingDays = 5

// ProposeAdjustment asks a second person about a case: what a clerk thinks should become of it, and why.
func (r *Runner) ProposeAdjustment(ctx context.Context, actor models.Actor, d models.AdjustmentDetail, on policy.Date, now policy.Instant) (models.Submission, error) {
	if r.env.Effective == 0 {
		return models.Submission{}, models.E(models.Unavailable, "尚未配置政策施行日（policy.effective_from），不能送审；请在配置文件中填写后再试")
	}
	draft, err := r.env.adjustmentDraft(r.env.Store.Read(ctx), d, on)
	if err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, draft, now)
}

func (e *Env) adjustmentDraft(q models.Query, d models.AdjustmentDetail, on policy.Date) (models.PlanDraft, error) {
	a, err := caseByID(q, d.Case)
	if err != nil {
		return models.PlanDraft{}, err
	}
	deed, ok := a.Kind.Deed(d.Do)
	switch {
	case a.State != models.CaseOpen:
		return models.PlanDraft{}, models.E(models.Conflict, "%s #%d 现在是“%s”，不能送审", a.Kind.Text(), a.ID, a.State.Text())
	case !ok && a.Kind == models.ChoiceCase:
		return models.PlanDraft{}, models.E(models.Invalid, "择一 #%d 须写明怎么办：full（全额核定）、difference（补足差额）或 none（不核定）", a.ID)
	case !ok:
		return models.PlanDraft{}, models.E(models.Invalid, "%s #%d 须写明怎么办：settle（%s）或 write_off（%s）", a.Kind.Text(), a.ID, a.Kind.Deeds()[0].Text, a.Kind.Deeds()[1].Text)
	case d.Reason == "":
		return models.PlanDraft{}, models.E(models.Invalid, "请写明理由")
	}
	d.Do = deed.Code
	if a.Kind == models.ClawbackCase && d.Do == models.CaseSettle {
		if err := heard(q, a, on); err != nil {
			return models.PlanDraft{}, err
		}
	}
	c, err := q.Claim(a.ClaimID)
	if err != nil {
		return models.PlanDraft{}, err
	}
	org, err := q.Organisation(a.OrgID)
	if err != nil {
		return models.PlanDraft{}, err
	}
	amount := a.AmountFen
	switch d.Do {
	case models.CaseWriteOff, models.CaseNone:
		amount = 0
	case models.CaseDifference:
		rivals, err := e.chosenAgainst(q, c, on)
		if err != nil {
			return models.PlanDraft{}, err
		}
		if amount -= rivals.paid; amount <= 0 {
			return models.PlanDraft{}, models.E(models.Invalid, "已核定的另一项 %s 不低于本项，没有差额可补", rivals.paid.Text())
		}
	}
	line := models.PlanLine{ClaimID: c.ID, DecisionID: c.DecisionID, AwardID: a.AwardID, OrgID: a.OrgID, Item: c.Item, AmountFen: amount}
	return models.PlanDraft{
		Kind: "adjustment", Title: fmt.Sprintf("%s方案 #%d：%s，%s，%s %s", a.Kind.Text(), a.ID, org.Name, e.itemName(c.Item), deed.Text, amount.Text()),
		KnownOn: on, MadeOn: on, Lines: []models.PlanLine{line}, Detail: d,
	}, nil
}

func caseByID(q models.Query, id int64) (models.Adjustment, error) {
	a, err := q.Adjustment(id)
	if models.CodeOf(err) == models.NotFound {
		return a, models.E(models.NotFound, "没有编号为 #%d 的补差、追回或择一事项", id)
	}
	return a, err
}

// heard refuses to ask money back from somebody who has not been told, or whose time to be heard is not over and who has said nothing.
func heard(q models.Query, a models.Adjustment, on policy.Date) error {
	if a.ToldOn == 0 {
		return models.E(models.Conflict, "追回 #%d 还没有告知企业；请先告知，听取陈述申辩后再送审", a.ID)
	}
	steps, err := q.AdjustmentSteps(a.ID)
	if err != nil {
		return err
	}
	if !a.Heard(steps) && on <= a.HearUntil {
		return models.E(models.Conflict, "追回 #%d 的陈述申辩期到 %s 才届满；企业已答复的请先登记答复", a.ID, a.HearUntil.Text())
	}
	return nil
}

// TellAdjustment tells the firm of a 追回: what changed, how much, and until when it may be heard.
func (r *Runner) TellAdjustment(ctx context.Context, actor models.Actor, id int64, now policy.Instant) (models.Adjustment, error) {
	return r.onCase(ctx, actor, id, now, func(tx *models.Tx, a *models.Adjustment, m models.Member) error {
		if a.Kind != models.ClawbackCase || a.State != models.CaseOpen {
			return models.E(models.Invalid, "只有待办理的追回需要告知；%s #%d 现在是“%s”", a.Kind.Text(), a.ID, a.State.Text())
		}
		if a.ToldOn != 0 {
			return models.E(models.Conflict, "追回 #%d 已于 %s 告知，陈述申辩期到 %s", a.ID, a.ToldOn.Text(), a.HearUntil.Text())
		}
		until, err := r.env.Calendar.AddWorkdays(now.Date(), hearingDays)
		if _, unknown := errors.AsType[*policy.UnknownYearError](err); unknown {
			return models.E(models.Unavailable, "%d 年的工作日历尚未公布，不能计算陈述申辩期；请更新日历后再告知", now.Date().AddDays(20).Year())
		}
		if err != nil {
			return err
		}
		a.ToldOn, a.HearUntil = now.Date(), until
		if err := r.caseStep(tx, *a, m, models.AdjustmentStep{Kind: "told", Text: "告知追回及陈述申辩权，期限至 " + until.Text()}, models.CaseOpen, now); err != nil {
			return err
		}
		c, err := tx.Claim(a.ClaimID)
		if err != nil {
			return err
		}
		return r.env.Outbox.Tell(tx, now, 0, notifications.ClawbackTold{
			Case: a.ID, Item: r.env.itemName(c.Item), Amount: a.AmountFen, Was: a.WasFen, Now: a.NowFen, Why: a.Cause, Until: until, On: now.Date(),
		}, notifications.Organisation(a.OrgID))
	})
}

// HearAdjustment records what the firm said (陈述申辩).
func (r *Runner) HearAdjustment(ctx context.Context, actor models.Actor, id int64, text string, now policy.Instant) (models.Adjustment, error) {
	return r.onCase(ctx, actor, id, now, func(tx *models.Tx, a *models.Adjustment, m models.Member) error {
		switch {
		case text == "":
			return models.E(models.Invalid, "请写明企业的陈述申辩意见；企业表示没有意见的，写“无意见”")
		case a.Kind != models.ClawbackCase || a.State != models.CaseOpen || a.ToldOn == 0:
			return models.E(models.Invalid, "陈述申辩在告知之后、送审之前登记；%s #%d 现在是“%s”", a.Kind.Text(), a.ID, a.State.Text())
		}
		return r.caseStep(tx, *a, m, models.AdjustmentStep{Kind: "heard", Text: text}, models.CaseOpen, now)
	})
}

// RepaidAdjustment records money that came back, with the bank's reference: in the case, in the ledger (paid → the budget of the year) and in the caps. What is settled
// is closed. The year's appropriation is not opened again by it: how money that came back may be used is for the finance office to say, by its next file.
func (r *Runner) RepaidAdjustment(ctx context.Context, actor models.Actor, id int64, amount policy.Fen, reference string, now policy.Instant) (models.Adjustment, error) {
	return r.onCase(ctx, actor, id, now, func(tx *models.Tx, a *models.Adjustment, m models.Member) error {
		switch {
		case a.Kind != models.ClawbackCase || a.State != models.CaseApproved:
			return models.E(models.Invalid, "只有已同意、待结清的追回可以登记退款；%s #%d 现在是“%s”", a.Kind.Text(), a.ID, a.State.Text())
		case amount <= 0 || reference == "":
			return models.E(models.Invalid, "请写明退回的金额和银行凭证号")
		case amount > a.Left():
			return models.E(models.Invalid, "退回 %s 多于尚待追回的 %s，请核对", amount.Text(), a.Left().Text())
		}
		steps, err := tx.AdjustmentSteps(a.ID)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if s.Kind == "repaid" && s.Text == reference {
				return models.E(models.Conflict, "凭证 %s 已于 %s 登记过（%s）", reference, s.OnDay.Text(), s.AmountFen.Text())
			}
		}
		a.SettledFen += amount
		if a.Left() == 0 {
			a.State = models.CaseSettled
		}
		if err := tx.Repay(a.AwardID, amount, m.Code, now.Date(), now); err != nil {
			return err
		}
		return r.caseStep(tx, *a, m, models.AdjustmentStep{Kind: "repaid", AmountFen: amount, AwardID: a.AwardID, Text: reference}, models.CaseApproved, now)
	}, models.Clerk, models.Treasurer)
}

// onCase does something with a case in one transaction, by a member who may: a clerk unless said otherwise.
func (r *Runner) onCase(ctx context.Context, actor models.Actor, id int64, now policy.Instant, do func(tx *models.Tx, a *models.Adjustment, m models.Member) error, roles ...models.Role) (models.Adjustment, error) {
	if len(roles) == 0 {
		roles = []models.Role{models.Clerk}
	}
	var a models.Adjustment
	err := r.env.Store.InTx(ctx, func(tx *models.Tx) error {
		var m models.Member
		var err error
		for _, role := range roles {
			if m, err = memberWith(tx.Query, actor, role); err == nil {
				break
			}
		}
		if err != nil {
			return err
		}
		if a, err = caseByID(tx.Query, id); err != nil {
			return err
		}
		return do(tx, &a, m)
	})
	return a, err
}

// caseStep writes a step of a case, the case itself and the audit row.
func (r *Runner) caseStep(tx *models.Tx, a models.Adjustment, m models.Member, s models.AdjustmentStep, from models.AdjustmentState, now policy.Instant) error {
	a.ChangedOn = now.Date()
	s.AdjustmentID, s.OnDay, s.Actor = a.ID, now.Date(), m.Code
	if err := errors.Join(tx.SaveAdjustment(a, from), tx.AddAdjustmentStep(s)); err != nil {
		return err
	}
	data := caseData(a)
	data["step"], data["text"], data["sum"] = s.Kind, s.Text, s.AmountFen
	return tx.Audit(now, models.Entry{Stream: "money", Actor: models.Actor{Member: m.Code}, Action: "adjustment-" + s.Kind, Entity: caseEntity(a.ID), Data: data})
}

// proposeCases takes the case of a plan into it; freeCases gives it back when the plan will not be executed.
func proposeCases(tx *models.Tx, plan models.Plan) error {
	return moveCase(tx, plan, models.CaseOpen, models.CaseProposed, plan.ID, plan.MadeOn)
}

func freeCases(tx *models.Tx, plan models.Plan, on policy.Date) error {
	return moveCase(tx, plan, models.CaseProposed, models.CaseOpen, 0, on)
}

func moveCase(tx *models.Tx, plan models.Plan, from, to models.AdjustmentState, id int64, on policy.Date) error {
	if plan.Kind != "adjustment" {
		return nil
	}
	d, err := detailOf[models.AdjustmentDetail](plan)
	if err != nil {
		return err
	}
	a, err := tx.Adjustment(d.Case)
	if err != nil {
		return err
	}
	a.State, a.PlanID, a.ChangedOn = to, id, on
	return tx.SaveAdjustment(a, from)
}
