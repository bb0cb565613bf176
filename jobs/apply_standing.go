package jobs

import (
	"context"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// standingKind is the plan by which two people let the night approve within limits.
const standingKind = "standing"

// longestStanding is how far ahead two people may bind their successors.
const longestStanding = 366 // days

// standingDraft is the plan to let the night approve within limits; what makes no sense is refused.
func standingDraft(q models.Query, env *Env, t models.StandingTerms, on policy.Date) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: standingKind, KnownOn: on, MadeOn: on}
	if len(t.Kinds) == 0 {
		return d, models.E(models.Invalid, "请写明授权夜间办理哪些方案：奖补核定、解除暂缓或拨付批次")
	}
	var kinds []string
	for _, word := range t.Kinds {
		kind := models.StandingKind(word)
		if kind == "" || slices.Contains(kinds, kind) {
			return d, models.E(models.Invalid, "授权范围“%s”不是可以授权的方案种类，或写了两次；可以授权：奖补核定、解除暂缓、拨付批次", word)
		}
		kinds = append(kinds, kind)
	}
	t.Kinds = kinds
	d.Detail = t
	for _, item := range t.Items {
		if _, err := env.Book.Item(item); err != nil {
			return d, models.E(models.Invalid, "%v", err)
		}
	}
	switch {
	case t.From == 0 || t.To == 0 || t.To < t.From:
		return d, models.E(models.Invalid, "请写明授权的起止日期，止不早于起")
	case t.To < on:
		return d, models.E(models.Invalid, "授权的截止日期 %s 已经过去", t.To.Text())
	case t.From.DaysUntil(t.To) >= longestStanding:
		return d, models.E(models.Invalid, "一次授权最长一年，到期后由两人重新授权")
	case t.PerLine <= 0 || t.PerNight <= 0 || t.PerPeriod <= 0:
		return d, models.E(models.Invalid, "请写明每笔、每晚和全期三个限额，都应大于0")
	case t.PerLine > t.PerNight || t.PerNight > t.PerPeriod:
		return d, models.E(models.Invalid, "限额应当每笔不超过每晚、每晚不超过全期，现为 %s、%s、%s", t.PerLine.Text(), t.PerNight.Text(), t.PerPeriod.Text())
	case len(t.Reason) > longestAmountReason:
		return d, models.E(models.Invalid, "说明请控制在60个字以内")
	case t.Basis == nil && env.BasisRequired && slices.Contains(t.Kinds, awardKind):
		return d, models.E(models.Invalid, "授权夜间核定奖补须有依据，夜间核定的方案都以它为依据。%s", basisAsked)
	}
	if t.Basis != nil {
		if err := basisFits(t.Basis, on); err != nil {
			return d, err
		}
	}
	clash, err := q.StandingClash(t.Standing())
	if err != nil {
		return d, err
	}
	if clash != nil {
		return d, models.E(models.Conflict, "限额授权 #%d 在同一时期管同样的事项，不能重复授权；要换一份，请先撤销它", clash.ID)
	}
	d.Title = fmt.Sprintf("限额授权（%s至%s）", t.From.Text(), t.To.Text())
	return d, nil
}

// ProposeStanding asks a second person to let the night approve within limits.
func (r *Runner) ProposeStanding(ctx context.Context, actor models.Actor, t models.StandingTerms, now policy.Instant) (models.Submission, error) {
	draft, err := standingDraft(r.env.Store.Read(ctx), r.env, t, now.Date())
	if err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, draft, now)
}

// applyStanding starts what two people have approved. It looks once more whether another one is in the way.
func applyStanding(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	t, err := detailOf[models.StandingTerms](p)
	if err != nil {
		return err
	}
	s := t.Standing()
	s.MakerID, s.CheckerID, s.PlanID, s.ApprovalID, s.Since = a.MakerID, *a.CheckerID, p.ID, a.ID, run.At()
	if s, err = tx.StartStanding(s); err != nil {
		return err
	}
	return tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "start-standing", Entity: s.Entity(), RunID: run.Row.ID, Data: map[string]any{"terms": t, "maker": s.MakerID, "checker": s.CheckerID, "approval": a.ID},
	})
}

