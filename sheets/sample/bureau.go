package sample

import (
	"iter"
	"math/rand/v2"
	"strings"

	"duixian/policy"
	"duixian/sheets"
)

// Options say how large the bureau is. The seed decides everything else.
type Options struct {
	Firms    int // licensed or not; parks, bases, associations and persons come on top
	Recruits int
	Months   int // insurance months from 2023-09 on; 60 is the whole policy
	Seed     uint64
}

// Defaults is a small city: generated in well under a second.
func Defaults() Options { return Options{Firms: 40, Recruits: 1200, Months: 60, Seed: 1} }

// first is the first month of the policy and of the insurance files.
const first = policy.Month(202309)

// Bureau is everything one seed invents. It is immutable once made.
type Bureau struct {
	opt   Options
	last  policy.Month // last insurance month
	rng   *rand.Rand
	firms []firm // HR firms by number
	good  []int  // numbers of firms that are urban, licensed and independent from the start

	services, parks, bases, associations, markets, persons []firm

	clients  []client
	recruits []recruit
	months   []insured
}

// New invents the bureau. Values below one are raised to one.
func New(opt Options) *Bureau {
	opt.Firms, opt.Recruits, opt.Months = max(1, opt.Firms), max(1, opt.Recruits), max(1, opt.Months)
	b := &Bureau{opt: opt, last: first.Add(opt.Months - 1), rng: rand.New(rand.NewPCG(opt.Seed, 0x5eed))}
	b.inventFirms()
	b.inventClients()
	b.inventRecruits()
	b.inventMonths()
	return b
}

// Tables are the files of the bureau in the order in which they are imported.
func (b *Bureau) Tables() []sheets.Table {
	return []sheets.Table{
		{Name: "firms", Header: firmColumns, Rows: b.firmRows},
		{Name: "members", Header: memberColumns, Rows: b.memberRows},
		{Name: "key-enterprises", Header: clientColumns, Rows: b.clientRows},
		{Name: "recruits", Header: recruitColumns, Rows: distinct(b.recruitRows, 1, 5, 8)},
		{Name: "insurance", Header: monthColumns, Rows: b.monthRows},
		{Name: "listings", Header: listingColumns, Rows: distinct(b.listingRows, 1, 2, 6, 8)},
		{Name: "facts", Header: factColumns, Rows: distinct(b.factRows, 1, 2, 3)},
		{Name: "events", Header: eventColumns, Rows: b.eventRows},
		{Name: "park-assessments", Header: assessmentColumns, Rows: distinct(b.assessmentRows, 1, 2, 3)},
		{Name: "annual-reports", Header: reportColumns, Rows: b.reportRows},
		{Name: "contributions", Header: contributionColumns, Rows: b.contributionRows},
		{Name: "credit", Header: creditColumns, Rows: b.creditRows},
		{Name: "nominees", Header: nomineeColumns, Rows: b.nomineeRows},
		{Name: "jury-scores", Header: juryColumns, Rows: b.juryRows},
	}
}

// pick is the firm that plays the part k among those that qualify; small bureaus give one firm several parts.
func (b *Bureau) pick(k int) firm {
	if len(b.good) == 0 {
		return b.firms[k%len(b.firms)]
	}
	return b.firms[b.good[k%len(b.good)]]
}

func yes(v bool) string {
	if v {
		return "是"
	}
	return "否"
}

// distinct drops rows that repeat the cells of an earlier one in the given columns: in a bureau of few firms one firm
// plays several parts and would be said to have two ranks in one round.
func distinct(rows iter.Seq[[]string], columns ...int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		seen := map[string]bool{}
		for row := range rows {
			var key strings.Builder
			for _, c := range columns {
				key.WriteString(row[c] + "\x00")
			}
			if !seen[key.String()] && !yield(row) {
				return
			}
			seen[key.String()] = true
		}
	}
}
