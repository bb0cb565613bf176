package policy

import "slices"

// How insurance months are counted for 参保满6个月以上 (三（七）), which the text leaves open.
const (
	Consecutive = "consecutive" // 连续参保: the longest run without a gap
	Cumulative  = "cumulative"  // 累计参保: all months since the hire

	BackPayWithinMonth = "within_one_month" // 补缴 counts when posted at most one month late
	BackPayNever       = "never"            // 补缴 never counts
	BackPayAlways      = "always"           // 补缴 always counts
)

// InsuranceReading is the chosen reading. The zero value of a field is its default.
type InsuranceReading struct {
	Mode    string // Consecutive (default) or Cumulative
	BackPay string // BackPayWithinMonth (default), BackPayNever or BackPayAlways
	Need    int    // months needed; 0 means 6
}

// Insurance is what is known of one person at one payer (or, under a wider reading, of several payers joined with Or).
type Insurance struct {
	Insured  MonthSet // months insured, whenever they were posted
	Late     MonthSet // of these, posted more than one month late (see PostedLate)
	BackPaid MonthSet // of these, posted as 补缴
	Known    MonthSet // months for which the payer's file was imported; Insured is always taken as known
}

// PostedLate reports whether a month posted in the given month is more than one month late.
func PostedLate(month, posted Month) bool { return posted.Index()-month.Index() > 1 }

// InsuredMonths is the answer to "how long was this person insured after being hired".
type InsuredMonths struct {
	Count    int   // the best run, or the sum, of months that count
	Reached  bool  // Count is enough
	Complete Month // the month in which it became enough; zero when it is not
	Earliest Month // the earliest month in which it can become (or became) enough; zero when no longer possible
	Next     Month // the first month still needed on the way to Earliest; zero when reached or no longer possible
	// Unknown are the past months without a file that stand in the way: with them insured it would be enough
	// already. When there are any, the answer is needs_data rather than no. Empty when Reached.
	Unknown []Month
}

// Count counts the months insured after the hire as of a day. Months before the month of hire never count. In the
// consecutive reading a run must start in the year of hire, or in the month after the hire (for those hired in
// December); it may run on into the next year. Months after asOf are open, the month of asOf is open until its
// file is there.
func (r InsuranceReading) Count(hired Date, has Insurance, asOf Date) InsuredMonths {
	need := r.Need
	if need == 0 {
		need = 6
	}
	since, now := hired.Month(), asOf.Month()
	past := between(since, now)
	counted := r.counted(has).And(past)
	// A known month that does not count is lost; every other month is still possible.
	lost := has.Known.Or(has.Insured).And(past).Without(counted)
	open := between(now.Add(1), LastMonth)
	if !has.Known.Or(has.Insured).Has(now) {
		open = open.Or(between(now, now))
	}
	possible := between(since, LastMonth).Without(lost)
	unknown := possible.Without(counted).Without(open)

	run := r.cumulated
	if r.Mode != Cumulative {
		last := max(NewMonth(since.Year(), 12), since.Add(1))
		run = func(s MonthSet, need int) (int, []Month) { return longest(s, last, need) }
	}
	var a InsuredMonths
	var path []Month
	if a.Count, path = run(counted, need); path != nil {
		a.Reached = true
		a.Complete = path[len(path)-1]
		a.Earliest = a.Complete
		return a
	}
	if _, path = run(possible, need); path != nil {
		a.Earliest = path[len(path)-1]
		a.Next = path[slices.IndexFunc(path, func(m Month) bool { return !counted.Has(m) })]
	}
	if _, path = run(counted.Or(unknown), need); path != nil {
		a.Unknown = slices.DeleteFunc(path, counted.Has)
	}
	return a
}

// counted leaves out the back-payments that the reading does not accept.
func (r InsuranceReading) counted(has Insurance) MonthSet {
	switch r.BackPay {
	case BackPayAlways:
		return has.Insured
	case BackPayNever:
		return has.Insured.Without(has.BackPaid).Without(has.Late)
	}
	return has.Insured.Without(has.Late)
}

// cumulated counts all months and returns the first need of them, or nil when there are fewer.
func (InsuranceReading) cumulated(s MonthSet, need int) (int, []Month) {
	var path []Month
	for m := range s.All() {
		if path = append(path, m); len(path) == need {
			break
		}
	}
	if len(path) < need {
		return s.Len(), nil
	}
	return s.Len(), path
}

// longest returns the length of the longest run that starts no later than last, and the first need months of the
// earliest run that is long enough, or nil.
func longest(s MonthSet, last Month, need int) (best int, path []Month) {
	var run []Month
	for m := range s.All() {
		if len(run) > 0 && run[len(run)-1].Add(1) != m {
			run = nil
		}
		if len(run) == 0 && m > last {
			break
		}
		run = append(run, m)
		best = max(best, len(run))
		if path == nil && len(run) == need {
			path = slices.Clone(run)
		}
	}
	return best, path
}