// EndStanding ends a standing approval at once: one official is enough, as for a stop. A plan that it approved and that has not
// been carried out yet is taken back.
func (r *Runner) EndStanding(ctx context.Context, actor models.Actor, id int64, reason string, now policy.Instant) (models.StandingApproval, error) {
	var s models.StandingApproval
	done := func(q models.Query) (bool, error) {
		s, err := q.Standing(id)
		return err == nil && s.EndedAt == now && s.EndedBy == actor.Member, err
	}
	err := r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) error {
		ok, err := hasRole(tx.Query, actor.Member, []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor})
		switch {
		case err != nil:
			return err
		case !ok:
			return models.E(models.Forbidden, "只有在职的工作人员可以撤销授权")
		case reason == "":
			return models.E(models.Invalid, "请写明撤销的原因")
		case len(reason) > longestAmountReason:
			return models.E(models.Invalid, "原因请控制在60个字以内")
		}
		if s, err = tx.Standing(id); models.CodeOf(err) == models.NotFound {
			return models.E(models.NotFound, "没有编号为 #%d 的限额授权", id)
		} else if err != nil {
			return err
		}
		if s.EndedAt != 0 {
			return models.E(models.Conflict, "限额授权 #%d 已于 %s 结束（%s）", id, s.EndedAt.Text(), s.EndReason)
		}
		s.EndedAt, s.EndedBy, s.EndReason = now, actor.Member, reason
		return r.env.endStanding(tx, actor, s, 0)
	})
	return s, err
}

// endStanding writes the end and tells clerks and approvers.
func (e *Env) endStanding(tx *models.Tx, actor models.Actor, s models.StandingApproval, run int64) error {
	ok, err := tx.EndStanding(s.ID, s.EndedBy, s.EndReason, s.EndedAt)
	if err != nil {
		return err
	}
	if !ok {
		return models.E(models.Conflict, "限额授权 #%d 已由他人结束，请重新查看", s.ID)
	}
	if err := tx.Audit(s.EndedAt, models.Entry{Stream: "money", Actor: actor, Action: "end-standing", Entity: s.Entity(), RunID: run, Data: map[string]any{"reason": s.EndReason, "used": s.UsedFen}}); err != nil {
		return err
	}
	by := "系统"
	if !actor.IsClock() {
		m, err := tx.MemberByCode(actor.Member)
		if err != nil {
			return err
		}
		by = m.Name
	}
	return e.Outbox.Tell(tx, s.EndedAt, run, notifications.StandingEnded{Standing: s.ID, By: by, Reason: s.EndReason, Used: s.UsedFen, On: s.EndedAt.Date()}, notifications.Role(models.Clerk), notifications.Role(models.Approver))
}

// standingVoid says why a standing approval holds no longer although nobody has ended it: one of the two is not who they were when
// they set it. Empty = it holds.
func standingVoid(q models.Query, s models.StandingApproval) (string, error) {
	for _, half := range []struct {
		id   int64
		role models.Role
		as   string
	}{{s.MakerID, models.Clerk, "经办人"}, {s.CheckerID, models.Approver, "复核人"}} {
		ok, err := holdsRole(q, half.id, half.role)
		if err != nil {
			return "", err
		}
		if !ok {
			m, err := q.Member(half.id)
			return fmt.Sprintf("授权的%s%s已不再担任“%s”", half.as, m.Name, half.role.Text()), err
		}
	}
	return "", nil
}

// takeBackStanding is the end of an approved plan whose standing approval does not hold any more when it is to be carried out:
// nothing of it is done, and its claims are free for people. False: go on.
func takeBackStanding(ctx context.Context, run *Run) (bool, error) {
	q := run.Store.Read(ctx)
	a, err := q.Approval(run.Row.ApprovalID)
	if err == nil && a.State == models.ApprovalSuperseded && a.RunID == run.Row.ID {
		return true, nil // the owner before died after its only step
	}
	if err != nil || a.StandingID == 0 || a.State != models.ApprovalApproved || run.Cursor() != "" {
		if models.CodeOf(err) == models.NotFound {
			err = nil // the body says it
		}
		return false, err
	}
	s, err := q.Standing(a.StandingID)
	if err != nil {
		return false, err
	}
	why := s.EndReason
	if s.EndedAt == 0 {
		if why, err = standingVoid(q, s); err != nil || why == "" {
			return false, err
		}
	}
	p, err := q.Plan(a.PlanID)
	if err != nil {
		return false, err
	}
	return true, run.Chunk(ctx, "taken-back", p.LineCount, func(tx *models.Tx) error {
		a := a
		if s.EndedAt == 0 {
			s.EndedAt, s.EndedBy, s.EndReason = run.At(), models.System.Member, cutBytes(why, longestAmountReason)
			if err := run.endStanding(tx, models.System, s, run.Row.ID); err != nil {
				return err
			}
		}
		return supersede(tx, run, &a, p, fmt.Sprintf("限额授权 #%d 已结束：%s", s.ID, why),
			models.Entry{Action: "take-back", Data: map[string]any{"plan": p.ID, "standing": s.ID, "reason": why}})
	})
}

// cutBytes shortens a text to what a column holds, at a whole character.
func cutBytes(s string, n int) string {
	for len(s) > n {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}
