package policy_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"duixian/policy"

	"pgregory.net/rapid"
)

// oracle says the same as the book in the plainest way: one function, in the order of the list of reason codes,
// with the numbers written out. The book and the oracle are compared on random facts.
type oracle struct {
	item string
	f    map[string]any
}

func (o oracle) bool(name string, def bool) bool {
	if v, ok := o.f[name].(bool); ok {
		return v
	}
	return def
}

func (o oracle) int(name string, def int64) int64 {
	if v, ok := o.f[name].(int); ok {
		return int64(v)
	}
	return def
}

func (o oracle) has(name string) bool { return o.f[name] != nil }

func (o oracle) fen(name string) int64 {
	if s, ok := o.f[name].(string); ok {
		v, err := policy.ParseFen(s)
		if err != nil {
			panic(err)
		}
		return int64(v)
	}
	return 0
}

func (o oracle) day(name, def string) policy.Date {
	if s, ok := o.f[name].(string); ok {
		return policy.MustDate(s)
	}
	return policy.MustDate(def)
}

func (o oracle) is(prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(o.item, p) })
}

const missing = "MISSING_FACT"

// answer is the reason and the amount in fen.
func (o oracle) answer() (string, int64) {
	if reason := o.general(); reason != "" {
		return reason, 0
	}
	switch {
	case strings.HasSuffix(o.item, "-referral"):
		if o.has("external_amount") {
			return "EXTERNAL_AMOUNT", o.fen("external_amount")
		}
		return "OTHER_DOCUMENT", 0
	case o.is("hq-settle-"):
		return o.headquarters()
	case strings.HasSuffix(o.item, "-rebate"):
		return o.rebate()
	case o.is("event-host-"):
		return o.event()
	case o.is("expo-booth-"):
		return o.booth()
	}
	switch o.item {
	case "hightech-first":
		return o.first(1000000)
	case "province-top100-first":
		if o.int("rank", 1) > 100 {
			return "NOT_TOP100", 0
		}
		return o.first(200000)
	case "specialty-top10-first":
		if o.int("rank", 1) > 10 {
			return "NOT_TOP10", 0
		}
		reason, amount := o.first(50000)
		if reason == "OK" && o.bool("paid_any_specialty", false) {
			return "SINGLE_ITEM_NOT_REPEATED", 0
		}
		return reason, amount
	case "integrity-demo-provincial", "integrity-demo-national":
		reason, amount := o.first(map[string]int64{"integrity-demo-provincial": 100000, "integrity-demo-national": 200000}[o.item])
		if reason == "OK" && o.bool("backbone_same_year", false) {
			return "EXCLUSIVE_WITH_BACKBONE", 0
		}
		return reason, amount
	case "backbone-firm":
		return o.selection(200000)
	case "integrity-firm":
		return o.selection(50000)
	case "recruit-elite":
		return o.selection(30000)
	case "innovation-award":
		return o.selection(30000 * o.int("projects", 1))
	case "park-new-provincial", "export-base-national":
		return o.recognised(500000)
	case "park-new-national":
		return o.recognised(1000000)
	case "export-base-provincial":
		return o.recognised(300000)
	case "park-station":
		switch {
		case !o.bool("municipal_park", true):
			return "NOT_MUNICIPAL_PARK", 0
		case o.bool("already_granted", false):
			return "ONCE_ONLY", 0
		}
		return o.decided(30000000)
	case "innovation-landing":
		switch {
		case !o.bool("contest_winner", true):
			return "NOT_A_WINNER", 0
		case !o.bool("landed", true):
			return "NOT_LANDED", 0
		case !o.bool("landing_evaluated", true):
			return "NOT_EVALUATED", 0
		case o.bool("already_granted", false):
			return "ONCE_ONLY", 0
		}
		return "OK", 10000000
	case "association-annual":
		return o.decided(max(0, 10000000-o.fen("paid_this_year")))
	case "recruit-headcount":
		return o.recruits()
	}
	panic("no such item: " + o.item)
}

func (o oracle) general() string {
	if d := o.day("date", "2024-06-30"); d < 20230901 || d > 20280831 {
		return "OUTSIDE_VALIDITY"
	}
	if d, ok := o.f["district"].(string); ok && d != "urban" {
		return "OUTSIDE_URBAN_AREA"
	}
	firm := !o.is("park-", "export-base-", "association-", "gig-market-", "employment-", "recruit-elite")
	if o.is("event-host-") && o.bool("startup_service_org", false) {
		firm = false
	}
	stars, given := o.f["previous_stars"]
	switch {
	case firm && !o.bool("licensed", true):
		return "NO_LICENCE_OR_FILING"
	case firm && !o.bool("independent_legal_person", true):
		return "NOT_LEGAL_PERSON"
	case !o.is("recruit-elite", "association-annual") && given && stars == 0:
		return "NO_STAR_PREV_YEAR"
	case !o.is("recruit-elite") && o.bool("seriously_dishonest", false):
		return "SERIOUS_DISHONESTY_LIST"
	}
	return ""
}

