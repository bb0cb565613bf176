package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"duixian/models"
	"duixian/policy"
)

const applyPlanName = "apply-plan"

// applyPlan carries out what two people approved, line by line: it creates awards and instalments, lifts holds, orders
// payments, changes the roster and accounts. A line that no longer stands is held with its reason and touches nothing; the others go on. A crash between two chunks is
// resumed at the cursor; a line is applied at most once.
var applyPlan = Job{
	Name: applyPlanName, Title: "执行已批准方案", Summary: "两人同意后执行：建立奖励与分期、解除暂缓、列入拨付、变更人员和收款账户",
	Timeout: time.Hour, Run: runApplyPlan, // nothing to catch up: each yes has queued its run
}

const applyChunk = 50 // plan lines a transaction

func runApplyPlan(ctx context.Context, run *Run) error {
	if a, err := run.Store.Read(ctx).Approval(run.Row.ApprovalID); err == nil && a.State == models.ApprovalExecuted && a.RunID == run.Row.ID {
		var counts applied
		err := run.Tallied(&counts)
		run.Summarise(counts) // the owner before died after the last step and before it could say so
		return err
	}
	if back, err := takeBackStanding(ctx, run); err != nil || back {
		return err
	}
	err := carryOutPlan(ctx, run)
	if models.CodeOf(err) == models.Conflict {
		return voidPlan(ctx, run, err)
	}
	return err
}

func carryOutPlan(ctx context.Context, run *Run) error {
	a, p, err := approvedPlan(run.Store.Read(ctx), run.Row)
	if err != nil {
		return err
	}
	apply, whole := lineAppliers[p.Kind], planAppliers[p.Kind]
	if apply == nil && whole == nil {
		return fmt.Errorf("jobs: no applier for plans of kind %q", p.Kind)
	}
	if !beforePolicy[p.Kind] && run.Effective == 0 {
		return models.E(models.Unavailable, "尚未配置政策施行日（policy.effective_from），不能核定或拨付；请先配置后用 job run apply-plan --retry 重试")
	}
	after, err := cursorID(run.Cursor())
	if err != nil {
		return err
	}
	counts := applied{Plan: p.ID}
	if list, err := awaitPublicity(ctx, run, p); err != nil || list != nil {
		if list != nil {
			run.Summarise(map[string]int64{"awaits_publicity": list.ID})
		}
		return err
	}
	if err := run.Tallied(&counts); err != nil {
		return err
	}
	for {
		lines, err := run.Store.Read(ctx).PlanLines(p.ID, int(after), applyChunk)
		if err != nil {
			return err
		}
		last := len(lines) < applyChunk
		to := strconv.Itoa(p.LineCount)
		if !last {
			after = int64(lines[len(lines)-1].No)
			to = strconv.FormatInt(after, 10)
		}
		var done applied
		err = run.Chunk(ctx, to, len(lines), func(tx *models.Tx) error {
			done = counts
			for _, l := range lines {
				if l.State != models.LineLive {
					continue
				}
				state, reason, err := apply(tx, run, a, p, l)
				if err != nil {
					return fmt.Errorf("方案 #%d 第 %d 行: %w", p.ID, l.No, err)
				}
				if err := tx.SetLine(l, state, reason); err != nil {
					return err
				}
				done.count(state)
			}
			if err := run.Tally(tx, done); err != nil || !last {
				return err
			}
			if whole != nil {
				if err := whole(tx, run, a, p); err != nil {
					return err
				}
			}
			return closePlan(tx, run, a, p)
		})
		if err != nil {
			return err
		}
		if counts = done; last {
			run.Summarise(counts)
			return nil
		}
	}
}

// applied is what a run leaves in its record.
type applied struct {
	Plan    int64 `json:"plan"`
	Applied int   `json:"applied"`
	Held    int   `json:"held"`
}

func (a *applied) count(s models.LineState) {
	switch s {
	case models.LineApplied:
		a.Applied++
	case models.LineHeld:
		a.Held++
	}
}

// approvedPlan reads the approval of a run and its plan, and checks again what was true when it was asked for: the plan is the one
// that was shown, two different people, and both still in office.
func approvedPlan(q models.Query, row models.Run) (models.Approval, models.Plan, error) {
	a, err := q.Approval(row.ApprovalID)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return a, models.Plan{}, err
	} else if err != nil {
		return a, models.Plan{}, models.E(models.Forbidden, "这次执行没有对应的批准，不能执行")
	}
	p, err := q.Plan(a.PlanID)
	if err != nil {
		return a, p, err
	}
	if a.State != models.ApprovalApproved || a.CheckerID == nil || p.State != models.PlanApproved {
		return a, p, models.E(models.Forbidden, "方案 #%d 没有处于已批准状态，不能执行", p.ID)
	}
	intact, err := q.PlanIntact(p)
	if err != nil {
		return a, p, err
	}
	if a.PlanHash != p.Hash || !intact {
		return a, p, models.E(models.Forbidden, "方案 #%d 与批准时看到的内容不一致，不能执行；请重新送审", p.ID)
	}
	for id, role := range map[int64]models.Role{a.MakerID: models.Clerk, *a.CheckerID: models.Approver} {
		ok, err := holdsRole(q, id, role)
		if err != nil {
			return a, p, err
		}
		if !ok {
			return a, p, models.E(models.Forbidden, "方案 #%d 的经办或复核人已不再担任该角色，请由现任人员重新送审", p.ID)
		}
	}
	return a, p, nil
}

