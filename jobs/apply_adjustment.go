package jobs

import (
	"errors"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// applyAdjustment carries a case out as two people agreed: a 补差 becomes an award of its own, a 追回 is set off against what has not been
// paid and the rest is asked back, a choice makes or refuses the award. A case that has moved on since, or an organisation that is barred
// today, holds the line and the case is open again.
func applyAdjustment(tx *models.Tx, run *Run, approval models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	d, err := detailOf[models.AdjustmentDetail](p)
	if err != nil {
		return "", "", err
	}
	a, err := tx.Adjustment(d.Case)
	if err != nil {
		return "", "", err
	}
	if a.State != models.CaseProposed || a.PlanID != p.ID {
		return models.LineHeld, "CLAIM_MOVED", nil
	}
	w := caseWork{tx: tx, run: run, approval: approval, plan: p, on: run.Row.BusinessDate, a: &a, do: d}
	var reason string
	err = tx.Try(func(tx *models.Tx) error {
		w.tx = tx
		reason, err = w.apply(l)
		if err == nil && reason != "" {
			err = &models.Refusal{Reason: reason}
		}
		return err
	})
	if refused, ok := errors.AsType[*models.Refusal](err); ok {
		if a, err = tx.Adjustment(d.Case); err != nil {
			return "", "", err
		}
		a.State, a.PlanID, a.Reason, a.ChangedOn = models.CaseOpen, 0, refused.Reason, run.Row.BusinessDate
		return models.LineHeld, refused.Reason, tx.SaveAdjustment(a, models.CaseProposed)
	}
	return models.LineApplied, "", err
}

// caseWork is one case being carried out.
type caseWork struct {
	tx       *models.Tx
	run      *Run
	approval models.Approval
	plan     models.Plan
	on       policy.Date
	a        *models.Adjustment
	do       models.AdjustmentDetail
	claim    models.Claim
	decision models.Decision // its newest
	inputs   models.Inputs
}

func (w *caseWork) apply(l models.PlanLine) (reason string, err error) {
	if w.claim, err = w.tx.Claim(w.a.ClaimID); err != nil {
		return "", err
	}
	if w.claim.DecisionID != l.DecisionID {
		return "DECISION_CHANGED", nil
	}
	if w.decision, err = w.tx.Decision(l.DecisionID); err != nil {
		return "", err
	}
	if w.inputs, err = inputsOf(w.decision); err != nil {
		return "", err
	}
	switch {
	case w.do.Do == models.CaseWriteOff:
		w.a.State = models.CaseWrittenOff
	case w.a.Kind == models.TopUpCase:
		reason, err = w.topUp()
	case w.a.Kind == models.ClawbackCase:
		err = w.clawBack()
	default:
		reason, err = w.choose(l.AmountFen)
	}
	if err != nil || reason != "" {
		return reason, err
	}
	w.a.Reason, w.a.ChangedOn = w.do.Reason, w.on
	if err := w.tx.SaveAdjustment(*w.a, models.CaseProposed); err != nil {
		return "", err
	}
	data := caseData(*w.a)
	data["do"], data["reason"], data["plan"] = w.do.Do, w.do.Reason, w.plan.ID
	return "", w.tx.Audit(w.run.At(), models.Entry{Stream: "money", Actor: models.Actor{Member: w.run.Row.Actor}, Action: "adjustment-" + string(w.a.State), Entity: caseEntity(w.a.ID), RunID: w.run.Row.ID, Data: data})
}

// topUp makes the difference an award of its own, due today.
func (w *caseWork) topUp() (reason string, err error) {
	award, err := w.tx.Award(w.a.AwardID)
	if err != nil {
		return "", err
	}
	if reason, err = awardBarred(w.tx.Query, w.run.Env, award, w.on); err != nil || reason != "" {
		return reason, err
	}
	grant, err := w.grant()
	if err != nil {
		return "", err
	}
	w.a.State, w.a.SettledFen = models.CaseSettled, w.a.AmountFen
	return "", w.awardBeside(w.a.AmountFen, models.Instalment{State: models.Due, DueOn: w.on, CheckedOn: w.on}, grant)
}

// grant is what a difference takes: its part of the year's cap, and the people who were not paid for before.
func (w *caseWork) grant() (models.Grant, error) {
	var g models.Grant
	item, err := w.run.Book.Item(w.claim.Item)
	if err != nil {
		return g, err
	}
	full, err := grantOf(w.tx, w.run.Env, item, w.claim, w.decision, w.inputs)
	if err != nil {
		return g, err
	}
	for _, c := range full.Caps {
		g.Caps = append(g.Caps, models.CapUse{Key: c.Key, Limit: c.Limit, Amount: w.a.AmountFen})
	}
	rewarded, err := w.tx.Rewarded(full.People)
	if err != nil {
		return g, err
	}
	g.HireYear = full.HireYear
	g.People = slices.DeleteFunc(slices.Clone(full.People), func(p int64) bool { _, ours := rewarded[p]; return ours })
	return g, nil
}

// awardBeside makes an award beside the one that the case is about: under a claim of its own, with a decision that says from what it comes.
func (w *caseWork) awardBeside(amount policy.Fen, part models.Instalment, grant models.Grant) error {
	c, created, err := w.tx.OpenClaim(models.Claim{Item: w.claim.Item, OrgID: w.claim.OrgID, FactKey: models.TopUpKey(*w.a), FactOn: w.claim.FactOn, OpenedOn: w.on, Publicity: w.claim.Publicity})
	if err != nil {
		return err
	}
	if !created {
		return fmt.Errorf("jobs: case %d has made its award before", w.a.ID)
	}
	item, err := w.run.Book.Item(w.claim.Item)
	if err != nil {
		return err
	}
	had := w.a.NowFen - amount
	overlap := &policy.Overlap{Reason: policy.BestTopUp, Mine: w.a.NowFen, Due: amount, Deducted: had, Against: []policy.OverlapRival{{
		ID: fmt.Sprintf("award/%d", w.a.AwardID), Name: "本项已核定", Amount: &had, Clause: item.Clause, Phrase: item.Text,
	}}}
	decision, err := w.decide(&c, overlap, nil)
	if err != nil {
		return err
	}
	part.No, part.AmountFen, part.ChangedOn = 1, amount, w.on
	award, err := enterAward(w.tx, w.run, w.approval, w.plan, c, decision, false, w.on, []models.Instalment{part}, grant)
	w.a.NewAwardID = award.ID
	return err
}

// decide stores the rules' answer of today's decision once more, as an overlap leaves it.
func (w *caseWork) decide(c *models.Claim, overlap *policy.Overlap, people []int64) (models.Decision, error) {
	answer, err := w.run.Book.Assess(w.claim.Item, w.inputs.Facts, policy.AssessOptions{EffectiveFrom: w.run.Effective})
	if err != nil {
		return models.Decision{}, err
	}
	d, _, err := decided(w.tx, w.run.Env, c, w.run.Book.Overlaid(answer, overlap), models.Inputs{Facts: w.inputs.Facts, People: people, Overlap: overlap}, w.on, w.run.Row.ID)
	return d, err
}

// clawBack sets what is asked back off against instalments that have not left the house or that the bank has sent back, the last one first. An instalment that is worth more
// than is asked back is given up too, and what is left of it becomes an award of its own, due on the same day. What cannot be set off is
// paid back by the firm.
func (w *caseWork) clawBack() error {
	parts, err := w.tx.InstalmentsOf(w.a.AwardID)
	if err != nil {
		return err
	}
	for _, p := range slices.Backward(parts) {
		left := w.a.Left()
		if left == 0 {
			break
		}
		if p.State != models.Scheduled && p.State != models.Due && p.State != models.Held && p.State != models.Returned {
			continue
		}
		was := p
		if err := w.tx.MoveInstalment(&p, models.Waived, setOff, w.on, w.run.Row); err != nil {
			return err
		}
		off := min(left, p.AmountFen)
		w.a.SettledFen += off
		step := models.AdjustmentStep{AdjustmentID: w.a.ID, Kind: "setoff", AmountFen: off, AwardID: p.AwardID, InstalmentNo: p.No, Text: "冲抵未拨付的分期", OnDay: w.on, Actor: w.run.Row.Actor, RunID: w.run.Row.ID}
		if err := errors.Join(w.tx.AddAdjustmentStep(step), w.tx.FreeCaps(p.AwardID, off)); err != nil {
			return err
		}
		if err := w.tx.Audit(w.run.At(), models.Entry{
			Stream: "money", Actor: models.Actor{Member: w.run.Row.Actor}, Action: "instalment-waived", Entity: fmt.Sprintf("award/%d/%d", p.AwardID, p.No), RunID: w.run.Row.ID,
			Data: map[string]any{"was": was.State, "reason": setOff, "amount": p.AmountFen, "adjustment": w.a.ID, "set_off": off},
		}); err != nil {
			return err
		}
		if rest := p.AmountFen - off; rest > 0 {
			part := models.Instalment{State: was.State, Reason: was.Reason, DueOn: was.DueOn, CheckedOn: was.CheckedOn}
			if was.State == models.Returned { // what is left was never ordered
				part.State, part.Reason = models.Due, ""
			}
			if err := w.awardBeside(rest, part, models.Grant{}); err != nil {
				return err
			}
		}
	}
	w.a.State = models.CaseApproved
	if w.a.Left() == 0 {
		w.a.State = models.CaseSettled
	}
	return nil
}

// setOff is why an instalment was given up.
const setOff = "SET_OFF"

// choose makes the award that people chose, in full or by the difference to the other one, or refuses it.
func (w *caseWork) choose(amount policy.Fen) (reason string, err error) {
	if w.claim.State != models.ClaimHeld && w.claim.State != models.ClaimNeedsDecision {
		return "CLAIM_MOVED", nil
	}
	rivals, err := w.run.Env.chosenAgainst(w.tx.Query, w.claim, w.on)
	if err != nil {
		return "", err
	}
	var overlap *policy.Overlap
	switch w.do.Do {
	case models.CaseDifference:
		overlap = &policy.Overlap{Reason: policy.BestTopUp, Mine: w.a.AmountFen, Due: amount, Deducted: rivals.paid, Against: rivals.list}
	case models.CaseNone:
		overlap = &policy.Overlap{Reason: policy.BestExcluded, Mine: w.a.AmountFen, Against: rivals.list}
	}
	w.a.State, w.a.SettledFen = models.CaseSettled, amount
	decision, err := w.decide(&w.claim, overlap, nil)
	if err != nil {
		return "", err
	}
	w.a.DecisionID = decision.ID
	if decision.AmountFen != amount {
		return "DECISION_CHANGED", nil
	}
	if w.do.Do == models.CaseNone {
		return "", w.tx.MoveClaim(&w.claim, models.ClaimRejected, decision.Reason, w.on, w.claim.State)
	}
	d, err := w.tx.Dossier(w.claim.OrgID, w.on)
	if err != nil {
		return "", err
	}
	if reason, err = barred(w.run.Env, w.claim.Item, w.inputs, d, w.on); err != nil || reason != "" {
		return reason, err
	}
	item, err := w.run.Book.Item(w.claim.Item)
	if err != nil {
		return "", err
	}
	grant, err := grantOf(w.tx, w.run.Env, item, w.claim, decision, w.inputs)
	if err != nil {
		return "", err
	}
	grant.Exclusions = nil // this is what people have decided about
	award, err := enterAward(w.tx, w.run, w.approval, w.plan, w.claim, decision, false, w.on, instalments(item.Staging(), w.run.Book.DueDays(item, w.on), amount, w.on), grant)
	w.a.NewAwardID = award.ID
	return "", err
}

// against are the awards that stand beside a claim about which people choose.
type against struct {
	list []policy.OverlapRival
	paid policy.Fen // awarded
}

// chosenAgainst finds the awards of the other half of 三（四）.
func (e *Env) chosenAgainst(q models.Query, c models.Claim, on policy.Date) (against, error) {
	var out against
	d, err := q.Dossier(c.OrgID, on)
	if err != nil {
		return out, err
	}
	k := &desk{env: e}
	mine := k.kindOf(c.Item)
	for _, award := range d.Awards {
		kind := k.kindOf(award.Item)
		if mine == "selection-backbone" && kind != "integrity-demo" || mine == "integrity-demo" && kind != "selection-backbone" || mine != "selection-backbone" && mine != "integrity-demo" {
			continue
		}
		i := slices.IndexFunc(d.Claims, func(o models.Claim) bool { return o.ID == award.ClaimID })
		if i < 0 || !e.BestOf.OtherYears && d.Claims[i].FactOn.Year() != c.FactOn.Year() {
			continue
		}
		amount := award.AmountFen
		out.paid += amount
		out.list = append(out.list, policy.OverlapRival{
			ID: fmt.Sprintf("claim/%d", award.ClaimID), Name: e.itemName(award.Item) + "（" + d.Claims[i].FactKey + "）", Amount: &amount, Kept: true,
			Clause: "三（四）", Phrase: "诚信示范机构奖励与人力资源服务业骨干企业奖励不重复享受",
		})
	}
	return out, nil
}