func (o oracle) headquarters() (string, int64) {
	own := strings.TrimPrefix(o.item, "hq-settle-")
	rank := map[string]int{"service500": 1, "china500": 2, "global500": 3}
	lists := []string{own}
	if v, ok := o.f["lists"].([]string); ok {
		lists = v
	}
	switch {
	case !slices.Contains(lists, own):
		return "NOT_ON_LIST", 0
	case slices.ContainsFunc(lists, func(l string) bool { return rank[l] > rank[own] }):
		return "HIGHER_TIER_APPLIES", 0
	case !o.bool("headquarters_legal_person", true):
		return "HQ_NOT_LEGAL_PERSON", 0
	case !o.has("operating_since") || !o.has("as_of"):
		return missing, 0
	case o.day("as_of", "") < o.day("operating_since", "").AddYears(1):
		return "OPERATING_LT_1Y", 0
	case !o.bool("operating_normally", true):
		return "NOT_NORMAL_OPERATION", 0
	case o.bool("already_granted", false):
		return "ONCE_ONLY", 0
	}
	total := int64(rank[own]) * 100000000
	if !o.has("stage") {
		return "TOTAL", total
	}
	stage := o.int("stage", 0)
	switch {
	case stage < 1 || stage > 3:
		return "NO_SUCH_STAGE", 0
	case o.f["stage_recheck"] == "fail":
		return "STAGE_HELD", 0
	}
	return "STAGE", total / 10 * []int64{4, 3, 3}[stage-1]
}

func (o oracle) rebate() (string, int64) {
	if o.is("park-") {
		if !o.bool("municipal_park", true) {
			return "NOT_MUNICIPAL_PARK", 0
		}
		if !o.bool("targets_met", true) {
			return "PARK_TARGETS_NOT_MET", 0
		}
	} else if !o.bool("headquarters_qualified", true) {
		return "NOT_HQ_FIRM", 0
	}
	rate, ok := new(big.Rat).SetString(fmt.Sprint(o.f["rate_percent"]))
	switch year := o.int("year_number", 0); {
	case !o.has("year_number"):
		return missing, 0
	case year < 1:
		return "BEFORE_FIRST_YEAR", 0
	case year > 3:
		return "AFTER_THIRD_YEAR", 0
	case ok && rate.Cmp(big.NewRat(100, 1)) > 0:
		return "RATE_OVER_100", 0
	case !o.has("local_contribution"):
		return missing, 0
	case !ok:
		return "CEILING_ONLY", o.fen("local_contribution")
	}
	share := rate.Mul(rate, big.NewRat(o.fen("local_contribution"), 100))
	return "OK", new(big.Int).Div(share.Num(), share.Denom()).Int64()
}

func (o oracle) first(yuan int64) (string, int64) {
	if !o.bool("first_time", true) {
		return "NOT_FIRST", 0
	}
	return "OK", yuan * 100
}

func (o oracle) selection(yuan int64) (string, int64) {
	year := int64(o.day("date", "2024-06-30").Year())
	switch {
	case !o.bool("selected", true):
		return "NOT_SELECTED", 0
	case o.int("rank", 1) > 10:
		return "OVER_QUOTA", 0
	case o.item != "innovation-award" && o.has("last_round_year") && year-o.int("last_round_year", 0) < 2:
		return "ROUND_TOO_EARLY", 0
	case o.bool("objection_upheld", false):
		return "OBJECTION_UPHELD", 0
	}
	return "OK", yuan * 100
}

func (o oracle) recognised(yuan int64) (string, int64) {
	switch {
	case !o.bool("recognised", true):
		return "NOT_RECOGNISED", 0
	case o.bool("already_granted", false):
		return "ONCE_ONLY", 0
	}
	return "OK", yuan * 100
}

func (o oracle) decided(ceiling int64) (string, int64) {
	switch {
	case !o.has("decided_amount"):
		return "CEILING_ONLY", ceiling
	case o.fen("decided_amount") > ceiling:
		return "CLAMPED", ceiling
	}
	return "OK", o.fen("decided_amount")
}

