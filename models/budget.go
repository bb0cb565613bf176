package models

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/policy"
)

// Budget is one purse as the database keeps it: what of a year's money through a channel may be ordered, and what has been. OrderedFen never
// passes AppropriatedFen but by UnbackedFen, which was ordered while nobody demanded an appropriation: a CHECK sees to it.
type Budget struct {
	Year            int
	Channel         policy.Channel
	AppropriatedFen policy.Fen // in force when the purse was last touched
	OrderedFen      policy.Fen
	UnbackedFen     policy.Fen
	Version         int64
}

// BudgetReserve is what one part of an award will need of a purse, by the year in which it falls due.
type BudgetReserve struct {
	AwardID   int64
	No        int
	Channel   policy.Channel
	Year      int
	AmountFen policy.Fen
}

// ReserveBudget writes what an award will need, in the transaction that makes it. It stops nothing: a promise is kept or waits, it does not become smaller.
func (tx *Tx) ReserveBudget(rows []BudgetReserve) error { return insert(tx.db, rows) }

// BudgetReserves lists what awards need, by award, number and channel.
func (q Query) BudgetReserves(awards ...int64) ([]BudgetReserve, error) {
	var all []BudgetReserve
	for part := range slices.Chunk(awards, 500) {
		rows, err := find[BudgetReserve](q.db.Where("award_id IN ?", part).Order("award_id, no, channel"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// AwardsUnreserved lists awards without any reserve, oldest first: those made before there were budgets.
func (q Query) AwardsUnreserved(after int64, limit int) ([]Award, error) {
	return find[Award](q.db.Where("id > ? AND NOT EXISTS (SELECT 1 FROM budget_reserves r WHERE r.award_id = awards.id)", after).Order("id").Limit(limit))
}

// BudgetOrder says out of which year a batch pays, and whether it may pay without an appropriation.
type BudgetOrder struct {
	Year     int
	BatchID  int64
	On       policy.Date
	Required bool           // budget.required: what does not fit waits
	First    []BudgetChoice // who goes first, for a look beforehand; nil = as two people chose
}

// BudgetLine is one part of an award that a batch would pay, whole: all of its parts or none.
type BudgetLine struct {
	AwardID   int64
	No        int
	Attempt   int
	DecidedOn policy.Date // of the award; who was decided first is paid first
	Amount    policy.Fen
	Parts     []policy.ChannelPart `gorm:"-"` // sum to Amount
}

// whole refuses a line whose parts are not all of it: it would pass without a purse.
func (l BudgetLine) whole() error {
	sum := policy.Fen(0)
	for _, p := range l.Parts {
		sum += p.Amount
	}
	if sum != l.Amount {
		return fmt.Errorf("models: award %d part %d: channels bear %s of %s", l.AwardID, l.No, sum, l.Amount)
	}
	return nil
}

// BudgetReason is the reason of a line that waits for an appropriation.
const BudgetReason = "BUDGET"

// CheckBudget orders lines out of the year's purses for a batch and returns those that must wait with BudgetReason: whole lines in the order of their
// decision, or as two people chose (a plan of kind shortage); never a part of one. A line that does not fit is passed over, and a later one that fits is ordered.
// Without Required nothing waits; what passes the appropriation is recorded as such. A line that is ordered already stays so: doing it again
// changes nothing. However many do it at once, no purse is passed: its row is taken first, and moved by a conditional UPDATE with a CHECK behind it.
func (tx *Tx) CheckBudget(o BudgetOrder, lines []BudgetLine) (waiting []BudgetLine, err error) {
	lines, err = tx.budgetTurn(o, lines)
	if err != nil {
		return nil, err
	}
	var purses []PurseKey
	for _, l := range lines {
		if err := l.whole(); err != nil {
			return nil, err
		}
		for _, p := range l.Parts {
			purses = append(purses, PurseKey{o.Year, p.Channel})
		}
	}
	for _, p := range inOrder(purses) {
		if err := tx.holdPurse(p); err != nil {
			return nil, err
		}
		if err := tx.fillPurse(p, o.On); err != nil {
			return nil, err
		}
	}
	left, err := tx.budgetLeft(o.Year)
	if err != nil {
		return nil, err
	}
	done, err := tx.ordered(lines)
	if err != nil {
		return nil, err
	}
	var orders []budgetOrder
	for _, l := range lines {
		if done[[3]int64{l.AwardID, int64(l.No), int64(l.Attempt)}] {
			continue
		}
		backed := fits(left, l)
		if !backed && o.Required {
			waiting = append(waiting, l)
			continue
		}
		for _, p := range l.Parts {
			if err := tx.spend(PurseKey{o.Year, p.Channel}, p.Amount, backed); err != nil {
				return nil, err
			}
			left[p.Channel] -= p.Amount
			orders = append(orders, budgetOrder{l.AwardID, l.No, l.Attempt, p.Channel, o.Year, p.Amount, backed, o.BatchID, o.On, 0})
		}
	}
	return waiting, insert(tx.db, orders)
}

// BudgetFits says which lines CheckBudget would let through today and which would wait, without ordering anything.
func (q Query) BudgetFits(o BudgetOrder, lines []BudgetLine) (fit, wait []BudgetLine, err error) {
	if lines, err = q.budgetTurn(o, lines); err != nil {
		return nil, nil, err
	}
	left, err := q.BudgetLeft(o.Year, o.On)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range lines {
		if err := l.whole(); err != nil {
			return nil, nil, err
		}
		if !fits(left, l) && o.Required {
			wait = append(wait, l)
			continue
		}
		for _, p := range l.Parts {
			left[p.Channel] -= p.Amount
		}
		fit = append(fit, l)
	}
	return fit, wait, nil
}

// BudgetLeft is what may still be ordered of a year by channel: what is in force on a day less what is ordered. A channel without an appropriation is not there.
func (q Query) BudgetLeft(year int, on policy.Date) (map[policy.Channel]policy.Fen, error) {
	left := map[policy.Channel]policy.Fen{}
	hold, err := q.Appropriations(on)
	if err != nil {
		return nil, err
	}
	for _, a := range hold {
		if a.Year == year && a.EffectiveOn <= on {
			left[a.Channel] += a.AmountFen
		}
	}
	purses, err := find[Budget](q.db.Where("year = ?", year))
	for _, b := range purses {
		if _, there := left[b.Channel]; there || b.OrderedFen != 0 {
			left[b.Channel] -= b.OrderedFen
		}
	}
	return left, err
}

// ReleaseBudget gives back what an attempt had ordered: the bank returned it, or its batch was cancelled. It may be done again.
func (tx *Tx) ReleaseBudget(awardID int64, no, attempt int, on policy.Date) error {
	orders, err := find[budgetOrder](tx.db.Where("award_id = ? AND no = ? AND attempt = ? AND released_on = 0", awardID, no, attempt).Order("channel"))
	if err != nil {
		return err
	}
	for _, o := range orders {
		if err := tx.holdPurse(PurseKey{o.Year, o.Channel}); err != nil {
			return err
		}
		n, err := affected(tx.db.Exec("UPDATE budget_orders SET released_on = ? WHERE award_id = ? AND no = ? AND attempt = ? AND channel = ? AND released_on = 0", on, awardID, no, attempt, o.Channel))
		if err != nil {
			return err
		}
		if n == 0 {
			continue // somebody else did, between the look and the step
		}
		unbacked := policy.Fen(0)
		if !o.Backed {
			unbacked = o.AmountFen
		}
		if err := tx.db.Exec("UPDATE budgets SET ordered_fen = ordered_fen - ?, unbacked_fen = unbacked_fen - ? WHERE year = ? AND channel = ?", o.AmountFen, unbacked, o.Year, o.Channel).Error; err != nil {
			return readable(err)
		}
	}
	return nil
}

// budgetOrder is what a batch has ordered out of a purse.
type budgetOrder struct {
	AwardID    int64
	No         int
	Attempt    int
	Channel    policy.Channel
	Year       int
	AmountFen  policy.Fen
	Backed     bool
	BatchID    int64
	OnDay      policy.Date
	ReleasedOn policy.Date
}

func (budgetOrder) TableName() string { return "budget_orders" }

// ordered are the attempts among lines that have been ordered and not released.
func (q Query) ordered(lines []BudgetLine) (map[[3]int64]bool, error) {
	done := map[[3]int64]bool{}
	for part := range slices.Chunk(lines, 500) {
		ids := make([]int64, len(part))
		for i, l := range part {
			ids[i] = l.AwardID
		}
		rows, err := find[budgetOrder](q.db.Where("award_id IN ? AND released_on = 0", ids))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			done[[3]int64{r.AwardID, int64(r.No), int64(r.Attempt)}] = true
		}
	}
	return done, nil
}

// PurseKey is the key of a purse: a year and a channel.
type PurseKey struct {
	Year    int
	Channel policy.Channel
}

// inOrder sorts purses and leaves each once: everybody takes them in the same order, so that two do not wait for each other.
func inOrder(list []PurseKey) []PurseKey {
	slices.SortFunc(list, func(a, b PurseKey) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Channel, b.Channel)) })
	return slices.Compact(list)
}

