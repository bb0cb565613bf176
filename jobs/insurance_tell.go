package jobs

import (
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// tellRecruits tells agencies what the night changed about their recruits: how many count now, and by name who fell out. Changes come in the
// order of their agencies.
func tellRecruits(tx *models.Tx, run *Run, changes []models.InsuranceChange) error {
	on := run.Row.BusinessDate
	type year struct {
		org  int64
		hire int
	}
	var order []year
	byYear := map[year][]models.InsuranceChange{}
	for _, c := range changes {
		y := year{c.OrgID, c.HireYear}
		if byYear[y] == nil {
			order = append(order, y)
		}
		byYear[y] = append(byYear[y], c)
	}
	var letters []notifications.Letter
	for _, y := range order {
		gained, lost := false, []models.InsuranceChange{}
		for _, c := range byYear[y] {
			switch {
			case c.Became == models.StageReached:
				gained = true
			case c.Became == models.StageFellOut:
				lost = append(lost, c)
			}
		}
		if !gained && len(lost) == 0 {
			continue
		}
		sum, err := tx.RecruitYear(y.org, y.hire, models.RecruitTermsOf(run.Book, run.Effective, y.hire), 0, on)
		if err != nil {
			return err
		}
		if sum.Introduced == 0 {
			continue // hired outside the validity of the policy
		}
		to := []notifications.To{notifications.Organisation(y.org)}
		if gained {
			letters = append(letters, notifications.Letter{To: to, Message: notifications.RecruitProgress{
				Year: y.hire, Reached: sum.Reached, OneAway: sum.OneAway, Need: sum.Need, On: on,
			}})
		}
		if len(lost) > 0 {
			m := notifications.RecruitFellOut{Year: y.hire, Reached: sum.Reached, Need: sum.Need, On: on}
			if m.Lines, err = fallen(tx, lost); err != nil {
				return err
			}
			letters = append(letters, notifications.Letter{To: to, Message: m})
		}
	}
	return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters)
}

// fallen names the recruits who no longer count, with the last month they were insured.
func fallen(tx *models.Tx, lost []models.InsuranceChange) ([]notifications.FallenRecruit, error) {
	roots := make([]int64, len(lost))
	for i, c := range lost {
		roots[i] = c.RootID
	}
	states, err := tx.InsuranceStates(roots)
	if err != nil {
		return nil, err
	}
	out := make([]notifications.FallenRecruit, len(lost))
	for i, c := range lost {
		s := states[c.RootID]
		person, err := tx.Person(s.PersonID)
		if err != nil {
			return nil, err
		}
		name, err := tx.PersonName(person)
		if err != nil {
			return nil, err
		}
		employer, err := tx.Enterprise(s.PayerID)
		if err != nil {
			return nil, err
		}
		last := policy.Month(0)
		for m := range s.Insured.All() {
			last = m
		}
		out[i] = notifications.FallenRecruit{Root: c.RootID, Name: notifications.MaskName(name.Reveal()), Enterprise: employer.Name, Months: c.Months, Last: last}
	}
	return out, nil
}
