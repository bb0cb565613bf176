package models_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func starRound(year int) models.Round {
	return models.Round{
		Kind: models.StarRating, Year: year, OpensOn: policy.NewDate(year, 4, 1), DataBy: policy.NewDate(year, 5, 31), PublicityFrom: policy.NewDate(year, 7, 1),
		ConfirmBy: policy.NewDate(year, 7, 31), CutoffOn: policy.NewDate(year, 4, 1), Model: "jinhua-star-1",
	}
}

func step(reason string) models.RoundStep {
	return models.RoundStep{On: 20260401, At: policy.InstantOf(policy.Date(20260401).At(9, 0)), Actor: models.Actor{Member: "clerk"}, Reason: reason}
}

func openRound(t *testing.T, s *models.Store, r models.Round) (stored models.Round) {
	t.Helper()
	inTx(t, s, func(tx *models.Tx) (err error) { stored, err = tx.OpenRound(r, step("启动")); return err })
	return stored
}

func TestARoundGoesItsWayAndEveryStepIsOnRecord(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		r := openRound(t, s, starRound(2026))
		way := []models.RoundState{models.RoundOpen, models.RoundScoring, models.RoundProposed, models.RoundScoring, models.RoundProposed, models.RoundApproved, models.RoundPublicity, models.RoundConfirmed}
		for _, to := range way {
			inTx(t, s, func(tx *models.Tx) error { return tx.MoveRound(&r, to, step("到"+to.Text())) })
		}
		q := s.Read(t.Context())
		stored, err := q.RoundByID(r.ID)
		if err != nil || stored != r || !stored.Over() {
			t.Fatalf("stored %+v, in hand %+v, %v", stored, r, err)
		}
		events, err := q.RoundEvents(r.ID)
		if err != nil || len(events) != len(way)+1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		for i, e := range events {
			if e.Version != i+1 || i > 0 && (e.Became != way[i-1] || e.Was != events[i-1].Became) {
				t.Errorf("event %d: %+v", i, e)
			}
		}
		rows, err := q.AuditRows("rounds", 0, 100)
		if err != nil || len(rows) != len(events) {
			t.Errorf("%d audit rows for %d events, %v", len(rows), len(events), err)
		}
		for _, to := range []models.RoundState{models.RoundOpen, models.RoundPaused, models.RoundCancelled} {
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { again := r; return tx.MoveRound(&again, to, step("")) }); models.CodeOf(err) != models.Conflict {
				t.Errorf("a confirmed round went to %s: %v", to, err)
			}
		}
	})
}

func TestARoundSkipsNoStepAndAPauseEndsWhereItBegan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		r := openRound(t, s, starRound(2026))
		refuse := func(to models.RoundState) {
			t.Helper()
			copied := r
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.MoveRound(&copied, to, step("")) }); models.CodeOf(err) != models.Conflict {
				t.Errorf("from %s to %s: %v", r.State, to, err)
			}
		}
		move := func(to models.RoundState) {
			t.Helper()
			inTx(t, s, func(tx *models.Tx) error { return tx.MoveRound(&r, to, step("")) })
		}
		refuse(models.RoundConfirmed)
		refuse(models.RoundProposed)
		move(models.RoundOpen)
		refuse(models.RoundApproved)
		move(models.RoundPaused)
		refuse(models.RoundScoring)
		refuse(models.RoundPaused)
		move(models.RoundOpen)
		move(models.RoundCancelled)
		refuse(models.RoundOpen)
	})
}

func TestASecondRoundOfAYearIsRefusedUnlessTheFirstWasCancelled(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		first := openRound(t, s, starRound(2026))
		err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.OpenRound(starRound(2026), step("再来")); return err })
		if models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), fmt.Sprintf("2026年度星级评定已经有了（#%d", first.ID)) {
			t.Errorf("a second round: %v", err)
		}
		other := starRound(2026)
		other.Kind = models.Backbone
		openRound(t, s, other)
		inTx(t, s, func(tx *models.Tx) error { return tx.MoveRound(&first, models.RoundCancelled, step("年度写错")) })
		again := openRound(t, s, starRound(2026))
		if r, err := s.Read(t.Context()).Round(models.StarRating, 2026); err != nil || r.ID != again.ID {
			t.Errorf("the round of 2026 is %+v, %v; want #%d", r, err, again.ID)
		}
	})
}

