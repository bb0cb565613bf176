package models_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// takeOne reaches for a place and says why there was none.
func takeOne(t *testing.T, s *models.Store, round int64, subject string) string {
	t.Helper()
	reason := ""
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		reason = ""
		_, err := tx.TakePlace(models.RoundPlace{RoundID: round, Subject: subject, OrgID: 1, PlanID: 1, TakenOn: 20260801}, 10, 1)
		if refused, ok := errors.AsType[*models.Refusal](err); ok {
			reason = refused.Reason
			return nil
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return reason
}

// Promise 6: fifty reach for ten places at once, in many rounds: exactly ten have one, in places 1 … 10, and each of the others was told why.
func TestFiftyReachForTenPlaces(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		rounds := 3
		if os.Getenv("DUIXIAN_TEST_ROUGH") != "" {
			rounds = 200
		}
		for round := range rounds {
			var group sync.WaitGroup
			reasons := make([]string, 50)
			for i := range reasons {
				group.Go(func() { reasons[i] = takeOne(t, s, int64(round+1), fmt.Sprintf("S%02d", i)) })
			}
			group.Wait()
			made := 0
			for _, r := range reasons {
				if r == "" {
					made++
				} else if r != "OVER_QUOTA" {
					t.Errorf("round %d: refused with %s", round, r)
				}
			}
			places, err := s.Read(t.Context()).Places(int64(round + 1))
			if err != nil || made != 10 || len(places) != 10 {
				t.Fatalf("round %d: %d were told that they have a place, %d have one: %v", round, made, len(places), err)
			}
			for i, p := range places {
				if p.Place != i+1 {
					t.Fatalf("round %d: places %v", round, places)
				}
			}
			changes, err := s.Read(t.Context()).PlaceChanges(int64(round + 1))
			if err != nil || len(changes) != 10 {
				t.Fatalf("round %d: %d changes are on record: %v", round, len(changes), err)
			}
		}
	})
}

func TestAPlaceIsFreedOnceAndTakenAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for i := range 10 {
			if r := takeOne(t, s, 1, fmt.Sprintf("S%02d", i)); r != "" {
				t.Fatal(r)
			}
		}
		if r := takeOne(t, s, 1, "S03"); r != "PLACED" {
			t.Errorf("a second place for one: %q", r)
		}
		places, err := s.Read(t.Context()).Places(1)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		freed := make([]error, 8)
		for i := range freed {
			group.Go(func() {
				freed[i] = s.InTx(t.Context(), func(tx *models.Tx) error { return tx.FreePlace(places[4], "OBJECTION_UPHELD", 9, 20260810, 2) })
			})
		}
		group.Wait()
		done := 0
		for _, err := range freed {
			if err == nil {
				done++
			} else if models.CodeOf(err) != models.Conflict {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("one place was freed %d times", done)
		}
		if r := takeOne(t, s, 1, "S77"); r != "" {
			t.Error(r)
		}
		changes, err := s.Read(t.Context()).PlaceChanges(1)
		if err != nil {
			t.Fatal(err)
		}
		story := ""
		for _, c := range changes {
			if c.Place == 5 {
				story += fmt.Sprintf("%d %s %v %s; ", c.No, c.Subject, c.Taken, c.Reason)
			}
		}
		if want := "1 S04 true ; 2 S04 false OBJECTION_UPHELD; 3 S77 true ; "; story != want {
			t.Errorf("the fifth place: %s, want %s", story, want)
		}
	})
}

// The schema refuses an eleventh place and a second row for one place, also past the door.
func TestNoEleventhPlaceInTheSchema(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		pool := modelstest.Raw(t, s)
		defer pool.Close() //nolint:errcheck // nothing is buffered
		insert := func(place int, subject string) error {
			_, err := pool.ExecContext(t.Context(), "INSERT INTO round_places (round_id, place, subject, org_id, plan_id, taken_on) VALUES (1, ?, ?, 1, 1, 20260801)", place, subject)
			return err
		}
		if err := insert(10, "A"); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []struct {
			place   int
			subject string
		}{{11, "B"}, {0, "C"}, {10, "D"}, {9, "A"}} {
			if insert(bad.place, bad.subject) == nil {
				t.Errorf("place %d went to %s", bad.place, bad.subject)
			}
		}
	})
}

