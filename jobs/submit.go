package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// Submit freezes what a job's plan shows today and asks a second person. The actor must be a clerk; the plan's claims are taken out of
// other plans until it is decided. It refuses an empty plan, and any plan about money while no effective day is configured.
func (r *Runner) Submit(ctx context.Context, actor models.Actor, name string, params models.Params, on policy.Date, now policy.Instant) (models.Submission, error) {
	job, err := r.job(name)
	if err != nil {
		return models.Submission{}, err
	}
	if job.Draft == nil {
		return models.Submission{}, models.E(models.Invalid, "任务 %s 没有需要送审的方案", name)
	}
	if r.env.Effective == 0 {
		return models.Submission{}, models.E(models.Unavailable, "尚未配置政策施行日（policy.effective_from），不能送审；请在配置文件中填写后再试")
	}
	basis, params, err := basisOf(params, on)
	if err != nil {
		return models.Submission{}, err
	}
	if err := job.knows(params); err != nil {
		return models.Submission{}, err
	}
	draft, err := job.Draft(ctx, r.env, on, params)
	if err != nil {
		return models.Submission{}, err
	}
	if draft, err = withBasis(draft, basis); err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, draft, now)
}

// SubmitDraft asks a second person about a plan that was made elsewhere: a roster, a document number, a start after a stop.
func (r *Runner) SubmitDraft(ctx context.Context, actor models.Actor, draft models.PlanDraft, now policy.Instant) (models.Submission, error) {
	var sub models.Submission
	code, err := r.env.freeCode(ctx)
	if err != nil {
		return sub, err
	}
	done := func(q models.Query) (bool, error) { return found(q.PendingByCode(secret.Text(code))) } // the code is of this request alone
	err = r.env.Store.InTxResolve(ctx, done, func(tx *models.Tx) (err error) {
		sub, err = r.env.submit(tx, actor, draft, code, 0, now)
		return err
	})
	return sub, err
}

// found turns a lookup by a natural key into the answer to a commit whose answer was lost.
func found[T any](_ T, err error) (bool, error) {
	if models.CodeOf(err) == models.NotFound {
		return false, nil
	}
	return err == nil, err
}

// submit freezes a draft, takes its claims, and asks the approvers, in the caller's transaction.
func (e *Env) submit(tx *models.Tx, actor models.Actor, draft models.PlanDraft, code string, run int64, now policy.Instant) (models.Submission, error) {
	if len(draft.Lines) == 0 && draft.Detail == nil {
		return models.Submission{}, models.E(models.Invalid, "%s：今天没有需要送审的内容", draft.Title)
	}
	if err := e.hasBasis(draft.Kind, draft.Detail); err != nil {
		return models.Submission{}, err
	}
	expires, err := e.Calendar.AddWorkdays(now.Date(), cmp.Or(e.ApprovalDays, 3))
	if _, unknown := errors.AsType[*policy.UnknownYearError](err); unknown {
		// the deadline takes nothing from anybody: an expired plan is submitted again in one step
		expires, err = e.Calendar.Assume().AddWorkdays(now.Date(), cmp.Or(e.ApprovalDays, 3))
	}
	if err != nil {
		return models.Submission{}, err
	}
	maker, err := memberWith(tx.Query, actor, models.Clerk)
	if err != nil {
		return models.Submission{}, err
	}
	plan, err := tx.SavePlan(draft, run)
	if err != nil {
		return models.Submission{}, err
	}
	if plan.State != models.PlanSubmitted {
		return models.Submission{}, models.E(models.Conflict, "今天已经有一份内容完全相同的方案 #%d（%s），不能重复送审", plan.ID, plan.State)
	}
	a, err := tx.Request(plan, maker.ID, secret.Text(code), now, expires)
	if err != nil {
		return models.Submission{}, err
	}
	if err := errors.Join(proposeClaims(tx, plan, draft.Lines), proposeCases(tx, plan)); err != nil {
		return models.Submission{}, err
	}
	if err := proposeRound(tx, e, plan, models.RoundStep{On: now.Date(), At: now, Actor: actor, RunID: run}); err != nil {
		return models.Submission{}, err
	}
	if err := tx.Audit(now, models.Entry{
		Stream: streamOf(plan.Kind), Actor: actor, Action: "submit", Entity: fmt.Sprintf("plan/%d", plan.ID), RunID: run,
		Data: map[string]any{"hash": plan.Hash, "lines": plan.LineCount, "total": plan.TotalFen, "approval": a.ID, "expires": expires},
	}); err != nil {
		return models.Submission{}, err
	}
	return models.Submission{Kind: plan.Kind, PlanID: plan.ID, ApprovalID: a.ID, Title: plan.Title, Hash: plan.Hash, Code: code, Lines: plan.LineCount, Total: plan.TotalFen, State: string(a.State), ExpiresOn: a.ExpiresOn},
		e.tellSubmitted(tx, now, plan, a, maker, code)
}

