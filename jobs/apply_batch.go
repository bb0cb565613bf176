package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/notifications"
)

const batchKind = "batch"

// applyBatchLine orders one instalment: it enters the batch of the plan and its money is on the way. What has changed since the plan was frozen holds this line and no
// other: a listing holds the instalment itself, a missing or changed account leaves it due, for the next batch.
func applyBatchLine(tx *models.Tx, run *Run, _ models.Approval, plan models.Plan, l models.PlanLine) (models.LineState, string, error) {
	on := run.Row.BusinessDate
	detail, err := detailOf[BatchDetail](plan)
	if err != nil {
		return "", "", err
	}
	parts, err := tx.InstalmentsOf(l.AwardID)
	if err != nil {
		return "", "", err
	}
	if l.InstalmentNo < 1 || l.InstalmentNo > len(parts) {
		return models.LineHeld, payNotDue, nil
	}
	part := parts[l.InstalmentNo-1]
	if part.State != models.Due && part.State != models.Returned || part.AmountFen != l.AmountFen {
		return models.LineHeld, payNotDue, nil
	}
	p, err := duePartOf(tx.Query, run.Env, part, on)
	if err != nil {
		return "", "", err
	}
	payee := detail.of(l.AwardID, l.InstalmentNo)
	switch {
	case p.why == payNoAccount, p.why == payEarlierPart, p.why == yearClosed, p.why == yearUnknown: // nothing is wrong with the organisation
		return models.LineHeld, p.why, nil
	case p.why != "":
		return models.LineHeld, p.why, holdDue(tx, run, p)
	case p.account.ID != payee.Account:
		return models.LineHeld, payAccountChanged, nil
	}
	line, fits, err := fitsBudget(tx, run.Env, p, on)
	if err != nil {
		return "", "", err
	}
	if !fits {
		return models.LineHeld, models.BudgetReason, nil
	}
	b, err := tx.OpenBatch(plan.ID, on, run.Row)
	if err != nil {
		return "", "", err
	}
	if fits, err = takeBudget(tx, run.Env, b, line, on); err != nil || !fits {
		return models.LineHeld, models.BudgetReason, err
	}
	_, err = tx.Order(b, models.BatchLine{
		OrgID: p.org.ID, OrgCode: p.org.Code, OrgName: p.org.Name, Purpose: fmt.Sprintf("%s第%d期", run.itemName(p.award.Item), part.No), Clause: p.award.Clause, AccountID: p.account.ID,
	}, &part, on, run.Row, run.At())
	return models.LineApplied, "", err
}

// holdDue holds an instalment whose organisation may not be paid today. One that came back stays where it is: its money stands in the account of what was returned.
func holdDue(tx *models.Tx, run *Run, p duePart) error {
	if p.part.State != models.Due {
		return nil
	}
	_, err := checkInstalment(tx, run, &p.part, run.Row.BusinessDate)
	return err
}

// applyBatch closes the batch when its last line has been carried out. A plan of which no line could be ordered leaves none.
func applyBatch(tx *models.Tx, run *Run, a models.Approval, plan models.Plan) error {
	b, err := tx.BatchOfPlan(plan.ID)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	on := run.Row.BusinessDate
	if err := tx.SealBatch(&b, on, run.Row); err != nil {
		return err
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "batch-" + string(b.State), Entity: fmt.Sprintf("batch/%d", b.ID), RunID: run.Row.ID,
		Data: map[string]any{"batch": b.Number(), "plan": plan.ID, "approval": a.ID, "lines": b.LineCount, "total": b.TotalFen},
	}); err != nil {
		return err
	}
	to, err := payers(tx.Query)
	if err != nil {
		return err
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.BatchReady{Batch: b.ID, Name: b.Name(), Lines: b.LineCount, Total: b.TotalFen, Held: plan.LineCount - b.LineCount, On: on}, to...)
}
