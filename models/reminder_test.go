package models_test

import (
	"slices"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// A database of before knows no last days: the migration reads them out of what is stored, as AddFacts does for what comes.
func TestLastDaysOfStoredFacts(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		fact := func(key, kind, attrs string) models.Fact {
			return models.Fact{OrgID: 1, Kind: kind, FactKey: key, OnDay: 20230101, KnownOn: 20230901, Attrs: attrs}
		}
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			return tx.AddFacts([]models.Fact{
				fact("a", "registration", `{"permit_end":"2026-04-01","licensed":true}`), fact("b", "registration", `{"permit_end":"","permit":"备案"}`), fact("c", "registration", `{"licensed":false}`),
				fact("d", "hightech", `{"permit_end":"2026-04-01"}`), fact("e", "registration", `{"permit_end":"2027-12-31"}`),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		ends := func() (days []policy.Date) {
			rows, err := s.Read(t.Context()).FactRows([]int64{1}, []string{"hightech", "registration"})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range rows {
				days = append(days, f.EndOn)
			}
			return days
		}
		want := []policy.Date{0, 20260401, 0, 0, 20271231}
		if got := ends(); !slices.Equal(got, want) {
			t.Errorf("written: %v, want %v", got, want)
		}
		modelstest.Exec(t, s, "UPDATE facts SET end_on = 0")
		if err := s.Backfill(t.Context(), "0005_reminders.sql"); err != nil {
			t.Fatal(err)
		}
		if got := ends(); !slices.Equal(got, want) {
			t.Errorf("migrated: %v, want %v", got, want)
		}
	})
}
