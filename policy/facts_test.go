package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

func TestFactsRefused(t *testing.T) {
	book := builtinBook(t, "")
	for _, c := range []struct{ item, facts, want string }{
		{"recruit-headcont", `{}`, "不存在奖补事项 \"recruit-headcont\"，是否想写 recruit-headcount？"},
		{"something", `{}`, "不存在奖补事项 \"something\""},
		{"hightech-first", `{"ranc": 1}`, "不认识的资格信息 \"ranc\"，是否想写 rank？"},
		{"hightech-first", `{"xyzzyplugh": 1}`, "不认识的资格信息 \"xyzzyplugh\""},
		{"hightech-first", `{"rank": "1"}`, "rank（名次）的值 \"1\" 有误：应为整数"},
		{"hightech-first", `{"rank": 1.5}`, "应为整数"},
		{"hightech-first", `{"rank": 0}`, "应在 1 至"},
		{"hightech-first", `{"rank": 1e30}`, "应"},
		{"hightech-first", `{"rank": true}`, "应为整数"},
		{"hightech-first", `{"licensed": "yes"}`, "应为 true 或 false"},
		{"hightech-first", `{"licensed": 1}`, "应为 true 或 false"},
		{"hightech-first", `{"licensed": null}`, "不能为 null"},
		{"hightech-first", `{"previous_stars": 6}`, "应在 0 至 5 之间"},
		{"hightech-first", `{"previous_stars": -1}`, "应在 0 至 5 之间"},
		{"hightech-first", `{"date": "2024-02-30"}`, "应为日期"},
		{"hightech-first", `{"date": 20240630}`, "应为日期"},
		{"hightech-first", `{"district": ""}`, "不能为空"},
		{"hightech-first", `{"district": 7}`, "应为文字"},
		{"expo-booth-domestic", `{"booth_fee": 1.234}`, "精确到分"},
		{"expo-booth-domestic", `{"booth_fee": "一万"}`, "应为以元为单位的金额"},
		{"expo-booth-domestic", `{"booth_fee": -1}`, "不能为负"},
		{"expo-booth-domestic", `{"booth_fee": 1e20}`, "超出范围"},
		{"expo-booth-domestic", `{"booth_fee": 1e999999999}`, "应为以元为单位的金额"},
		{"expo-booth-domestic", `{"booth_fee": "1/3"}`, "应为以元为单位的金额"},
		{"expo-booth-domestic", `{"booth_fee": "0x10"}`, "应为以元为单位的金额"},
		{"expo-booth-domestic", `{"booth_fee": [1]}`, "应为以元为单位的金额"},
		{"hq-contribution-rebate", `{"rate_percent": -1}`, "应为不小于 0 的百分数"},
		{"hq-contribution-rebate", `{"rate_percent": "80%"}`, "应为不小于 0 的百分数"},
		{"hq-contribution-rebate", `{"rate_percent": 1e-99}`, "应为不小于 0 的百分数"},
		{"hq-settle-china500", `{"lists": "china500"}`, "应为列表"},
		{"hq-settle-china500", `{"lists": ["china5000"]}`, "是否想写 china500"},
		{"hq-settle-china500", `{"lists": [500]}`, "不在 china500、global500、service500 之内"},
		{"hq-settle-china500", `{"stage_recheck": "passed"}`, "应为 fail、pass 之一，是否想写 pass？"},
		{"hq-settle-china500", `{"stage": "1"}`, "应为整数"},
		{"recruit-headcount", `{"recruits": 20}`, "应为若干组"},
		{"recruit-headcount", `{"recruits": [20]}`, "应为若干组"},
		{"recruit-headcount", `{"recruits": [{}]}`, "第1组：缺少 count（人数）"},
		{"recruit-headcount", `{"recruits": [{"count": 1}, {"cuont": 1}]}`, "第2组：不认识的字段 \"cuont\"，是否想写 count？"},
		{"recruit-headcount", `{"recruits": [{"count": -1}]}`, "第1组：count 应在 0 至"},
		{"recruit-headcount", `{"recruits": [{"count": 1, "category": "graduat"}]}`, "是否想写 graduate"},
		{"recruit-headcount", `{"recruits": [{"count": 1, "duplicate": 0}]}`, "duplicate 应为 true 或 false"},
	} {
		facts, err := policy.DecodeFacts([]byte(c.facts))
		if err != nil {
			t.Fatalf("%s: %v", c.facts, err)
		}
		_, err = book.Assess(c.item, facts, policy.AssessOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v\nwant %s", c.item, c.facts, err, c.want)
			continue
		}
		if e, ok := errors.AsType[*policy.InputError](err); !ok || e.Name == "" {
			t.Errorf("%s: %#v is not an input error", c.facts, err)
		}
	}
}

