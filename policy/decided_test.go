package policy_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

// Whatever officials decide: an amount up to the ceiling and what the year has left comes out as it is, more is clamped to that,
// facts say nothing against it, and the same question gives the same bytes.
func TestADecidedAmountNeverPassesWhatIsLeft(t *testing.T) {
	t.Parallel()
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		used := policy.Fen(rapid.Int64Range(0, 12_000_000).Draw(t, "used"))
		decided := policy.Fen(rapid.Int64Range(0, 20_000_000).Draw(t, "decided"))
		facts := policy.Facts{"date": "2024-03-01", "paid_this_year": used}
		if rapid.Bool().Draw(t, "the file says an amount, too") {
			facts["decided_amount"] = policy.Fen(rapid.Int64Range(0, 20_000_000).Draw(t, "of the file"))
		}
		opt := policy.AssessOptions{Decided: &policy.Decided{Amount: &decided}}
		d, err := book.Assess("association-annual", facts, opt)
		if err != nil {
			t.Fatal(err)
		}
		left := max(policy.Yuan(100_000)-used, 0)
		switch {
		case decided <= left && (d.Outcome != policy.OutcomeExact || d.Reason != "OK" || d.Fen() != decided):
			t.Errorf("%s of %s left came out as %s %s %s", decided, left, d.Outcome, d.Reason, d.Fen())
		case decided > left && (d.Reason != "CLAMPED" || d.Fen() != left || !d.Awaits()):
			t.Errorf("%s of %s left came out as %s %s", decided, left, d.Reason, d.Fen())
		}
		again, err := book.Assess("association-annual", facts, opt)
		if err != nil || !bytes.Equal(d.JSON(), again.JSON()) {
			t.Errorf("the same question gave %s and %s, %v", d.JSON(), again.JSON(), err)
		}
	})
}

// A rate is cut to the fen and never above a hundred per cent of what was contributed.
func TestADecidedRate(t *testing.T) {
	t.Parallel()
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		base := policy.Fen(rapid.Int64Range(0, 1_000_000_000).Draw(t, "base"))
		hundredths := rapid.Int64Range(0, 12_000).Draw(t, "rate in hundredths of a per cent")
		rate := big.NewRat(hundredths, 100).FloatString(2)
		d, err := book.Assess("hq-contribution-rebate", policy.Facts{"date": "2024-03-01", "year_number": 1, "local_contribution": base}, policy.AssessOptions{Decided: &policy.Decided{Rate: rate}})
		if err != nil {
			t.Fatal(err)
		}
		want := policy.Fen(new(big.Int).Quo(new(big.Int).Mul(big.NewInt(int64(base)), big.NewInt(hundredths)), big.NewInt(10_000)).Int64())
		switch {
		case hundredths > 10_000 && (d.Outcome != policy.OutcomeNone || d.Reason != "RATE_OVER_100"):
			t.Errorf("%s%% came out as %s %s", rate, d.Outcome, d.Reason)
		case hundredths <= 10_000 && (d.Outcome != policy.OutcomeExact || d.Fen() != want || d.Fen() > base):
			t.Errorf("%s%% of %s came out as %s %s, want %s", rate, base, d.Outcome, d.Fen(), want)
		}
	})
}

// What is not left to officials cannot be decided by them, nor by the wrong measure.
func TestWhatOfficialsDoNotDecide(t *testing.T) {
	t.Parallel()
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	sum := policy.Yuan(1)
	decides := map[string]string{}
	for _, item := range book.Items {
		if what := item.Decides(); what != policy.DecidesNothing {
			decides[item.ID] = what
		}
		for _, wrong := range []struct {
			decided policy.Decided
			right   string
		}{{policy.Decided{Amount: &sum}, policy.DecidesAmount}, {policy.Decided{Rate: "50"}, policy.DecidesRate}, {policy.Decided{}, ""}, {policy.Decided{Amount: &sum, Rate: "50"}, "both"}} {
			_, err := book.Assess(item.ID, policy.Facts{}, policy.AssessOptions{Decided: &wrong.decided})
			if refused := err != nil && strings.Contains(err.Error(), "核定"); refused == (item.Decides() == wrong.right && wrong.right != "") {
				t.Errorf("%s with %+v: %v", item.ID, wrong.decided, err)
			}
		}
	}
	want := map[string]string{
		"hq-contribution-rebate": "rate", "park-resident-rebate": "rate", "park-station": "amount", "event-host-tier1": "amount", "event-host-tier2": "amount", "association-annual": "amount",
	}
	if len(decides) != len(want) {
		t.Errorf("officials decide %v", decides)
	}
	for id, what := range want {
		if decides[id] != what {
			t.Errorf("of %s they decide %q, want %q", id, decides[id], what)
		}
	}
}
