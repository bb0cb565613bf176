package jobs_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// An agency reports the twenty people of 2025 for the first time in September 2026, when the yearly job has been and gone. The night
// that learns it opens the claim: no money is lost because a file came late.
func TestPeopleFirstReportedAfterTheYearlyJobAreFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		w.insure(w.hire("B", 1, "2025-10-08"), 202510, 202606) // the covered months, and an agency that was in time
		late := w.hire("A", 20, "2025-10-08", func(r *models.Recruit) { r.KnownOn = 20260910 })
		w.set(late, models.MonthSet{Insured: span(202510, 202606), KnownOn: 20260912})
		w.play("2026-07-18", "2026-09-09")
		same(t, "nothing is known of A", w.claims("A"))
		w.play("2026-09-10", "2026-09-15")
		same(t, "decisions", w.decisions("A", "2025"), "2026-09-10 none 0.00 LT_20", "2026-09-12 exact 10000.00 OK") // a Saturday: submitted on Monday, approved on Tuesday
		same(t, "awards", w.awards("A"), "recruit-headcount 10000.00 2026-09-15 | 1 10000.00 2026-09-15 due")
		same(t, "B was decided in July and is left alone", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20")
		w.clean()
	})
}

// Before the fulfilment day nothing is opened: who is reported in time is looked at on that day, with everybody else.
func TestNothingIsOpenedBeforeTheYearlyJob(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 20, "2025-10-08"), 202510, 202603)
		w.play("2026-07-10", "2026-07-19")
		same(t, "claims", w.claims("A"))
		w.play("2026-07-20", "2026-07-20")
		same(t, "decisions", w.decisions("A", "2025"), "2026-07-20 exact 10000.00 OK")
		w.clean()
	})
}

// Twenty people, of whom one was reported with an employer outside the list. The correction makes it twenty; the person stands
// in the list once.
func TestACorrectedEmployerIsTheSamePerson(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		var other int64
		w.tx(func(tx *models.Tx) error {
			rows := []models.Enterprise{{Code: "OTHER", Name: "示例百货有限公司", KnownOn: 20240101}}
			err := tx.AddEnterprises(rows)
			other = rows[0].ID
			return err
		})
		w.insure(w.hire("A", 19, "2025-10-08"), 202510, 202606)
		wrong := w.hire("A", 1, "2025-10-08", func(r *models.Recruit) { r.EnterpriseID = other })
		w.insure(wrong, 202510, 202606)
		w.play("2026-07-18", "2026-07-22")
		w.again(wrong, func(r *models.Recruit) { r.EnterpriseID, r.KnownOn = w.employer, 20260723 })
		w.play("2026-07-23", "2026-07-25")
		same(t, "decisions", w.decisions("A", "2025"), "2026-07-20 none 0.00 LT_20", "2026-07-23 exact 10000.00 OK")
		lines, err := w.q().RecruitLines(w.orgs["A"], 2025, models.RecruitTermsOf(w.env.Book, w.env.Effective, 2025), 0, 20260725)
		if err != nil || len(lines) != 20 {
			t.Errorf("%d people in the list (%v), want 20", len(lines), err)
		}
		w.clean()
	})
}
