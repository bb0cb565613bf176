package models_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// A copy into the embedded database, where a simulation plays unless told otherwise, finds every word again, from whichever kind of database it comes. A juror who is
// appointed has given no points: bytes that are empty arrive as empty bytes.
func TestTheCopyKeepsWordsAndBytes(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		voted := models.JuryScore{Kind: models.Elite, Year: 2026, Juror: "PW01", Code: "GR00000001", KnownOn: 20260801}
		if err := s.Cipher().SealPoints(&voted, 8123); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *models.Tx) error {
			return tx.AddJuryScores([]models.JuryScore{{Kind: models.Elite, Year: 2026, Juror: "PW01", KnownOn: 20260801}, voted})
		})
		to := modelstest.New(t) // embedded, with the keyset of its own: nothing is deciphered here
		if n, err := models.CopyTold(t.Context(), s, to); err != nil || n < 2 {
			t.Fatal(n, err)
		}
		want, err := s.Read(t.Context()).JuryRows(models.Elite, 2026)
		if err != nil {
			t.Fatal(err)
		}
		got, err := to.Read(t.Context()).JuryRows(models.Elite, 2026)
		if err != nil || len(got) != 2 || len(want) != 2 {
			t.Fatal(got, err)
		}
		for i := range got {
			if string(got[i].PointsEnc) != string(want[i].PointsEnc) || got[i].PointsMac != want[i].PointsMac {
				t.Errorf("row %d: %+v, want %+v", i, got[i], want[i])
			}
		}
	})
}
