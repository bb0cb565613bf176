package policy

import (
	"errors"
	"fmt"
	"slices"
)

// Benefit is one thing that a beneficiary could receive, of this policy or of another one: what best-of (从优从高不重复, 五（四）)
// chooses among.
type Benefit struct {
	ID       string // of the caller: names the benefit in the answer and breaks the last ties
	Item     string // of this policy; the name of the other policy where External
	Order    int    // place in the catalogue, of this policy's
	External bool
	Who      string   // the beneficiary
	Keys     []string // what is rewarded: hightech:GR2024…, contribution:CODE:2025, person:HASH
	On       Date     // the day of the fact
	Nominal  Fen      // over all stages, after the cap of the single case
	Unknown  bool     // nobody has said how much it is
	Paid     Fen      // of it so far
	Promised bool     // awarded: what nobody has paid elsewhere does not take it away any more
	Waived   bool     // the beneficiary has chosen to do without it, or another policy has refused it
	Pots     []string // keys of the caps it draws on
}

// Pot is a cap over several benefits: of an event, a year, a lifetime, a group. Pots nest or do not touch.
type Pot struct {
	Key   string
	Limit Fen
}

// What is done when something lower has been paid for the same (overlap.paid_lower).
const (
	TopUp     = "top_up"          // the difference is paid
	NoTopUp   = "none"            // nothing more is paid
	RepayThen = "repay_then_pay"  // all of it, after the lower one has been paid back
	SameYear  = "same_fulfilment" // scopes of 三（四）'s 不重复享受: the pair of one year
	SameRound = "same_round"      // of one round of two years
	Lifetime  = "policy_lifetime" // whenever
)

// BestOptions are the readings of 五（四）and 三（四）.
type BestOptions struct {
	PaidLower  string // TopUp unless said otherwise
	Scope      string // of 诚信示范 and 骨干, SameYear unless said otherwise
	FirstRound int    // the year in which the first round of two years began; needed for SameRound
	Limit      int    // how many choices are looked at before people are asked; zero: five million
}

// Choice is what best-of says of one benefit.
type Choice struct {
	ID       string
	Kept     bool
	Entitled Fen    // its part of the best total, after caps
	Due      Fen    // of that what is still to be paid: less its own payments and what was paid lower for the same
	Deducted Fen    // what was paid lower for the same
	Reason   string // a code of the words below; empty where nothing stood beside it
	Against  []Rival
	MayWaive bool // the beneficiary may choose the other one instead
}

// Rival is a benefit that excludes another one.
type Rival struct {
	ID     string
	Amount Fen // nominal
	Known  bool
	Paid   Fen
	Kept   bool
	Clause string
	Phrase string // of the policy, word for word
}

// Best is the choice among benefits.
type Best struct {
	Choices []Choice // in the order of fact day and id, whatever the order of the question
	Total   Fen      // entitled, of those that are known
	Looked  int      // how many choices were looked at
}

// ErrManyChoices says that a group hangs together too widely to be searched: people choose.
var ErrManyChoices = errors.New("不重复享受的组合太多，须由主管部门决定")

// BestOf chooses among benefits: of those that exclude each other the set with the largest total after caps. Caps couple groups that
// otherwise have nothing to do with each other, so these are searched together, exactly, never one by one. Of equal sums the one wins that
// undoes less of what has been paid, then the one with more benefits, then the one with the earlier fact, this policy before others, the catalogue, the id. What nobody excludes is
// always kept. The order of the question makes no difference.
//
// A benefit whose amount nobody knows makes its whole group one for people (BestUnknown); what it may draw from a cap is kept free.
func BestOf(benefits []Benefit, pots []Pot, opt BestOptions) (Best, error) {
	g, err := newBestGraph(benefits, pots, opt)
	if err != nil {
		return Best{}, err
	}
	kept, looked, err := g.search()
	if err != nil {
		return Best{Looked: looked}, err
	}
	return g.answer(kept, looked), nil
}

