package jobs

import (
	"duixian/models"
	"duixian/notifications"
)

// applyObjection carries out what two people decided about an objection: the line is out or free, whoever objected hears the answer, and a claim that
// waited for it goes on, or stays held with the reason.
func applyObjection(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.ObjectionDetail](p)
	if err != nil {
		return err
	}
	o, err := tx.Objection(d.Objection)
	if err != nil {
		return err
	}
	on := run.Row.BusinessDate
	l, err := tx.DecideObjection(&o, d.Upheld, d.Answer, p.ID, models.Actor{Member: run.Row.Actor}, run.Row.ID, on, run.At())
	if err != nil {
		return err
	}
	if o.ByOrg != 0 {
		m := notifications.ObjectionDecided{Objection: o.ID, Line: o.LineNo, Publicity: o.PublicityID, Upheld: d.Upheld, Answer: d.Answer, On: on}
		if err := run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.ContactOf(o.ByOrg, o.ByMember)); err != nil {
			return err
		}
	}
	return goOnAfterObjection(tx, run, l)
}

// goOnAfterObjection frees a claim that was held because of an objection, or says why it is held for good. A claim whose list still runs is not held:
// it waits with the list.
func goOnAfterObjection(tx *models.Tx, run *Run, l models.PublicityLine) error {
	if l.ClaimID == 0 || l.State == models.LineHeldUp {
		return nil
	}
	c, err := tx.Claim(l.ClaimID)
	if err != nil || c.State != models.ClaimHeld || c.Reason != heldObjection {
		return err
	}
	decision, err := tx.Decision(c.DecisionID)
	if err != nil {
		return err
	}
	if l.State == models.LineFree {
		return tx.MoveClaim(&c, models.ClaimDecided, decision.Reason, run.Row.BusinessDate, models.ClaimHeld)
	}
	if err := tx.MoveClaim(&c, models.ClaimHeld, droppedObjection, run.Row.BusinessDate, models.ClaimHeld); err != nil {
		return err
	}
	return tellHeld(tx, run, c, decision)
}
