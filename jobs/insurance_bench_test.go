package jobs_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// What the nightly check may cost: everybody at most three times a bare scan of the same rows, one in a hundred changed
// at most a tenth of everybody.
const (
	maxFullOverScan   = 3.0
	maxChangedOverAll = 0.10
)

// BenchmarkInsuranceCheck times, on 100,000 recruits in SQLite and side by side in each round: the bare scan of their rows
// through database/sql, the whole job over everybody, and the whole job after one employer in a hundred was corrected. Of
// the rounds the fastest of each counts: other work on the machine can only add. Agencies have no contacts here, so nobody
// is told anything: what that costs depends on how many agencies a change touches, not on the check.
func BenchmarkInsuranceCheck(b *testing.B) {
	const recruits, rounds = 100_000, 5
	s := modelstest.New(b)
	db := modelstest.Raw(b, s)
	defer db.Close() //nolint:errcheck // read only from here on
	m := newMetropolis(b, s, db, recruits)
	m.night(nil) // all are seen for the first time

	var scan, full, some []float64
	for round := 0; b.Loop(); {
		for range rounds {
			scan = append(scan, clockOf(func() { m.scan() }))
			full = append(full, clockOf(func() { m.night(models.Params{"full": "1"}) }))
			m.change(round)
			some = append(some, clockOf(func() { m.night(nil) }))
			round++
		}
	}
	a, e, c := slices.Min(scan), slices.Min(full), slices.Min(some)
	b.Logf("scan %.0f ms, everybody %.0f ms (%.2f scans), one in a hundred %.0f ms (%.3f of everybody)", a, e, e/a, c, c/e)
	b.ReportMetric(a, "scan-ms")
	b.ReportMetric(e, "everybody-ms")
	b.ReportMetric(c, "changed-ms")
	b.ReportMetric(e/a, "everybody/scan")
	b.ReportMetric(c/e, "changed/everybody")
	if e/a > maxFullOverScan {
		b.Errorf("everybody costs %.2f bare scans, more than %.1f", e/a, maxFullOverScan)
	}
	if c/e > maxChangedOverAll {
		b.Errorf("one in a hundred costs %.3f of everybody, more than %.2f", c/e, maxChangedOverAll)
	}
}

func clockOf(f func()) float64 {
	start := time.Now()
	f()
	return float64(time.Since(start).Microseconds()) / 1000
}

// metropolis is a bureau of a size that no city has.
type metropolis struct {
	tb     testing.TB
	store  *models.Store
	db     *sql.DB
	runner *jobs.Runner
	clock  *clock
	on     policy.Date
	random *rand.Rand
	people []models.MonthSet // what is known of each, by person
	n      int
	asked  int
}

const payers, agencies = 1000, 500

