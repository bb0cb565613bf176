package jobs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"duixian/models"
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
