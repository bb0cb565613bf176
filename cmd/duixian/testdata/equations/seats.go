package main

import "fmt"

// selection is what a year's selection gives: the item, and the sum that the policy's text names, in fen.
type selection struct {
	item string
	sum  int64
}

// selections are the three of 三（三）, 三（四） and 三（七）: 20万元/家, 5万元/家, 3万元/人, not more than ten each.
var selections = map[string]selection{
	"backbone": {"backbone-firm", 20_000_000}, "integrity": {"integrity-firm", 5_000_000}, "elite": {"recruit-elite", 3_000_000},
}

const seatsAtMost = 10

type round struct {
	kind  string
	year  int64
	state string
}

type seat struct{ round, org int64 }

// chosen is an award for being selected, with the year that its claim names.
type chosen struct {
	item   string
	org    int64
	year   string
	amount int64
}

// seats: of each round that is not cancelled at most ten places are taken, only those of a confirmed one, and whoever was rewarded for being selected in a year
// of which there is a round has a place in it and got the sum of the text, once.
func (b *books) seats(r *report) {
	taken, of := map[int64]int{}, map[seat]bool{}
	for _, s := range b.places {
		taken[s.round]++
		of[s] = true
		if b.rounds[s.round].state != "confirmed" {
			r.wrong("round %d is %q and has a place that is taken", s.round, b.rounds[s.round].state)
		}
	}
	there := map[string]int64{}
	for id, x := range b.rounds {
		if x.state == "cancelled" {
			continue
		}
		r.Rounds[fmt.Sprintf("%s %d %s", x.kind, x.year, x.state)] = taken[id]
		if taken[id] > seatsAtMost {
			r.wrong("%s of %d has %d places taken", x.kind, x.year, taken[id])
		}
		if s, ok := selections[x.kind]; ok {
			there[fmt.Sprintf("%s/%d", s.item, x.year)] = id
		}
	}
	sums := map[string]int64{}
	for _, s := range selections {
		sums[s.item] = s.sum
	}
	once := map[string]bool{}
	for _, a := range b.chosen {
		key := a.item + "/" + a.year
		id, ok := there[key]
		if !ok {
			continue // told by a file
		}
		r.Chosen++
		if !of[seat{id, a.org}] {
			r.wrong("organisation %d is rewarded for %s and has no place", a.org, key)
		}
		if a.amount != sums[a.item] {
			r.wrong("organisation %d gets %d fen for %s", a.org, a.amount, key)
		}
		who := fmt.Sprintf("%s/%d", key, a.org)
		if once[who] {
			r.wrong("organisation %d is rewarded twice for %s", a.org, key)
		}
		once[who] = true
	}
}
