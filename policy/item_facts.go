package policy

import "slices"

// FactsOf lists the facts that an item's own checks and its amount read, in the order in which they are read. The
// general checks' facts are not among them.
func (b *Book) FactsOf(itemID string) []string {
	item := b.items[itemID]
	if item == nil {
		return nil
	}
	var ids []string
	add := func(names ...string) {
		for _, n := range names {
			if b.Facts[n] != nil && !slices.Contains(ids, n) {
				ids = append(ids, n)
			}
		}
	}
	for _, c := range item.Conditions {
		add(c.Given, c.Fact)
		if c.Measure == "full_years" {
			add("operating_since", "as_of")
		}
		add(measures[c.Measure].fact)
	}
	if item.Tier != nil {
		for _, t := range item.Tier.From {
			add(t.Fact)
		}
	}
	add(item.Amount.Of, item.Amount.Rate, item.Amount.Decided, measures[item.Amount.Per].fact)
	for _, c := range item.Amount.Caps {
		add(c.Used)
	}
	return ids
}
