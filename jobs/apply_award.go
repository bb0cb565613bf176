package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

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
