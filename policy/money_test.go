package policy_test

import (
	"encoding/json"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

func TestParseFen(t *testing.T) {
	for s, want := range map[string]policy.Fen{
		"0": 0, "12000": 1200000, "12345.67": 1234567, "1,234.5": 123450, "-3": -300, "+0.01": 1, ".5": 50, "7.": 700, "1.2300": 123, " 8 ": 800,
	} {
		if got, err := policy.ParseFen(s); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", ".", "-", "1.234", "0.001", "abc", "1e3", "--1", "1.2.3", "99999999999999999999", "１２"} {
		if got, err := policy.ParseFen(s); err == nil {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

func TestFenText(t *testing.T) {
	for f, want := range map[policy.Fen]string{
		0: "0.00 元", 1: "0.01 元", 120000: "1,200.00 元", 99999: "999.99 元", 123456789012: "1,234,567,890.12 元", -123456: "-1,234.56 元",
	} {
		if got := f.Text(); got != want {
			t.Errorf("%d: %s, want %s", f, got, want)
		}
	}
}

func TestFenRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := policy.Fen(rapid.Int64Min(-1<<62).Draw(t, "fen"))
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var back policy.Fen
		if err := json.Unmarshal(b, &back); err != nil || back != f {
			t.Fatalf("%s came back as %d, %v", b, back, err)
		}
	})
}

func TestFenSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := policy.Fen(rapid.Int64Range(0, 1<<60).Draw(t, "total"))
		parts := total.Split(40, 30, 30)
		var sum policy.Fen
		for _, p := range parts {
			if p < 0 {
				t.Fatalf("a part of %s is negative: %v", total, parts)
			}
			sum += p
		}
		if sum != total {
			t.Fatalf("parts %v sum to %s, not %s", parts, sum, total)
		}
	})
	if p := policy.Yuan(3000000).Split(40, 30, 30); p[0] != policy.Yuan(1200000) || p[1] != policy.Yuan(900000) || p[2] != policy.Yuan(900000) {
		t.Errorf("3,000,000 splits into %v", p)
	}
	if p := policy.Fen(1).Split(40, 30, 30); p[2] != 1 {
		t.Errorf("1 fen splits into %v", p)
	}
}

func TestFenMul(t *testing.T) {
	if got, err := policy.Yuan(500).Mul(400); err != nil || got != policy.Yuan(200000) {
		t.Errorf("%s %v", got, err)
	}
	if _, err := policy.Fen(1 << 40).Mul(1 << 40); err == nil {
		t.Error("an overflow was not noticed")
	}
}
