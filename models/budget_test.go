package models_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func appropriated(t *testing.T, s *models.Store, rows ...models.Appropriation) error {
	t.Helper()
	return s.InTx(t.Context(), func(tx *models.Tx) error { return tx.AddAppropriations(slices.Clone(rows), 20260401) })
}

func allot(channel policy.Channel, amount policy.Fen) models.Appropriation {
	return models.Appropriation{Year: 2026, Channel: channel, DocumentNo: "示例财〔2026〕1号", AmountFen: amount, EffectiveOn: 20260101, KnownOn: 20260105}
}

func budgetLine(award int64, decided policy.Date, parts ...policy.ChannelPart) models.BudgetLine {
	l := models.BudgetLine{AwardID: award, No: 1, Attempt: 1, DecidedOn: decided, Parts: parts}
	for _, p := range parts {
		l.Amount += p.Amount
	}
	return l
}

func city(amount policy.Fen) policy.ChannelPart {
	return policy.ChannelPart{Channel: "市级", Amount: amount}
}

func district(amount policy.Fen) policy.ChannelPart {
	return policy.ChannelPart{Channel: "区级", Amount: amount}
}

// order lets a batch order lines and says which awards wait.
func order(t *testing.T, s *models.Store, batch int64, required bool, lines ...models.BudgetLine) []int64 {
	t.Helper()
	var waits []int64
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		waiting, err := tx.CheckBudget(models.BudgetOrder{Year: 2026, BatchID: batch, On: 20260401, Required: required}, lines)
		waits = nil
		for _, l := range waiting {
			waits = append(waits, l.AwardID)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return waits
}

// sound fails on any finding of the invariants about budgets.
func sound(t *testing.T, s *models.Store) {
	t.Helper()
	results, err := s.Read(t.Context()).Check(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.No == "7" || r.No == "7b" || r.No == "7c" {
			for _, f := range r.Findings {
				t.Errorf("check %s: %s", r.No, f)
			}
		}
	}
}

func left(t *testing.T, s *models.Store, channel policy.Channel, on policy.Date) policy.Fen {
	t.Helper()
	l, err := s.Read(t.Context()).BudgetLeft(2026, on)
	if err != nil {
		t.Fatal(err)
	}
	return l[channel]
}

// Fifty batches reach at once for money that suffices for seven of them in one channel and nine in the other.
func TestAnAppropriationIsNeverPassedHoweverManyOrder(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if err := appropriated(t, s, allot("市级", 7*1000+999), allot("区级", 9*1000)); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		waiting := 0
		for i := range int64(50) {
			group.Go(func() {
				parts := []policy.ChannelPart{city(1000), district(1000)}
				if i%2 == 1 { // in the other order: two must not wait for each other
					slices.Reverse(parts)
				}
				n := len(order(t, s, i, true, budgetLine(i+1, 20260301, parts...)))
				mu.Lock()
				waiting += n
				mu.Unlock()
			})
		}
		group.Wait()
		if waiting != 43 || left(t, s, "市级", 20260401) != 999 || left(t, s, "区级", 20260401) != 2000 {
			t.Errorf("%d of 50 wait, left %d and %d fen; want 43, 999 and 2000", waiting, left(t, s, "市级", 20260401), left(t, s, "区级", 20260401))
		}
		sound(t, s)
	})
}

