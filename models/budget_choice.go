package models

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
