package jobs

import (
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// reserveBudget writes which purses a new award will need, in its transaction.
func (run *Run) reserveBudget(tx *models.Tx, award models.Award, parts []models.Instalment) error {
	district, err := tx.DistrictOn(award.OrgID, award.ApprovedOn)
	if err != nil {
		return err
	}
	return tx.ReserveBudget(run.Budget.Reserves(award, parts, district))
}

// reserveOld writes what awards need that were made before there were budgets.
func (run *Run) reserveOld(tx *models.Tx) error {
	for after := int64(0); ; {
		old, err := tx.AwardsUnreserved(after, 500)
		if err != nil || len(old) == 0 {
			return err
		}
		for _, a := range old {
			after = a.ID
			parts, err := tx.InstalmentsOf(a.ID)
			if err != nil {
				return err
			}
			if err := run.reserveBudget(tx, a, parts); err != nil {
				return err
			}
		}
	}
}

// budgetNotes says where the lines of a dry run pass what is allotted.
func budgetNotes(q models.Query, env *Env, lines []models.ReportLine, on policy.Date) ([]string, error) {
	var asked []models.PlanLine
	for _, l := range lines {
		if l.Outside || l.Amount == 0 || l.Claim == 0 {
			continue
		}
		c, err := q.Claim(l.Claim)
		if err != nil {
			return nil, err
		}
		asked = append(asked, models.PlanLine{OrgID: c.OrgID, Item: l.Item, AmountFen: l.Amount})
	}
	return q.BudgetWarnings(env.Book, env.Budget, asked, on)
}

// budgetMarks are the shares of a purse at which officials are told, in per cent.
var budgetMarks = []int64{90, 70}

// tellBudgets tells officials which purses of a year are nearly used up: each mark of each purse once, the highest that is reached.
func (run *Run) tellBudgets(tx *models.Tx, on policy.Date) error {
	if hold, err := tx.Appropriations(on); err != nil || len(hold) == 0 {
		return err
	}
	states, err := tx.Budgets(on)
	if err != nil {
		return err
	}
	var letters []notifications.Letter
	for _, b := range states {
		if b.Documents == 0 || b.Year < on.Year() {
			continue
		}
		for _, mark := range budgetMarks {
			if b.Percent() >= mark {
				letters = append(letters, notifications.Letter{
					To:      []notifications.To{notifications.Role(models.Clerk), notifications.Role(models.Approver), notifications.Role(models.Treasurer)},
					Message: notifications.BudgetUsed{Year: b.Year, Channel: string(b.Channel), Mark: mark, Percent: b.Percent(), Appropriated: b.Appropriated, Used: b.Used(), Ordered: b.Ordered, Free: b.Free()},
				})
				break
			}
		}
	}
	if letters == nil {
		return nil
	}
	return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters)
}