// Forty people start the same round, and forty move it: one of each succeeds.
func TestARoundIsStartedAndMovedOnceHoweverManyTry(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		var group sync.WaitGroup
		var made, moved atomic.Int32
		for range 40 {
			group.Go(func() {
				err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.OpenRound(starRound(2026), step("")); return err })
				if err == nil {
					made.Add(1)
				} else if models.CodeOf(err) != models.Conflict {
					t.Errorf("opening: %v", err)
				}
			})
		}
		group.Wait()
		read, err := s.Read(t.Context()).Round(models.StarRating, 2026)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			group.Go(func() {
				err := s.InTx(t.Context(), func(tx *models.Tx) error { r := read; return tx.MoveRound(&r, models.RoundOpen, step("")) })
				if err == nil {
					moved.Add(1)
				} else if models.CodeOf(err) != models.Conflict {
					t.Errorf("moving: %v", err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 || moved.Load() != 1 {
			t.Errorf("made %d times, moved %d times", made.Load(), moved.Load())
		}
	})
}

func TestEntriesAreWrittenOverAndMovedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		rows := []models.RoundEntry{
			{RoundID: 1, Subject: "B", OrgID: 2, Score: new(9000), Rank: 1, Stars: new(5), State: models.EntryScored, Detail: "{}", ChangedOn: 20260601},
			{RoundID: 1, Subject: "A", OrgID: 1, State: models.EntryProvisional, Reason: "MISSING", Detail: "{}", ChangedOn: 20260601},
			{RoundID: 1, Subject: "C", OrgID: 3, Score: new(0), Rank: 2, Stars: new(0), State: models.EntryScored, Detail: "{}", ChangedOn: 20260601},
		}
		for range 2 {
			inTx(t, s, func(tx *models.Tx) error { return tx.PutEntries(rows) })
		}
		q := s.Read(t.Context())
		list, err := q.Entries(1)
		if err != nil || len(list) != 3 || list[0].Subject != "B" || list[1].Subject != "C" || list[2].Subject != "A" {
			t.Fatalf("%+v, %v", list, err)
		}
		if list[2].Score != nil || list[2].Stars != nil || list[1].Stars == nil || *list[1].Stars != 0 {
			t.Errorf("missing and zero are mixed up: %+v", list)
		}
		e, stale := list[2], list[2]
		inTx(t, s, func(tx *models.Tx) error { return tx.MoveEntry(&e, models.EntryPostponed, "缺少资料", 20260701) })
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.MoveEntry(&stale, models.EntryScored, "", 20260701) }); models.CodeOf(err) != models.Conflict {
			t.Errorf("an entry was moved twice: %v", err)
		}
		if got, err := q.Entry(1, "A"); err != nil || got != e {
			t.Errorf("%+v, %v", got, err)
		}
		if mine, err := q.EntriesOfOrg(1); err != nil || len(mine) != 1 || mine[0].Subject != "A" {
			t.Errorf("%+v, %v", mine, err)
		}
	})
}

func TestFrozenInputsStayAndTheirHashTellsAnEdit(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		freeze := func(subject string, revenue int) error {
			return s.InTx(t.Context(), func(tx *models.Tx) error { return tx.FreezeInput(7, subject, map[string]any{"revenue": revenue}) })
		}
		for _, subject := range []string{"B", "A", "B"} {
			if err := freeze(subject, 5); err != nil {
				t.Fatal(err)
			}
		}
		if err := freeze("A", 6); models.CodeOf(err) != models.Conflict {
			t.Errorf("frozen inputs were changed: %v", err)
		}
		q := s.Read(t.Context())
		hash, n, err := q.InputsHash(7)
		if err != nil || n != 2 || len(hash) != 64 {
			t.Fatalf("%s, %d, %v", hash, n, err)
		}
		modelstest.Exec(t, s, `UPDATE round_inputs SET inputs = '{"revenue":50}' WHERE round_id = 7 AND subject = 'A'`)
		if _, _, err := q.InputsHash(7); err == nil {
			t.Error("an edited input passes")
		}
	})
}

func TestALookIsKeptOverTheOneBefore(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for _, seen := range []string{`{"A":"5星"}`, `{"A":"4星"}`} {
			inTx(t, s, func(tx *models.Tx) error {
				return tx.LookAt(models.RoundLook{RoundID: 1, MemberID: 2, At: 3, Seen: seen})
			})
		}
		l, err := s.Read(t.Context()).LastLook(1, 2)
		if err != nil || l.Seen != `{"A":"4星"}` {
			t.Errorf("%+v, %v", l, err)
		}
	})
}
