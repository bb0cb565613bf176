package models_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

const agency, employer = 1, 50

var byDefault = policy.InsuranceReading{}

// check does one night of the insurance check in chunks of the given size.
func check(ctx context.Context, s *models.Store, on policy.Date, chunk int, r policy.InsuranceReading) error {
	cache := models.NewCoverageCache(on)
	for after := int64(0); ; {
		roots, err := s.Read(ctx).Rechecks(on, after, chunk)
		if err != nil || len(roots) == 0 {
			return err
		}
		if err := s.InTx(ctx, func(tx *models.Tx) error { return checkChunk(tx, roots, r, cache, on) }); err != nil {
			return err
		}
		after = roots[len(roots)-1]
	}
}

func checkChunk(tx *models.Tx, roots []int64, r policy.InsuranceReading, cache *models.CoverageCache, on policy.Date) error {
	if err := tx.TakeRechecks(on, roots); err != nil {
		return err
	}
	diff, err := tx.CompareInsurance(roots, r, cache)
	if err != nil {
		return err
	}
	return tx.ApplyInsurance(diff, on, 0)
}

func span(first, last policy.Month) policy.MonthSet {
	var s policy.MonthSet
	if err := s.SetRange(first, last); err != nil {
		panic(err)
	}
	return s
}

// report says, on a day, what is insured of a person at the employer and which months the employer's files cover.
func report(t *testing.T, s *models.Store, known policy.Date, person int64, set models.MonthSet, covered ...policy.Month) {
	t.Helper()
	write(t, s, func(tx *models.Tx) error {
		set.PersonID, set.PayerID, set.Insurance, set.KnownOn = person, employer, models.Pension, known
		var rows []models.MonthCoverage
		for _, m := range covered {
			rows = append(rows, models.MonthCoverage{PayerID: employer, Insurance: models.Pension, Month: m, KnownOn: known})
		}
		if err := errors.Join(tx.AddMonthSets([]models.MonthSet{set}), tx.AddCoverage(rows)); err != nil {
			return err
		}
		recruits, err := tx.RecruitsOfPeople([]int64{person})
		if err != nil {
			return err
		}
		var roots []int64
		for _, r := range recruits {
			roots = append(roots, r.RootID)
		}
		return tx.Recheck(known, roots)
	})
}

func hire(t *testing.T, s *models.Store, rows ...models.Recruit) []models.Recruit {
	t.Helper()
	write(t, s, func(tx *models.Tx) error {
		if err := tx.AddRecruits(rows); err != nil {
			return err
		}
		for _, r := range rows {
			if err := tx.Recheck(r.KnownOn, []int64{r.RootID}); err != nil {
				return err
			}
		}
		return nil
	})
	return rows
}

