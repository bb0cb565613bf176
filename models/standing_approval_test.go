package models_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// fifty processes take from one standing approval at once: neither the night nor the period passes its limit, and what was taken
// is what is recorded.
func TestStandingLimitsHoldUnderFiftyWriters(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		terms := models.StandingTerms{Kinds: []string{"award"}, From: 20260301, To: 20260331, PerLine: policy.Yuan(10), PerNight: policy.Yuan(70), PerPeriod: policy.Yuan(100)}
		row := terms.Standing()
		row.MakerID, row.CheckerID, row.PlanID, row.ApprovalID = 1, 2, 3, 4
		if err := s.InTx(t.Context(), func(tx *models.Tx) (err error) { row, err = tx.StartStanding(row); return err }); err != nil {
			t.Fatal(err)
		}
		take := func(night policy.Date) (taken int64) {
			var wg sync.WaitGroup
			var n atomic.Int64
			for range 50 {
				wg.Go(func() {
					for try := 1; ; try++ {
						full := false
						err := s.InTx(t.Context(), func(tx *models.Tx) error {
							err := tx.Try(func(tx *models.Tx) error { return tx.TakeStanding(row, night, policy.Yuan(10)) })
							_, full = errors.AsType[*models.Refusal](err)
							if full {
								return nil
							}
							return err
						})
						if err != nil && try < 50 {
							continue // busy: fifty at once are more than anybody has
						}
						if err != nil {
							t.Error(err)
						} else if !full {
							n.Add(1)
						}
						return
					}
				})
			}
			wg.Wait()
			return n.Load()
		}
		if n := take(20260302); n != 7 {
			t.Errorf("%d lines of 10.00 in a night of 70.00", n)
		}
		if n := take(20260303); n != 3 {
			t.Errorf("%d lines more in a period of 100.00", n)
		}
		if n := take(20260401); n != 0 {
			t.Errorf("%d lines after the last day", n)
		}
		now, err := s.Read(t.Context()).Standing(row.ID)
		if err != nil || now.UsedFen != policy.Yuan(100) {
			t.Errorf("used %s, %v", now.UsedFen, err)
		}
		if used, err := s.Read(t.Context()).StandingNight(row.ID, 20260302); err != nil || used != policy.Yuan(70) {
			t.Errorf("the first night used %s, %v", used, err)
		}
	})
}

func TestTheDatabaseItselfKeepsTheLimits(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		row := models.StandingTerms{Kinds: []string{"award"}, From: 20260301, To: 20260331, PerLine: 1000, PerNight: 7000, PerPeriod: 10000}.Standing()
		row.MakerID, row.CheckerID, row.PlanID, row.ApprovalID = 1, 2, 3, 4
		err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
			row, err = tx.StartStanding(row)
			if err == nil {
				err = tx.TakeStanding(row, 20260302, 7000)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		pool := modelstest.Raw(t, s)
		defer pool.Close() //nolint:errcheck // nothing is buffered
		for _, past := range []string{
			"UPDATE standings SET used_fen = 10001", "UPDATE standings SET maker_id = checker_id", "UPDATE standing_nights SET used_fen = 7001", "UPDATE standings SET night_fen = 999",
		} {
			if _, err := pool.ExecContext(t.Context(), past); err == nil {
				t.Errorf("the database took %s", past)
			}
		}
		clash := row
		clash.PlanID, clash.ApprovalID, clash.Kinds = 5, 6, ",release,award,"
		err = s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.StartStanding(clash); return err })
		if models.CodeOf(err) != models.Conflict {
			t.Errorf("two at once for the same: %v", err)
		}
		clash.Items, clash.FromOn = ",park-station,", 20260401
		clash.ToOn = 20260430
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.StartStanding(clash); return err }); err != nil {
			t.Errorf("one of the next month: %v", err)
		}
		if got, err := s.Read(t.Context()).StandingFor("award", "park-station", 20260415); err != nil || got.PlanID != 5 {
			t.Errorf("for April: %+v, %v", got, err)
		}
		if _, err := s.Read(t.Context()).StandingFor("award", "event-host-tier1", 20260415); models.CodeOf(err) != models.NotFound {
			t.Errorf("an item that is not named: %v", err)
		}
	})
}
