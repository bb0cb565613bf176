package policy

import (
	"cmp"
	"slices"
)

// checkTiers orders each family and refuses tiers that overlap: every threshold of a tier must ask for more than
// that of the tier below, on every day.
func (l *loader) checkTiers() error {
	for _, name := range sortedKeys(l.book.families) {
		family := l.book.families[name]
		slices.SortStableFunc(family, func(a, b *Item) int { return cmp.Compare(a.Tier.Level, b.Tier.Level) })
		for n, item := range family {
			at := find(item.root, "tier")
			if item.Tier.Level != n+1 {
				return loadError(item.file, at, "%s 各档应依次为1、2、3……，此处应为第%d档", name, n+1)
			}
			if len(item.Tier.From) == 0 || len(item.Tier.From) != len(family[0].Tier.From) {
				return loadError(item.file, at, "%s 各档应比较同样的资格信息", name)
			}
			for m := range item.Tier.From {
				t := &item.Tier.From[m]
				if err := l.checkThreshold(item, t, find(item.root, "tier", "from", m)); err != nil {
					return err
				}
				if n > 0 {
					if err := checkOverlap(item, t, family[n-1].Tier.From[m]); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func checkOverlap(item *Item, t *Threshold, below Threshold) error {
	if t.Fact != below.Fact || t.Op != below.Op {
		return loadError(item.file, t.Values.at, "各档应以同样的方式比较同样的资格信息")
	}
	days := []Date{}
	for _, v := range slices.Concat(t.Values.entries, below.Values.entries) {
		days = append(days, v.From)
	}
	for _, day := range days {
		high, low := t.Values.On(day), below.Values.On(day)
		_, ordered := high.Value.(int64)
		if ordered && !compare(">", high.Value, low.Value) || !ordered && high.Value == low.Value {
			return loadError(item.file, high.at, "与下一档重叠：“%s”没有高于“%s”", high.Phrase, low.Phrase)
		}
	}
	return nil
}
