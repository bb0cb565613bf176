package policy_test

import (
	"slices"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

func months(ms ...policy.Month) policy.MonthSet { return policy.MonthsOf(ms...) }

func span(first, last policy.Month) policy.MonthSet {
	var s policy.MonthSet
	if err := s.SetRange(first, last); err != nil {
		panic(err)
	}
	return s
}

var (
	consecutive = policy.InsuranceReading{}
	cumulative  = policy.InsuranceReading{Mode: policy.Cumulative}
)

func TestInsuredMonths(t *testing.T) {
	all := span(policy.FirstMonth, policy.LastMonth)
	hired, later := policy.MustDate("2025-03-10"), policy.MustDate("2026-06-20")
	for _, c := range []struct {
		name    string
		reading policy.InsuranceReading
		hired   policy.Date
		has     policy.Insurance
		count   int
		reached bool
		month   policy.Month
	}{
		{"March to August is six", consecutive, hired, policy.Insurance{Insured: span(202503, 202508)}, 6, true, 202508},
		{"March to July is five", consecutive, hired, policy.Insurance{Insured: span(202503, 202507)}, 5, false, 0},
		{"a gap breaks the run", consecutive, hired, policy.Insurance{Insured: months(202503, 202504, 202505, 202507, 202508, 202509)}, 3, false, 0},
		{"a gap does not matter when added up", cumulative, hired, policy.Insurance{Insured: months(202503, 202504, 202505, 202507, 202508, 202509)}, 6, true, 202509},
		{"a run may end next year", consecutive, policy.MustDate("2025-10-08"), policy.Insurance{Insured: span(202510, 202603)}, 6, true, 202603},
		{"hired in December, insured from January", consecutive, policy.MustDate("2025-12-20"), policy.Insurance{Insured: span(202601, 202606)}, 6, true, 202606},
		{"hired in November, insured from January: not this hiring year", consecutive, policy.MustDate("2025-11-20"), policy.Insurance{Insured: span(202601, 202606)}, 0, false, 0},
		{"months before the hire do not count", consecutive, hired, policy.Insurance{Insured: span(202410, 202507)}, 5, false, 0},
		{"half a year posted at once", consecutive, hired, policy.Insurance{Insured: span(202503, 202508), BackPaid: span(202503, 202508), Late: span(202503, 202507)}, 1, false, 0},
		{"half a year posted at once, always", policy.InsuranceReading{BackPay: policy.BackPayAlways}, hired, policy.Insurance{Insured: span(202503, 202508), BackPaid: span(202503, 202508), Late: span(202503, 202507)}, 6, true, 202508},
		{"one month paid back in time", consecutive, hired, policy.Insurance{Insured: span(202503, 202508), BackPaid: months(202505)}, 6, true, 202508},
		{"one month paid back in time, never", policy.InsuranceReading{BackPay: policy.BackPayNever}, hired, policy.Insurance{Insured: span(202503, 202508), BackPaid: months(202505)}, 3, false, 0},
		{"three months here", consecutive, hired, policy.Insurance{Insured: span(202503, 202505)}, 3, false, 0},
		{"three months there", consecutive, hired, policy.Insurance{Insured: span(202506, 202508)}, 3, false, 0},
		{"three and three at any employer", consecutive, hired, policy.Insurance{Insured: span(202503, 202505).Or(span(202506, 202508))}, 6, true, 202508},
		{"overlapping rows count once", consecutive, hired, policy.Insurance{Insured: span(202503, 202507).Or(span(202505, 202508))}, 6, true, 202508},
		{"the later run is the longer", consecutive, hired, policy.Insurance{Insured: months(202503, 202504).Or(span(202507, 202601))}, 7, true, 202512},
	} {
		c.has.Known = all
		got := c.reading.Count(c.hired, c.has, later)
		if got.Count != c.count || got.Reached != c.reached || got.Complete != c.month || len(got.Unknown) > 0 {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestPostedLate(t *testing.T) {
	for posted, late := range map[policy.Month]bool{202508: false, 202509: false, 202510: true} {
		if policy.PostedLate(202508, posted) != late {
			t.Errorf("August posted in %s: want late=%v", posted, late)
		}
	}
	if policy.PostedLate(202512, 202601) {
		t.Error("December posted in January is not late")
	}
}

func TestUnknownMonths(t *testing.T) {
	hired := policy.MustDate("2025-03-10")
	known := span(202501, 202508)
	known.Clear(202505)
	for _, c := range []struct {
		name     string
		has      policy.Insurance
		asOf     string
		unknown  []policy.Month
		earliest policy.Month
		next     policy.Month
	}{
		{"the missing file decides", policy.Insurance{Insured: months(202503, 202504, 202506, 202507, 202508), Known: known}, "2025-09-10", []policy.Month{202505}, 202508, 202505},
		{"the missing file cannot help yet", policy.Insurance{Insured: months(202506, 202507), Known: known}, "2025-09-10", nil, 202602, 202509},
		{"August is not posted yet", policy.Insurance{Insured: span(202503, 202507), Known: span(202501, 202507)}, "2025-08-20", nil, 202508, 202508},
		{"August is over and not posted", policy.Insurance{Insured: span(202503, 202507), Known: span(202501, 202507)}, "2025-09-01", []policy.Month{202508}, 202508, 202508},
		{"too late for this year of hire", policy.Insurance{Known: span(202501, 202601)}, "2026-02-10", nil, 0, 0},
		{"nothing yet", policy.Insurance{Known: span(202501, 202506)}, "2025-07-10", nil, 202512, 202507},
	} {
		got := consecutive.Count(hired, c.has, policy.MustDate(c.asOf))
		if got.Reached || !slices.Equal(got.Unknown, c.unknown) || got.Earliest != c.earliest || got.Next != c.next {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestInsuredMonthsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hired := policy.NewMonth(2024, 1).Add(rapid.IntRange(0, 23).Draw(t, "hired")).First().AddDays(rapid.IntRange(0, 27).Draw(t, "day"))
		asOf := hired.AddMonths(rapid.IntRange(0, 20).Draw(t, "after"))
		has := policy.Insurance{
			Insured: drawMonthSet(t, "a").Or(drawMonthSet(t, "b")).Or(drawMonthSet(t, "c")), Late: drawMonthSet(t, "d").And(drawMonthSet(t, "e")),
			BackPaid: drawMonthSet(t, "f"), Known: drawMonthSet(t, "g").Or(drawMonthSet(t, "h")),
		}
		backPay := rapid.SampledFrom([]string{policy.BackPayWithinMonth, policy.BackPayNever, policy.BackPayAlways}).Draw(t, "backpay")
		con := policy.InsuranceReading{Mode: policy.Consecutive, BackPay: backPay}
		cum := policy.InsuranceReading{Mode: policy.Cumulative, BackPay: backPay}
		a, b := con.Count(hired, has, asOf), cum.Count(hired, has, asOf)
		if a.Count > b.Count || a.Reached && !b.Reached || a.Reached && a.Complete < b.Complete {
			t.Fatalf("consecutive %+v is more than cumulative %+v", a, b)
		}
		for _, r := range []policy.InsuranceReading{con, cum} {
			got := r.Count(hired, has, asOf)
			checkInsured(t, got, hired, asOf)

			more := has
			more.Insured = more.Insured.Or(drawMonthSet(t, "more"))
			if after := r.Count(hired, more, asOf); after.Count < got.Count || got.Reached && !after.Reached {
				t.Fatalf("more months gave less: %+v then %+v", got, after)
			}
			// What is unknown is exactly what would decide: with those months insured the answer is yes.
			if len(got.Unknown) > 0 {
				filled := has
				filled.Insured = has.Insured.Or(policy.MonthsOf(got.Unknown...))
				filled.Late = has.Late.Without(policy.MonthsOf(got.Unknown...))
				filled.BackPaid = has.BackPaid.Without(policy.MonthsOf(got.Unknown...))
				if !r.Count(hired, filled, asOf).Reached {
					t.Fatalf("filling %v does not decide", got.Unknown)
				}
			}
		}
		never := policy.InsuranceReading{BackPay: policy.BackPayNever}.Count(hired, has, asOf)
		always := policy.InsuranceReading{BackPay: policy.BackPayAlways}.Count(hired, has, asOf)
		if never.Count > a.Count || a.Count > always.Count {
			t.Fatalf("back-payments: never %d, %s %d, always %d", never.Count, backPay, a.Count, always.Count)
		}
	})
}

func checkInsured(t *rapid.T, got policy.InsuredMonths, hired, asOf policy.Date) {
	if got.Reached != (got.Count >= 6) || got.Reached != (got.Complete != 0) {
		t.Fatalf("inconsistent: %+v", got)
	}
	if got.Reached && (got.Complete > asOf.Month() || got.Complete < hired.Month().Add(5) || len(got.Unknown) > 0) {
		t.Fatalf("reached when? %+v", got)
	}
	if got.Earliest != 0 && got.Earliest < hired.Month().Add(5) {
		t.Fatalf("too early: %+v", got)
	}
	if !got.Reached && (got.Next == 0) != (got.Earliest == 0) {
		t.Fatalf("next without earliest: %+v", got)
	}
	if got.Next > got.Earliest {
		t.Fatalf("next after earliest: %+v", got)
	}
}
