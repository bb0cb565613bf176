package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// measured is what a measure found: a value to compare, how it reads, and which required facts were missing. need
// replaces the phrase of the law as what is asked for, where the phrase alone says too little.
type measured struct {
	value      any
	have, need string
	fact       string // the fact that decided
	missing    []string
}

type measure struct {
	kind string
	fact string // the fact it is about
	eval func(*assessment) measured
}

// measures is the closed set of things that rules compare and that are not simply a fact. A new one is a named Go
// function whose comment cites its clause; there is no expression language.
var measures = map[string]measure{
	"in_validity":            {kindBool, "date", inValidity},
	"full_years":             {kindInt, "operating_since", fullYears},
	"years_since_last_round": {kindInt, "last_round_year", yearsSinceLastRound},
	"since_effective":        {kindBool, "operating_since", sinceEffective},
	"tier":                   {kindInt, "", tierReached},
	"recruits_counted":       {kindInt, "recruits", recruitsCounted},
	"recruits_paid":          {kindInt, "recruits", recruitsPaid},
	"projects_paid":          {kindInt, "projects", projectsPaid},
}

// inValidity: 五（四）有效期为5年. The day of the fact lies between the first and the last day, both included.
func inValidity(e *assessment) measured {
	if missing := e.missing("date"); len(missing) > 0 {
		return measured{missing: missing}
	}
	return measured{
		value: e.date >= e.from && e.date <= e.to,
		have:  e.date.Text(),
		need:  e.from.Text() + "至" + e.to.Text(),
	}
}

// fullYears: 三（一）正常运营满一年. A year is full on the corresponding day (民法典第二百零二条).
func fullYears(e *assessment) measured {
	missing := e.missing("operating_since", "as_of")
	if len(missing) > 0 {
		return measured{missing: missing}
	}
	since, asOf := e.day("operating_since"), e.day("as_of")
	n := 0
	for since.AddYears(n+1) <= asOf {
		n++
	}
	return measured{value: int64(n), have: fmt.Sprintf("%s至%s，满%d年", since.Text(), asOf.Text(), n)}
}

// sinceEffective: 三（一）迁入或设在 under the reading that only new arrivals qualify.
func sinceEffective(e *assessment) measured {
	if missing := e.missing("operating_since"); len(missing) > 0 {
		return measured{missing: missing}
	}
	since := e.day("operating_since")
	return measured{value: since >= e.from, have: since.Text(), need: e.from.Text() + "以后迁入或设立"}
}

// yearsSinceLastRound: 每两年评选. Rounds are counted by their nominal year, whenever they were confirmed; the round
// in question is that of the fact's day.
func yearsSinceLastRound(e *assessment) measured {
	last := e.int("last_round_year")
	year := int64(e.date.Year())
	return measured{value: year - last, have: fmt.Sprintf("上次为%d年度，本次为%d年度", last, year)}
}

// tierReached is the highest tier of the item's family whose thresholds are all met, 0 when none is: 三（一）the list,
// 三（八）the size of an event. Under the reading event.mixed=nothing the first threshold alone picks the tier, and
// the others must reach that tier.
func tierReached(e *assessment) measured {
	family := e.book.families[e.item.Tier.Family]
	var have []string
	for _, t := range family[0].Tier.From {
		f := e.book.Facts[t.Fact]
		v, ok := e.value(t.Fact)
		if ok {
			have = append(have, f.Name+" "+f.text(v))
		}
	}
	var missing []string
	for _, t := range family[0].Tier.From {
		missing = append(missing, e.missing(t.Fact)...)
	}
	if len(missing) > 0 {
		return measured{missing: missing}
	}
	meets := func(t Threshold) bool {
		v, _ := e.value(t.Fact)
		return compare(t.Op, v, t.Values.On(e.date).Value)
	}
	reached, need := 0, []string{}
	for _, item := range family {
		ok, all := true, item.Tier.From
		if e.book.reads("event.mixed=nothing") && meets(all[0]) {
			reached = 0 // this tier is the one in question; a lower one does not catch the rest
		}
		for _, t := range all {
			ok = ok && meets(t)
		}
		if ok {
			reached = item.Tier.Level
		}
	}
	for _, t := range e.item.Tier.From {
		need = append(need, t.Values.On(e.date).Phrase)
	}
	return measured{value: int64(reached), have: strings.Join(have, "、"), need: strings.Join(need, "且"), fact: family[0].Tier.From[0].Fact}
}

// recruitsCounted: 三（七）20人以上. Who counts: graduates and skilled workers newly brought in this year for key
// industries, insured for six months, each person once. One who is paid for elsewhere counts (and is not paid).
func recruitsCounted(e *assessment) measured {
	if missing := e.missing("recruits"); len(missing) > 0 {
		return measured{missing: missing}
	}
	n := int64(0)
	for category := range e.recruits() {
		if e.book.reads("recruit.categories=each") {
			n = max(n, e.countRecruits(category))
		} else {
			n += e.countRecruits(category)
		}
	}
	return measured{value: n, have: strconv.FormatInt(n, 10) + " 人"}
}

// recruitsPaid: 三（七）按照500元/人. All who count from the first, less those paid for elsewhere (五（四）不重复) and
// those not insured for six months.
func recruitsPaid(e *assessment) measured {
	n := int64(0)
	for category, groups := range e.recruits() {
		if e.book.reads("recruit.categories=each") && e.countRecruits(category) < e.threshold("recruits_counted") {
			continue
		}
		for _, g := range groups {
			if g["paid_elsewhere"] == false && e.insuredEnough(g) {
				n += g["count"].(int64)
			}
		}
	}
	return measured{value: n, have: strconv.FormatInt(n, 10) + " 人"}
}

// recruits are the groups that meet everything but the months of insurance, by category.
func (e *assessment) recruits() map[string][]Group {
	v, _ := e.value("recruits")
	byCategory := map[string][]Group{}
	for _, g := range v.([]Group) {
		category := g["category"].(string)
		if category != "other" && g["key_industry"] == true && g["same_year"] == true && g["duplicate"] == false {
			byCategory[category] = append(byCategory[category], g)
		}
	}
	return byCategory
}

func (e *assessment) countRecruits(category string) (n int64) {
	for _, g := range e.recruits()[category] {
		insured := e.insuredEnough(g) || e.book.reads("recruit.threshold_counts=introduced")
		excluded := g["paid_elsewhere"] == true && e.book.reads("recruit.paid_elsewhere=excluded")
		if insured && !excluded {
			n += g["count"].(int64)
		}
	}
	return n
}

// insuredEnough: 三（七）参保满6个月以上; the number stands in the item as a limit of the groups.
func (e *assessment) insuredEnough(g Group) bool {
	limit := e.item.limit("recruits.insured_months")
	return compare(limit.Op, g["insured_months"], limit.Values.On(e.date).Value)
}

// projectsPaid: 三（十）3万元/个, each project of an institution, or one under the reading innovation.projects=one.
func projectsPaid(e *assessment) measured {
	n := e.int("projects")
	if e.book.reads("innovation.projects=one") {
		n = min(n, 1)
	}
	return measured{value: n, have: strconv.FormatInt(n, 10) + " 个"}
}