func TestFactsAccepted(t *testing.T) {
	book := builtinBook(t, "")
	for _, c := range []struct{ item, facts, amount string }{
		{"expo-booth-domestic", `{"booth_fee": 18000}`, "9000.00"},
		{"expo-booth-domestic", `{"booth_fee": "18000.00"}`, "9000.00"},
		{"expo-booth-domestic", `{"booth_fee": 1.8e4}`, "9000.00"},
		{"expo-booth-domestic", `{"booth_fee": 12345.67}`, "6172.83"},
		{"expo-booth-domestic", `{"booth_fee": 0}`, "0.00"},
		{"hightech-first", `{"booth_fee": 1, "rank": 7, "recruits": []}`, "1000000.00"}, // facts of other items are known and not read
		{"hightech-first", `{"stage": null, "rate_percent": null, "booth_fee": null}`, "1000000.00"},
		{"hightech-first", `{"district": "金东区"}`, "1000000.00"},
		{"hq-contribution-rebate", `{"local_contribution": 300, "year_number": 1, "rate_percent": 1e-1}`, "0.30"},
		{"hq-contribution-rebate", `{"local_contribution": 300, "year_number": 1, "rate_percent": null}`, "300.00"},
		{"hq-settle-china500", `{"lists": ["service500", "china500", "china500"], "operating_since": "2023-10-01", "as_of": "2024-10-01"}`, "2000000.00"},
		{"recruit-headcount", `{"recruits": [{"count": 20}], "paid_this_year": "200000.01"}`, "0.00"},
		{"recruit-headcount", `{"recruits": [{"count": 1000000000}, {"count": 1000000000}]}`, "200000.00"},
	} {
		if d := assess(t, book, c.item, c.facts); d.Fen().String() != c.amount || d.Amount == nil {
			t.Errorf("%s %s: %s %s, want %s", c.item, c.facts, d.Reason, d.Fen(), c.amount)
		}
	}
}

// Rules in the program give facts as Go values; they mean the same as in JSON.
func TestFactsAsGoValues(t *testing.T) {
	book := builtinBook(t, "")
	facts := policy.Facts{
		"date": policy.MustDate("2025-06-30"), "paid_this_year": policy.Yuan(150000), "previous_stars": 2, "district": "urban", "lists": []string{"china500"},
		"recruits": []map[string]any{{"count": int64(150), "insured_months": 6}},
	}
	d, err := book.Assess("recruit-headcount", facts, policy.AssessOptions{})
	if err != nil || d.Reason != "CAP_YEAR" || d.Fen() != policy.Yuan(50000) {
		t.Errorf("%s %s %v", d.Reason, d.Fen(), err)
	}
	stored, err := book.Canonical(facts)
	const want = `{"date":"2025-06-30","district":"urban","lists":["china500"],"paid_this_year":"150000.00","previous_stars":2,` +
		`"recruits":[{"category":"graduate","count":150,"duplicate":false,"insured_months":6,"key_industry":true,"paid_elsewhere":false,"same_year":true}]}`
	if err != nil || string(stored) != want {
		t.Errorf("stored as %s, %v", stored, err)
	}
	if _, err := book.Assess("expo-booth-domestic", policy.Facts{"booth_fee": 18000.0}, policy.AssessOptions{}); err == nil {
		t.Error("floating point is not exact and must be refused")
	}
}

func TestPick(t *testing.T) {
	got := builtinBook(t, "").Pick(map[string]any{"rank": 3, "first_time": true, "certificate": "GR0001", "year": 2025})
	if len(got) != 2 || got["rank"] != 3 || got["first_time"] != true {
		t.Errorf("%v", got)
	}
}

func TestDecodeFacts(t *testing.T) {
	for _, s := range []string{``, `[]`, `null`, `{"a": 1} {}`, `{"a": }`, `7`} {
		if f, err := policy.DecodeFacts([]byte(s)); err == nil {
			t.Errorf("%q was read as %v", s, f)
		}
	}
}

