package policy

import "slices"

// Codes of best-of, beside those of a book.
const (
	BestLower     = "LOWER_THAN_OTHER"    // something higher is paid for the same
	BestTopUp     = "TOP_UP"              // less what was paid lower for the same
	BestPaid      = "PAID_ELSEWHERE"      // as much was paid for the same already, or no difference is paid
	BestRepay     = "REPAY_FIRST"         // what was paid lower must come back first
	BestUnknown   = "OVERLAP_UNKNOWN"     // nobody knows how much the other one is
	BestOtherYear = "EXCLUSIVE_YEARS"     // 不重复享受 with something of another year, or promised already: people decide
	BestWaived    = "WAIVED_FOR_OTHER"    // the beneficiary chose the other one
	BestExcluded  = "EXCLUSIVE_WITH_SELF" // a sentence of this policy keeps another one
)

// answer turns the kept set into what each gets, and why.
func (g *bestGraph) answer(kept []bool, looked int) Best {
	// what is not known yet keeps its part of a cap free
	got := g.share(func(i int) bool { return kept[i] || g.undecided(i) && !g.all[i].Waived })
	out := Best{Looked: looked}
	offset := make([]Fen, len(g.all)) // how much of a lower payment has been set off already
	order := slices.Clone(g.turn)
	slices.SortFunc(order, func(a, b int) int { return inTurn(g.all[a], g.all[b]) })
	for _, i := range order {
		b := g.all[i]
		c := Choice{ID: b.ID, Kept: kept[i] && !g.undecided(i)}
		for _, e := range g.edges[i] {
			o := g.all[e.to]
			c.Against = append(c.Against, Rival{o.ID, o.Nominal, !o.Unknown, o.Paid, kept[e.to] && !g.undecided(e.to), e.clause, e.phrase})
		}
		slices.SortStableFunc(c.Against, func(a, b Rival) int { return -compareBools(a.Kept, b.Kept) })
		switch {
		case b.Waived:
			c.Reason = BestWaived
		case g.undecided(i):
			c.Reason = BestUnknown
		case !kept[i]:
			c.Reason, c.MayWaive = g.lost(i, kept)
		default:
			c.Entitled = got[i]
			g.pay(i, kept, &c, offset)
			out.Total += c.Entitled
		}
		out.Choices = append(out.Choices, c)
	}
	return out
}

// undecided says whether something unknown stands in the group of a benefit.
func (g *bestGraph) undecided(i int) bool { return g.open[g.group[i]] }

// lost says why a benefit is not kept. Between two policies the beneficiary may choose the lower one.
func (g *bestGraph) lost(i int, kept []bool) (reason string, mayWaive bool) {
	reason = BestExcluded
	for _, e := range g.edges[i] {
		if !e.hard() || !kept[e.to] {
			continue
		}
		if e.stands {
			return BestOtherYear, false
		}
		o := g.all[e.to]
		if o.External != g.all[i].External {
			mayWaive = mayWaive || o.Paid == 0
			if reason != BestPaid {
				reason = BestLower
			}
			if o.Paid > 0 {
				reason = BestPaid
			}
		}
	}
	return reason, mayWaive
}

// pay works out what is still to be paid of a kept benefit.
func (g *bestGraph) pay(i int, kept []bool, c *Choice, offset []Fen) {
	b := g.all[i]
	c.Due = max(0, c.Entitled-b.Paid)
	lower := Fen(0)
	for _, e := range g.edges[i] {
		o := g.all[e.to]
		if !e.hard() || kept[e.to] || o.Paid <= offset[e.to] {
			continue
		}
		part := min(o.Paid-offset[e.to], c.Due-lower)
		offset[e.to] += part
		lower += part
	}
	if received := slices.ContainsFunc(g.edges[i], func(e *bestEdge) bool { return e.hard() && !kept[e.to] && g.all[e.to].Paid > 0 }); received {
		switch g.opt.PaidLower {
		case NoTopUp:
			c.Deducted, c.Due, c.Reason = lower, 0, BestPaid
		case RepayThen:
			c.Deducted, c.Reason = lower, BestRepay
		default:
			c.Deducted, c.Due, c.Reason = lower, c.Due-lower, BestTopUp
			if c.Due == 0 && lower > 0 {
				c.Reason = BestPaid
			}
		}
	}
	for _, e := range g.edges[i] {
		// what is promised stands; else the later of a pair of different years is the one to decide about
		if e.ask && !e.off && kept[e.to] && drawing(g.all[e.to], b) < 0 {
			c.Reason = BestOtherYear
		}
	}
	for _, r := range c.Against {
		c.MayWaive = c.MayWaive || r.Clause == OverlapClause && r.Paid == 0
	}
}
