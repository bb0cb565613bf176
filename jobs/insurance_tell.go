package jobs

import (
	"maps"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// tellRecruits tells agencies what the night changed about their recruits: how many have the months now and how many are one month away,
// and by name who fell out. Only people who count are spoken of, and how many have the months is no news any more once they are rewarded.
// Changes come whole agencies at a time.
func tellRecruits(tx *models.Tx, run *Run, changes []models.InsuranceChange) error {
	years := map[int][]models.InsuranceChange{}
	for _, c := range changes {
		switch c.Became {
		case models.StageReached, models.StageOneAway, models.StageNeedsData:
			if c.HireYear < run.Row.BusinessDate.Year()-1 {
				continue // rewarded long ago, or decided anew, which is told as a decision
			}
			fallthrough
		case models.StageFellOut:
			years[c.HireYear] = append(years[c.HireYear], c)
		}
	}
	var letters []notifications.Letter
	for _, year := range slices.Sorted(maps.Keys(years)) {
		more, err := recruitLetters(tx, run, year, years[year])
		if err != nil {
			return err
		}
		letters = append(letters, more...)
	}
	return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters)
}

// recruitLetters are the letters about the people of one hire year.
func recruitLetters(tx *models.Tx, run *Run, year int, changes []models.InsuranceChange) ([]notifications.Letter, error) {
	on, byAgency := run.Row.BusinessDate, map[int64][]models.InsuranceChange{}
	for _, c := range changes {
		byAgency[c.OrgID] = append(byAgency[c.OrgID], c)
	}
	orgs := slices.Sorted(maps.Keys(byAgency))
	claims, err := tx.RecruitClaims(orgs, year)
	if err != nil {
		return nil, err
	}
	ids := map[int64]int64{}
	for _, org := range orgs {
		ids[org] = claims[org].ID
	}
	terms := models.RecruitTermsOf(run.Book, run.Effective, year)
	lines, err := tx.RecruitLinesOf(ids, year, terms, on)
	if err != nil {
		return nil, err
	}
	var letters []notifications.Letter
	for _, org := range orgs {
		gained, lost, holes := speakable(byAgency[org], lines[org])
		sum := terms.Summarise(lines[org], on)
		to := []notifications.To{notifications.Organisation(org)}
		if gained && claims[org].State != models.ClaimAwarded {
			letters = append(letters, notifications.Letter{To: to, Message: notifications.RecruitProgress{
				Year: year, Reached: sum.Counted, OneAway: sum.OneAway, Need: sum.Need, On: on,
			}})
		}
		if len(lost) > 0 {
			m := notifications.RecruitFellOut{Year: year, Reached: sum.Counted, Need: sum.Need, On: on}
			if m.Lines, err = fallen(tx, lost); err != nil {
				return nil, err
			}
			letters = append(letters, notifications.Letter{To: to, Message: m})
		}
		for _, employer := range slices.Sorted(maps.Keys(holes)) {
			payer, err := tx.Enterprise(employer)
			if err != nil {
				return nil, err
			}
			letters = append(letters, notifications.Letter{To: to, Message: notifications.NeedsData{
				Item: run.itemName(recruitItem), Payer: payer.ID, PayerName: payer.Name, Insurance: models.Pension, Months: slices.Sorted(maps.Keys(holes[employer])), On: on,
			}})
		}
	}
	return letters, nil
}

// speakable keeps the changes of people who count, of the categories and employers of the policy and counted nowhere else: whether somebody
// came nearer, who fell out, and the months that employers' files leave out.
func speakable(changes []models.InsuranceChange, lines []models.RecruitLine) (gained bool, lost []models.InsuranceChange, holes map[int64]map[policy.Month]bool) {
	counts := make(map[int64]models.RecruitLine, len(lines))
	for _, l := range lines {
		if l.Eligible() && !l.Duplicate {
			counts[l.RootID] = l
		}
	}
	holes = map[int64]map[policy.Month]bool{}
	for _, c := range changes {
		l, ok := counts[c.RootID]
		switch {
		case !ok:
		case c.Became == models.StageFellOut:
			lost = append(lost, c)
		case c.Became == models.StageNeedsData:
			if holes[l.EnterpriseID] == nil {
				holes[l.EnterpriseID] = map[policy.Month]bool{}
			}
			for _, m := range l.Hole {
				holes[l.EnterpriseID][m] = true
			}
		default:
			gained = true
		}
	}
	return gained, lost, holes
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
