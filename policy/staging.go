package policy

import "time"

// DueDays are the days on which the parts of an award fall due when it is approved on a day: the first at once, the
// others on 1 January of the next years, or on the anniversaries of the approval under the reading
// hq.stage_due=anniversaries. One day for an item that is paid at once.
func (b *Book) DueDays(i *Item, approved Date) []Date {
	days := []Date{approved}
	for n := 1; n < len(i.Staging()); n++ {
		day := NewDate(approved.Year()+n, time.January, 1)
		if b.reads("hq.stage_due=anniversaries") {
			day = approved.AddYears(n)
		}
		days = append(days, day)
	}
	return days
}
