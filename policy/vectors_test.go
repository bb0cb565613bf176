package policy_test

import (
	"encoding/json"
	"os"
	"testing"

	"duixian/policy"
)

func builtinBook(t testing.TB, name string) *policy.Book {
	t.Helper()
	b, err := policy.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func assess(t interface {
	Helper()
	Fatal(...any)
}, b *policy.Book, item, facts string,
) policy.Decision {
	t.Helper()
	f, err := policy.DecodeFacts([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.Assess(item, f, policy.AssessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// testdata/vectors.json came with the policy text: facts, and the amount and reason that must come out of them. It was
// written before this program and is not edited here.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		ID     string          `json:"id"`
		Item   string          `json:"item"`
		Facts  json.RawMessage `json:"facts"`
		Expect json.RawMessage `json:"expect"`
		Reason string          `json:"reason"`
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 100 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	book := builtinBook(t, "")
	for _, v := range vectors {
		d := assess(t, book, v.Item, string(v.Facts))
		if d.Reason != v.Reason {
			t.Errorf("%s: %s, want %s", v.ID, d.Reason, v.Reason)
		}
		if string(v.Expect) == `"REFER"` {
			if d.Outcome != policy.OutcomeRefer || d.Amount != nil {
				t.Errorf("%s: %s %v, want a referral", v.ID, d.Outcome, d.Amount)
			}
			continue
		}
		want, err := policy.ParseFen(string(v.Expect))
		if err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
		if d.Fen() != want {
			t.Errorf("%s: %s, want %s", v.ID, d.Fen(), want)
		}
	}
}
