package policy

import (
	"cmp"
	"slices"
)

// Succession says who moves up (递补) into the places that are free: of the reserves in their order, without those who are out by now. It looks at nothing but
// the list that two people approved, so that data of later days do not change whose turn it is. Under CutBelow those who were tied move up together or not at all.
func (s Selection) Succession(list []Placing, holding, out map[string]bool) []Placing {
	free := s.Places - len(holding)
	var waiting, next []Placing
	for _, p := range list {
		if p.Standing == Reserve && !holding[p.Subject] && !out[p.Subject] {
			waiting = append(waiting, p)
		}
	}
	slices.SortFunc(waiting, func(a, b Placing) int { return cmp.Compare(a.Reserve, b.Reserve) })
	for len(waiting) > 0 && free > 0 {
		group := 1
		for s.Tie == CutBelow && group < len(waiting) && waiting[group].Rank == waiting[0].Rank {
			group++
		}
		if group > free {
			break
		}
		next = append(next, waiting[:group]...)
		waiting, free = waiting[group:], free-group
	}
	return next
}