// More recruits never mean less money, and never more than the cap.
func TestRecruitsAreMonotone(t *testing.T) {
	book := builtinBook(t, "")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 600).Draw(t, "n")
		paid := rapid.SampledFrom([]int{0, 50000, 150000, 200000}).Draw(t, "paid")
		amount := func(n int) policy.Fen {
			d, err := book.Assess("recruit-headcount", policy.Facts{"recruits": []map[string]any{{"count": n}}, "paid_this_year": paid}, policy.AssessOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return d.Fen()
		}
		less, more := amount(n), amount(n+rapid.IntRange(0, 50).Draw(t, "more"))
		if less > more || more > policy.Yuan(int64(200000-paid)) {
			t.Fatalf("%s for %d, %s for more", less, n, more)
		}
	})
}

// The three stages of an award sum to the award, and a decided sum never exceeds the ceiling that is shown.
func TestPartsAndCeilings(t *testing.T) {
	book := builtinBook(t, "")
	for _, item := range book.Items {
		if item.Staging() == nil {
			continue
		}
		facts := policy.Facts{"operating_since": "2023-10-01", "as_of": "2026-10-01"}
		total, err := book.Assess(item.ID, facts, policy.AssessOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var sum policy.Fen
		for stage := range item.Staging() {
			facts["stage"] = stage + 1
			d, err := book.Assess(item.ID, facts, policy.AssessOptions{})
			if err != nil {
				t.Fatal(err)
			}
			sum += d.Fen()
		}
		if sum != total.Fen() || sum == 0 {
			t.Errorf("%s: stages sum to %s, the award is %s", item.ID, sum, total.Fen())
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.SampledFrom([]string{"park-station", "event-host-tier1", "association-annual", "hq-contribution-rebate"}).Draw(t, "item")
		facts := policy.Facts{"organisations": 60, "attendance": 150, "local_contribution": policy.Fen(rapid.Int64Range(0, 1<<50).Draw(t, "base")), "year_number": 1}
		facts["paid_this_year"] = policy.Fen(rapid.Int64Range(0, 20000000).Draw(t, "paid"))
		ceiling, err := book.Assess(item, facts, policy.AssessOptions{})
		if err != nil {
			t.Fatal(err)
		}
		facts["decided_amount"] = policy.Fen(rapid.Int64Range(0, 50000000).Draw(t, "decided"))
		facts["rate_percent"] = json.Number(rapid.StringMatching(`[0-9]{1,2}(\.[0-9]{1,6})?`).Draw(t, "rate"))
		decided, err := book.Assess(item, facts, policy.AssessOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if decided.Fen() > ceiling.Fen() || decided.Fen() < 0 {
			t.Fatalf("%s above the ceiling %s", decided.Fen(), ceiling.Fen())
		}
	})
}

func FuzzFacts(f *testing.F) {
	f.Add("recruit-headcount", []byte(`{"recruits": [{"count": 20}], "paid_this_year": "1.5"}`))
	f.Add("hq-settle-global500", []byte(`{"lists": ["global500"], "operating_since": "2024-02-29", "as_of": "2025-02-28", "stage": 2}`))
	f.Add("hq-contribution-rebate", []byte(`{"local_contribution": 1e9, "year_number": 2, "rate_percent": "33.333333", "previous_stars": null}`))
	book := builtinBook(f, "")
	f.Fuzz(func(t *testing.T, item string, data []byte) {
		facts, err := policy.DecodeFacts(data)
		if err != nil {
			return
		}
		d, err := book.Assess(item, facts, policy.AssessOptions{})
		if err != nil {
			if _, ok := errors.AsType[*policy.InputError](err); !ok {
				t.Fatalf("%#v", err)
			}
			return
		}
		stored, err := book.Canonical(facts)
		if err != nil {
			t.Fatal(err)
		}
		back, err := policy.DecodeFacts(stored)
		if err != nil {
			t.Fatal(err)
		}
		again, err := book.Assess(item, back, policy.AssessOptions{})
		if err != nil || string(again.JSON()) != string(d.JSON()) {
			t.Fatalf("%s\nthen %s, %v", d.JSON(), again.JSON(), err)
		}
	})
}