// holdPurse takes a purse's row until the end of the transaction; what is read afterwards is what the one before left.
func (tx *Tx) holdPurse(p PurseKey) error {
	n, err := affected(tx.db.Exec("UPDATE budgets SET version = version + 1 WHERE year = ? AND channel = ?", p.Year, p.Channel))
	if err != nil || n == 1 {
		return err
	}
	err = tx.db.Create(&Budget{Year: p.Year, Channel: p.Channel, Version: 1}).Error
	if classify(err) == duplicate {
		return errRetry // somebody made it between the two statements
	}
	return readable(err)
}

// fillPurse brings a purse that is held up to what is in force on a day.
func (tx *Tx) fillPurse(p PurseKey, on policy.Date) error {
	hold, err := tx.Appropriations(on)
	if err != nil {
		return err
	}
	sum := policy.Fen(0)
	for _, a := range hold {
		if a.Year == p.Year && a.Channel == p.Channel && a.EffectiveOn <= on {
			sum += a.AmountFen
		}
	}
	n, err := affected(tx.db.Exec("UPDATE budgets SET appropriated_fen = ? WHERE year = ? AND channel = ? AND (ordered_fen - unbacked_fen <= ? OR ordered_fen = unbacked_fen)", sum, p.Year, p.Channel, sum))
	if err == nil && n != 1 {
		return E(Conflict, "%d年%s指标改为 %s 后将少于已列支的金额，不能这样更正；请先与财政核对", p.Year, p.Channel, sum.Text())
	}
	return err
}