// Whole lines, by the day of the decision; one that does not fit in any of its channels waits, and a later one that fits goes. Two people may let another go first.
func TestShortageIsDecidedByWholeLinesAndPeople(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if err := appropriated(t, s, allot("市级", 1000), allot("区级", 1000)); err != nil {
			t.Fatal(err)
		}
		lines := []models.BudgetLine{
			budgetLine(1, 20260303, city(600)),
			budgetLine(2, 20260301, city(500), district(500)),
			budgetLine(3, 20260302, city(100), district(600)), // no room in the district's purse
			budgetLine(4, 20260304, city(400)),
		}
		try := func(want string) {
			t.Helper()
			_, wait, err := s.Read(t.Context()).BudgetFits(models.BudgetOrder{Year: 2026, On: 20260401, Required: true}, lines)
			got := ""
			for _, l := range wait {
				got += fmt.Sprint(l.AwardID, " ")
			}
			if err != nil || got != want {
				t.Errorf("wait: %q (%v), want %q", got, err, want)
			}
		}
		try("3 1 ")
		choose := func(plan int64, awards ...int64) {
			t.Helper()
			var rows []models.BudgetChoice
			for i, a := range awards {
				rows = append(rows, models.BudgetChoice{PlanID: plan, Place: i + 1, Year: 2026, AwardID: a, No: 1})
			}
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.AddBudgetChoices(rows) }); err != nil {
				t.Fatal(err)
			}
		}
		choose(7, 3)
		try("2 4 ") // 3, then by decision: 2 has no room in the district's purse, 1 has, 4 not any more
		choose(8, 4, 1)
		try("2 3 ") // the newest choice alone counts
		if got := order(t, s, 1, true, lines...); fmt.Sprint(got) != "[2 3]" {
			t.Errorf("%v wait, want [2 3] as the look beforehand said", got)
		}
		sound(t, s)
	})
}

// The same order again changes nothing; what comes back is given back once, and may be ordered again; what nobody demanded an appropriation for is on record.
func TestOrdersAreOnceAndComeBackOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if err := appropriated(t, s, allot("市级", 1000)); err != nil {
			t.Fatal(err)
		}
		first := budgetLine(1, 20260301, city(700))
		for range 2 {
			if got := order(t, s, 1, true, first); got != nil || left(t, s, "市级", 20260401) != 300 {
				t.Errorf("%v wait, %d fen left; want none and 300", got, left(t, s, "市级", 20260401))
			}
		}
		if got := order(t, s, 2, true, budgetLine(2, 20260302, city(400))); len(got) != 1 {
			t.Errorf("an order of 400 fen out of 300 does not wait")
		}
		for range 2 {
			if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.ReleaseBudget(1, 1, 1, 20260410) }); err != nil {
				t.Fatal(err)
			}
			if l := left(t, s, "市级", 20260410); l != 1000 {
				t.Errorf("%d fen left after the return, want 1000", l)
			}
		}
		first.Attempt = 2
		order(t, s, 3, true, first)
		order(t, s, 4, false, budgetLine(2, 20260302, city(400)))
		if l := left(t, s, "市级", 20260410); l != -100 {
			t.Errorf("%d fen left when nobody demands an appropriation, want -100", l)
		}
		order(t, s, 5, false, budgetLine(3, 20260302, district(50))) // a purse that nobody filled
		sound(t, s)
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.ReleaseBudget(2, 1, 1, 20260411) }); err != nil {
			t.Fatal(err)
		}
		if l := left(t, s, "市级", 20260411); l != 300 {
			t.Errorf("%d fen left, want 300", l)
		}
		sound(t, s)
	})
}

// A correction is a new row and is known from its day; it cannot take back what is ordered.
func TestCorrectionsAreNewRowsAndNeverBelowWhatIsOrdered(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		a := allot("市级", 1000)
		if err := appropriated(t, s, a); err != nil {
			t.Fatal(err)
		}
		order(t, s, 1, true, budgetLine(1, 20260301, city(700)))
		less := a
		less.AmountFen, less.KnownOn = 600, 20260320
		if err := appropriated(t, s, less); models.CodeOf(err) != models.Conflict {
			t.Errorf("a correction below what is ordered: %v", err)
		}
		less.AmountFen = 800
		more := allot("市级", 500)
		more.DocumentNo, more.EffectiveOn = "示例财〔2026〕9号", 20260701
		if err := appropriated(t, s, less, more); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			on   policy.Date
			want policy.Fen
		}{{20260104, -700}, {20260319, 300}, {20260320, 100}, {20260701, 600}} {
			if l := left(t, s, "市级", c.on); l != c.want {
				t.Errorf("as known on %s %d fen are left, want %d", c.on, l, c.want)
			}
		}
		sound(t, s)
	})
}
