package models

import (
	"slices"

	"duixian/policy"
)

// RecruitItem is the benefit that recruits are counted for.
const RecruitItem = "recruit-headcount"

// RecruitTerms is what the policy asks of recruits, as far as counting them needs it.
type RecruitTerms struct {
	Reading     policy.InsuranceReading
	First, Last policy.Date // of the validity: only who was hired in it counts
	Need        int         // heads before anything is paid
	Introduced  bool        // reading: the heads count before their months are full; only the full ones are paid
	Each        bool        // reading: each category needs the heads by itself
	NoElsewhere bool        // reading: who is paid for elsewhere does not count either
}

// RecruitTermsOf reads them from a policy that takes effect on a day (0 = the assumed one), for people hired in a year.
func RecruitTermsOf(book *policy.Book, effective policy.Date, year int) RecruitTerms {
	day := policy.NewDate(year, 12, 31)
	t := RecruitTerms{
		Reading:     book.InsuranceReading(day),
		Introduced:  book.Option("recruit.threshold_counts") == "introduced",
		Each:        book.Option("recruit.categories") == "each",
		NoElsewhere: book.Option("recruit.paid_elsewhere") == "excluded",
	}
	t.First, t.Last = book.Validity(effective)
	if item, err := book.Item(RecruitItem); err == nil {
		for _, c := range item.Conditions {
			if c.Measure == "recruits_counted" {
				n, _ := c.Values.On(day).Value.(int64)
				t.Need = int(n)
			}
		}
	}
	return t
}

// hired are the days of a year on which who was hired counts; none when from is after to.
func (t RecruitTerms) hired(year int) (from, to policy.Date) {
	return max(t.First, policy.NewDate(year, 1, 1)), min(t.Last, policy.NewDate(year, 12, 31))
}

// Heads counts who counts towards the number of heads, of those that count says: the larger of the categories under
// the reading that each needs it by itself, else all together.
func (t RecruitTerms) Heads(lines []RecruitLine, count func(RecruitLine) bool) int {
	byCategory := map[string]int{}
	for _, l := range lines {
		if l.Eligible() && !l.Duplicate && !(t.NoElsewhere && l.PaidElsewhere) && (t.Introduced || count(l)) {
			if !t.Each {
				l.Category = ""
			}
			byCategory[l.Category]++
		}
	}
	most := 0
	for _, n := range byCategory {
		most = max(most, n)
	}
	return most
}

// Paid lists the people whose heads are paid, in the order of their numbers.
func (t RecruitTerms) Paid(lines []RecruitLine) []int64 {
	var people []int64
	for _, l := range lines {
		if !l.Qualifies() || l.Duplicate || l.PaidElsewhere {
			continue
		}
		if t.Each {
			same := slices.DeleteFunc(slices.Clone(lines), func(o RecruitLine) bool { return o.Category != l.Category })
			if t.Heads(same, RecruitLine.Qualifies) < t.Need {
				continue
			}
		}
		people = append(people, l.PersonID)
	}
	slices.Sort(people)
	return slices.Compact(people)
}