// proposeClaims takes the claims of an award plan into it: a claim is in one live plan at most.
func proposeClaims(tx *models.Tx, plan models.Plan, lines []models.PlanLine) error {
	if plan.Kind != "award" {
		return nil
	}
	for _, l := range lines {
		c, err := tx.Claim(l.ClaimID)
		if err != nil {
			return err
		}
		if c.DecisionID != l.DecisionID {
			return models.E(models.Conflict, "申报 #%d 在制作方案后有了新的审核结论，请重新试算", c.ID)
		}
		c.PlanID = plan.ID
		if err := tx.MoveClaim(&c, models.ClaimProposed, c.Reason, plan.MadeOn, models.ClaimDecided); err != nil {
			return err
		}
	}
	return nil
}

// Decide is the second person's yes or no. The code names the plan; five wrong ones lock the person for a day and never the plan. From a chat of two it may
// also be the plan as it was seen there (see models.ParseSeen). On a
// yes the plan is executed at once, by a run of apply-plan.
func (r *Runner) Decide(ctx context.Context, actor models.Actor, code string, yes bool, reason string, now policy.Instant) (models.Submission, error) {
	var sub models.Submission
	var run models.Run
	var refused error // a wrong code must be counted, so the transaction commits and the error goes out afterwards
	err := r.env.Store.InTxResolve(ctx, decidedAt(&sub, now), func(tx *models.Tx) error {
		sub, run = models.Submission{}, models.Run{}
		a, checker, wrong, err := pendingBy(tx, actor, code, now)
		if refused = wrong; err != nil || wrong != nil {
			return err
		}
		sub, run, err = r.decidePlan(tx, a, checker, actor, yes, reason, now)
		return err
	})
	if err = errors.Join(err, refused); err != nil || run.ID == 0 {
		return sub, err
	}
	return r.carryOut(ctx, sub, run)
}

// seenApproval is the pending request about a plan that somebody looked at in their own chat, where the channel vouches for who
// they are: its number and the beginning of its hash take the place of the code.
func seenApproval(tx *models.Tx, plan int64, hash string) (models.Approval, error) {
	a, err := tx.ApprovalOfPlan(plan)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return a, err
	}
	switch {
	case err != nil || !strings.HasPrefix(a.PlanHash, hash):
		return a, models.E(models.Conflict, "方案 #%d 与您看到的不是同一份，请重新打开后再审批", plan)
	case a.State != models.ApprovalPending:
		return a, models.E(models.Conflict, "方案 #%d 已处理（%s），不需要再审批", plan, a.State.Text())
	}
	return a, nil
}

// approve is Decide for a simulation, whose officials need no code.
func (r *Runner) approve(ctx context.Context, actor models.Actor, approval int64, now policy.Instant) (models.Submission, error) {
	var sub models.Submission
	var run models.Run
	err := r.env.Store.InTxResolve(ctx, decidedAt(&sub, now), func(tx *models.Tx) error {
		checker, err := memberWith(tx.Query, actor, models.Approver)
		if err != nil {
			return err
		}
		a, err := tx.Approval(approval)
		if err != nil {
			return err
		}
		sub, run, err = r.decidePlan(tx, a, checker, actor, true, "", now)
		return err
	})
	if err != nil || run.ID == 0 {
		return sub, err
	}
	return r.carryOut(ctx, sub, run)
}