func closePlan(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	a.RunID = run.Row.ID
	if err := tx.MoveApproval(&a, models.ApprovalApproved, models.ApprovalExecuted); err != nil {
		return err
	}
	if err := tx.SetPlanState(p.ID, models.PlanApproved, models.PlanApplied); err != nil {
		return err
	}
	if p.Kind == "award" || p.Kind == appropriationKind {
		if err := run.tellBudgets(tx, run.Row.BusinessDate); err != nil {
			return err
		}
	}
	return tx.Audit(run.At(), models.Entry{
		Stream: streamOf(p.Kind), Actor: models.Actor{Member: run.Row.Actor}, Action: "apply-plan", Entity: fmt.Sprintf("plan/%d", p.ID), RunID: run.Row.ID,
		Data: map[string]any{"kind": p.Kind, "hash": p.Hash, "approval": a.ID, "lines": p.LineCount, "total": p.TotalFen},
	})
}

func streamOf(kind string) string {
	switch kind {
	case "roster":
		return "roles"
	case "legal-review":
		return "rules"
	case "resume":
		return "jobs"
	case objectionKind, redPlan, blackPlan, removalPlan:
		return "publicity"
	case ratingsPlan, decisionPlan, changePlan, selectionKind:
		return "rounds"
	}
	return "money"
}

// applyAward makes one award. What may have changed since the plan was frozen is looked at again, by what is known today.
func applyAward(tx *models.Tx, run *Run, a models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	on := run.Row.BusinessDate
	c, err := tx.Claim(l.ClaimID)
	if err != nil {
		return "", "", err
	}
	if c.State != models.ClaimProposed || c.PlanID != p.ID {
		return models.LineHeld, "CLAIM_MOVED", nil
	}
	decision, err := tx.Decision(l.DecisionID)
	if err != nil {
		return "", "", err
	}
	reason, publicised, err := publicObstacle(tx.Query, run.Env, l)
	if err != nil {
		return "", "", err
	}
	if reason == "" {
		reason, err = awardObstacle(tx, run, c, decision, l, on)
	}
	if err != nil {
		return "", "", err
	}
	if reason == "" {
		reason, err = makeAward(tx, run, a, p, c, decision, publicised, on)
	}
	if err != nil {
		return "", "", err
	}
	if reason == "" {
		return models.LineApplied, "", nil
	}
	c.PlanID = 0
	if err := tx.MoveClaim(&c, models.ClaimHeld, reason, on, models.ClaimProposed); err != nil {
		return "", "", err
	}
	return models.LineHeld, reason, tellHeld(tx, run, c, decision)
}

// awardObstacle says why a proposed claim may not become an award today, or nothing.
func awardObstacle(tx *models.Tx, run *Run, c models.Claim, decision models.Decision, l models.PlanLine, on policy.Date) (string, error) {
	newest, err := tx.LastDecision(c.ID)
	if err != nil {
		return "", err
	}
	if newest.Outcome != policy.OutcomeExact || newest.AmountFen != l.AmountFen || newest.Reason == "CLAMPED" {
		return "DECISION_CHANGED", nil
	}
	in, err := inputsOf(decision)
	if err != nil {
		return "", err
	}
	d, err := tx.Dossier(c.OrgID, on)
	if err != nil {
		return "", err
	}
	moved, err := overlapMoved(tx, run.Env, d, c, in, on)
	if err != nil {
		return "", err
	}
	if moved {
		return "DECISION_CHANGED", nil
	}
	return barred(run.Env, c.Item, in, d, on)
}

// makeAward writes award and instalments; the reason is not empty when the place, the person or the cap is taken.
func makeAward(tx *models.Tx, run *Run, a models.Approval, p models.Plan, c models.Claim, decision models.Decision, publicised bool, on policy.Date) (string, error) {
	item, err := run.Book.Item(c.Item)
	if err != nil {
		return "", err
	}
	in, err := inputsOf(decision)
	if err != nil {
		return "", err
	}
	grant, err := grantOf(tx, run.Env, item, c, decision, in)
	if err != nil {
		return "", err
	}
	parts := instalments(item.Staging(), run.Book.DueDays(item, on), decision.AmountFen, on)
	err = tx.Try(func(tx *models.Tx) error {
		_, err := enterAward(tx, run, a, p, c, decision, publicised, on, parts, grant)
		return err
	})
	if refused, ok := errors.AsType[*models.Refusal](err); ok {
		return refused.Reason, nil
	}
	return "", err
}

