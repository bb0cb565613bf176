package policy_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write golden files")

// testdata/catalogue.json came with the policy text: the benefits as they were read out of it, with their open points.
func TestCatalogueIsComplete(t *testing.T) {
	data, err := os.ReadFile("testdata/catalogue.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue []struct {
		ID, Article string
		Open        []struct{ Point, Default, Alternative string }
	}
	if err := json.Unmarshal(data, &catalogue); err != nil {
		t.Fatal(err)
	}
	book := builtinBook(t, "")
	if len(book.Items) != 31 || len(catalogue) != 31 {
		t.Fatalf("%d items, %d in the catalogue", len(book.Items), len(catalogue))
	}
	for n, want := range catalogue {
		item := book.Items[n]
		if item.ID != want.ID || item.Clause != want.Article {
			t.Errorf("place %d is %s %s, want %s %s", n, item.ID, item.Clause, want.ID, want.Article)
		}
		if len(want.Open) == 1 && strings.HasPrefix(want.Open[0].Point, "as ") {
			if item.OptionsAs != strings.TrimPrefix(want.Open[0].Point, "as ") {
				t.Errorf("%s has its open points from %q", item.ID, item.OptionsAs)
			}
			continue
		}
		if len(item.Options) < len(want.Open) {
			t.Errorf("%s has %d options for %d open points", item.ID, len(item.Options), len(want.Open))
		}
		if len(item.Evidence) == 0 || item.Frequency == "" || item.Exclusivity == "" || item.From.Kind == "" || item.Short == "" {
			t.Errorf("%s says too little: %+v", item.ID, item)
		}
	}
}

// Every code that can be the reason has a worked case, so that the words for it are read at least once.
func TestEveryReasonHasACase(t *testing.T) {
	book := builtinBook(t, "")
	seen := map[string]bool{}
	for _, item := range book.Items {
		for _, c := range item.Cases {
			seen[c.Want.Reason] = true
		}
	}
	for code, reason := range book.Reasons {
		if !seen[code] {
			t.Errorf("%s（%s） has no case", code, reason.Text)
		}
	}
}

// A reading that can be chosen makes a difference somewhere, here or in what the jobs ask the book.
func TestEveryReadingMakesADifference(t *testing.T) {
	book := builtinBook(t, "")
	differs := map[string]bool{}
	for _, item := range book.Items {
		for _, c := range item.Cases {
			if len(c.Options) == 0 {
				continue
			}
			facts, _ := json.Marshal(c.Facts)
			other, err := book.With(c.Options)
			if err != nil {
				t.Fatal(err)
			}
			a, b := assess(t, book, item.ID, string(facts)), assess(t, other, item.ID, string(facts))
			for id, v := range c.Options {
				if a.Reason != b.Reason || a.Fen() != b.Fen() {
					differs[id+"="+v] = true
				}
			}
		}
	}
	for _, o := range book.Options() {
		for _, a := range o.Alternatives {
			if o.UsedBy == policy.UsedByAssess && a.Unavailable == "" && !differs[o.ID+"="+a.Value] {
				t.Errorf("no case shows what %s=%s does", o.ID, a.Value)
			}
		}
	}
}

func TestReadingsForJobs(t *testing.T) {
	book := builtinBook(t, "")
	on := policy.MustDate("2025-06-30")
	if r := book.InsuranceReading(on); r != (policy.InsuranceReading{Mode: policy.Consecutive, BackPay: policy.BackPayWithinMonth, Need: 6}) {
		t.Errorf("insurance: %+v", r)
	}
	if book.LegalReview("hq-contribution-rebate") != policy.LegalReviewNumber || book.LegalReview("hightech-first") != policy.LegalReviewNotNeeded {
		t.Error("only the rebates need the number of a legal review")
	}
	other, err := book.With(map[string]string{"insurance.mode": policy.Cumulative, "insurance.back_payment": policy.BackPayNever, "rebate.legal_review": policy.LegalReviewSuspended})
	if err != nil {
		t.Fatal(err)
	}
	if r := other.InsuranceReading(on); r.Mode != policy.Cumulative || r.BackPay != policy.BackPayNever {
		t.Errorf("insurance: %+v", r)
	}
	if other.LegalReview("park-resident-rebate") != policy.LegalReviewSuspended {
		t.Error("one option suspends both rebates")
	}
}

