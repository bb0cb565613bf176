package sheets

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// insuranceNamesInDB are the names under which months are stored.
var insuranceNamesInDB = map[string]string{
	Pension: models.Pension, "机关事业单位基本养老保险": models.CivilPension, "职工基本医疗保险": models.Medical, "失业保险": models.Unemployment,
	"工伤保险": models.Injury, "生育保险": models.Maternity,
}

// monthWords is what is known of a person at a payer: the three sets of models.MonthSet.
type monthWords struct{ insured, backpaid, late policy.MonthSet }

// say adds what a row says of its months.
func (w *monthWords) say(r InsuranceRow) error {
	for m := r.From; m <= r.To; m = m.Add(1) {
		w.insured.Clear(m)
		w.backpaid.Clear(m)
		w.late.Clear(m)
		if r.State == Revoked {
			continue
		}
		if err := w.insured.Set(m); err != nil {
			return err
		}
		if r.State == BackPaid {
			if err := w.backpaid.Set(m); err != nil {
				return err
			}
		}
		if r.Posted != 0 && policy.PostedLate(m, r.Posted) {
			if err := w.late.Set(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// continues reports whether w only adds months: what was said before of a month is said still. The next month of somebody is no correction,
// although it is stored as a newer set of the same person at the same payer.
func (w monthWords) continues(before monthWords) bool {
	return before.insured.Without(w.insured).Len() == 0 && w.backpaid.And(before.insured) == before.backpaid && w.late.And(before.insured) == before.late
}

type pendingMonths struct {
	person *models.Person
	payer  *models.Enterprise
	row    models.MonthSet
}

type monthKey struct {
	person, payer int64
	insurance     string
}

// monthsResolver is the state of resolving an insurance file.
type monthsResolver struct {
	*resolver
	table    *InsuranceRows
	payers   []*models.Enterprise // by number in the table
	people   []*models.Person
	stored   map[monthKey]history[monthWords]
	recruits map[int64][]int64 // roots by person
	news     []pendingMonths
}

// insurance turns rows into month sets: for each person, payer and insurance one row a day on which something changed.
// Persons nobody has reported as recruits are stored too, so that their months are there when they are reported.
func (r *resolver) insurance(t *InsuranceRows) error {
	m := &monthsResolver{resolver: r, table: t}
	since := policy.Date(99991231)
	for _, row := range t.Rows {
		since = min(since, row.Known)
	}
	all, err := r.employers(codesOf(t.Payers, func(p Payer) string { return p.Code }))
	if err != nil {
		return err
	}
	known := r.Report.KnownOn
	if known == 0 {
		known = since
	}
	for _, p := range t.Payers {
		m.payers = append(m.payers, all.find(p.Code, p.Name, known))
	}
	if err := m.findPeople(known, since); err != nil {
		return err
	}
	if err := m.resolveMonths(); err != nil {
		return err
	}
	if err := m.coverage(); err != nil {
		return err
	}
	r.step(func(tx *models.Tx, importID int64) error {
		rows := make([]models.MonthSet, len(m.news))
		for i, n := range m.news {
			rows[i] = n.row
			rows[i].PersonID, rows[i].PayerID, rows[i].ImportID = n.person.ID, n.payer.ID, importID
		}
		return tx.AddMonthSets(rows)
	})
	return nil
}

// findPeople matches persons by the MAC of their numbers and reads what is stored about them.
func (m *monthsResolver) findPeople(known, since policy.Date) error {
	macs := make([]string, len(m.table.People))
	for i, p := range m.table.People {
		mac, err := m.Cipher().PersonMAC(p.ID)
		if err != nil {
			return err
		}
		macs[i] = mac
	}
	people, err := m.persons(macs)
	if err != nil {
		return err
	}
	var ids []int64
	for i, p := range m.table.People {
		person := people.find(macs[i], p.ID, p.Name, known)
		m.people = append(m.people, person)
		if person.ID != 0 {
			ids = append(ids, person.ID)
		}
	}
	sets, err := m.MonthSetsSince(ids, since)
	if err != nil {
		return err
	}
	m.stored = make(map[monthKey]history[monthWords], len(ids))
	for _, s := range sets {
		key := monthKey{s.PersonID, s.PayerID, s.Insurance}
		m.stored[key] = append(m.stored[key], version[monthWords]{s.KnownOn, s.Rev, monthWords{s.Insured, s.Backpaid, s.Late}})
	}
	stored, err := m.RecruitsOfPeople(ids)
	if err != nil {
		return err
	}
	m.recruits = map[int64][]int64{}
	for _, x := range stored {
		if !slices.Contains(m.recruits[x.PersonID], x.RootID) {
			m.recruits[x.PersonID] = append(m.recruits[x.PersonID], x.RootID)
		}
	}
	if strangers := len(m.people) - len(m.recruits); strangers > 0 {
		m.Report.Notes = append(m.Report.Notes, fmt.Sprintf("有 %d 人不在已报的引才名单里，参保月份先存着，等他们被报上来时生效", strangers))
	}
	return nil
}

// resolveMonths goes through the rows of each person, payer and insurance in the order in which they became known.
func (m *monthsResolver) resolveMonths() error {
	rows := slices.Clone(m.table.Rows)
	slices.SortStableFunc(rows, func(a, b InsuranceRow) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.Known, b.Known))
	})
	alike := func(a, b InsuranceRow) bool {
		return a.Person == b.Person && a.Payer == b.Payer && a.Insurance == b.Insurance
	}
	for i := 0; i < len(rows); {
		end := i
		for end < len(rows) && alike(rows[i], rows[end]) {
			end++
		}
		if rows[i].State == Nobody { // counted in coverage
			m.changes.Same += end - i
		} else if err := m.resolveOne(rows[i:end]); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// resolveOne resolves the rows of one person, payer and insurance.
func (m *monthsResolver) resolveOne(rows []InsuranceRow) error {
	person, payer, insurance := m.people[rows[0].Person], m.payers[rows[0].Payer], insuranceNamesInDB[m.table.Insurances[rows[0].Insurance]]
	var h history[monthWords]
	if person.ID != 0 && payer.ID != 0 {
		h = m.stored[monthKey{person.ID, payer.ID, insurance}]
	}
	for i := 0; i < len(rows); {
		day := rows[i].Known
		words := h.asOf(day)
		end := i
		for end < len(rows) && rows[end].Known == day {
			if err := words.say(rows[end]); err != nil {
				return err
			}
			end++
		}
		before := h.asOf(day)
		verdict, rev := h.judge(day, words)
		switch {
		case words == before:
			m.changes.Same += end - i
		case verdict == rewrites:
			m.refuse(m.table.Place(rows[i]), knownColumn, day.String(), rewriteFix(h.last()),
				"数据库里已有 %s 报送的同一人同一单位的参保情况，不能改写更早的历史", h.last().Text())
			return nil
		default:
			if words.continues(before) {
				m.changes.New += end - i
			} else {
				m.changes.Corrected += end - i
			}
			h = append(h, version[monthWords]{day, rev, words})
			m.news = append(m.news, pendingMonths{person, payer, models.MonthSet{
				Insurance: insurance, KnownOn: day, Rev: rev, Insured: words.insured, Backpaid: words.backpaid, Late: words.late,
			}})
			for _, root := range m.recruits[person.ID] {
				m.recheck(day, root)
			}
		}
		i = end
	}
	return nil
}

// asOf is what was known on a day; nothing before the first word.
func (h history[C]) asOf(day policy.Date) C {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].known <= day {
			return h[i].content
		}
	}
	var nothing C
	return nothing
}
