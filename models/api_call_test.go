package models_test

import (
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// However many services count at the same moment: no call is lost, and the limit is never passed.
func TestTheLedgerCountsOnceAndStopsAtTheLimit(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const limit, each, services = 25, 10, 4
		var all sync.WaitGroup
		for range services {
			all.Go(func() {
				for range each {
					err := s.InTx(t.Context(), func(tx *models.Tx) error {
						_, ok, err := tx.CountCall(202603, "robot.person", "api", limit)
						if err == nil && ok {
							_, _, err = tx.CountCall(202603, "token", "", 0) // free: no allowance
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		calls, err := s.Read(t.Context()).APICalls(202603)
		if err != nil || calls["api"] != limit || calls["robot.person"] != limit || calls["token"] != limit {
			t.Errorf("%v, %v; want %d of each", calls, err, limit)
		}
		write(t, s, func(tx *models.Tx) error {
			used, ok, err := tx.CountCall(202603, "work", "api", 0)
			if used != limit+1 || !ok {
				t.Errorf("what matters has no limit: %d, %v", used, ok)
			}
			return err
		})
		write(t, s, func(tx *models.Tx) error { return tx.UncountCall(202603, "work", "api") })
		write(t, s, func(tx *models.Tx) error { return tx.UncountCall(202604, "work", "api") })
		next, err := s.Read(t.Context()).APICalls(202604)
		if calls, _ = s.Read(t.Context()).APICalls(202603); err != nil || calls["api"] != limit || calls["work"] != 0 || len(next) != 0 {
			t.Errorf("%v, next month %v, %v", calls, next, err)
		}
	})
}

func TestStreamStatesAndDenials(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		write(t, s, func(tx *models.Tx) error {
			for _, r := range []models.StreamState{{Owner: "a", SeenAt: 10, Connected: true}, {Owner: "b", SeenAt: 20}, {Owner: "a", SeenAt: 30, LastError: "中断"}, {Owner: "c", SeenAt: 40}} {
				if err := tx.PutStreamState(r, 15); err != nil {
					return err
				}
			}
			if err := tx.DropStreamState("c"); err != nil {
				return err
			}
			for range 2 {
				if err := tx.PutAppDenial(models.AppDenial{Kind: "work", Scopes: "qyapi_base", At: 5}); err != nil {
					return err
				}
			}
			return nil
		})
		rows, err := s.Read(t.Context()).StreamStates()
		if err != nil || len(rows) != 2 || rows[0].Owner != "a" || rows[0].Connected || rows[0].LastError != "中断" || rows[1].Owner != "b" {
			t.Errorf("%+v, %v", rows, err)
		}
		if d, err := s.Read(t.Context()).AppDenials(5); err != nil || len(d) != 1 || d[0].Scopes != "qyapi_base" {
			t.Errorf("%+v, %v", d, err)
		}
		if d, _ := s.Read(t.Context()).AppDenials(6); len(d) != 0 {
			t.Errorf("old: %+v", d)
		}
	})
}
