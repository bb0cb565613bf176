package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// approve writes an approval of a plan as two people leave it behind.
func approve(t *testing.T, s *models.Store, id int64, kind, state string, at policy.Instant) {
	t.Helper()
	for _, sql := range []string{
		fmt.Sprintf(`INSERT INTO plans (id, kind, title, known_on, made_on, state, body, hash, line_count, total_fen, run_id)
			VALUES (%d, '%s', '', 0, 0, 'approved', '', 'h%d', 0, 0, 0)`, id, kind, id),
		fmt.Sprintf(`INSERT INTO approvals (id, plan_id, plan_hash, maker_id, checker_id, state, code_mac, reason, submitted_at, expires_on, decided_at, run_id)
			VALUES (%d, %d, 'h', 1, 2, '%s', 'c%d', '', %d, 0, 0, 0)`, id, id, state, id, at),
	} {
		if err := s.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnePersonStopsEverythingAndTwoStartItAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		row := queue(t, s, "daily", 100)[0]
		going, _ := claim(t, s, queue(t, s, "long", 100)[0], lease("a", 1000))
		one, two := models.Actor{Member: "one"}, models.Actor{Member: "two"}
		if stop, err := s.Read(t.Context()).Stopped(); stop != nil || err != nil {
			t.Fatal(stop, err)
		}
		inTx(t, s, func(tx *models.Tx) error { _, err := tx.Stop(one, "金额不对", 5000); return err })
		err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.Stop(two, "也不对", 6000); return err })
		if models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), "one：金额不对") {
			t.Errorf("stopped twice: %v", err)
		}
		if stop, err := s.Read(t.Context()).Stopped(); err != nil || stop == nil || stop.Actor != "one" || stop.Since != 5000 {
			t.Errorf("%+v, %v", stop, err)
		}
		if _, ok := claim(t, s, row, lease("a", 6000)); ok {
			t.Error("claimed while stopped")
		}
		err = s.InTx(t.Context(), func(tx *models.Tx) error {
			return tx.Fence(going, models.Chunk{RunID: going.ID, No: 1, Epoch: 1, ToKey: "k"}, 0, 70_000)
		})
		if !errors.Is(err, models.ErrStopped) {
			t.Errorf("a chunk passed the stop: %v", err)
		}

		approve(t, s, 1, "resume", "approved", 4999)
		approve(t, s, 2, "award", "approved", 7000)
		approve(t, s, 3, "resume", "pending", 7000)
		approve(t, s, 4, "resume", "approved", 7000)
		end := func(approval int64) error {
			return s.InTx(t.Context(), func(tx *models.Tx) error { return tx.EndStop(approval, two, 8000) })
		}
		for id, why := range map[int64]string{0: "none", 1: "from before the stop", 2: "of something else", 3: "still pending"} {
			if err := end(id); models.CodeOf(err) != models.Forbidden {
				t.Errorf("started again with an approval %s: %v", why, err)
			}
		}
		if err := end(4); err != nil {
			t.Fatal(err)
		}
		if stop, err := s.Read(t.Context()).Stopped(); stop != nil || err != nil {
			t.Errorf("%+v, %v", stop, err)
		}
		if err := end(4); models.CodeOf(err) != models.Conflict {
			t.Errorf("started twice: %v", err)
		}
		if _, ok := claim(t, s, row, lease("a", 9000)); !ok {
			t.Error("not claimed after the stop")
		}
		inTx(t, s, func(tx *models.Tx) error { _, err := tx.Stop(two, "又不对", 9000); return err })
		audit, err := s.Read(t.Context()).AuditRows("jobs", 1, 9)
		if err != nil || len(audit) != 3 || audit[0].Action != "stop" || audit[1].Action != "end_stop" || audit[2].Actor != "two" {
			t.Errorf("%+v, %v", audit, err)
		}
	})
}