// bestGraph is the question: benefits in the order of preference, who excludes whom, and which pots each draws on.
type bestGraph struct {
	opt   BestOptions
	all   []Benefit // in the order of preference
	edges [][]*bestEdge
	pots  []Pot
	in    [][]int // pots of each benefit, narrowest first
	turn  []int   // benefits in the order in which they draw on pots: what is promised or paid, then fact day, id
	group []int   // conflict group of each
	open  []bool  // groups with something unknown
}

// bestEdge says that two benefits exclude each other, and by which words.
type bestEdge struct {
	to             int
	clause, phrase string
	ask            bool // the text does not say whether they do: both are computed, and people decide
	off            bool // one of them has been waived, and nothing was paid of it
	stands         bool // of a pair of 三（四）the other one has been promised: it stays, and people decide about this one
}

// hard says that the two cannot both be kept.
func (e *bestEdge) hard() bool { return !e.ask && !e.off }

func newBestGraph(benefits []Benefit, pots []Pot, opt BestOptions) (*bestGraph, error) {
	if opt.PaidLower == "" {
		opt.PaidLower = TopUp
	}
	if opt.Scope == "" {
		opt.Scope = SameYear
	}
	if opt.Limit == 0 {
		opt.Limit = 5_000_000
	}
	if opt.Scope == SameRound && opt.FirstRound == 0 {
		return nil, errors.New("按评选周期不重复享受时须给出首个评选年度")
	}
	g := &bestGraph{opt: opt, all: slices.Clone(benefits), pots: slices.Clone(pots)}
	slices.SortFunc(g.all, preferred)
	slices.SortFunc(g.pots, func(a, b Pot) int { return compareStrings(a.Key, b.Key) })
	for i := 1; i < len(g.all); i++ {
		if i := slices.IndexFunc(g.all[:i], func(b Benefit) bool { return b.ID == g.all[i].ID }); i >= 0 {
			return nil, fmt.Errorf("policy: two benefits are called %q", g.all[i].ID)
		}
	}
	for _, b := range g.all {
		if b.Nominal < 0 || b.Paid < 0 {
			return nil, fmt.Errorf("policy: benefit %q has a negative amount", b.ID)
		}
	}
	if err := g.fill(); err != nil {
		return nil, err
	}
	g.connect()
	return g, nil
}

// fill finds the pots of each benefit, narrowest first, and refuses pots that cross.
func (g *bestGraph) fill() error {
	members := make([]int, len(g.pots))
	g.in = make([][]int, len(g.all))
	for i, b := range g.all {
		for _, key := range b.Pots {
			p := slices.IndexFunc(g.pots, func(p Pot) bool { return p.Key == key })
			if p < 0 {
				return fmt.Errorf("policy: benefit %q draws on a cap %q that nobody has set", b.ID, key)
			}
			if !slices.Contains(g.in[i], p) {
				g.in[i] = append(g.in[i], p)
				members[p]++
			}
		}
	}
	for i := range g.in {
		slices.SortFunc(g.in[i], func(a, b int) int { return compareInts(members[a], members[b], a, b) })
	}
	for p := range g.pots {
		for q := range g.pots[:p] {
			both, onlyP, onlyQ := 0, 0, 0
			for i := range g.all {
				inP, inQ := slices.Contains(g.in[i], p), slices.Contains(g.in[i], q)
				switch {
				case inP && inQ:
					both++
				case inP:
					onlyP++
				case inQ:
					onlyQ++
				}
			}
			if both > 0 && onlyP > 0 && onlyQ > 0 {
				return fmt.Errorf("policy: the caps %q and %q overlap without one holding the other", g.pots[p].Key, g.pots[q].Key)
			}
		}
	}
	g.turn = make([]int, len(g.all))
	for i := range g.turn {
		g.turn[i] = i
	}
	slices.SortFunc(g.turn, func(a, b int) int { return drawing(g.all[a], g.all[b]) })
	return nil
}