func (o oracle) event() (string, int64) {
	switch {
	case !o.bool("in_city", true):
		return "NOT_IN_CITY", 0
	case !o.bool("key_industry", true):
		return "NOT_2_4_X", 0
	case !o.has("organisations") || !o.has("attendance"):
		return missing, 0
	}
	n, people := o.int("organisations", 0), o.int("attendance", 0)
	tier := int64(0)
	if n > 50 && people >= 100 {
		tier = 1
	}
	if n > 100 && people >= 200 {
		tier = 2
	}
	switch {
	case tier == 0:
		return "BELOW_TIER1", 0
	case o.item != fmt.Sprintf("event-host-tier%d", tier):
		return "OTHER_TIER_APPLIES", 0
	}
	return o.decided(tier * 10000000)
}

func (o oracle) booth() (string, int64) {
	if v, ok := o.f["organiser"].(string); ok && v != "national_hr" && v != "provincial_hr" {
		return "ORGANISER_NOT_NATIONAL_OR_PROVINCIAL_HR", 0
	}
	if !o.has("booth_fee") {
		return missing, 0
	}
	cap := int64(1000000)
	if o.item == "expo-booth-overseas" {
		cap = 2000000
	}
	half := o.fen("booth_fee") / 2
	left := max(0, 10000000-o.fen("paid_this_year"))
	switch {
	case min(half, cap) > left:
		return "CAP_YEAR", left
	case half > cap:
		return "CAP_ITEM", cap
	}
	return "OK", half
}

func (o oracle) recruits() (string, int64) {
	groups, ok := o.f["recruits"].([]map[string]any)
	if !ok {
		return missing, 0
	}
	counted, paid := int64(0), int64(0)
	for _, g := range groups {
		r := oracle{f: g}
		category, given := g["category"]
		if r.int("insured_months", 6) < 6 || !r.bool("key_industry", true) || !r.bool("same_year", true) || r.bool("duplicate", false) || given && category == "other" {
			continue
		}
		counted += r.int("count", 0)
		if !r.bool("paid_elsewhere", false) {
			paid += r.int("count", 0)
		}
	}
	left := max(0, 20000000-o.fen("paid_this_year"))
	switch {
	case counted < 20:
		return "LT_20", 0
	case paid*50000 > left:
		return "CAP_YEAR", left
	}
	return "OK", paid * 50000
}

// drawFacts draws facts near the limits of the rules, each present or not.
func drawFacts(t *rapid.T) map[string]any {
	f := map[string]any{}
	some := func(name string, g *rapid.Generator[any]) {
		if rapid.IntRange(0, 2).Draw(t, name+"?") == 0 {
			f[name] = g.Draw(t, name)
		}
	}
	of := func(values ...any) *rapid.Generator[any] { return rapid.SampledFrom(values) }
	rare := of(true, true, true, true, false)
	for _, name := range []string{
		"licensed", "independent_legal_person", "headquarters_legal_person", "operating_normally", "headquarters_qualified", "targets_met", "first_time",
		"selected", "recognised", "municipal_park", "in_city", "key_industry", "contest_winner", "landed", "landing_evaluated",
	} {
		some(name, rare)
	}
	for _, name := range []string{"startup_service_org", "already_granted", "objection_upheld", "backbone_same_year", "paid_any_specialty", "seriously_dishonest"} {
		some(name, of(false, false, false, true))
	}
	some("date", of("2023-08-31", "2023-09-01", "2024-12-31", "2025-01-01", "2026-06-30", "2027-02-28", "2028-08-31", "2028-09-01"))
	some("district", of("urban", "urban", "urban", "yiwu", "lanxi"))
	some("previous_stars", of(0, 1, 3, 5, nil))
	some("paid_this_year", of("0", "60000", "80000", "90000", "90000.01", "99999.99", "100000", "150000", "200000", "250000"))
	some("lists", of([]string{}, []string{"global500"}, []string{"service500", "china500"}, []string{"china500"}, []string{"service500"}, []string{"service500", "global500", "china500"}))
	some("operating_since", of("2023-10-01", "2024-02-29"))
	f["as_of"] = of("2024-09-30", "2024-10-01", "2025-02-27", "2025-02-28", nil).Draw(t, "as_of")
	some("stage", of(0, 1, 2, 3, 4))
	some("stage_recheck", of("pass", "pass", "fail"))
	some("rate_percent", of("0", "0.01", "33.333333", "50", "99.99", "100", "100.0001", nil))
	f["year_number"] = of(-1, 0, 1, 2, 3, 4, nil).Draw(t, "year_number")
	f["local_contribution"] = of("0", "0.01", "1234567.89", "99999999999.99", nil).Draw(t, "local_contribution")
	some("rank", of(1, 9, 10, 11, 99, 100, 101))
	some("last_round_year", of(2021, 2022, 2023, 2024, 2025, 2026, nil))
	some("projects", of(1, 2, 10))
	some("decided_amount", of("0", "60000", "99999.99", "100000", "100000.01", "200000", "200000.01", "300000", "300000.01", nil))
	some("external_amount", of("0", "300000", nil))
	f["organisations"] = of(0, 50, 51, 100, 101, nil).Draw(t, "organisations")
	f["attendance"] = of(0, 99, 100, 199, 200, nil).Draw(t, "attendance")
	f["booth_fee"] = of("0", "0.01", "12345.67", "20000", "20000.01", "20000.02", "39999.99", "40000", "40000.02", "1000000", nil).Draw(t, "booth_fee")
	some("organiser", of("national_hr", "provincial_hr", "某会展公司"))
	if rapid.IntRange(0, 9).Draw(t, "recruits?") > 0 {
		f["recruits"] = rapid.SliceOfN(rapid.Custom(drawGroup), 0, 4).Draw(t, "recruits")
	}
	return f
}

