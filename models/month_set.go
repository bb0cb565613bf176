package models

import (
	"slices"

	"duixian/policy"
)

// The insurances, by the names under which months are stored. Only the first counts for 参保满6个月.
const (
	Pension      = "pension"       // 企业职工基本养老保险
	CivilPension = "civil-pension" // 机关事业单位基本养老保险
	Medical      = "medical"       // 职工基本医疗保险
	Unemployment = "unemployment"  // 失业保险
	Injury       = "injury"        // 工伤保险
	Maternity    = "maternity"     // 生育保险
)

// MonthSet is what was known of one person, payer and insurance from KnownOn on: all months at once. The row with the
// greatest (KnownOn, Rev) up to a business day is the truth of that day; rows are written only when something changed
// and never edited.
type MonthSet struct {
	PersonID  int64
	PayerID   int64 // enterprise
	Insurance string
	KnownOn   policy.Date
	Rev       int
	Insured   policy.MonthSet
	Backpaid  policy.MonthSet // of Insured: posted as 补缴
	Late      policy.MonthSet // of Insured: posted more than one month late
	ImportID  int64
}

// MonthCoverage says that a file about a payer's month was imported: who is absent from it was not insured.
type MonthCoverage struct {
	PayerID   int64
	Insurance string
	Month     policy.Month
	KnownOn   policy.Date // the first such file
	ImportID  int64
}

// TableName is the table of covered months.
func (MonthCoverage) TableName() string { return "month_coverage" }

const monthSetOrder = "person_id, payer_id, insurance, known_on, rev"

// MonthSetsSince lists, for persons, all rows from a day on, and of the rows before it the newest of each person,
// payer and insurance: what is needed to say what is new.
func (q Query) MonthSetsSince(people []int64, since policy.Date) ([]MonthSet, error) {
	var all []MonthSet
	for part := range slices.Chunk(people, 500) {
		rows, err := find[MonthSet](q.db.Where(`person_id IN ? AND (known_on >= ? OR known_on = (SELECT MAX(x.known_on) FROM month_sets x
			WHERE x.person_id = month_sets.person_id AND x.payer_id = month_sets.payer_id AND x.insurance = month_sets.insurance AND x.known_on < ?))`,
			part, since, since).Order(monthSetOrder))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// MonthSetsOn lists, for persons, the sets that were the truth on a day, one for each payer.
func (q Query) MonthSetsOn(people []int64, insurance string, knownOn policy.Date) ([]MonthSet, error) {
	var all []MonthSet
	for part := range slices.Chunk(people, 500) {
		rows, err := find[MonthSet](q.db.Where(`person_id IN ? AND insurance = ? AND known_on = (SELECT MAX(x.known_on) FROM month_sets x
			WHERE x.person_id = month_sets.person_id AND x.payer_id = month_sets.payer_id AND x.insurance = month_sets.insurance AND x.known_on <= ?)`,
			part, insurance, knownOn).Order(monthSetOrder))
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if i+1 < len(rows) && rows[i+1].PersonID == r.PersonID && rows[i+1].PayerID == r.PayerID {
				continue // corrected on the same day
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// Coverage lists the covered months of payers.
func (q Query) Coverage(payers []int64) ([]MonthCoverage, error) {
	var all []MonthCoverage
	for part := range slices.Chunk(payers, 500) {
		rows, err := find[MonthCoverage](q.db.Where("payer_id IN ?", part).Order("payer_id, insurance, month"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// CoverageOn is the set of months of each payer that were known on a day.
func (q Query) CoverageOn(payers []int64, insurance string, knownOn policy.Date) (map[int64]policy.MonthSet, error) {
	m := map[int64]policy.MonthSet{}
	for part := range slices.Chunk(payers, 500) {
		rows, err := find[MonthCoverage](q.db.Where("payer_id IN ? AND insurance = ? AND known_on <= ?", part, insurance, knownOn))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			s := m[r.PayerID]
			if err := s.Set(r.Month); err != nil {
				return nil, err
			}
			m[r.PayerID] = s
		}
	}
	return m, nil
}

// AddMonthSets writes changed sets.
func (tx *Tx) AddMonthSets(rows []MonthSet) error { return addStatements(tx, rows) }

// AddCoverage writes months that were not covered before.
func (tx *Tx) AddCoverage(rows []MonthCoverage) error { return addStatements(tx, rows) }
