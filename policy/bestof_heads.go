package policy

import (
	"cmp"
	"slices"
)

// Head is one person who would be paid for at a rate that is the same for all, and what another policy pays for the same person.
type Head struct {
	Person  string
	Other   Fen
	Unknown bool
	Paid    Fen // of Other, so far
	Waived  bool
}

// Heads is which people to leave to other policies.
type Heads struct {
	Elsewhere []string // persons, in order
	Unknown   []string // whose other amount nobody knows, or of whom less has been paid elsewhere than here: people decide
	Total     Fen      // of both policies
}

// BestHeads is BestOf for people who are all worth the same here (500元/人) under one cap, exactly, for any number of them: alone is how
// many nobody else pays for. Every head that the cap has no room for, or that is worth more elsewhere, is left to the other policy; the
// dearest first, so that for each number of heads kept here the rest is the most it can be. Of equal sums more heads stay here. What has
// been paid elsewhere in full, and is not less, is gone.
func BestHeads(each, limit Fen, alone int, heads []Head) Heads {
	var out Heads
	var open []Head
	for _, h := range heads {
		switch {
		case h.Waived && h.Paid == 0:
			alone++
		case h.Unknown, h.Paid > 0 && h.Paid < each:
			out.Unknown = append(out.Unknown, h.Person)
		case h.Paid > 0:
			out.Elsewhere = append(out.Elsewhere, h.Person)
			out.Total += h.Other
		default:
			open = append(open, h)
		}
	}
	slices.SortFunc(open, func(a, b Head) int { return cmp.Or(cmp.Compare(b.Other, a.Other), cmp.Compare(a.Person, b.Person)) })
	best, most, sum := 0, Fen(-1), Fen(0)
	for n := 0; n <= len(open); n++ {
		if n > 0 {
			sum += open[n-1].Other
		}
		// those whose amount is open keep their place under the cap
		if total := min(limit, each*Fen(alone+len(open)-n+len(out.Unknown))) + sum; total > most {
			best, most = n, total
		}
	}
	for _, h := range open[:best] {
		out.Elsewhere = append(out.Elsewhere, h.Person)
		out.Total += h.Other
	}
	out.Total += min(limit, each*Fen(alone+len(open)-best))
	slices.Sort(out.Elsewhere)
	slices.Sort(out.Unknown)
	return out
}