// decidedAt tells whether a decision whose commit got no answer did happen: the request says when it was decided. Only one
// decision of a request ever commits, and a wrong code decides none: then it is counted again, which costs a try at most.
func decidedAt(sub *models.Submission, now policy.Instant) func(q models.Query) (bool, error) {
	return func(q models.Query) (bool, error) {
		if sub.ApprovalID == 0 {
			return false, nil
		}
		a, err := q.Approval(sub.ApprovalID)
		return err == nil && a.State != models.ApprovalPending && a.DecidedAt == now, err
	}
}

// carryOut starts the run that the yes has queued. Should this process die first, any other one finds it in the queue.
func (r *Runner) carryOut(ctx context.Context, sub models.Submission, run models.Run) (models.Submission, error) {
	j, err := r.job(run.Job)
	if err != nil {
		return sub, err
	}
	sub.RunID = run.ID
	run, err = r.startAsked(ctx, j, run)
	if err != nil || run.State != models.RunSucceeded {
		sub.Problem = run.ErrorText
		return sub, err
	}
	a, err := r.env.Store.Read(ctx).Approval(run.ApprovalID)
	if err != nil {
		return sub, err
	}
	if a.State == models.ApprovalSuperseded {
		sub.Problem = a.Reason
	}
	if sub.State = string(a.State); a.State != models.ApprovalExecuted {
		return sub, nil // the yes is given; the plan waits until its list has been shown to the public
	}
	return sub, r.goOn(ctx, sub.PlanID)
}

// queueApply queues the execution of an approval in the transaction of the yes: an approved plan without a run cannot exist. The run's key is the
// approval, so it runs once. While everything is stopped, or the job is paused, the yes itself is refused and the code stays good.
func (r *Runner) queueApply(tx *models.Tx, actor models.Actor, approval int64, now policy.Instant) (models.Run, error) {
	j, err := r.job(applyPlanName)
	if err != nil {
		return models.Run{}, err
	}
	return queueApply(tx, j, actor, approval, now)
}

func queueApply(tx *models.Tx, j *entry, actor models.Actor, approval int64, now policy.Instant) (models.Run, error) {
	if err := mayBegin(tx, j, approval); err != nil {
		return models.Run{}, err
	}
	return enqueue(tx, actor, models.Run{
		Job: j.Name, SlotKey: models.RequestKey(fmt.Sprintf("approval-%d", approval)), BusinessDate: now.Date(), Cause: models.ByHand, Actor: actor.Member,
		ApprovalID: approval, Params: models.Params{}, State: models.RunQueued, QueuedAt: now,
	}, now)
}

// decidePlan is the yes or no itself, in one transaction: a yes comes with the run that carries it out, or with the end of a stop.
func (r *Runner) decidePlan(tx *models.Tx, a models.Approval, checker models.Member, actor models.Actor, yes bool, reason string, now policy.Instant) (models.Submission, models.Run, error) {
	sub, plan, err := r.env.decide(tx, a, checker, actor, yes, reason, now)
	if err != nil || !yes || plan.Kind == "resume" {
		return sub, models.Run{}, err
	}
	run, err := r.queueApply(tx, actor, a.ID, now)
	return sub, run, err
}

