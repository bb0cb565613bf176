package jobs

import (
	"duixian/models"
)

// applyRoundDecision rates one firm as two people decided. A firm that has moved since the plan was made keeps its place, and the line is held.
func applyRoundDecision(tx *models.Tx, run *Run, _ models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	d, err := detailOf[models.DecisionDetail](p)
	if err != nil {
		return "", "", err
	}
	if l.No > len(d.Firms) {
		return "", "", models.E(models.Conflict, "方案 #%d 第 %d 行与明细不符", p.ID, l.No)
	}
	f := d.Firms[l.No-1]
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return "", "", err
	}
	if r.State == models.RoundProposed || r.State == models.RoundCancelled || r.State == models.RoundPaused {
		return models.LineHeld, "ROUND_MOVED", nil
	}
	e, err := tx.Entry(r.ID, f.Code)
	if err != nil {
		return "", "", err
	}
	if e.State != f.State {
		return models.LineHeld, "ENTRY_MOVED", nil
	}
	row, err := tx.RoundInput(r.ID, f.Code)
	if err != nil {
		return "", "", err
	}
	in, err := inputsOfRound(row)
	if err != nil {
		return "", "", err
	}
	m, err := run.modelOf(r)
	if err != nil {
		return "", "", err
	}
	decision := &models.StarDecision{Choice: d.Choice, Reason: d.Reason, Without: f.Without, Late: f.Late, Plan: p.ID, On: run.Row.BusinessDate}
	then, err := scoreEntry(m, in, decision)
	if err != nil {
		return "", "", err
	}
	e.Score, e.Stars, e.Detail = then.Score, then.Stars, then.Detail
	return models.LineApplied, "", tx.MoveEntry(&e, then.State, then.Reason, run.Row.BusinessDate)
}

// rankAgain ranks a round again after a decision, as long as nobody has approved the list: then places stay as they were shown.
func rankAgain(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.DecisionDetail](p)
	if err != nil {
		return err
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil || r.State != models.RoundScoring {
		return err
	}
	m, err := run.modelOf(r)
	if err != nil {
		return err
	}
	list, err := starScores(tx.Query, m, r)
	if err != nil {
		return err
	}
	stored, err := tx.Entries(r.ID)
	if err != nil {
		return err
	}
	was := map[string]models.RoundEntry{}
	for _, e := range stored {
		was[e.Subject] = e
	}
	var news []models.RoundEntry
	for _, e := range list {
		if !sameEntry(was[e.Subject], e) {
			e.ChangedOn = run.Row.BusinessDate
			news = append(news, e)
		}
	}
	return tx.PutEntries(news)
}
