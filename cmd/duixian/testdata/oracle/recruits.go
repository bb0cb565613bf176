package main

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

const recruitKind = "引才"

type recruitKey struct {
	agency, person string
	hired          day
}

// recruit is one person brought by one agency on one day.
type recruit struct {
	recruitKey
	rows history[line]
}

// firstKnown breaks ties between two reports of one person.
func (h *recruit) firstKnown() day {
	first := h.rows[0].known
	for _, s := range h.rows {
		first = min(first, s.known)
	}
	return first
}

// openRecruitClaims is the first half of the job recruit-reward, for the hires of one year: all agencies that are known of and have no
// claim yet.
func (r *replay) openRecruitClaims(of int, today day) {
	for _, code := range slices.Sorted(maps.Keys(r.bureau.byAgency)) {
		key := factKey{code, recruitKind, strconv.Itoa(of)}
		if r.claimed[key] || len(r.hires(code, of, today)) == 0 {
			continue
		}
		r.claimed[key] = true
		c := &claim{fact: key, opened: today, state: open}
		r.enter(c)
		r.decide(c, today)
	}
}

// hires are the people an agency brought in a year, inside the validity, as known by a day.
func (r *replay) hires(agency string, of int, today day) []*recruit {
	var list []*recruit
	for _, h := range r.bureau.byAgency[agency] {
		if _, known := h.rows.at(today); known && h.hired.year() == of && r.validity.has(h.hired) {
			list = append(list, h)
		}
	}
	return list
}

// assessRecruits counts the heads of a claim. The persons are those whom it would pay.
func (r *replay) assessRecruits(c *claim, today day) (facts, verdict, []*recruit) {
	var f facts
	r.bureau.bars(&f, c.fact.code, c.opened, today)
	of, _ := strconv.Atoi(c.fact.key)
	var paid []*recruit
	perhaps := 0 // heads whose months are not all known yet
	for _, h := range r.hires(c.fact.code, of, today) {
		f.date = max(f.date, h.hired)
		c.on = f.date
		l, _ := h.rows.at(today)
		if !r.rightSort(h, today) || r.duplicate(c, h, today) {
			continue
		}
		sure, possible := r.bureau.insuredMonths(h, today)
		switch {
		case sure >= 6:
			f.recruits++
			if l.yes("已享受其他奖补", false) {
				f.paidElsewhere++
			} else {
				paid = append(paid, h)
			}
		case possible >= 6:
			perhaps++
		}
	}
	v := assess(itemOf("recruit-headcount"), f, r.validity)
	if v.reason == "LT_20" && f.recruits+perhaps >= 20 {
		v = missing
	}
	return f, v, paid
}

// rightSort is whether the person is of a category that counts and the client was on the list on the day of hire.
func (r *replay) rightSort(h *recruit, today day) bool {
	l, ok := h.rows.at(today)
	return ok && (l["人才类别"] == "大学生" || l["人才类别"] == "高技能人才") && r.bureau.keyIndustry(l["用人单位代码"], h.hired, today)
}

func (r *replay) qualifies(h *recruit, today day) bool {
	if !r.rightSort(h, today) {
		return false
	}
	sure, _ := r.bureau.insuredMonths(h, today)
	return sure >= 6
}

// duplicate: a person counts once over all agencies and years, for the award that has them or for the first hire.
func (r *replay) duplicate(c *claim, h *recruit, today day) bool {
	if winner := r.rewarded[h.person]; winner != nil && winner != c {
		return true
	}
	mine, _ := h.rows.at(today)
	for _, o := range r.bureau.byPerson[h.person] {
		theirs, known := o.rows.at(today)
		if o == h || !known || !r.validity.has(o.hired) {
			continue
		}
		earlier := cmp.Or(cmp.Compare(o.hired, h.hired), cmp.Compare(o.firstKnown(), h.firstKnown()),
			cmp.Compare(o.agency, h.agency), cmp.Compare(theirs["用人单位代码"], mine["用人单位代码"])) < 0
		if earlier && r.qualifies(o, today) {
			return true
		}
	}
	return false
}