// enterAward writes an award, takes what it grants, moves its claim, and tells the organisation.
func enterAward(tx *models.Tx, run *Run, a models.Approval, p models.Plan, c models.Claim, decision models.Decision, publicised bool, on policy.Date, parts []models.Instalment, grant models.Grant) (models.Award, error) {
	award := models.Award{
		ClaimID: c.ID, OrgID: c.OrgID, Item: c.Item, Clause: decision.Clause, DecisionID: decision.ID, PlanID: p.ID, ApprovalID: a.ID, AmountFen: decision.AmountFen,
		ApprovedOn: on, PolicyVersion: decision.PolicyVersion, State: "active", RunID: run.Row.ID, Epoch: run.Row.Epoch,
	}
	award, err := tx.MakeAward(award, parts, grant)
	if err != nil {
		return award, err
	}
	if err := run.reserveBudget(tx, award, parts); err != nil {
		return award, err
	}
	// where no publicity is asked for, that is on record in the claim itself
	steps := []models.ClaimState{models.ClaimPublicised, models.ClaimConfirmed, models.ClaimAwarded}
	if !publicised {
		steps = steps[1:]
	}
	for _, to := range steps {
		if err := tx.MoveClaim(&c, to, decision.Reason, on, c.State); err != nil {
			return award, err
		}
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "award", Entity: fmt.Sprintf("award/%d", award.ID), RunID: run.Row.ID,
		Data: models.AwardAudit(award, decision.Hash, parts, grant),
	}); err != nil {
		return award, err
	}
	return award, tellAward(tx, run, award, parts)
}

// instalments cuts an award by its staging. The first part is due on the day of approval and, since its claim has just been checked for that
// day, due at once; the others on the days the book says.
func instalments(percents []int, days []policy.Date, amount policy.Fen, on policy.Date) []models.Instalment {
	if percents == nil {
		percents = []int{100}
	}
	parts := make([]models.Instalment, len(percents))
	for i, sum := range amount.Split(percents...) {
		parts[i] = models.Instalment{No: i + 1, AmountFen: sum, DueOn: days[i], State: models.Scheduled, ChangedOn: on}
	}
	parts[0].State, parts[0].CheckedOn = models.Due, on
	return parts
}

// applyRelease lifts the hold of one instalment if it is still free of bars today.
func applyRelease(tx *models.Tx, run *Run, _ models.Approval, _ models.Plan, l models.PlanLine) (models.LineState, string, error) {
	parts, err := tx.InstalmentsOf(l.AwardID)
	if err != nil {
		return "", "", err
	}
	if l.InstalmentNo < 1 || l.InstalmentNo > len(parts) || parts[l.InstalmentNo-1].State != models.Held {
		return models.LineHeld, "NOT_HELD", nil
	}
	part := parts[l.InstalmentNo-1]
	award, err := tx.Award(l.AwardID)
	if err != nil {
		return "", "", err
	}
	reason, err := awardBarred(tx.Query, run.Env, award, run.Row.BusinessDate)
	if err != nil || reason != "" {
		return models.LineHeld, reason, err
	}
	if _, err := checkInstalment(tx, run, &part, run.Row.BusinessDate); err != nil {
		return "", "", err
	}
	return models.LineApplied, "", nil
}

// grantOf says what else an award takes: caps, places, keys that exist once, people.
func grantOf(tx *models.Tx, env *Env, item *policy.Item, c models.Claim, d models.Decision, in models.Inputs) (models.Grant, error) {
	var g models.Grant
	org, err := tx.Organisation(c.OrgID)
	if err != nil {
		return g, err
	}
	year := c.FactOn.Year()
	if c.Item == recruitItem {
		if g.HireYear, err = strconv.Atoi(c.FactKey); err != nil {
			return g, fmt.Errorf("jobs: recruit claim %d has key %q", c.ID, c.FactKey)
		}
		year, g.People = g.HireYear, in.People
	}
	for _, limit := range item.Amount.Caps {
		if limit.Scope != "year" {
			continue
		}
		if sum, ok := limit.Values.On(c.FactOn).Value.(policy.Fen); ok {
			g.Caps = append(g.Caps, models.CapUse{Key: fmt.Sprintf("%s:%s:%d", capName(item, limit), org.Code, year), Limit: sum, Amount: d.AmountFen})
		}
	}
	if item.Quota(c.FactOn) > 0 {
		nominal, err := nominalYear(tx, item, c)
		if err != nil {
			return g, err
		}
		g.Quota, g.Places = fmt.Sprintf("%s:%d", item.ID, nominal), 1
		if n := number(in.Facts["projects"]); n > 1 {
			g.Places = n
		}
	}
	g.Exclusions, err = exclusions(tx, env, item, c, org)
	return g, err
}

// capName is the name of the pot: items that share a cap share its name.
func capName(item *policy.Item, limit policy.Cap) string {
	name := item.ID
	for _, s := range limit.Shared {
		name = min(name, s)
	}
	return cmp.Or(name, item.ID)
}