func drawGroup(t *rapid.T) map[string]any {
	g := map[string]any{"count": rapid.SampledFrom([]int{0, 1, 10, 19, 20, 399, 400, 401}).Draw(t, "count")}
	if rapid.Bool().Draw(t, "more") {
		g["category"] = rapid.SampledFrom([]string{"graduate", "high_skill", "other"}).Draw(t, "category")
		g["insured_months"] = rapid.SampledFrom([]int{5, 6, 7}).Draw(t, "months")
		for name, usual := range map[string]bool{"key_industry": true, "same_year": true, "duplicate": false, "paid_elsewhere": false} {
			if rapid.IntRange(0, 3).Draw(t, name) == 0 {
				g[name] = !usual
			}
		}
	}
	return g
}

func TestBookAgreesWithOracle(t *testing.T) {
	book := builtinBook(t, "")
	for _, item := range book.Items {
		rapid.Check(t, func(t *rapid.T) {
			facts := drawFacts(t)
			j, err := json.Marshal(facts)
			if err != nil {
				t.Fatal(err)
			}
			d := assess(t, book, item.ID, string(j))
			reason, amount := oracle{item.ID, facts}.answer()
			if d.Reason != reason || int64(d.Fen()) != amount {
				t.Fatalf("%s %s\nthe book says %s %s\nthe oracle %s %s", item.ID, j, d.Reason, d.Fen(), reason, policy.Fen(amount))
			}
			checkDecision(t, d)
		})
	}
}

// checkDecision checks what holds for every decision.
func checkDecision(t *rapid.T, d policy.Decision) {
	outcome := map[string]string{
		"CEILING_ONLY": policy.OutcomeCeiling, "OTHER_DOCUMENT": policy.OutcomeRefer, "STAGE_HELD": policy.OutcomeNeedsDecision, missing: policy.OutcomeNeedsData,
		"OK": policy.OutcomeExact, "TOTAL": policy.OutcomeExact, "STAGE": policy.OutcomeExact, "CAP_YEAR": policy.OutcomeExact, "CAP_ITEM": policy.OutcomeExact,
		"CLAMPED": policy.OutcomeExact, "EXTERNAL_AMOUNT": policy.OutcomeExact,
	}[d.Reason]
	if outcome == "" {
		outcome = policy.OutcomeNone
	}
	if d.Outcome != outcome {
		t.Fatalf("%s is %s, want %s", d.Reason, d.Outcome, outcome)
	}
	open := outcome == policy.OutcomeRefer || outcome == policy.OutcomeNeedsData || outcome == policy.OutcomeNeedsDecision
	if (d.Amount == nil) != open || d.Fen() < 0 {
		t.Fatalf("%s with amount %v", d.Outcome, d.Amount)
	}
	if (len(d.Missing) > 0) != (outcome == policy.OutcomeNeedsData) {
		t.Fatalf("%s with missing %v", d.Outcome, d.Missing)
	}
	failed := outcome == policy.OutcomeNone || outcome == policy.OutcomeNeedsDecision
	if s := d.Failed(); (s != nil) && !failed && outcome != policy.OutcomeNeedsData || failed && (s == nil || s.Code != d.Reason || s.Clause != d.Clause) {
		t.Fatalf("%s: the failed step is %+v", d.Reason, s)
	}
	for _, s := range d.Steps {
		if s.Code == "" || s.Have == "" || s.Need == "" || s.Clause == "" || s.Phrase == "" {
			t.Fatalf("a step with something missing: %+v", s)
		}
	}
	for _, text := range []string{d.Line(), d.Letter("某某公司")} {
		if strings.Contains(text, "%!") || strings.Contains(text, "“”") || strings.Contains(text, "：。") || strings.Contains(text, "（）") {
			t.Fatalf("a gap in %s", text)
		}
	}
}
