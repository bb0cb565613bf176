package models

import "duixian/policy"

// BudgetChoice is a part of an award that two people let go before others in a year whose money does not suffice.
type BudgetChoice struct {
	PlanID  int64 `json:"-"`
	Place   int   `json:"place"`
	Year    int   `json:"year"`
	AwardID int64 `json:"award"`
	No      int   `json:"instalment"`
}

// BudgetChoices are those of the newest plan of a year, in their order.
func (q Query) BudgetChoices(year int) ([]BudgetChoice, error) {
	return find[BudgetChoice](q.db.Where("year = ? AND plan_id = (SELECT MAX(plan_id) FROM budget_choices WHERE year = ?)", year, year).Order("place"))
}

// AddBudgetChoices writes what a plan lets go first; earlier plans of the year stay on record and do not count any more.
func (tx *Tx) AddBudgetChoices(rows []BudgetChoice) error { return insert(tx.db, rows) }

// DueParts lists the parts that could be ordered on a day, by decision: due, and returned ones that wait for their next attempt.
func (q Query) DueParts(on policy.Date) ([]BudgetLine, error) {
	var rows []struct {
		AwardID    int64
		No         int
		AmountFen  policy.Fen
		ApprovedOn policy.Date
	}
	err := q.db.Raw(`SELECT i.award_id, i.no, i.amount_fen, a.approved_on FROM instalments i JOIN awards a ON a.id = i.award_id
		WHERE i.state IN ('due', 'returned') AND i.due_on <= ? ORDER BY a.approved_on, i.award_id, i.no`, on).Scan(&rows).Error
	if err != nil {
		return nil, readable(err)
	}
	lines := make([]BudgetLine, len(rows))
	ids := make([]int64, len(rows))
	for i, r := range rows {
		lines[i] = BudgetLine{AwardID: r.AwardID, No: r.No, Amount: r.AmountFen, DecidedOn: r.ApprovedOn}
		ids[i] = r.AwardID
	}
	reserves, err := q.BudgetReserves(ids...)
	if err != nil {
		return nil, err
	}
	parts := map[[2]int64][]policy.ChannelPart{}
	for _, r := range reserves {
		key := [2]int64{r.AwardID, int64(r.No)}
		parts[key] = append(parts[key], policy.ChannelPart{Channel: r.Channel, Amount: r.AmountFen})
	}
	for i, l := range lines {
		lines[i].Parts = parts[[2]int64{l.AwardID, int64(l.No)}]
	}
	return lines, nil
}
