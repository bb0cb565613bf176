package models_test

import (
	"errors"
	"iter"
	"math/rand/v2"

	"duixian/models"
	"duixian/policy"
)

// night is what becomed known on one day of an invented story about twenty people, two employers and one agency.
type night struct {
	on       policy.Date
	recruits []models.Recruit
	sets     []models.MonthSet
	covered  []models.MonthCoverage
}

// tell writes the night with all numbers moved up by base, and asks for what it touches to be checked, as an import does.
func (n night) tell(tx *models.Tx, base int64) error {
	var roots []int64
	recruits := make([]models.Recruit, len(n.recruits))
	for i, r := range n.recruits {
		r.PersonID, r.EnterpriseID, r.RootID, r.OrgID = r.PersonID+base, r.EnterpriseID+base, r.RootID+base, agency
		r.ID = r.RootID
		recruits[i] = r
		roots = append(roots, r.RootID)
	}
	var payers, people []int64
	var sets []models.MonthSet
	for _, s := range n.sets {
		s.PersonID, s.PayerID = s.PersonID+base, s.PayerID+base
		sets, people = append(sets, s), append(people, s.PersonID)
	}
	var covered []models.MonthCoverage
	for _, c := range n.covered {
		c.PayerID += base
		covered, payers = append(covered, c), append(payers, c.PayerID)
	}
	err := errors.Join(tx.PutRecruits(recruits), tx.AddMonthSets(sets), tx.AddCoverage(covered))
	if err != nil {
		return err
	}
	ofPeople, err1 := tx.RecruitsOfPeople(people)
	ofPayers, err2 := tx.RecruitsOfEnterprises(payers)
	for _, r := range append(ofPeople, ofPayers...) {
		roots = append(roots, r.RootID)
	}
	return errors.Join(err1, err2, tx.Recheck(n.on, roots))
}

// story invents a year and a half in which people are hired, insured, paid for late, corrected and taken back, and
// files come in time, late or never.
func story(random *rand.Rand) iter.Seq[night] {
	const people = 20
	type person struct {
		hired   policy.Date
		payer   int64
		insured models.MonthSet
		gone    bool
	}
	all := make([]person, people)
	for i := range all {
		all[i] = person{hired: policy.NewDate(2025, 1, 1).AddDays(random.IntN(365)), payer: int64(random.IntN(2))}
	}
	return func(yield func(night) bool) {
		for month := policy.Month(202501); month <= 202604; month = month.Add(1) {
			for _, on := range []policy.Date{month.Add(1).First().AddDays(14), month.Add(1).First().AddDays(20)} {
				n := night{on: on}
				for payer := range int64(2) {
					if on.Day() == 15 && random.IntN(8) > 0 {
						n.covered = append(n.covered, models.MonthCoverage{PayerID: payer, Insurance: models.Pension, Month: month, KnownOn: on})
					}
				}
				for i := range all {
					p := &all[i]
					id := int64(i)
					if on.Day() == 15 && p.hired.Month() == month || random.IntN(60) == 0 && p.hired.Month() <= month {
						p.gone = on.Day() != 15 && !p.gone
						n.recruits = append(n.recruits, models.Recruit{RootID: id, PersonID: id, EnterpriseID: p.payer, HiredOn: p.hired, Category: "graduate", Withdrawn: p.gone, KnownOn: on})
					}
					before := p.insured
					if on.Day() == 15 && random.IntN(12) > 0 {
						_ = p.insured.Insured.Set(month)
					}
					switch past := month.Add(-1 - random.IntN(5)); random.IntN(15) {
					case 0:
						p.insured.Insured.Clear(past)
					case 1:
						_, _ = p.insured.Insured.Set(past), p.insured.Backpaid.Set(past)
					case 2:
						_, _, _ = p.insured.Insured.Set(past), p.insured.Backpaid.Set(past), p.insured.Late.Set(past)
					}
					if p.insured != before {
						set := p.insured
						set.PersonID, set.PayerID, set.Insurance, set.KnownOn = id, p.payer, models.Pension, on
						n.sets = append(n.sets, set)
					}
				}
				if !yield(n) {
					return
				}
			}
		}
	}
}