func (tx *Tx) budgetLeft(year int) (map[policy.Channel]policy.Fen, error) {
	left := map[policy.Channel]policy.Fen{}
	rows, err := find[Budget](tx.db.Where("year = ?", year))
	for _, b := range rows {
		left[b.Channel] = b.AppropriatedFen - b.OrderedFen
	}
	return left, err
}

// spend moves a purse that is held.
func (tx *Tx) spend(p PurseKey, amount policy.Fen, backed bool) error {
	sql, args := "UPDATE budgets SET ordered_fen = ordered_fen + ? WHERE year = ? AND channel = ? AND ordered_fen + ? <= appropriated_fen", []any{amount, p.Year, p.Channel, amount}
	if !backed {
		sql, args = "UPDATE budgets SET ordered_fen = ordered_fen + ?, unbacked_fen = unbacked_fen + ? WHERE year = ? AND channel = ?", []any{amount, amount, p.Year, p.Channel}
	}
	n, err := affected(tx.db.Exec(sql, args...))
	if err == nil && n != 1 {
		return fmt.Errorf("models: purse %d %s moved while it was held", p.Year, p.Channel)
	}
	return err
}

func fits(left map[policy.Channel]policy.Fen, l BudgetLine) bool {
	return !slices.ContainsFunc(l.Parts, func(p policy.ChannelPart) bool { return p.Amount > left[p.Channel] })
}

// budgetTurn puts lines into the order in which they are paid: those that two people let go first, then by the day of the decision, the award and the number.
func (q Query) budgetTurn(o BudgetOrder, lines []BudgetLine) ([]BudgetLine, error) {
	first := o.First
	if first == nil {
		var err error
		if first, err = q.BudgetChoices(o.Year); err != nil {
			return nil, err
		}
	}
	place := make(map[[2]int64]int, len(first))
	for i, c := range first {
		place[[2]int64{c.AwardID, int64(c.No)}] = i - len(first) // before everything else
	}
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b BudgetLine) int {
		return cmp.Or(cmp.Compare(place[[2]int64{a.AwardID, int64(a.No)}], place[[2]int64{b.AwardID, int64(b.No)}]), cmp.Compare(a.DecidedOn, b.DecidedOn),
			cmp.Compare(a.AwardID, b.AwardID), cmp.Compare(a.No, b.No))
	})
	return lines, nil
}
