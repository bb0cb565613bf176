package models

import (
	"cmp"
	"slices"

	"duixian/policy"
)

// BudgetState is how a year's money through one channel stands as known on a day.
type BudgetState struct {
	Year         int            `json:"year"`
	Channel      policy.Channel `json:"channel"`
	Documents    int            `json:"documents"`              // 0: nobody has said anything about this purse
	Appropriated policy.Fen     `json:"appropriated"`           // all that is known of the year, and
	Pending      policy.Fen     `json:"pending,omitempty"`      // how much of it is not in force yet
	Reserved     policy.Fen     `json:"reserved"`               // parts of awards that fall due in the year
	Open         policy.Fen     `json:"open"`                   // those of them that no batch has ordered
	Overdue      policy.Fen     `json:"carried_over,omitempty"` // open ones of earlier years, in the year of the day
	Ordered      policy.Fen     `json:"ordered"`                // by batches, out of this year's money
	Paid         policy.Fen     `json:"paid"`                   // what of it the bank has paid
}

// Used is what the year must bear: ordered, and still to be ordered.
func (b BudgetState) Used() policy.Fen { return b.Ordered + b.Open + b.Overdue }

// Free is what nobody has been promised; negative when more is promised than there is.
func (b BudgetState) Free() policy.Fen { return b.Appropriated - b.Used() }

// Beyond is how much more is promised than there is.
func (b BudgetState) Beyond() policy.Fen { return max(0, -b.Free()) }

// Left is what batches may still order, once all of it is in force.
func (b BudgetState) Left() policy.Fen { return b.Appropriated - b.Ordered }

// Percent is the used share of the appropriation in whole per cent, rounded down; 100 and more when there is nothing to use.
func (b BudgetState) Percent() int64 {
	switch {
	case b.Used() == 0:
		return 0
	case b.Appropriated <= 0:
		return 100
	}
	return int64(b.Used()/b.Appropriated*100) + int64(b.Used()%b.Appropriated*100/b.Appropriated)
}

// Budgets says how every purse stood as known on a day, by year and channel: those that were allotted something, and those that awards need.
func (q Query) Budgets(on policy.Date) ([]BudgetState, error) {
	all := map[PurseKey]*BudgetState{}
	of := func(year int, c policy.Channel) *BudgetState {
		key := PurseKey{year, c}
		if all[key] == nil {
			all[key] = &BudgetState{Year: year, Channel: c}
		}
		return all[key]
	}
	hold, err := q.Appropriations(on)
	if err != nil {
		return nil, err
	}
	for _, a := range hold {
		b := of(a.Year, a.Channel)
		b.Documents++
		b.Appropriated += a.AmountFen
		if a.EffectiveOn > on {
			b.Pending += a.AmountFen
		}
	}
	var rows []struct {
		Year    int
		Channel policy.Channel
		All     policy.Fen `gorm:"column:total"`
		Open    policy.Fen `gorm:"column:unordered"`
	}
	err = q.db.Raw(`SELECT r.year, r.channel, SUM(r.amount_fen) AS total,
		SUM(CASE WHEN o.award_id IS NULL AND c.became NOT IN ('in_batch', 'paid') THEN r.amount_fen ELSE 0 END) AS unordered
		FROM budget_reserves r JOIN awards a ON a.id = r.award_id AND a.approved_on <= ? JOIN instalment_changes c ON c.award_id = r.award_id AND c.no = r.no AND c.version = `+stateOn+`
		LEFT JOIN budget_orders o ON o.award_id = r.award_id AND o.no = r.no AND o.channel = r.channel AND o.on_day <= ? AND (o.released_on = 0 OR o.released_on > ?)
		WHERE c.became NOT IN ('waived', 'cancelled') GROUP BY r.year, r.channel`, on, on, on, on).Scan(&rows).Error
	if err != nil {
		return nil, readable(err)
	}
	for _, r := range rows {
		b := of(r.Year, r.Channel)
		b.Reserved, b.Open = r.All, r.Open
	}
	for _, r := range rows {
		if r.Year < on.Year() && r.Open > 0 {
			of(on.Year(), r.Channel).Overdue += r.Open
		}
	}
	var orders []struct {
		Year    int
		Channel policy.Channel
		All     policy.Fen `gorm:"column:total"`
		Paid    policy.Fen
	}
	err = q.db.Raw(`SELECT o.year, o.channel, SUM(o.amount_fen) AS total, SUM(CASE WHEN c.became = 'paid' THEN o.amount_fen ELSE 0 END) AS paid
		FROM budget_orders o JOIN instalment_changes c ON c.award_id = o.award_id AND c.no = o.no AND c.version = (SELECT MAX(v.version) FROM instalment_changes v WHERE v.award_id = o.award_id AND v.no = o.no AND v.on_day <= ?)
		WHERE o.on_day <= ? AND (o.released_on = 0 OR o.released_on > ?) GROUP BY o.year, o.channel`, on, on, on).Scan(&orders).Error
	if err != nil {
		return nil, readable(err)
	}
	for _, o := range orders {
		b := of(o.Year, o.Channel)
		b.Ordered, b.Paid = o.All, o.Paid
	}
	out := make([]BudgetState, 0, len(all))
	for _, b := range all {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b BudgetState) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), policy.CompareChannels(a.Channel, b.Channel))
	})
	return out, nil
}

// stateOn picks the newest change of a part of r by a day.
const stateOn = "(SELECT MAX(v.version) FROM instalment_changes v WHERE v.award_id = r.award_id AND v.no = r.no AND v.on_day <= ?)"

// BudgetsOfYear are the purses of one year that somebody has allotted something to.
func (q Query) BudgetsOfYear(year int, on policy.Date) ([]BudgetState, error) {
	if hold, err := q.Appropriations(on); err != nil || !slices.ContainsFunc(hold, func(a Appropriation) bool { return a.Year == year }) {
		return nil, err
	}
	all, err := q.Budgets(on)
	return slices.DeleteFunc(all, func(b BudgetState) bool { return b.Year != year || b.Documents == 0 }), err
}