func (e *Env) decide(tx *models.Tx, a models.Approval, checker models.Member, actor models.Actor, yes bool, reason string, now policy.Instant) (models.Submission, models.Plan, error) {
	plan, err := tx.Plan(a.PlanID)
	if err != nil {
		return models.Submission{}, plan, err
	}
	sub := models.Submission{Kind: plan.Kind, PlanID: plan.ID, ApprovalID: a.ID, Title: plan.Title, Hash: plan.Hash, Lines: plan.LineCount, Total: plan.TotalFen}
	intact, err := tx.PlanIntact(plan)
	if err != nil {
		return sub, plan, err
	}
	maker, err := tx.Member(a.MakerID)
	if err != nil {
		return sub, plan, err
	}
	switch {
	case maker.ID == checker.ID || maker.PersonMAC != "" && maker.PersonMAC == checker.PersonMAC:
		return sub, plan, models.E(models.Forbidden, "方案 #%d 由您经办，须由另一位复核人审批", plan.ID)
	case now.Date() > a.ExpiresOn:
		return sub, plan, models.E(models.Conflict, "方案 #%d 的审批期已于 %s 届满，请经办人重新送审", plan.ID, a.ExpiresOn.Text())
	case a.PlanHash != plan.Hash || !intact:
		return sub, plan, models.E(models.Conflict, "方案 #%d 的内容与送审时不一致，不能审批", plan.ID)
	case !yes && reason == "":
		return sub, plan, models.E(models.Invalid, "退回须写明理由")
	}
	if yes {
		if err := e.planHasBasis(plan); err != nil {
			return sub, plan, err
		}
	}
	a.CheckerID, a.DecidedAt, a.Reason = new(checker.ID), now, reason
	to, planTo, verb := models.ApprovalApproved, models.PlanApproved, "approve"
	if !yes {
		to, planTo, verb = models.ApprovalRejected, models.PlanRejected, "reject"
	}
	if err := tx.MoveApproval(&a, models.ApprovalPending, to); err != nil {
		return sub, plan, err
	}
	if err := tx.SetPlanState(plan.ID, models.PlanSubmitted, planTo); err != nil {
		return sub, plan, err
	}
	if !yes {
		if err := freeClaims(tx, plan, now.Date()); err != nil {
			return sub, plan, err
		}
		if err := freeRound(tx, plan, models.RoundStep{On: now.Date(), At: now, Actor: actor, Reason: "方案退回：" + reason}); err != nil {
			return sub, plan, err
		}
	}
	if yes && plan.Kind == "resume" { // no run can start while everything is stopped
		if err := e.resume(tx, &a, plan, actor, now); err != nil {
			return sub, plan, err
		}
	}
	sub.State = string(a.State)
	if err := tx.Audit(now, models.Entry{
		Stream: streamOf(plan.Kind), Actor: actor, Action: verb, Entity: a.Entity(), Data: map[string]any{"plan": plan.ID, "hash": plan.Hash, "reason": reason},
	}); err != nil {
		return sub, plan, err
	}
	return sub, plan, e.tellOutcome(tx, now, 0, plan, a, checker.Name)
}

// freeClaims gives the claims of a plan that will not be executed back, so that the next plan can take them.
func freeClaims(tx *models.Tx, plan models.Plan, on policy.Date) error {
	if plan.Kind != "award" {
		return freeCases(tx, plan, on)
	}
	after := 0
	for {
		lines, err := tx.PlanLines(plan.ID, after, 500)
		if err != nil || len(lines) == 0 {
			return err
		}
		for _, l := range lines {
			after = l.No
			c, err := tx.Claim(l.ClaimID)
			if err != nil {
				return err
			}
			if c.State != models.ClaimProposed || c.PlanID != plan.ID {
				continue
			}
			c.PlanID = 0
			if err := tx.MoveClaim(&c, models.ClaimDecided, c.Reason, on, models.ClaimProposed); err != nil {
				return err
			}
		}
	}
}

// memberWith is the active member behind an actor, who must hold the role now.
func memberWith(q models.Query, actor models.Actor, role models.Role) (models.Member, error) {
	m, err := q.MemberByCode(actor.Member)
	if models.CodeOf(err) == models.NotFound {
		return m, models.E(models.Forbidden, "没有编号为“%s”的成员", actor.Member)
	}
	if err != nil {
		return m, err
	}
	ok, err := holdsRole(q, m.ID, role)
	if err == nil && !ok {
		return m, models.E(models.Forbidden, "%s 没有“%s”角色，不能做这一步", m.Name, role.Text())
	}
	return m, err
}

// holdsRole says whether a member is active and holds a role for the house.
func holdsRole(q models.Query, memberID int64, role models.Role) (bool, error) {
	m, err := q.Member(memberID)
	if err != nil || !m.Active {
		return false, err
	}
	roles, err := q.RolesOf(memberID)
	return slices.ContainsFunc(roles, func(r models.MemberRole) bool { return r.Role == role && r.OrgID == 0 }), err
}