func newMetropolis(tb testing.TB, s *models.Store, db *sql.DB, n int) *metropolis {
	tb.Helper()
	book, err := policy.Builtin("")
	if err != nil {
		tb.Fatal(err)
	}
	m := &metropolis{tb: tb, store: s, db: db, clock: &clock{}, on: 20260416, random: rand.New(rand.NewPCG(1, 2)), n: n}
	m.clock.set("2026-04-16 02:00")
	m.runner, err = jobs.NewRunner(jobs.Options{
		Env:  &jobs.Env{Store: s, Book: book, Calendar: policy.BuiltinCalendar().Assume(), Effective: policy.MustDate("2023-09-01"), Version: "test", Now: m.clock.Now},
		Jobs: jobs.All(), Owner: "bench", NoHeartbeat: true,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(m.runner.Close)
	m.fill()
	return m
}

// fill writes in bulk what three years of imports would have: everybody hired between September 2023 and March 2026,
// most of them insured ever since, some with a gap, some too short, some paid for late, every third with earlier month sets.
func (m *metropolis) fill() {
	const first, last = policy.Month(202309), policy.Month(202603)
	m.bulk("month_coverage (payer_id, insurance, month, known_on, import_id)", func(add func(...any)) {
		for p := 1; p <= payers; p++ {
			for month := first; month <= last; month = month.Add(1) {
				add(p, models.Pension, month, models.MonthKnownOn(month), 1)
			}
		}
	})
	m.people = make([]models.MonthSet, m.n+1)
	m.bulk("recruits (id, root_id, org_id, person_id, enterprise_id, hired_on, category, paid_elsewhere, withdrawn, known_on, rev, import_id)", func(add func(...any)) {
		for i := 1; i <= m.n; i++ {
			month := first.Add(m.random.IntN(31))
			hired := month.First().AddDays(m.random.IntN(28))
			add(i, i, 1+i%agencies, i, 1+m.random.IntN(payers), hired, "graduate", 0, 0, min(hired.AddDays(40), m.on), 0, 1)
			m.people[i] = m.invent(month, last)
		}
	})
	payer := map[int]int{}
	rows, err := m.db.Query("SELECT person_id, enterprise_id FROM recruits")
	if err != nil {
		m.tb.Fatal(err)
	}
	for rows.Next() {
		var person, enterprise int
		if err := rows.Scan(&person, &enterprise); err != nil {
			m.tb.Fatal(err)
		}
		payer[person] = enterprise
	}
	if err := rows.Err(); err != nil {
		m.tb.Fatal(err)
	}
	m.bulk("month_sets (person_id, payer_id, insurance, known_on, rev, insured, backpaid, late, import_id)", func(add func(...any)) {
		for i := 1; i <= m.n; i++ {
			set := &m.people[i]
			set.PersonID, set.PayerID = int64(i), int64(payer[i])
			if i%3 == 0 {
				for back := range 6 {
					add(i, payer[i], models.Pension, models.MonthKnownOn(last.Add(back-7)), 0, set.Insured, set.Backpaid, set.Late, 1)
				}
			}
			add(i, payer[i], models.Pension, models.MonthKnownOn(last), 0, set.Insured, set.Backpaid, set.Late, 1)
		}
	})
	m.bulk("rechecks (from_on, root_id)", func(add func(...any)) {
		for i := 1; i <= m.n; i++ {
			add(m.on, i)
		}
	})
}

func (m *metropolis) invent(hired, last policy.Month) (set models.MonthSet) {
	until := last
	if m.random.IntN(5) == 0 {
		until = min(last, hired.Add(m.random.IntN(12)))
	}
	for month := hired.Add(m.random.IntN(2)); month <= until; month = month.Add(1) {
		_ = set.Insured.Set(month)
		switch m.random.IntN(60) {
		case 0:
			set.Insured.Clear(month)
		case 1:
			_ = set.Backpaid.Set(month)
			_ = set.Late.Set(month)
		case 2:
			_ = set.Backpaid.Set(month)
		}
	}
	return set
}

// bulk inserts rows a few hundred at a time.
func (m *metropolis) bulk(into string, rows func(add func(...any))) {
	m.tb.Helper()
	tx, err := m.db.Begin()
	if err != nil {
		m.tb.Fatal(err)
	}
	var args []any
	width, held := 0, 0
	flush := func() {
		if held == 0 {
			return
		}
		row := "(?" + strings.Repeat(",?", width-1) + ")"
		if _, err := tx.Exec("INSERT INTO "+into+" VALUES "+row+strings.Repeat(","+row, held-1), args...); err != nil {
			m.tb.Fatal(err)
		}
		args, held = args[:0], 0
	}
	rows(func(row ...any) {
		args, width = append(args, row...), len(row)
		if held++; held == 200 {
			flush()
		}
	})
	flush()
	if err := tx.Commit(); err != nil {
		m.tb.Fatal(err)
	}
}

// scan reads all rows of the recruits as they are stored, column by column, and does nothing with them.
func (m *metropolis) scan() {
	rows, err := m.db.Query(`SELECT root_id, org_id, hire_year, hired_on, person_id, payer_id, insured, backpaid, late, known, as_of,
		months, state, reached, earliest, reading, changed_on FROM insurance_states ORDER BY root_id`)
	if err != nil {
		m.tb.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to the end
	n := 0
	for rows.Next() {
		var i [11]int64
		var text [6]string
		if err := rows.Scan(&i[0], &i[1], &i[2], &i[3], &i[4], &i[5], &text[0], &text[1], &text[2], &text[3], &i[6], &i[7], &text[4], &i[8], &i[9], &text[5], &i[10]); err != nil {
			m.tb.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil || n != m.n {
		m.tb.Fatalf("%d rows, %v", n, err)
	}
}

// change lets the office correct one of the last six months of everybody at one employer in a hundred, others in each round,
// and asks for these people to be looked at. It returns how many they are.
func (m *metropolis) change(round int) int {
	m.tb.Helper()
	m.on = m.on.AddDays(1)
	m.clock.set(m.on.String() + " 02:00")
	var sets []models.MonthSet
	var roots []int64
	for i := 1; i <= m.n; i++ {
		set := &m.people[i]
		if int(set.PayerID)%100 != round%100 {
			continue
		}
		set.Insurance, set.KnownOn = models.Pension, m.on
		if month := policy.Month(202603).Add(-m.random.IntN(6)); set.Insured.Has(month) {
			set.Insured.Clear(month)
		} else if err := set.Insured.Set(month); err != nil {
			m.tb.Fatal(err)
		}
		sets, roots = append(sets, *set), append(roots, int64(i))
	}
	err := m.store.InTx(m.tb.Context(), func(tx *models.Tx) error {
		if err := tx.AddMonthSets(sets); err != nil {
			return err
		}
		return tx.Recheck(m.on, roots)
	})
	if err != nil {
		m.tb.Fatal(err)
	}
	return len(roots)
}

// night runs the job as it runs every night.
func (m *metropolis) night(params models.Params) {
	m.tb.Helper()
	m.asked++
	row, err := m.runner.RunNow(m.tb.Context(), models.System, "insurance-check", params, 0, fmt.Sprint("night-", m.asked), policy.InstantOf(m.clock.Now()))
	if err != nil || row.State != models.RunSucceeded {
		m.tb.Fatalf("%s %s, %v", row.State, row.ErrorText, err)
	}
}