func TestARecruitsStages(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		root := hire(t, s, models.Recruit{OrgID: agency, PersonID: 7, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410})[0].RootID
		nights := 0
		night := func(on policy.Date, want models.InsuranceStage, months int, earliest policy.Date) {
			t.Helper()
			nights++
			if err := check(t.Context(), s, on, 10, byDefault); err != nil {
				t.Fatal(err)
			}
			states, err := s.Read(t.Context()).InsuranceStates([]int64{root})
			got := states[root]
			if err != nil || got.State != want || got.Months != months || got.EarliestDay() != earliest {
				t.Errorf("%s: %s, %d months, earliest %s, %v; want %s, %d, %s", on, got.State, got.Months, got.EarliestDay(), err, want, months, earliest)
			}
		}
		night(20250410, models.StageCounting, 0, 20250915)
		report(t, s, 20250415, 7, models.MonthSet{Insured: span(202503, 202503)}, 202503)
		night(20250415, models.StageCounting, 1, 20250915)
		report(t, s, 20250715, 7, models.MonthSet{Insured: span(202503, 202506).Without(span(202505, 202505))}, 202504, 202506)
		night(20250715, models.StageNeedsData, 2, 20250915) // nobody reported May
		report(t, s, 20250716, 7, models.MonthSet{Insured: span(202503, 202506)}, 202505)
		night(20250716, models.StageCounting, 4, 20250915)
		report(t, s, 20250815, 7, models.MonthSet{Insured: span(202503, 202507)}, 202507)
		night(20250815, models.StageOneAway, 5, 20250915)
		report(t, s, 20250915, 7, models.MonthSet{Insured: span(202503, 202508)}, 202508)
		night(20250914, models.StageOneAway, 5, 20250915) // not known yet
		night(20250915, models.StageReached, 6, 20250915)
		report(t, s, 20251020, 7, models.MonthSet{Insured: span(202503, 202508).Without(span(202506, 202506))}, 202509)
		night(20251020, models.StageFellOut, 3, 20260415) // October on: six months from 2025-10
		report(t, s, 20260415, 7, models.MonthSet{Insured: span(202503, 202505)}, 202510, 202511, 202512, 202601)
		night(20260415, models.StageFellOut, 3, 0)
		changes, err := s.Read(t.Context()).InsuranceChanges(20250401, 20260415)
		var stages []models.InsuranceStage
		for _, c := range changes {
			stages = append(stages, c.Became)
		}
		want := []models.InsuranceStage{"counting", "needs_data", "counting", "one_away", "reached", "fell_out"}
		if err != nil || !slices.Equal(stages, want) {
			t.Errorf("changes %v, %v; want %v", stages, err, want)
		}
		hire(t, s, models.Recruit{RootID: root, OrgID: agency, PersonID: 7, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", Withdrawn: true, KnownOn: 20260501})
		if err := check(t.Context(), s, 20260501, 10, byDefault); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Read(t.Context()).CountInsuranceStates(); err != nil || n != 0 {
			t.Errorf("%d states, %v after the report was taken back", n, err)
		}
		if last, err := s.Read(t.Context()).InsuranceChangesOf(agency, 2025, 1); err != nil || len(last) != 1 || last[0].Became != models.StageWithdrawn || last[0].Was != models.StageFellOut {
			t.Errorf("last change %+v, %v", last, err)
		}
	})
}

func TestBackPaymentsByReading(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		root := hire(t, s, models.Recruit{OrgID: agency, PersonID: 7, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410})[0].RootID
		all := span(202503, 202508)
		report(t, s, 20250915, 7, models.MonthSet{Insured: all, Backpaid: span(202504, 202505), Late: span(202504, 202504)}, slices.Collect(all.All())...)
		if err := check(t.Context(), s, 20250915, 10, byDefault); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			backPay string
			stage   models.InsuranceStage
			months  int
		}{
			{policy.BackPayWithinMonth, models.StageCounting, 4}, // May to August
			{policy.BackPayAlways, models.StageReached, 6},
			{policy.BackPayNever, models.StageFellOut, 3},
			{policy.BackPayAlways, models.StageReached, 6},
		} {
			reading := policy.InsuranceReading{BackPay: c.backPay}
			write(t, s, func(tx *models.Tx) error {
				states, err := tx.InsuranceStatesAfter(0, 10)
				if err != nil {
					return err
				}
				return errors.Join(tx.ApplyInsurance(models.RejudgeInsurance(states, reading, 20250916), 20250916, 0), tx.StampReading(0, root, reading))
			})
			states, err := s.Read(t.Context()).InsuranceStates([]int64{root})
			if got := states[root]; err != nil || got.State != c.stage || got.Months != c.months || got.Reading != models.ReadingFingerprint(reading) {
				t.Errorf("%s: %+v, %v; want %s with %d months", c.backPay, got, err, c.stage, c.months)
			}
		}
	})
}

// The correction of one day wins over what was said earlier that day, whatever the order of the rows.
func TestTheLastRevisionOfADayCounts(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		root := hire(t, s, models.Recruit{OrgID: agency, PersonID: 7, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410})[0].RootID
		report(t, s, 20250915, 7, models.MonthSet{Rev: 1, Insured: span(202503, 202507)}, slices.Collect(span(202503, 202508).All())...)
		report(t, s, 20250915, 7, models.MonthSet{Rev: 0, Insured: span(202503, 202508)})
		report(t, s, 20250915, 7, models.MonthSet{Rev: 2, Insured: span(202504, 202508)})
		if err := check(t.Context(), s, 20250915, 10, byDefault); err != nil {
			t.Fatal(err)
		}
		states, err := s.Read(t.Context()).InsuranceStates([]int64{root})
		if got := states[root]; err != nil || got.Insured != span(202504, 202508) {
			t.Errorf("months %v, %v; want those of the last revision", got.Insured, err)
		}
	})
}

