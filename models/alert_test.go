package models_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// An alert about a thing is open once; of two who move it on from the same point one succeeds.
func TestAnAlertIsOneRow(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		raise := func(thing string) (won bool) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				won, err = tx.OpenAlert(models.Alert{Kind: "disk-low", Thing: thing, State: models.AlertOpen, OpenedAt: 5, NextAt: 5})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return won
		}
		if !raise("data") || raise("data") || !raise("other") {
			t.Fatal("the natural key does not hold")
		}
		open, err := s.Read(t.Context()).OpenAlerts()
		if err != nil || len(open) != 2 {
			t.Fatal(open, err)
		}
		next := open[0]
		next.Told, next.NextAt, next.Cause = 1, 900, "只剩 0.6 GB"
		move := func(was, now models.Alert) (won bool) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				won, err = tx.ChangeAlert(was, now)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return won
		}
		if !move(open[0], next) || move(open[0], next) {
			t.Error("two moved the same alert on")
		}
		closed := next
		closed.State, closed.ClosedAt = models.AlertClosed, 1000
		if !move(next, closed) || !raise(closed.Thing) {
			t.Error("what is closed is in the way of the next")
		}
		again := closed
		again.State, again.ClosedAt = models.AlertOpen, 0
		if move(closed, again) {
			t.Error("two alerts about one thing are open")
		}
		last, err := s.Read(t.Context()).LastClosed("disk-low", closed.Thing)
		if err != nil || last.ID != closed.ID || last.Cause != "只剩 0.6 GB" {
			t.Error(last, err)
		}
	})
}

// A sign of life is a row a start; those long gone are forgotten.
func TestReplicas(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const day = 24 * 60 * 60 * 1000
		for _, r := range []models.Replica{{Owner: "a", SeenAt: day}, {Owner: "b", SeenAt: 20 * day}, {Owner: "a", SeenAt: 2 * day, StoppedAt: 2 * day}, {Owner: "c", SeenAt: 40 * day}} {
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.Alive(r) }); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := s.Read(t.Context()).Replicas()
		if err != nil || len(rows) != 2 || rows[0].Owner != "c" || rows[1].Owner != "b" {
			t.Errorf("%+v %v", rows, err)
		}
	})
}
