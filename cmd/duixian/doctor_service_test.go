package main

import (
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// A service that was killed minutes ago is the one thing that is wrong, and doctor fails because of it.
func TestDoctorLooksForTheService(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		start := time.Date(2026, 3, 2, 9, 0, 0, 0, policy.Shanghai)
		const one, two = "host/11/AAA", "host/22/BBB"
		say := func(owner string, seen, stopped time.Duration) {
			t.Helper()
			r := models.Replica{Owner: owner, StartedAt: policy.InstantOf(start), SeenAt: policy.InstantOf(start.Add(seen))}
			if stopped > 0 {
				r.StoppedAt = policy.InstantOf(start.Add(stopped))
			}
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.Alive(r) }); err != nil {
				t.Fatal(err)
			}
		}
		want := func(after time.Duration, state, detail string) {
			t.Helper()
			now := func() time.Time { return start.Add(after) }
			d := doctor{program: &program{now: now, wall: now}}
			d.config.Watch.SilentMinutes = 5
			if err := d.service(s.Read(t.Context())); err != nil || len(d.found) != 1 {
				t.Fatal(err, d.found)
			}
			if f := d.found[0]; f.State != state || !strings.Contains(f.Detail, detail) || (f.State == stateOK) != (f.Advice == "") {
				t.Errorf("after %s: %+v, want %s with %q", after, f, state, detail)
			}
		}
		want(0, stateWarn, "还没有启动过")
		say(one, time.Minute, 0)
		want(5*time.Minute, stateOK, one+"，最后一次动静在 2026年3月2日 09:01")
		want(6*time.Minute, stateBad, "没有在运行，最后一次动静在 2026年3月2日 09:01（"+one+"），已超过 5 分钟")
		say(two, 10*time.Minute, 0)
		want(11*time.Minute, stateOK, two)
		say(two, 12*time.Minute, 12*time.Minute)
		want(12*time.Minute, stateWarn, "最后一个于 2026年3月2日 09:12 正常停止（"+two+"）")
		say(one, 13*time.Minute, 0)
		want(13*time.Minute, stateOK, one)

		// Its loop stands still while a run goes, which is a sign of life as long as it renews its lease.
		if err := s.InTx(t.Context(), func(tx *models.Tx) error {
			rows, err := tx.InsertRuns([]models.Run{{Job: "claims", SlotKey: "a", State: models.RunQueued, BusinessDate: 20260302}})
			if err != nil {
				return err
			}
			_, _, err = tx.ClaimRun(rows[0], models.Lease{Owner: "host/11/CCC", Now: policy.InstantOf(start.Add(40 * time.Minute)), For: time.Minute})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want(41*time.Minute, stateOK, one+"，最后一次动静在 2026年3月2日 09:13，正在执行 claims")
		want(42*time.Minute, stateBad, "09:13")
	})
}
