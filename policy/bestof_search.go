package policy

import (
	"cmp"
	"slices"
)

// search finds the best set: for each group that hangs together by exclusion or by a cap that could bind, exactly.
func (g *bestGraph) search() (kept []bool, looked int, err error) {
	kept = make([]bool, len(g.all))
	for _, part := range g.parts() {
		s := bestSearch{g: g, kept: kept, left: g.opt.Limit - looked}
		s.begin(part)
		s.step(0)
		looked += s.looked
		if s.left <= 0 {
			return nil, looked, ErrManyChoices
		}
		for i, k := range s.best {
			kept[part[i]] = k
		}
	}
	return kept, looked, nil
}

// parts are the groups that must be searched together, each in the order of preference.
func (g *bestGraph) parts() [][]int {
	root := slices.Clone(g.group)
	join := func(i, j int) {
		from, to := max(root[i], root[j]), min(root[i], root[j])
		for k := range root {
			if root[k] == from {
				root[k] = to
			}
		}
	}
	for p := range g.pots {
		first, sum := -1, Fen(0)
		for i, b := range g.all {
			if slices.Contains(g.in[i], p) && !b.Waived {
				sum += b.Nominal
			}
		}
		for i := range g.all {
			if !slices.Contains(g.in[i], p) || sum <= g.pots[p].Limit {
				continue // a cap that cannot bind couples nothing
			}
			if first < 0 {
				first = i
			}
			join(first, i)
		}
	}
	var out [][]int
	for r := range g.all {
		var part []int
		for i := range g.all {
			if root[i] == r {
				part = append(part, i)
			}
		}
		if len(part) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// bestSearch is a branch and bound over one part. It decides benefits in the order of preference and keeps first, so that of equal
// sets the preferred one is found first; a branch that cannot be better than the best so far is cut.
type bestSearch struct {
	g      *bestGraph
	part   []int
	at     map[int]int // place in part
	clique []int       // of each: benefits of which at most one can be kept
	root   []int       // the widest pot of each, -1 for none
	kept   []bool      // of the whole graph
	now    bestWorth   // of what is kept so far: its total is worked out at the end
	best   []bool
	worth  bestWorth
	looked int
	left   int
}

// bestWorth is what one choice is worth beside another: the sum, then what of it has been paid already, so that of equal choices the
// one that undoes nothing wins, then how many benefits are kept.
type bestWorth struct {
	total, paid Fen
	count       int
}

func (w bestWorth) compare(o bestWorth) int {
	return cmp.Or(cmp.Compare(w.total, o.total), cmp.Compare(w.paid, o.paid), cmp.Compare(w.count, o.count))
}

func (s *bestSearch) begin(part []int) {
	s.part, s.at, s.clique, s.root = part, map[int]int{}, make([]int, len(part)), make([]int, len(part))
	for n, i := range part {
		s.at[i] = n
	}
	var cliques [][]int
	for n, i := range part {
		s.root[n] = -1
		if pots := s.g.in[i]; len(pots) > 0 {
			s.root[n] = pots[len(pots)-1]
		}
		c := slices.IndexFunc(cliques, func(c []int) bool { return !slices.ContainsFunc(c, func(j int) bool { return !s.g.excludes(i, j) }) })
		if c < 0 {
			c, cliques = len(cliques), append(cliques, nil)
		}
		cliques[c] = append(cliques[c], i)
		s.clique[n] = c
	}
}

// yields says whether a benefit gives way to another one that has been promised.
func (g *bestGraph) yields(i, to int) bool {
	return slices.ContainsFunc(g.edges[i], func(e *bestEdge) bool { return e.to == to && e.stands })
}

// excludes says whether two benefits cannot both be kept.
func (g *bestGraph) excludes(i, j int) bool {
	return slices.ContainsFunc(g.edges[i], func(e *bestEdge) bool { return e.to == j && e.hard() })
}

func (s *bestSearch) step(n int) {
	if s.looked++; s.left <= 0 {
		return
	}
	s.left--
	if s.best != nil && s.bound(n).compare(s.worth) <= 0 {
		return
	}
	if n == len(s.part) {
		s.now.total = s.g.sum(s.kept, s.part)
		if s.best == nil || s.now.compare(s.worth) > 0 {
			s.worth, s.best = s.now, make([]bool, len(s.part))
			for k, i := range s.part {
				s.best[k] = s.kept[i]
			}
		}
		return
	}
	i := s.part[n]
	b := s.g.all[i]
	if b.Waived {
		s.step(n + 1)
		return
	}
	free, alone := true, true
	for _, e := range s.g.edges[i] {
		if e.hard() {
			alone, free = alone && (s.g.all[e.to].Waived || s.g.yields(e.to, i)), free && !s.kept[e.to] && !e.stands
		}
	}
	if free {
		s.kept[i] = true
		before := s.now
		s.now.count++
		s.now.paid += b.Paid
		s.step(n + 1)
		s.kept[i], s.now = false, before
	}
	if !alone {
		s.step(n + 1)
	}
}

// bound is more than any choice from here on can come to: the sum of the dearest of each clique, or, if that is less, what the widest
// caps let through.
func (s *bestSearch) bound(n int) bestWorth {
	byPot, dearest := map[int]Fen{}, map[int]Fen{}
	loose, plain, capped, paid := Fen(0), Fen(0), Fen(0), s.now.paid
	for k, i := range s.part {
		b := s.g.all[i]
		if k < n && !s.kept[i] || k >= n && (b.Waived || s.blocked(i)) {
			continue
		}
		if k < n {
			plain += b.Nominal
		} else {
			dearest[s.clique[k]] = max(dearest[s.clique[k]], b.Nominal)
			paid += b.Paid
		}
		if s.root[k] < 0 {
			loose += b.Nominal
		} else {
			byPot[s.root[k]] += b.Nominal
		}
	}
	for p, sum := range byPot {
		capped += min(sum, s.g.pots[p].Limit)
	}
	for _, f := range dearest {
		plain += f
	}
	return bestWorth{min(plain, loose+capped), paid, s.now.count + len(dearest)}
}

func (s *bestSearch) blocked(i int) bool {
	return slices.ContainsFunc(s.g.edges[i], func(e *bestEdge) bool { return e.hard() && (s.kept[e.to] || e.stands) })
}

// sum is what the kept ones of a part come to after their caps.
func (g *bestGraph) sum(kept []bool, part []int) Fen {
	total := Fen(0)
	only := map[int]bool{}
	for _, i := range part {
		only[i] = true
	}
	for _, f := range g.share(func(i int) bool { return only[i] && kept[i] }) {
		total += f
	}
	return total
}

// share lets the kept ones draw on their caps in their turn, and says what each gets.
func (g *bestGraph) share(kept func(i int) bool) []Fen {
	left, got := make([]Fen, len(g.pots)), make([]Fen, len(g.all))
	for p := range g.pots {
		left[p] = max(0, g.pots[p].Limit)
	}
	for _, i := range g.turn {
		if !kept(i) {
			continue
		}
		amount := g.all[i].Nominal
		for _, p := range g.in[i] {
			amount = min(amount, left[p])
		}
		for _, p := range g.in[i] {
			left[p] -= amount
		}
		got[i] = amount
	}
	return got
}