// 上一年度星级评定: a decision names the reading it was made under when that is not the default, and says it in words either way.
func TestADecisionNamesTheReadingOfTheRating(t *testing.T) {
	book := builtinBook(t, "")
	other, err := book.With(map[string]string{"stars.previous_year": policy.RatedThatYear})
	if err != nil {
		t.Fatal(err)
	}
	if book.StarReading() != policy.StarsInForce || other.StarReading() != policy.RatedThatYear || other.Version == book.Version {
		t.Errorf("by default %s, chosen %s, %s and %s", book.StarReading(), other.StarReading(), book.Version, other.Version)
	}
	for _, tc := range []struct {
		book          *policy.Book
		reading, text string
	}{
		{book, "", "上一年12月31日仍然有效的评定结果，上一年没有评定的，沿用此前尚在有效期内的结果"},
		{other, "stars.previous_year=rated_that_year", "只看上一年内确认的评定结果，上一年没有评定的，视为尚未评星"},
	} {
		d, err := tc.book.Assess("hightech-first", policy.Facts{"previous_stars": 0}, policy.AssessOptions{})
		if err != nil || d.Reason != "NO_STAR_PREV_YEAR" {
			t.Fatalf("%s, %v", d.Reason, err)
		}
		step := d.Steps[len(d.Steps)-1]
		if step.Reading != tc.reading || book.ReadUnder(step) != tc.text || other.ReadUnder(step) != tc.text {
			t.Errorf("the step says %q; read: %s / %s", step.Reading, book.ReadUnder(step), other.ReadUnder(step))
		}
		if read := book.ReadUnder(d.Steps[0]); read != "" || d.Steps[0].Reading != "" {
			t.Errorf("the validity has no reading: %s", read)
		}
	}
	if _, err := book.With(map[string]string{"stars.previous_year": "newest"}); err == nil || !strings.Contains(err.Error(), "in_force、rated_that_year") {
		t.Errorf("a reading that there is not: %v", err)
	}
}

func TestDueDays(t *testing.T) {
	book := builtinBook(t, "")
	other, err := book.With(map[string]string{"hq.stage_due": "anniversaries"})
	if err != nil {
		t.Fatal(err)
	}
	staged, _ := book.Item("hq-settle-china500")
	once, _ := book.Item("hightech-first")
	approved := policy.MustDate("2024-02-29")
	if got := book.DueDays(staged, approved); !slices.Equal(got, []policy.Date{20240229, 20250101, 20260101}) {
		t.Errorf("by default %v", got)
	}
	if got := other.DueDays(staged, approved); !slices.Equal(got, []policy.Date{20240229, 20250228, 20260228}) {
		t.Errorf("anniversaries %v", got)
	}
	if got := other.DueDays(once, approved); !slices.Equal(got, []policy.Date{approved}) {
		t.Errorf("paid at once %v", got)
	}
}

func TestWithRefuses(t *testing.T) {
	book := builtinBook(t, "")
	for choice, want := range map[string]string{
		"recruit.categorie=each":     "是否想写 recruit.categories",
		"recruit.categories=both":    "可选：together、each",
		"recruit.cap_scope=lifetime": "目前只能取 calendar_year",
		"specialty.scope=per_year":   "暂不能取 per_year",
	} {
		id, value, _ := strings.Cut(choice, "=")
		if _, err := book.With(map[string]string{id: value}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", choice, err, want)
		}
	}
}

func TestVersion(t *testing.T) {
	book := builtinBook(t, "")
	again, err := policy.Load(os.DirFS("books/jinhua"))
	if err != nil {
		t.Fatal(err)
	}
	if book.Version != again.Version || !strings.HasPrefix(book.Version, "jinhua-") {
		t.Errorf("the same content is %s and %s", book.Version, again.Version)
	}
	versions := map[string]bool{book.Version: true, builtinBook(t, "example-revision").Version: true}
	for _, choice := range []map[string]string{{"recruit.categories": "each"}, {"insurance.mode": "cumulative"}, {"recruit.categories": "each", "insurance.mode": "cumulative"}} {
		other, err := book.With(choice)
		if err != nil {
			t.Fatal(err)
		}
		versions[other.Version] = true
		if back, err := other.With(map[string]string{"recruit.categories": "together", "insurance.mode": "consecutive"}); err != nil || back.Version != book.Version {
			t.Errorf("back to the defaults: %v", err)
		}
		if !maps.Equal(other.Chosen(), choice) {
			t.Errorf("chosen: %v", other.Chosen())
		}
	}
	if len(versions) != 5 {
		t.Errorf("versions are not distinct: %v", versions)
	}
}

func TestValidity(t *testing.T) {
	book := builtinBook(t, "")
	for from, last := range map[string]string{"2023-09-01": "2028-08-31", "2024-02-29": "2029-02-27", "2025-01-01": "2029-12-31"} {
		if _, got := book.Validity(policy.MustDate(from)); got.String() != last {
			t.Errorf("from %s to %s, want %s", from, got, last)
		}
	}
	facts := policy.Facts{"date": "2024-06-30"}
	d, err := book.Assess("hightech-first", facts, policy.AssessOptions{EffectiveFrom: policy.MustDate("2024-07-01")})
	if err != nil || d.Reason != "OUTSIDE_VALIDITY" {
		t.Errorf("a day before the policy: %s %v", d.Reason, err)
	}
}

