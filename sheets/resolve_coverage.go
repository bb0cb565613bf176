package sheets

import (
	"cmp"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// watched is how many months after the hire a newly covered month still matters to a recruit. A month in which the
// person was insured always matters, whenever it is.
const watched = 24

type coveredKey struct {
	payer     int32
	insurance int16
	month     policy.Month
}

type pendingCoverage struct {
	payer *models.Enterprise
	row   models.MonthCoverage
}

// coverage notes the months about which the file says anything of a payer: who is absent from them was not insured.
func (m *monthsResolver) coverage() error {
	said := map[coveredKey]policy.Date{}
	for _, r := range m.table.Rows {
		for month := r.From; month <= r.To; month = month.Add(1) {
			key := coveredKey{r.Payer, r.Insurance, month}
			if day, there := said[key]; !there || r.Known < day {
				said[key] = r.Known
			}
		}
	}
	var ids []int64
	for _, p := range m.payers {
		if p.ID != 0 {
			ids = append(ids, p.ID)
		}
	}
	stored, err := m.Coverage(ids)
	if err != nil {
		return err
	}
	known := map[monthCovered]bool{}
	for _, c := range stored {
		known[monthCovered{c.PayerID, c.Insurance, c.Month}] = true
	}
	recruits, err := m.RecruitsOfEnterprises(ids)
	if err != nil {
		return err
	}
	byPayer := map[int64][]models.Recruit{}
	for _, x := range recruits {
		byPayer[x.EnterpriseID] = append(byPayer[x.EnterpriseID], x)
	}
	var news []pendingCoverage
	for key, day := range said {
		payer, name := m.payers[key.payer], insuranceNamesInDB[m.table.Insurances[key.insurance]]
		if payer.ID != 0 && known[monthCovered{payer.ID, name, key.month}] {
			continue
		}
		news = append(news, pendingCoverage{payer, models.MonthCoverage{Insurance: name, Month: key.month, KnownOn: day}})
		for _, x := range byPayer[payer.ID] {
			if after := key.month.Index() - x.HiredOn.Month().Index(); payer.ID != 0 && after >= 0 && after <= watched {
				m.recheck(day, x.RootID)
			}
		}
	}
	m.changes.Covered = len(news)
	m.step(func(tx *models.Tx, importID int64) error {
		rows := make([]models.MonthCoverage, len(news))
		for i, n := range news {
			rows[i] = n.row
			rows[i].PayerID, rows[i].ImportID = n.payer.ID, importID
		}
		slices.SortFunc(rows, byPayerAndMonth)
		return tx.AddCoverage(rows)
	})
	return nil
}

type monthCovered struct {
	payer     int64
	insurance string
	month     policy.Month
}

// byPayerAndMonth is the order of the key, which makes the inserts cheap and the same each time.
func byPayerAndMonth(a, b models.MonthCoverage) int {
	return cmp.Or(cmp.Compare(a.PayerID, b.PayerID), cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.Month, b.Month))
}