// Nobody reads a point before all are in: not through the door, not in the database.
func TestScoresAreSealedUntilAllAreIn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		say := func(juror, code string, aside bool, points int64, known int) {
			t.Helper()
			row := models.JuryScore{Kind: models.Elite, Year: 2026, Juror: juror, Code: code, Aside: aside, KnownOn: 20260801, Rev: known}
			if points >= 0 {
				if err := s.Cipher().SealPoints(&row, points); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.AddJuryScores([]models.JuryScore{row}) }); err != nil {
				t.Fatal(err)
			}
		}
		for _, juror := range []string{"PW01", "PW02", "PW03"} {
			say(juror, "", false, -1, 0)
		}
		say("PW01", "GR00000001", false, 8123, 0)
		say("PW02", "GR00000001", false, 8300, 0)
		jury := func() (sum int64, waiting []string) {
			t.Helper()
			j, err := s.Read(t.Context()).Jury(models.Elite, 2026, []string{"GR00000001"}, 20260801)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range j.Votes {
				sum += v.Points
			}
			return sum, j.Waiting()
		}
		if sum, waiting := jury(); sum != 0 || strings.Join(waiting, " ") != "PW03/GR00000001" {
			t.Errorf("two of three are in: sum %d, waiting for %v", sum, waiting)
		}
		var stored int
		pool := modelstest.Raw(t, s)
		defer pool.Close() //nolint:errcheck // read only
		if err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM jury_scores WHERE points_enc LIKE '%8123%' OR points_mac LIKE '%8123%'").Scan(&stored); err != nil || stored != 0 {
			t.Errorf("%d rows show their points: %v", stored, err)
		}
		say("PW03", "GR00000001", false, 8000, 0)
		if sum, waiting := jury(); sum != 8123+8300+8000 || len(waiting) != 0 {
			t.Errorf("all are in: sum %d, waiting for %v", sum, waiting)
		}
		say("PW03", "GR00000001", true, -1, 1) // an interest that was declared later
		if sum, waiting := jury(); sum != 8123+8300 || len(waiting) != 0 {
			t.Errorf("one stood aside later: sum %d, waiting for %v", sum, waiting)
		}
	})
}

func TestOneRulingStandsAtATime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		add := func(r models.RoundRuling) (models.RoundRuling, error) {
			r.RoundID, r.Actor, r.At = 1, "jb01", 5
			err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.AddRuling(&r) })
			return r, err
		}
		in, err := add(models.RoundRuling{Ruling: models.RulingIn, Subject: "A", Reason: "区域布局"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := add(models.RoundRuling{Ruling: models.RulingOut, Subject: "A", Reason: "相反"}); models.CodeOf(err) != models.Conflict {
			t.Errorf("in and out at once: %v", err)
		}
		for _, office := range []models.Office{models.Tax, models.Credit} {
			if _, err := add(models.RoundRuling{Ruling: models.RulingOpinion, Subject: "A", Office: office, Reason: "已核实"}); err != nil {
				t.Error(err)
			}
		}
		if _, err := add(models.RoundRuling{Ruling: models.RulingOut, Subject: "B"}); err == nil {
			t.Error("a ruling without a reason")
		}
		end := func() error {
			return s.InTx(t.Context(), func(tx *models.Tx) error { return tx.EndRuling(in.ID, "jb02", 9) })
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		if err := end(); models.CodeOf(err) != models.Conflict {
			t.Errorf("taken back twice: %v", err)
		}
		if _, err := add(models.RoundRuling{Ruling: models.RulingOut, Subject: "A", Reason: "重新研究"}); err != nil {
			t.Error(err)
		}
		if list, err := s.Read(t.Context()).Rulings(1); err != nil || len(list) != 3 {
			t.Errorf("%d stand: %v", len(list), err)
		}
	})
}
