package jobs

import (
	"duixian/models"
	"duixian/policy"
)

// budgetHolds asks the purses of the year about what could be ordered on a day: what does not fit waits whole, in the order of the decisions or as two people chose. It
// returns the lines in that order.
func budgetHolds(q models.Query, env *Env, all []duePart, on policy.Date) ([]duePart, error) {
	var lines []models.BudgetLine
	at := map[[2]int64]duePart{}
	var out []duePart
	for _, p := range all {
		if p.why != "" {
			out = append(out, p)
			continue
		}
		at[[2]int64{p.part.AwardID, int64(p.part.No)}] = p
		lines = append(lines, models.BudgetLine{AwardID: p.part.AwardID, No: p.part.No, Attempt: p.attempt()})
	}
	lines, err := q.BudgetLines(env.Budget, lines)
	if err != nil {
		return nil, err
	}
	fit, wait, err := q.BudgetFits(models.BudgetOrder{Year: on.Year(), On: on, Required: env.Budget.Required}, lines)
	if err != nil {
		return nil, err
	}
	var first []duePart
	for _, l := range fit {
		first = append(first, at[[2]int64{l.AwardID, int64(l.No)}])
	}
	for _, l := range wait {
		p := at[[2]int64{l.AwardID, int64(l.No)}]
		p.why = models.BudgetReason
		first = append(first, p)
	}
	return append(first, out...), nil
}

// fitsBudget asks the same of one line whose turn it is, without ordering it.
func fitsBudget(tx *models.Tx, env *Env, p duePart, on policy.Date) (models.BudgetLine, bool, error) {
	lines, err := tx.BudgetLines(env.Budget, []models.BudgetLine{{AwardID: p.part.AwardID, No: p.part.No, Attempt: p.attempt()}})
	if err != nil {
		return models.BudgetLine{}, false, err
	}
	_, wait, err := tx.BudgetFits(models.BudgetOrder{Year: on.Year(), On: on, Required: env.Budget.Required}, lines)
	return lines[0], len(wait) == 0, err
}

// takeBudget orders a line out of the purses for its batch. Another batch may have taken the rest since it was asked: then the line waits.
func takeBudget(tx *models.Tx, env *Env, b models.Batch, line models.BudgetLine, on policy.Date) (bool, error) {
	wait, err := tx.CheckBudget(models.BudgetOrder{Year: on.Year(), BatchID: b.ID, On: on, Required: env.Budget.Required}, []models.BudgetLine{line})
	return len(wait) == 0, err
}
