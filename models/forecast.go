package models

import (
	"cmp"
	"slices"

	"duixian/policy"
)

// Forecast (资金测算) is what falls due, as known on a day: every part of every award, the tails after the policy's end among them, and what is decided and not
// awarded yet, as if it were approved on that day.
type Forecast struct {
	On       policy.Date
	Ends     policy.Date // last day of the policy; 0 = its first day is not configured
	Parts    []ForecastPart
	Budgets  []BudgetState
	Expected int // claims that are decided and not awarded

	clauses []string // in the order of the policy
}

// ForecastPart is what one channel bears of one part of an award or of a claim.
type ForecastPart struct {
	DueOn   policy.Date
	Clause  string
	Channel policy.Channel
	Kind    ForecastKind
	Amount  policy.Fen
}

// ForecastKind says how certain a part is.
type ForecastKind string

// Paid by the bank, owed by an award, expected of a claim that is decided.
const (
	ForecastPaid     ForecastKind = "paid"
	ForecastOwed     ForecastKind = "owed"
	ForecastExpected ForecastKind = "expected"
)

// ForecastSum is a sum under a name: a year, a quarter, a clause, a channel.
type ForecastSum struct {
	Name     string     `json:"name"`
	Paid     policy.Fen `json:"paid"`
	Owed     policy.Fen `json:"owed"`
	Expected policy.Fen `json:"expected"` // 预计
}

// Total is all of it.
func (s ForecastSum) Total() policy.Fen { return s.Paid + s.Owed + s.Expected }

// Forecast reads what falls due as known on a day.
func (q Query) Forecast(book *policy.Book, rules BudgetRules, effective, on policy.Date) (Forecast, error) {
	f := Forecast{On: on}
	if effective != 0 {
		_, f.Ends = book.Validity(effective)
	}
	for _, item := range book.Items {
		if !slices.Contains(f.clauses, item.Clause) {
			f.clauses = append(f.clauses, item.Clause)
		}
	}
	var err error
	if f.Budgets, err = q.Budgets(on); err != nil {
		return f, err
	}
	if err := q.forecastAwards(&f, rules); err != nil {
		return f, err
	}
	return f, q.forecastClaims(&f, book, rules)
}

// forecastAwards adds the parts of awards that were made by the day.
func (q Query) forecastAwards(f *Forecast, rules BudgetRules) error {
	var rows []struct {
		DueOn  policy.Date
		Clause string
		Share  policy.Channel
		Became InstalmentState
		Amount policy.Fen
	}
	err := q.db.Raw(`SELECT i.due_on, a.clause, r.channel AS share, c.became, SUM(r.amount_fen) AS amount
		FROM budget_reserves r JOIN awards a ON a.id = r.award_id AND a.approved_on <= ? JOIN instalments i ON i.award_id = r.award_id AND i.no = r.no
		JOIN instalment_changes c ON c.award_id = r.award_id AND c.no = r.no AND c.version = `+stateOn+`
		WHERE c.became NOT IN ('waived', 'cancelled') GROUP BY i.due_on, a.clause, r.channel, c.became ORDER BY i.due_on, a.clause, r.channel, c.became`, f.On, f.On).Scan(&rows).Error
	if err != nil {
		return readable(err)
	}
	for _, r := range rows {
		kind := ForecastOwed
		if r.Became == Paid {
			kind = ForecastPaid
		}
		f.Parts = append(f.Parts, ForecastPart{r.DueOn, r.Clause, r.Share, kind, r.Amount})
	}
	for after := int64(0); ; { // awards made before there were budgets
		old, err := q.AwardsUnreserved(after, 500)
		if err != nil || len(old) == 0 {
			return err
		}
		for _, a := range old {
			after = a.ID
			if a.ApprovedOn > f.On {
				continue
			}
			district, err := q.DistrictOn(a.OrgID, a.ApprovedOn)
			if err != nil {
				return err
			}
			parts, err := q.InstalmentsOf(a.ID)
			if err != nil {
				return err
			}
			for _, p := range parts {
				kind := ForecastOwed
				switch p.State {
				case Waived, Cancelled:
					continue
				case Paid:
					kind = ForecastPaid
				}
				for _, c := range rules.Split.Parts(p.AmountFen, district, a.ApprovedOn) {
					f.Parts = append(f.Parts, ForecastPart{p.DueOn, a.Clause, c.Channel, kind, c.Amount})
				}
			}
		}
	}
}

