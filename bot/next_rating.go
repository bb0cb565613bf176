package bot

import (
	"fmt"

	"duixian/policy"
)

// rhythm is in which years firms are rated.
func (b *Bot) rhythm() policy.Rhythm {
	if b.Rhythm.Every == 0 {
		return policy.DefaultRhythm
	}
	return b.Rhythm
}

// nextRating is the year of the first rating after one, and whether it can be confirmed before the policy ends. A firm is promised no other.
func (b *Bot) nextRating(last int) (year int, within bool) {
	rhythm := b.rhythm()
	if year = last + rhythm.Every; rhythm.FirstYear != 0 {
		year = rhythm.Next(last + 1)
	}
	if b.Effective == 0 {
		return year, true
	}
	_, end := b.Book.Validity(b.Effective)
	return year, policy.Date(year*10000+rhythm.ConfirmBy) <= end
}

// mayRate says why the round of a year cannot be started on a day; empty when it can, and where no first year is configured: what is missing there is said to who tries.
func (b *Bot) mayRate(year int, on policy.Date) string {
	rhythm, end := b.rhythm(), policy.Date(0)
	if rhythm.FirstYear == 0 {
		return ""
	}
	if b.Effective != 0 {
		_, end = b.Book.Validity(b.Effective)
	}
	if err := rhythm.MayOpen(year, on, end); err != nil {
		return err.Error() + "。"
	}
	return ""
}

// ratedAgain says when a firm is rated next.
func (b *Bot) ratedAgain(last int) string {
	often := "每两年一次"
	if b.rhythm().Every == 1 {
		often = "每年一次"
	}
	year, within := b.nextRating(last)
	if !within {
		return fmt.Sprintf("评定%s；政策有效期内不再评定。", often)
	}
	return fmt.Sprintf("评定%s，下一次是%d年度。", often, year)
}
