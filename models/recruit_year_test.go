package models_test

import (
	"errors"
	"slices"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func terms(t *testing.T, choices map[string]string) models.RecruitTerms {
	t.Helper()
	book, err := policy.Builtin("")
	if err == nil {
		book, err = book.With(choices)
	}
	if err != nil {
		t.Fatal(err)
	}
	return models.RecruitTermsOf(book, 0, 2025)
}

func TestTermsAreThoseOfTheBook(t *testing.T) {
	got := terms(t, nil)
	if got.Need != 20 || got.Reading.Need != 6 || got.First != 20230901 || got.Last != 20280831 || got.Introduced || got.Each || got.NoElsewhere {
		t.Errorf("%+v", got)
	}
	got = terms(t, map[string]string{"recruit.threshold_counts": "introduced", "recruit.categories": "each", "recruit.paid_elsewhere": "excluded", "insurance.mode": "cumulative"})
	if got.Reading.Mode != policy.Cumulative || !got.Introduced || !got.Each || !got.NoElsewhere {
		t.Errorf("%+v", got)
	}
}

// town writes an agency with n people hired in March 2025 by a key enterprise, all insured from March to until.
func town(t *testing.T, s *models.Store, n int, until policy.Month) []models.Recruit {
	t.Helper()
	var people []models.Recruit
	for i := range n {
		people = append(people, models.Recruit{OrgID: agency, PersonID: int64(100 + i), EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410})
	}
	write(t, s, func(tx *models.Tx) error {
		return errors.Join(tx.AddRecruits(people), tx.AddKeyEnterprises([]models.KeyEnterprise{{EnterpriseID: employer, Chain: "甲链", FromOn: 20240101, ToOn: 20250601, KnownOn: 20240101}}))
	})
	for i, p := range people {
		var covered []policy.Month
		if i == 0 {
			covered = slices.Collect(span(202503, until).All())
		}
		report(t, s, models.MonthKnownOn(until), p.PersonID, models.MonthSet{Insured: span(202503, until)}, covered...)
	}
	return people
}

func TestHowFarAnAgencyIs(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		people := town(t, s, 22, 202507)
		report(t, s, 20250816, people[1].PersonID, models.MonthSet{Insured: span(202504, 202507)})                             // from April
		report(t, s, 20250816, people[2].PersonID, models.MonthSet{Insured: span(202503, 202507), Late: span(202506, 202506)}) // June paid too late
		rows := []models.Recruit{people[3], people[4], people[5], people[6]}                                                   //
		rows[0].Category, rows[1].PaidElsewhere, rows[2].Withdrawn, rows[3].Category = "other", true, true, "high_skill"
		for i := range rows {
			rows[i].KnownOn = 20250816
		}
		hire(t, s, rows...)
		hire(t, s,
			models.Recruit{OrgID: agency, PersonID: 300, EnterpriseID: employer, HiredOn: 20250601, Category: "graduate", KnownOn: 20250816},     // not on the list any more
			models.Recruit{OrgID: agency, PersonID: 301, EnterpriseID: employer, HiredOn: 20250531, Category: "graduate", KnownOn: 20250816},     // the last day on it
			models.Recruit{OrgID: agency, PersonID: 302, EnterpriseID: employer + 1, HiredOn: 20250531, Category: "graduate", KnownOn: 20250816}, // never on it
			models.Recruit{OrgID: agency, PersonID: 303, EnterpriseID: employer, HiredOn: 20251105, Category: "graduate", KnownOn: 20251210},     // not known yet
			models.Recruit{OrgID: agency + 1, PersonID: 304, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410}, // another agency's
		)
		q := s.Read(t.Context())
		got, err := q.RecruitYear(agency, 2025, terms(t, nil), 0, 20250820)
		want := models.RecruitYear{OrgID: agency, Year: 2025, Introduced: 24, OneAway: 18, Counting: 3, NotKey: 2, Other: 1, Need: 20, EnoughOn: 20260115}
		if err != nil || got != want || got.PaidYear() != 2026 || got.Missing() != 20 {
			t.Errorf("in August %+v, %v\nwant %+v", got, err, want)
		}
		if years, err := q.RecruitYears(agency, 20250820); err != nil || !slices.Equal(years, []int{2025}) {
			t.Errorf("years %v, %v", years, err)
		}
		if orgs, err := q.RecruitOrgs(2025, terms(t, nil), 20250820); err != nil || !slices.Equal(orgs, []int64{agency, agency + 1}) {
			t.Errorf("agencies %v, %v", orgs, err)
		}
		for _, p := range people { // August, on its usual day
			if p.PersonID != people[1].PersonID && p.PersonID != people[2].PersonID && p.PersonID != people[5].PersonID {
				report(t, s, 20250915, p.PersonID, models.MonthSet{Insured: span(202503, 202508)})
			}
		}
		got, err = q.RecruitYear(agency, 2025, terms(t, nil), 0, 20250915)
		want = models.RecruitYear{OrgID: agency, Year: 2025, Introduced: 24, Reached: 18, Counting: 3, NotKey: 2, Other: 1, Elsewhere: 1, Counted: 18, Need: 20, EnoughOn: 20260115}
		if err != nil || got != want {
			t.Errorf("in September %+v, %v\nwant %+v", got, err, want)
		}
		got, err = q.RecruitYear(agency, 2025, terms(t, map[string]string{"recruit.threshold_counts": "introduced"}), 0, 20250915)
		if err != nil || got.Counted != 21 || got.EnoughOn != 20250915 {
			t.Errorf("under the reading that 20 introduced are enough %+v, %v", got, err)
		}
		got, err = q.RecruitYear(agency, 2025, terms(t, map[string]string{"recruit.categories": "each"}), 0, 20250915)
		if err != nil || got.Counted != 17 {
			t.Errorf("under the reading that each category needs 20 %+v, %v", got, err)
		}
	})
}

func TestOnePersonCountsOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		people := town(t, s, 3, 202509)
		again := hire(t, s,
			models.Recruit{OrgID: agency + 1, PersonID: people[0].PersonID, EnterpriseID: employer, HiredOn: 20250309, Category: "graduate", KnownOn: 20250420}, // a day earlier
			models.Recruit{OrgID: agency + 1, PersonID: people[1].PersonID, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250420}, // the same day, reported later
			models.Recruit{OrgID: agency + 1, PersonID: people[2].PersonID, EnterpriseID: employer, HiredOn: 20250201, Category: "other", KnownOn: 20250420},    // earlier, but does not qualify
			models.Recruit{OrgID: agency, PersonID: people[0].PersonID, EnterpriseID: employer, HiredOn: 20240601, Category: "graduate", KnownOn: 20250420},     // another year: no months then
		)
		duplicates := func(org, claim int64, on policy.Date) (found []int64) {
			t.Helper()
			lines, err := s.Read(t.Context()).RecruitLines(org, 2025, terms(t, nil), claim, on)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.Duplicate {
					found = append(found, l.RootID)
				}
			}
			return found
		}
		if got := duplicates(agency, 0, 20251020); !slices.Equal(got, []int64{people[0].RootID}) {
			t.Errorf("duplicates of the first agency %v, want only the person hired a day earlier elsewhere", got)
		}
		if got := duplicates(agency+1, 0, 20251020); !slices.Equal(got, []int64{again[1].RootID}) {
			t.Errorf("duplicates of the second agency %v", got)
		}
		if got := duplicates(agency, 0, 20250419); got != nil {
			t.Errorf("duplicates %v before the other agency reported anything", got)
		}
		for _, sql := range []string{
			"INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch) VALUES (5, 40, 2, 'recruit-headcount', '', 0, 0, 0, 1, 0, '', '', 0, 0)",
			"INSERT INTO person_rewards (person_id, award_id, org_id, hire_year) VALUES (102, 5, 2, 2024)",
		} {
			if err := s.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		if got := duplicates(agency, 0, 20251020); !slices.Equal(got, []int64{people[0].RootID, people[2].RootID}) {
			t.Errorf("duplicates %v, want also the person of another claim's award", got)
		}
		if got := duplicates(agency, 40, 20251020); !slices.Equal(got, []int64{people[0].RootID}) {
			t.Errorf("duplicates %v: a claim's own award does not stand in its way", got)
		}
	})
}

func TestWhoseRecruitsAreTouched(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		write(t, s, func(tx *models.Tx) error { return tx.AddImport(&models.Import{Kind: "recruits", SHA256: "a", At: 500}) })
		rows := hire(t, s,
			models.Recruit{OrgID: 1, PersonID: 7, EnterpriseID: 50, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410},
			models.Recruit{OrgID: 2, PersonID: 7, EnterpriseID: 51, HiredOn: 20250410, Category: "graduate", KnownOn: 20250420},
			models.Recruit{OrgID: 3, PersonID: 8, EnterpriseID: 52, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410, ImportID: 1},
			models.Recruit{OrgID: 4, PersonID: 9, EnterpriseID: 53, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410},
		)
		write(t, s, func(tx *models.Tx) error {
			diff := models.InsuranceDiff{
				States:  []models.InsuranceState{{RootID: rows[0].RootID, OrgID: 1, State: models.StageReached}},
				Changes: []models.InsuranceChange{{RootID: rows[0].RootID, OrgID: 1, OnDay: 20250715, Became: models.StageReached}},
			}
			return errors.Join(tx.ApplyInsurance(diff, 20250715, 0), tx.AddKeyEnterprises([]models.KeyEnterprise{{EnterpriseID: 53, FromOn: 20250101, KnownOn: 20250801}}))
		})
		for _, c := range []struct {
			name      string
			after, on policy.Date
			since     policy.Instant
			want      []int64
		}{
			{"a stage, and who shares the person", 20250714, 20250715, 1000, []int64{1, 2}},
			{"nothing", 20250715, 20250731, 1000, nil},
			{"the list of enterprises", 20250731, 20250801, 1000, []int64{4}},
			{"a new report, and who shares the person", 20250410, 20250420, 1000, []int64{1, 2}},
			{"a late record of an old report", 20250801, 20250802, 400, []int64{3}},
		} {
			got, err := s.Read(t.Context()).TouchedRecruitOrgs(c.after, c.on, c.since)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
			}
		}
	})
}
