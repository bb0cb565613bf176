package main

import "fmt"

// award is a confirmed decision.
type award struct {
	claim       *claim
	amount      fen
	approved    day
	instalments []*instalment
}

type instalment struct {
	award     *award
	no        int
	amount    fen
	due       day
	state     instalmentState
	reason    string
	submitted day // of the release plan it is in, "" when in none
}

type instalmentState string

const (
	scheduled      instalmentState = "scheduled"
	instalmentDue  instalmentState = "due"
	instalmentHeld instalmentState = "held"
)

// places is how many firms, persons or projects one round may select.
const places = 10

// approve is the second official at 09:30 of a working day: all that was submitted on an earlier day is carried out.
func (r *replay) approve(today day) {
	for _, c := range r.claims {
		if c.state != proposed || c.line.submitted >= today {
			continue
		}
		if !c.payable { // the newest decision says what becomes of it instead
			c.state, c.reason = r.stateAfter(c)
			continue
		}
		reason := r.refusal(c, today)
		if c.item.id != c.line.item || c.verdict.amount != c.line.amount {
			reason = "CHANGED"
		}
		if reason != "" {
			c.state, c.reason = held, reason
			continue
		}
		r.grant(c, today)
	}
	for _, p := range r.instalments {
		if p.submitted == "" || p.submitted >= today {
			continue
		}
		p.submitted = ""
		p.check(r, today)
	}
}

// submit is the clerk, after that: everything payable that is in no plan yet, and the held instalments that may go.
func (r *replay) submit(today day) {
	for _, c := range r.claims {
		if c.state == decided {
			c.state, c.line = proposed, planLine{today, c.item.id, c.verdict.amount}
		}
	}
	for _, p := range r.instalments {
		if p.state == instalmentHeld && p.bar(r, today) == "" {
			p.submitted = today
		}
	}
}

// refusal is why a payable claim may not be awarded on a day, or "": the general bars as of that day, then what may
// exist only once.
func (r *replay) refusal(c *claim, on day) string {
	var f facts
	r.bureau.bars(&f, c.fact.code, on, on)
	if reason := bar(c.item, f); reason != "" {
		return reason
	}
	if !c.fromFacts() {
		for _, h := range c.persons {
			if r.rewarded[h.person] != nil {
				return "DUPLICATE"
			}
		}
		return ""
	}
	l, _ := r.bureau.facts[c.fact].at(on)
	same := func(o *claim) bool { return o.award != nil && o.item.id == c.item.id }
	switch c.fact.kind {
	case headquartersKind, landingKind, park, exportBase:
		if r.granted(c, c.item, l, on) {
			return "ONCE_ONLY"
		}
	case hightech, top100, specialty:
		if r.any(c, same) {
			return "NOT_FIRST"
		}
	case integrity:
		if r.any(c, same) {
			return "NOT_FIRST"
		}
		if r.anyAward(c, sameYear(backbone)) {
			return "EXCLUSIVE_WITH_BACKBONE"
		}
	case backbone, honest, elite, contest:
		if r.placesTaken(c, l, on)+c.facts.projects > places {
			return "OVER_QUOTA"
		}
		if c.fact.kind == backbone && r.anyAward(c, sameYear(integrity)) {
			return "EXCLUSIVE_WITH_INTEGRITY"
		}
	case boothKind, associationKind:
		var paid fen
		for _, o := range r.byOrg[c.fact.code] {
			if o.award != nil && o.fact.kind == c.fact.kind && o.on.year() == c.on.year() {
				paid += o.award.amount
			}
		}
		if paid+c.verdict.amount > c.item.yearCap {
			return "CAP_YEAR"
		}
	}
	return ""
}

// placesTaken counts the winners (of the contest: the projects) of the same year that have an award.
func (r *replay) placesTaken(c *claim, l line, on day) int {
	n := 0
	for _, o := range r.claims {
		if o.award == nil || o.fact.kind != c.fact.kind {
			continue
		}
		if ol, _ := r.bureau.facts[o.fact].at(on); nominalYear(ol) == nominalYear(l) {
			n += o.facts.projects
		}
	}
	return n
}

func (r *replay) grant(c *claim, today day) {
	c.state = awarded
	c.award = &award{claim: c, amount: c.verdict.amount, approved: today}
	parts := []fen{c.award.amount}
	if c.item.staged {
		parts = c.award.amount.stages()
	}
	for i, part := range parts {
		p := &instalment{award: c.award, no: i + 1, amount: part, due: today, state: scheduled}
		if i > 0 {
			p.due = day(fmt.Sprintf("%04d-01-01", today.year()+i))
		} else {
			p.check(r, today)
		}
		c.award.instalments = append(c.award.instalments, p)
		r.instalments = append(r.instalments, p)
	}
	for _, h := range c.persons {
		r.rewarded[h.person] = c
	}
}

// bar is why an instalment may not be paid on a day, or "".
func (p *instalment) bar(r *replay, on day) string {
	var f facts
	it := p.award.claim.item
	r.bureau.bars(&f, p.award.claim.fact.code, on, on)
	if reason := bar(it, f); reason != "" {
		return reason
	}
	if it.staged && !f.operating {
		return "NOT_NORMAL_OPERATION"
	}
	return ""
}

func (p *instalment) check(r *replay, on day) {
	p.state, p.reason = instalmentDue, ""
	if reason := p.bar(r, on); reason != "" {
		p.state, p.reason = instalmentHeld, reason
	}
}

// checkInstalments is the job instalments-due: what falls due is looked at once; what is held waits for a release plan.
func (r *replay) checkInstalments(today day) {
	for _, p := range r.instalments {
		if p.state == scheduled && p.due <= today {
			p.check(r, today)
		}
	}
}