// A file that is ahead of its month is looked at again when the month comes.
func TestMonthsKnownInAdvance(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		root := hire(t, s, models.Recruit{OrgID: agency, PersonID: 7, EnterpriseID: employer, HiredOn: 20250310, Category: "graduate", KnownOn: 20250410})[0].RootID
		report(t, s, 20250720, 7, models.MonthSet{Insured: span(202503, 202508)}, slices.Collect(span(202503, 202508).All())...)
		for _, c := range []struct {
			on     policy.Date
			months int
		}{{20250720, 5}, {20250731, 5}, {20250801, 6}} {
			if err := check(t.Context(), s, c.on, 10, byDefault); err != nil {
				t.Fatal(err)
			}
			states, err := s.Read(t.Context()).InsuranceStates([]int64{root})
			if got := states[root]; err != nil || got.Months != c.months {
				t.Errorf("%s: %d months, %v; want %d", c.on, got.Months, err, c.months)
			}
		}
	})
}

// Whatever the size of the chunks and wherever a night is broken off and begun again, the states are those of one
// pass; and what many nights made bit by bit is what one look at the month sets makes.
func TestManyNightsInAnyPiecesEqualOneLook(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, pieces *models.Store) {
		for seed := range uint64(4) {
			whole, reading := modelstest.New(t), []policy.InsuranceReading{byDefault, {Mode: policy.Cumulative, BackPay: policy.BackPayNever}}[seed%2]
			first := int64(1 + seed*100) // each seed has its own people in the database of the pieces
			random := rand.New(rand.NewPCG(seed, 1))
			last := policy.Date(0)
			for night := range story(random) {
				last = night.on
				for _, s := range []*models.Store{pieces, whole} {
					write(t, s, func(tx *models.Tx) error { return night.tell(tx, first) })
				}
				if err := check(t.Context(), whole, night.on, 1000, reading); err != nil {
					t.Fatal(err)
				}
				broken := errors.New("power cut")
				for err := broken; err != nil; {
					steps := random.IntN(4)
					err = checkUntil(t.Context(), pieces, night.on, 1+random.IntN(7), reading, func() error {
						if steps--; steps < 0 {
							return broken
						}
						return nil
					})
					if err != nil && !errors.Is(err, broken) {
						t.Fatal(err)
					}
				}
			}
			a, b := statesFrom(t, pieces, first), statesFrom(t, whole, first)
			if len(a) == 0 || !maps.Equal(a, b) {
				t.Fatalf("seed %d: in pieces\n%+v\nin one pass\n%+v", seed, a, b)
			}
			write(t, whole, func(tx *models.Tx) error { return tx.Recheck(last, slices.Collect(maps.Keys(a))) })
			if err := whole.Exec(t.Context(), "DELETE FROM insurance_states"); err != nil {
				t.Fatal(err)
			}
			if err := check(t.Context(), whole, last, 1000, reading); err != nil {
				t.Fatal(err)
			}
			for root, fresh := range statesFrom(t, whole, first) {
				was := a[root]
				if was.State == models.StageFellOut && fresh.State != models.StageReached {
					was.State = fresh.State // only history knows that it had been reached
				}
				if was.AsOf, was.ChangedOn = fresh.AsOf, fresh.ChangedOn; was != fresh {
					t.Errorf("seed %d: night by night %+v, at once %+v", seed, was, fresh)
				}
			}
		}
	})
}

// checkUntil is check that may be broken off inside any chunk: what the chunk did is rolled back.
func checkUntil(ctx context.Context, s *models.Store, on policy.Date, chunk int, r policy.InsuranceReading, cut func() error) error {
	cache := models.NewCoverageCache(on)
	for after := int64(0); ; {
		roots, err := s.Read(ctx).Rechecks(on, after, chunk)
		if err != nil || len(roots) == 0 {
			return err
		}
		err = s.InTx(ctx, func(tx *models.Tx) error { return errors.Join(checkChunk(tx, roots, r, cache, on), cut()) })
		if err != nil {
			return err
		}
		after = roots[len(roots)-1]
	}
}

func statesFrom(t *testing.T, s *models.Store, first int64) map[int64]models.InsuranceState {
	t.Helper()
	rows, err := s.Read(t.Context()).InsuranceStatesAfter(first-1, 100)
	if err != nil {
		t.Fatal(err)
	}
	m := map[int64]models.InsuranceState{}
	for _, r := range rows {
		m[r.RootID] = r
	}
	return m
}
