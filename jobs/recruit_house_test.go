package jobs_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// town is a house with an employer in the key industries and the people that agencies bring there.
type town struct {
	*house
	employer int64
	next     int64 // number of the next person
	covered  map[policy.Month]bool
}

// newTown has the employer on the list from 2024 up to, not including, the given day (empty = still).
func newTown(t *testing.T, s *models.Store, off string) *town {
	t.Helper()
	w := &town{house: newHouse(t, s), next: 1, covered: map[policy.Month]bool{}}
	w.tx(func(tx *models.Tx) error {
		rows := []models.Enterprise{{Code: "EMPLOYER", Name: "示例智能装备有限公司", KnownOn: 20240101}}
		if err := tx.AddEnterprises(rows); err != nil {
			return err
		}
		w.employer = rows[0].ID
		k := models.KeyEnterprise{EnterpriseID: w.employer, Chain: "智能装备", FromOn: 20240101, KnownOn: 20240101}
		if off != "" {
			k.ToOn = policy.MustDate(off)
		}
		return tx.AddKeyEnterprises([]models.KeyEnterprise{k})
	})
	return w
}

// hire reports n new people of an agency, known ten days into the next month.
func (w *town) hire(agency string, n int, on string, edit ...func(*models.Recruit)) []models.Recruit {
	w.t.Helper()
	day := policy.MustDate(on)
	rows := make([]models.Recruit, n)
	w.tx(func(tx *models.Tx) error {
		for i := range rows {
			id := secret.Text(fmt.Sprintf("33070219990101%04d", w.next))
			p, err := tx.Cipher().NewPerson(id, secret.Text(fmt.Sprintf("示例%d", w.next)), day)
			if err != nil {
				return err
			}
			people := []models.Person{p}
			if err := tx.AddPeople(people); err != nil {
				return err
			}
			w.next++
			rows[i] = models.Recruit{OrgID: w.orgs[agency], PersonID: people[0].ID, EnterpriseID: w.employer, HiredOn: day, Category: "graduate", KnownOn: day.Month().Add(1).First().AddDays(9)}
			for _, e := range edit {
				e(&rows[i])
			}
		}
		return w.report(tx, rows)
	})
	return rows
}

// again reports people again, as a correction or by another agency.
func (w *town) again(rows []models.Recruit, edit func(*models.Recruit)) []models.Recruit {
	w.t.Helper()
	rows = slices.Clone(rows)
	for i := range rows {
		edit(&rows[i])
	}
	w.tx(func(tx *models.Tx) error { return w.report(tx, rows) })
	return rows
}

func (w *town) report(tx *models.Tx, rows []models.Recruit) error {
	if err := tx.AddRecruits(rows); err != nil {
		return err
	}
	for _, r := range rows {
		if err := tx.Recheck(r.KnownOn, []int64{r.RootID}); err != nil {
			return err
		}
	}
	return nil
}

func span(first, last policy.Month) policy.MonthSet {
	var s policy.MonthSet
	if err := s.SetRange(first, last); err != nil {
		panic(err)
	}
	return s
}

// insure says that people were insured from a month to a month, each month known on the 15th of the next one; the
// employer's files cover these months.
func (w *town) insure(people []models.Recruit, first, last policy.Month) {
	w.t.Helper()
	for m := first; m <= last; m = m.Add(1) {
		w.cover(m)
		w.set(people, models.MonthSet{Insured: span(first, m), KnownOn: models.MonthKnownOn(m)})
	}
}

// set writes one month set for each of the people.
func (w *town) set(people []models.Recruit, set models.MonthSet) {
	w.t.Helper()
	w.tx(func(tx *models.Tx) error {
		var sets []models.MonthSet
		var roots []int64
		for _, p := range people {
			set.PersonID, set.PayerID, set.Insurance = p.PersonID, w.employer, models.Pension
			sets, roots = append(sets, set), append(roots, p.RootID)
		}
		return errors.Join(tx.AddMonthSets(sets), tx.Recheck(set.KnownOn, roots))
	})
}

// cover says, on its usual day or another, that the employer's file of a month was imported.
func (w *town) cover(m policy.Month, known ...policy.Date) {
	w.t.Helper()
	if w.covered[m] {
		return
	}
	w.covered[m] = true
	on := append(known, models.MonthKnownOn(m))[0]
	w.tx(func(tx *models.Tx) error {
		rows, err := tx.RecruitsOfEnterprises([]int64{w.employer})
		if err != nil {
			return err
		}
		roots := map[int64]bool{}
		for _, r := range rows {
			roots[r.RootID] = true
		}
		return errors.Join(
			tx.AddCoverage([]models.MonthCoverage{{PayerID: w.employer, Insurance: models.Pension, Month: m, KnownOn: on}}),
			tx.Recheck(on, slices.Collect(maps.Keys(roots))))
	})
}

// decisions says each decision of an agency's claim of a year: day outcome amount reason.
func (w *town) decisions(agency, year string) []string {
	w.t.Helper()
	c, err := w.q().ClaimOf(models.RecruitItem, w.orgs[agency], year)
	if err != nil {
		w.t.Fatal(err)
	}
	ds, err := w.q().DecisionsOf(c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%s %s %s %s", d.OnDay, d.Outcome, d.AmountFen, d.Reason))
	}
	return out
}
