package models_test

import (
	"slices"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func TestRechecksAreTakenInRootOrder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ask := func(from policy.Date, roots ...int64) {
			t.Helper()
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.Recheck(from, roots) }); err != nil {
				t.Fatal(err)
			}
		}
		ask(20250315, 9, 3, 5, 3)
		ask(20250315, 5, 7)         // partly asked already
		ask(20250315, 9, 3)         // all asked already
		ask(20250316, 2, 5)         // asked from another day as well
		ask(20250318, 1)            // not due yet
		ask(20250301, []int64{}...) // nothing
		q := s.Read(t.Context())
		if n, err := q.CountRechecks(20250317); err != nil || n != 5 {
			t.Errorf("%d requests due, %v; want 5 recruits, one of whom was asked for from two days", n, err)
		}
		first, err := q.Rechecks(20250317, 0, 3)
		if err != nil || !slices.Equal(first, []int64{2, 3, 5}) {
			t.Fatalf("first three %v, %v", first, err)
		}
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.TakeRechecks(20250317, first) }); err != nil {
			t.Fatal(err)
		}
		if rest, err := q.Rechecks(20250317, 0, 10); err != nil || !slices.Equal(rest, []int64{7, 9}) {
			t.Errorf("the rest %v, %v", rest, err)
		}
		if later, err := q.Rechecks(20250318, 5, 10); err != nil || !slices.Equal(later, []int64{7, 9}) {
			t.Errorf("after root 5 %v, %v", later, err)
		}
		if later, err := q.Rechecks(20250318, 0, 10); err != nil || !slices.Equal(later, []int64{1, 7, 9}) {
			t.Errorf("a day later %v, %v", later, err)
		}
	})
}

// An import and a check meet at one recruit: whoever is second waits, and what the import wrote is looked at.
func TestRecheckIsNotLostToACheckThatIsTakingIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if s.Dialect() == "sqlite" {
			return // one writer at a time: they cannot meet
		}
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.Recheck(20250315, []int64{4, 6}) }); err != nil {
			t.Fatal(err)
		}
		asked := make(chan error)
		err := s.InTx(t.Context(), func(check *models.Tx) error {
			if err := check.TakeRechecks(20250315, []int64{4, 6}); err != nil {
				return err
			}
			started := make(chan struct{})
			start := sync.OnceFunc(func() { close(started) })
			go func() {
				asked <- s.InTx(t.Context(), func(tx *models.Tx) error {
					if err := tx.SetMeta("import", "1"); err != nil {
						return err
					}
					start()
					return tx.Recheck(20250315, []int64{4})
				})
			}()
			<-started
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-asked; err != nil {
			t.Fatal(err)
		}
		if left, err := s.Read(t.Context()).Rechecks(20250315, 0, 10); err != nil || !slices.Equal(left, []int64{4}) {
			t.Errorf("left %v, %v; want the request of the import", left, err)
		}
	})
}
