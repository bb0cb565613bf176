package policy_test

import (
	"slices"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

func drawMonthSet(t *rapid.T, label string) policy.MonthSet {
	return policy.MonthSet{rapid.Uint64().Draw(t, label+"0"), rapid.Uint64().Draw(t, label+"1")}
}

func TestMonthSetIsASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[policy.Month]bool{}
		var s policy.MonthSet
		for i, m := range rapid.SliceOf(rapid.IntRange(0, 127)).Draw(t, "months") {
			m := policy.FirstMonth.Add(m)
			if i%4 == 3 {
				s.Clear(m)
				delete(want, m)
				continue
			}
			if err := s.Set(m); err != nil {
				t.Fatal(err)
			}
			want[m] = true
		}
		got := slices.Collect(s.All())
		if !slices.IsSorted(got) || len(got) != len(want) || s.Len() != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for _, m := range got {
			if !want[m] || !s.Has(m) {
				t.Fatalf("%s is too much", m)
			}
		}
	})
}

func TestMonthSetRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawMonthSet(t, "s")
		column, _ := s.Value()
		var back policy.MonthSet
		if err := back.Scan(column); err != nil || back != s {
			t.Fatalf("%v came back as %v, %v", s, back, err)
		}
		if err := back.Scan([]byte(column.(string))); err != nil || back != s {
			t.Fatalf("from bytes: %v, %v", back, err)
		}
	})
	var s policy.MonthSet
	for _, bad := range []any{"12", "zz345678901234567890123456789012", 7} {
		if s.Scan(bad) == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
	if err := s.Scan(nil); err != nil || s != (policy.MonthSet{}) {
		t.Errorf("null: %v %v", s, err)
	}
}

func TestMonthSetRange(t *testing.T) {
	var s policy.MonthSet
	if s.Set(policy.FirstMonth.Add(-1)) == nil || s.Set(policy.LastMonth.Add(1)) == nil {
		t.Error("a month outside the range must be an error")
	}
	if err := s.Set(policy.LastMonth); err != nil || !s.Has(policy.LastMonth) {
		t.Error(err)
	}
	if s.Has(policy.LastMonth.Add(1)) || s.Has(policy.FirstMonth.Add(-1)) {
		t.Error("months outside the range are never in")
	}
	var r policy.MonthSet
	if err := r.SetRange(202502, 202507); err != nil || r.Len() != 6 {
		t.Errorf("a row 202502–202507 holds %d months, %v", r.Len(), err)
	}
}
