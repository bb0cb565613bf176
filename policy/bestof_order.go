package policy

import "cmp"

// preferred is the order in which equal choices are told apart: the earlier fact, this policy before others, the catalogue, the id.
func preferred(a, b Benefit) int {
	return cmp.Or(cmp.Compare(a.On, b.On), compareBools(a.External, b.External), cmp.Compare(a.Order, b.Order), compareStrings(a.ID, b.ID))
}

// drawing is the order in which benefits draw on a cap: what has been promised or paid cannot be undone, then as inTurn.
func drawing(a, b Benefit) int {
	return cmp.Or(compareBools(!a.Promised && a.Paid == 0, !b.Promised && b.Paid == 0), inTurn(a, b))
}

// inTurn is the order of the answer, and of the rest of a cap: the day of the fact, then the id.
func inTurn(a, b Benefit) int { return cmp.Or(cmp.Compare(a.On, b.On), compareStrings(a.ID, b.ID)) }

// compareStrings orders ids: numbers by their size, so that claim 9 comes before claim 10, everything else by its bytes.
func compareStrings(a, b string) int {
	if digits(a) && digits(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func compareInts(a, b, thenA, thenB int) int {
	return cmp.Or(cmp.Compare(a, b), cmp.Compare(thenA, thenB))
}
