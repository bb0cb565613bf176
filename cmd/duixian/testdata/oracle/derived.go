package main

// Facts that follow from other claims.

// gather is everything the rules may know of a claim: bars as of its check day, attributes, and what other claims imply.
func (r *replay) gather(c *claim, it item, l line, today day) facts {
	f := facts{date: factDay(c.fact.kind, l), asOf: c.opened, municipal: true, targetsMet: true, lastRound: none, yearNumber: none}
	r.bureau.bars(&f, c.fact.code, c.opened, today)
	attributes(&f, c.fact.kind, l)
	switch c.fact.kind {
	case hightech, top100, specialty, integrity:
		f.first = f.first && !r.any(c, func(o *claim) bool {
			return o.item.id == it.id && (o.award != nil || o.payable && o.id < c.id)
		})
		f.anySpecialty = c.fact.kind == specialty && r.any(c, func(o *claim) bool {
			return o.fact.kind == specialty && (o.award != nil || o.payable && o.before(c))
		})
		f.backboneSameYear = c.fact.kind == integrity && r.any(c, func(o *claim) bool {
			return sameYear(backbone)(c, o) && (o.payable || o.award != nil)
		})
	case backbone, honest, elite:
		f.lastRound = r.lastRound(c.fact.kind, f.year, today)
	case headquartersKind, landingKind, park, exportBase:
		f.granted = r.granted(c, it, l, today)
	case boothKind, associationKind:
		f.paidThisYear = r.paidThisYear(c)
	case contribution:
		f.yearNumber = r.yearNumber(c, l, today)
		if it.park {
			f.targetsMet, f.municipal = r.parkYear(c.fact.code, f.year, today)
		}
	}
	return f
}

// any is whether another claim of the same organisation is such.
func (r *replay) any(c *claim, is func(*claim) bool) bool {
	for _, o := range r.byOrg[c.fact.code] {
		if o != c && is(o) {
			return true
		}
	}
	return false
}

func (r *replay) anyAward(c *claim, is func(c, o *claim) bool) bool {
	return r.any(c, func(o *claim) bool { return o.award != nil && is(c, o) })
}

func sameYear(kind string) func(c, o *claim) bool {
	return func(c, o *claim) bool { return o.fact.kind == kind && o.on.year() == c.on.year() }
}

// lastRound is the year of the last selection of this kind before this one, whoever was in it.
func (r *replay) lastRound(kind string, before int, today day) int {
	last := none
	for _, key := range r.bureau.factOrder {
		if key.kind != kind {
			continue
		}
		if l, ok := r.bureau.facts[key].at(today); ok {
			if y := nominalYear(l); y < before && y > last {
				last = y
			}
		}
	}
	return last
}

// thing is what may be granted only once: the group of a headquarters and the project wherever they turn up, the park or
// base of the operator. The files do not name parks and bases, so the operator stands for it, once for each level.
func thing(c *claim, it item, l line) string {
	switch {
	case c.fact.kind == headquartersKind && l["集团名称"] != "":
		return "group " + l["集团名称"]
	case c.fact.kind == headquartersKind:
		return "group of " + c.fact.code
	case c.fact.kind == landingKind && l["项目名称"] != "":
		return "project " + l["项目名称"]
	case c.fact.kind == landingKind:
		return "project " + c.fact.code + c.fact.key
	}
	return it.id + " " + c.fact.code
}

// granted is whether another claim of the same family has an award for the same thing.
func (r *replay) granted(c *claim, it item, l line, today day) bool {
	want := thing(c, it, l)
	for _, o := range r.claims {
		if o == c || o.award == nil || o.fact.kind != c.fact.kind {
			continue
		}
		if ol, _ := r.bureau.facts[o.fact].at(today); thing(o, o.item, ol) == want {
			return true
		}
	}
	return false
}

// paidThisYear is what the cap of the year has already given or promised.
func (r *replay) paidThisYear(c *claim) (sum fen) {
	for _, o := range r.byOrg[c.fact.code] {
		if o == c || o.fact.kind != c.fact.kind || o.on.year() != c.on.year() {
			continue
		}
		if o.award != nil {
			sum += o.award.amount
		} else if o.payable && o.before(c) {
			sum += o.verdict.amount
		}
	}
	return sum
}

func (r *replay) yearNumber(c *claim, l line, today day) int {
	if l["第几年"] != "" {
		return l.whole("第几年")
	}
	moved := r.bureau.founded(c.fact.code, today)
	if moved == "" {
		return none
	}
	first := moved.year() + 1
	if moved[4:] == "-01-01" {
		first--
	}
	return nominalYear(l) - first + 1
}

// parkYear is the assessment of a resident firm; the fact table assumes a good one where there is none.
func (r *replay) parkYear(code string, of int, today day) (targetsMet, municipal bool) {
	for _, h := range r.bureau.assessments[code] {
		if l, ok := h.at(today); ok && l.whole("年度") == of {
			return l.yes("完成入园指标", true), l.yes("市级园区", true)
		}
	}
	return true, true
}
