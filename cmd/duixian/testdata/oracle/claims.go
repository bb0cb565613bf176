package main

import (
	"cmp"
	"slices"
)

type state string

const (
	open          state = "open"
	decided       state = "decided"
	proposed      state = "proposed"
	held          state = "held"
	rejected      state = "rejected"
	stateData     state = "needs_data"
	stateDecision state = "needs_decision"
	awarded       state = "awarded"
)

// claim is one thing that may be rewarded once.
type claim struct {
	id     int
	fact   factKey // of a recruit claim: code, recruitKind, hire year
	opened day     // the check day: bars hold as of it whenever the claim is decided again
	on     day     // the day of the fact

	item    item
	facts   facts
	verdict verdict
	state   state
	reason  string
	payable bool // the newest decision is payable, whether or not a plan line was held since
	persons []*recruit

	line  planLine // while proposed
	award *award
}

// planLine is what the second official saw and approved.
type planLine struct {
	submitted day
	item      string
	amount    fen
}

func (c *claim) fromFacts() bool { return c.fact.kind != recruitKind }

// before is the order in which claims of one organisation are decided.
func (c *claim) before(o *claim) bool { return order(c, o) < 0 }

func order(a, b *claim) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.id, b.id)) }

// openClaims opens the claims whose night has come. Claims of one night are numbered by the day of the fact, then by
// organisation in the order of firms.csv, then by the bytes of the fact's key: the number decides between equal days.
func (r *replay) openClaims(today day) []*claim {
	var opened []*claim
	for _, key := range r.bureau.factOrder {
		l, ok := r.bureau.facts[key].at(today)
		if !ok || r.claimed[key] || len(candidates(key.kind, l)) == 0 || factDay(key.kind, l) > today {
			continue
		}
		r.claimed[key] = true
		opened = append(opened, &claim{fact: key, opened: today, on: l.day("日期"), state: open})
	}
	slices.SortStableFunc(opened, func(a, b *claim) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(r.bureau.firmOrder[a.fact.code], r.bureau.firmOrder[b.fact.code]),
			cmp.Compare(a.fact.key, b.fact.key))
	})
	for _, c := range opened {
		r.enter(c)
	}
	return opened
}

func (r *replay) enter(c *claim) {
	c.id = len(r.claims) + 1
	r.claims = append(r.claims, c)
	r.byOrg[c.fact.code] = append(r.byOrg[c.fact.code], c)
}

// decideClaims is the job claims: new claims, claims of organisations about which something became known, then the
// held lines whose reason has gone.
func (r *replay) decideClaims(today day) {
	var due []*claim
	opened := map[*claim]bool{}
	for _, c := range r.openClaims(today) {
		opened[c] = true
		due = append(due, c)
	}
	touched, recruits := r.news(today)
	for _, c := range r.claims {
		again := touched[c.fact.code] || !c.fromFacts() && recruits[c.fact.code]
		if !opened[c] && again && c.state != awarded {
			due = append(due, c)
		}
	}
	slices.SortFunc(due, order)
	for _, c := range due {
		r.decide(c, today)
	}
	for _, c := range r.claims {
		if c.state == held && c.payable && r.refusal(c, today) == "" {
			c.state, c.reason = decided, ""
		}
	}
}

// decide assesses a claim by what is known today and changes its state when the facts are others than last time.
func (r *replay) decide(c *claim, today day) {
	var it item
	var f facts
	var v verdict
	var persons []*recruit
	if c.fromFacts() {
		it, f, v = r.assessFact(c, today)
	} else {
		it = itemOf("recruit-headcount")
		f, v, persons = r.assessRecruits(c, today)
	}
	c.persons = persons
	if c.item.id == it.id && c.facts == f && c.verdict == v {
		return
	}
	c.item, c.facts, c.verdict = it, f, v
	was := c.state
	c.state, c.reason = r.stateAfter(c)
	c.payable = c.state == decided
	if was == proposed {
		c.state, c.reason = proposed, "" // the plan is frozen; its line is looked at when it is carried out
	}
}

// assessFact looks at all items of the family: the first that gives something wins, else the first whose reason says
// more than that another tier is the right one.
func (r *replay) assessFact(c *claim, today day) (item, facts, verdict) {
	l, _ := r.bureau.facts[c.fact].at(today)
	c.on = l.day("日期")
	type answer struct {
		item    item
		facts   facts
		verdict verdict
	}
	var answers []answer
	for _, id := range candidates(c.fact.kind, l) {
		it := itemOf(id)
		f := r.gather(c, it, l, today)
		answers = append(answers, answer{it, f, assess(it, f, r.validity)})
	}
	if len(answers) == 0 { // a correction took away the level: nothing is left that could be paid
		return c.item, c.facts, no("NOT_ON_LIST")
	}
	found := slices.IndexFunc(answers, func(a answer) bool { return a.verdict.outcome != nothing })
	if found < 0 {
		found = slices.IndexFunc(answers, func(a answer) bool {
			return !slices.Contains([]string{"NOT_ON_LIST", "HIGHER_TIER_APPLIES", "OTHER_TIER_APPLIES"}, a.verdict.reason)
		})
	}
	a := answers[max(found, 0)]
	return a.item, a.facts, a.verdict
}

func (r *replay) stateAfter(c *claim) (state, string) {
	v := c.verdict
	switch {
	case c.item.referral || v.outcome == refer:
		return rejected, v.reason
	case v.outcome == needsData:
		return stateData, v.reason
	case v.outcome == needsDecision || v.outcome == ceiling || v.reason == "CLAMPED":
		return stateDecision, v.reason
	case v.outcome == nothing || v.amount == 0:
		return rejected, v.reason
	case c.item.legalReview:
		return held, "LEGAL_REVIEW"
	case c.item.id == "backbone-firm" && r.anyAward(c, sameYear(integrity)):
		return held, "EXCLUSIVE_WITH_INTEGRITY"
	}
	return decided, ""
}