// An old fact is judged by the rules of its day.
func TestRevision(t *testing.T) {
	book := builtinBook(t, "example-revision")
	for date, want := range map[string]policy.Fen{"2025-12-31": policy.Yuan(10000), "2026-01-01": policy.Yuan(12000)} {
		d, err := book.Assess("recruit-headcount", policy.Facts{"date": date, "recruits": []map[string]any{{"count": 20}}}, policy.AssessOptions{})
		if err != nil || d.Fen() != want {
			t.Errorf("%s: %s %v, want %s", date, d.Fen(), err, want)
		}
		if date == "2026-01-01" && d.Steps[len(d.Steps)-1].Clause != "修订示例一" {
			t.Errorf("the sum does not name the revision: %+v", d.Steps[len(d.Steps)-1])
		}
	}
	if builtinBook(t, "").Name != policy.DefaultBook {
		t.Error("the revision must never be the default")
	}
	if _, err := policy.Builtin("jinhau"); err == nil || !strings.Contains(err.Error(), "是否想写 jinhua") {
		t.Errorf("an unknown policy: %v", err)
	}
}

func TestDecisionsAreReproducible(t *testing.T) {
	book := builtinBook(t, "")
	ids := make([]string, len(book.Items))
	for n, i := range book.Items {
		ids[n] = i.ID
	}
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.SampledFrom(ids).Draw(t, "item")
		j, _ := json.Marshal(drawFacts(t))
		facts, err := policy.DecodeFacts(j)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := book.Canonical(facts)
		if err != nil {
			t.Fatal(err)
		}
		first := assess(t, book, item, string(j))
		again := assess(t, book, item, string(stored))
		if string(first.JSON()) != string(again.JSON()) {
			t.Fatalf("%s\nthen %s", first.JSON(), again.JSON())
		}
		back, err := policy.DecodeFacts(stored)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := book.Canonical(back); err != nil || string(twice) != string(stored) {
			t.Fatalf("%s\nthen %s", stored, twice)
		}
		var read policy.Decision
		if err := json.Unmarshal(first.JSON(), &read); err != nil {
			t.Fatal(err)
		}
		if got := book.Explain(read); got.Line() != first.Line() || got.Letter("甲") != first.Letter("甲") || string(got.JSON()) != string(first.JSON()) {
			t.Fatalf("a stored decision reads otherwise: %s", got.Line())
		}
	})
}

func TestExplanations(t *testing.T) {
	book := builtinBook(t, "")
	var out strings.Builder
	for _, q := range [][2]string{
		{"recruit-headcount", `{"recruits": [{"count": 20}]}`},
		{"recruit-headcount", `{"recruits": [{"count": 19}, {"count": 1, "insured_months": 5}]}`},
		{"recruit-headcount", `{}`},
		{"hq-settle-global500", `{"operating_since": "2023-10-01", "as_of": "2025-10-01", "stage": 2}`},
		{"hq-settle-global500", `{"operating_since": "2023-10-01", "as_of": "2025-10-01", "stage": 2, "stage_recheck": "fail"}`},
		{"hq-contribution-rebate", `{"local_contribution": "1234567.89", "year_number": 2, "rate_percent": 80}`},
		{"park-station", `{}`},
		{"listing-referral", `{}`},
		{"event-host-tier1", `{"organisations": 50, "attendance": 100}`},
		{"expo-booth-domestic", `{"booth_fee": 36000, "paid_this_year": 95000}`},
		{"backbone-firm", `{"rank": 11}`},
		{"backbone-firm", `{"previous_stars": 0}`},
		{"hightech-first", `{"previous_stars": null}`},
		{"hightech-first", `{"district": "义乌市"}`},
	} {
		d := assess(t, book, q[0], q[1])
		d.PolicyVersion = "jinhua-000000000000" // the golden file is about words
		out.WriteString("== " + q[0] + " " + q[1] + "\n" + d.Line() + "\n--\n" + d.Letter("浙中示例人力资源有限公司") + "\n--\n" + string(d.JSON()) + "\n\n")
	}
	const golden = "testdata/explanations.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(out.String(), "\n"); !slices.Equal(got, strings.Split(string(want), "\n")) {
		for n, line := range strings.Split(string(want), "\n") {
			if n >= len(got) || got[n] != line {
				t.Fatalf("line %d is\n%s\nwant\n%s\n(go test ./policy -update rewrites the file)", n+1, got[min(n, len(got)-1)], line)
			}
		}
		t.Fatal("more lines than the golden file")
	}
}
