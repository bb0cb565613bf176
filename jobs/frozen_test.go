package jobs_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// The second person sees every line of the frozen plan before saying yes, and whatever became known after the submission is
// not in it.
func TestTheSecondPersonSeesTheFrozenPlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		shown, report, err := h.sim.Runner.Frozen(t.Context(), models.Actor{Member: "fh01"}, sub.Code, now)
		if err != nil || shown.Hash != sub.Hash || shown.PlanID != sub.PlanID || shown.Code != "" {
			t.Fatalf("shown %+v, %v; submitted %+v", shown, err, sub)
		}
		if len(report.Lines) != 1 || report.Lines[0].Who == "" || report.Lines[0].Amount != 1_000_000_00 || report.Lines[0].Why == "" || report.Total != 1_000_000_00 {
			t.Errorf("report %+v", report)
		}
		_, _, err = h.sim.Runner.Frozen(t.Context(), models.Actor{Member: "firm1"}, sub.Code, now)
		refused(t, err, models.Forbidden, "复核")
		_, _, err = h.sim.Runner.Frozen(t.Context(), models.Actor{Member: "fh01"}, "999999", now)
		refused(t, err, models.Invalid, "还可以试 4 次")
		same(t, "nothing was decided", h.claims("A"), "hightech-first GR1 proposed OK")
	})
}

// A slip of the finger is not a guess: what cannot be a code costs no try, and full-width digits with a blank are the code.
func TestWhatCannotBeACodeCostsNoTry(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		for range models.WrongCodeLimit + 1 {
			for _, code := range []string{"", "12345", "1234567", "12345a", "审批码"} {
				_, err = h.decide("fh01", code, true, now)
				refused(t, err, models.Invalid, "审批码是 6 位数字")
			}
		}
		var wide []rune
		for i, r := range sub.Code {
			if i == 3 {
				wide = append(wide, ' ')
			}
			wide = append(wide, r-'0'+'０')
		}
		if done, err := h.decide("fh01", string(wide), true, now); err != nil || done.State != "executed" {
			t.Errorf("%s: %+v, %v", string(wide), done, err)
		}
	})
}
