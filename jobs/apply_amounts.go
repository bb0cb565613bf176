package jobs

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// amountStale is the reason of a line whose claim has moved on since two people looked at it.
const amountStale = "AMOUNT_STALE"

// applyAmount stores what two people decided of one claim and decides the claim with it: a new decision beside the old one,
// with the amount, who, why and the approval among its inputs. A line about which anything is different by now decides
// nothing; the claim waits for officials as before.
func applyAmount(tx *models.Tx, run *Run, a models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	detail, err := detailOf[AmountsDetail](p)
	if err != nil {
		return "", "", err
	}
	entry := detail.Entries[l.No-1]
	on := run.Row.BusinessDate
	c, err := tx.Claim(l.ClaimID)
	if err != nil {
		return "", "", err
	}
	if c.State != models.ClaimNeedsDecision || c.DecisionID != l.DecisionID {
		return models.LineHeld, amountStale, nil
	}
	d, err := tx.Dossier(c.OrgID, on)
	if err != nil {
		return "", "", err
	}
	k := newDesk(run.Env, tx, on, run.Row.ID, map[string][]int{})
	k.take(d)
	claim, fact, ok := k.claimWithFact(l.ClaimID)
	if !ok {
		return models.LineHeld, amountStale, nil // its fact was withdrawn
	}
	ok, err = k.stillDecides(*claim, fact, entry.Decided, l)
	if err != nil || !ok {
		return models.LineHeld, amountStale, err
	}
	made, err := officialAmount(tx, a, entry, l, on, run)
	if err != nil {
		return "", "", err
	}
	d.Official[c.ID] = made
	if err := k.judge(claim, fact); err != nil {
		return "", "", err
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "official-amount", Entity: fmt.Sprintf("claim/%d", c.ID), RunID: run.Row.ID,
		Data: map[string]any{"decided": entry.Decided, "amount": l.AmountFen, "ceiling": entry.Ceiling, "reason": entry.Reason, "plan": p.ID, "approval": a.ID, "was": l.DecisionID, "decision": claim.DecisionID},
	}); err != nil {
		return "", "", err
	}
	return models.LineApplied, "", tellChanges(tx, run, k.changed)
}

// claimWithFact finds a claim of the dossier with the statement that it rests on.
func (k *desk) claimWithFact(id int64) (*models.Claim, models.KnownFact, bool) {
	i := slices.IndexFunc(k.dossier.Claims, func(c models.Claim) bool { return c.ID == id })
	if i < 0 {
		return nil, models.KnownFact{}, false
	}
	c := &k.dossier.Claims[i]
	for _, f := range k.dossier.Facts {
		if f.Key == c.FactKey && f.Kind == k.kindOf(c.Item) {
			return c, f, true
		}
	}
	return c, models.KnownFact{}, false
}

// stillDecides asks the rules once more, by what is known now: the facts must be those that were looked at, and the amount
// must come out as it was approved.
func (k *desk) stillDecides(c models.Claim, f models.KnownFact, decided policy.Decided, l models.PlanLine) (bool, error) {
	item, err := k.env.Book.Item(c.Item)
	if err != nil {
		return false, err
	}
	answer, facts, err := k.ask(c, f, item)
	if err != nil || !answer.Awaits() {
		return false, err
	}
	seen, err := k.tx.Decision(l.DecisionID)
	if err != nil {
		return false, err
	}
	same, err := sameFacts(k.env.Book, seen, facts)
	if err != nil || !same || seen.PolicyVersion != k.env.Book.Version {
		return false, err
	}
	answer, err = k.env.Book.Assess(c.Item, facts, policy.AssessOptions{EffectiveFrom: k.env.Effective, Decided: &decided})
	return answer.Outcome == policy.OutcomeExact && answer.Reason != "CLAMPED" && answer.Fen() == l.AmountFen, err
}

func officialAmount(tx *models.Tx, a models.Approval, e AmountDetail, l models.PlanLine, on policy.Date, run *Run) (models.OfficialAmount, error) {
	maker, err := tx.Member(a.MakerID)
	if err != nil {
		return models.OfficialAmount{}, err
	}
	checker, err := tx.Member(*a.CheckerID)
	if err != nil {
		return models.OfficialAmount{}, err
	}
	row := models.OfficialAmount{
		ClaimID: l.ClaimID, Item: l.Item, DecisionID: l.DecisionID, PolicyVersion: run.Book.Version, Rate: e.Rate, Reason: e.Reason,
		PlanID: a.PlanID, ApprovalID: a.ID, Maker: maker.Code, Checker: checker.Code, KnownOn: on, RunID: run.Row.ID,
	}
	if e.Amount != nil {
		row.AmountFen = *e.Amount
	}
	return tx.AddOfficialAmount(row)
}