// forecastClaims adds what was decided by the day and not awarded by then, as if it were approved on it. A claim that is held, or was withdrawn since, is not counted on.
func (q Query) forecastClaims(f *Forecast, book *policy.Book, rules BudgetRules) error {
	var rows []struct {
		Item      string
		OrgID     int64
		Clause    string
		AmountFen policy.Fen
	}
	err := q.db.Raw(`SELECT c.item, c.org_id, d.clause, d.amount_fen FROM claims c
		JOIN decisions d ON d.claim_id = c.id AND d.seq = (SELECT MAX(n.seq) FROM decisions n WHERE n.claim_id = c.id AND n.on_day <= ?)
		WHERE d.outcome = 'exact' AND d.amount_fen > 0 AND c.state IN ('decided', 'proposed', 'confirmed', 'awarded')
		AND NOT EXISTS (SELECT 1 FROM awards a WHERE a.claim_id = c.id AND a.approved_on <= ?) ORDER BY c.id`, f.On, f.On).Scan(&rows).Error
	if err != nil {
		return readable(err)
	}
	districts := map[int64]string{}
	for _, r := range rows {
		item, err := book.Item(r.Item)
		if err != nil {
			continue // of another book: nobody can award it
		}
		if _, asked := districts[r.OrgID]; !asked {
			if districts[r.OrgID], err = q.DistrictOn(r.OrgID, f.On); err != nil {
				return err
			}
		}
		f.Expected++
		days := book.DueDays(item, f.On)
		for i, sum := range staged(item, r.AmountFen) {
			for _, c := range rules.Split.Parts(sum, districts[r.OrgID], f.On) {
				f.Parts = append(f.Parts, ForecastPart{days[i], r.Clause, c.Channel, ForecastExpected, c.Amount})
			}
		}
	}
	return nil
}

// Years are the years in which something falls due or for which something is allotted, without gaps.
func (f Forecast) Years() []int {
	first, last := 0, 0
	see := func(year int) {
		if first == 0 || year < first {
			first = year
		}
		last = max(last, year)
	}
	for _, p := range f.Parts {
		see(p.DueOn.Year())
	}
	for _, b := range f.Budgets {
		see(b.Year)
	}
	var years []int
	for y := first; y <= last && first != 0; y++ {
		years = append(years, y)
	}
	return years
}

// Tail reports whether a year lies wholly after the policy's end: only what was promised before is paid then.
func (f Forecast) Tail(year int) bool { return f.Ends != 0 && year > f.Ends.Year() }

// Sum adds up a year; 0 = all years.
func (f Forecast) Sum(year int) ForecastSum {
	var s ForecastSum
	for _, p := range f.Parts {
		if year == 0 || p.DueOn.Year() == year {
			s.add(p)
		}
	}
	return s
}

// Quarters adds a year up by quarter: four sums.
func (f Forecast) Quarters(year int) []ForecastSum {
	sums := []ForecastSum{{Name: "一季度"}, {Name: "二季度"}, {Name: "三季度"}, {Name: "四季度"}}
	for _, p := range f.Parts {
		if p.DueOn.Year() == year {
			sums[(int(p.DueOn)/100%100-1)/3].add(p)
		}
	}
	return sums
}

// Clauses adds a year up by clause, in the order of the policy; 0 = all years.
func (f Forecast) Clauses(year int) []ForecastSum {
	return f.by(year, func(p ForecastPart) string { return p.Clause }, func(a, b string) int {
		return cmp.Compare(slices.Index(f.clauses, a), slices.Index(f.clauses, b))
	})
}

// Channels adds a year up by channel; 0 = all years.
func (f Forecast) Channels(year int) []ForecastSum {
	return f.by(year, func(p ForecastPart) string { return string(p.Channel) }, func(a, b string) int { return policy.CompareChannels(policy.Channel(a), policy.Channel(b)) })
}

// BudgetsOf are the purses of a year.
func (f Forecast) BudgetsOf(year int) []BudgetState {
	return slices.DeleteFunc(slices.Clone(f.Budgets), func(b BudgetState) bool { return b.Year != year })
}

// Appropriated is what a year was allotted, over all channels.
func (f Forecast) Appropriated(year int) (sum policy.Fen, documents int) {
	for _, b := range f.BudgetsOf(year) {
		sum, documents = sum+b.Appropriated, documents+b.Documents
	}
	return sum, documents
}

// Overdue is what fell due in earlier years and no batch has ordered: this year's money must bear it.
func (f Forecast) Overdue() (sum policy.Fen) {
	for _, p := range f.Parts {
		if p.Kind == ForecastOwed && p.DueOn.Year() < f.On.Year() {
			sum += p.Amount
		}
	}
	return sum
}

func (f Forecast) by(year int, name func(ForecastPart) string, order func(a, b string) int) []ForecastSum {
	var sums []ForecastSum
	for _, p := range f.Parts {
		if year != 0 && p.DueOn.Year() != year {
			continue
		}
		i := slices.IndexFunc(sums, func(s ForecastSum) bool { return s.Name == name(p) })
		if i < 0 {
			i = len(sums)
			sums = append(sums, ForecastSum{Name: name(p)})
		}
		sums[i].add(p)
	}
	slices.SortFunc(sums, func(a, b ForecastSum) int { return order(a.Name, b.Name) })
	return sums
}

func (s *ForecastSum) add(p ForecastPart) {
	switch p.Kind {
	case ForecastPaid:
		s.Paid += p.Amount
	case ForecastOwed:
		s.Owed += p.Amount
	case ForecastExpected:
		s.Expected += p.Amount
	}
}
