package sheets

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// hireKey is one hire as an agency reports it. The employer is not part of it: a person begins with one employer on a day, so that
// another employer in a later report corrects the earlier one. Else the person would stand in the list twice.
type hireKey struct {
	org   int64
	mac   string // of the person
	hired policy.Date
}

func (k hireKey) anyDay() hireKey { return hireKey{k.org, k.mac, 0} }

// recruitWords is what a report says of a hire.
type recruitWords struct {
	employer             string // credit code
	category             string
	elsewhere, withdrawn bool
}

// recruitRoot is all that was reported of one recruit.
type recruitRoot struct {
	id      int64           // 0: not stored yet
	begins  *pendingRecruit // the row of this file that begins it
	history history[recruitWords]
}

// before is what was last known of the recruit on a day, or what was first known of it later; nil when nothing is.
func (t *recruitRoot) before(known policy.Date) *recruitWords {
	for i := len(t.history) - 1; i >= 0; i-- {
		if i == 0 || t.history[i].known <= known {
			return &t.history[i].content
		}
	}
	return nil
}

// hires finds the recruit that a row is about.
type hires struct {
	roots map[hireKey][]*recruitRoot
	days  map[hireKey][]policy.Date // on which stored recruits began, under the key without the day
	said  map[string]bool           // agency, person, day of hire, employer, day of the report: what the file says stands
}

// hires reads what is stored about people.
func (r *resolver) hires(people *persons, rows []RecruitRow) (*hires, error) {
	h := &hires{roots: map[hireKey][]*recruitRoot{}, days: map[hireKey][]policy.Date{}, said: map[string]bool{}}
	for _, x := range rows {
		if !x.Withdrawn {
			h.said[saidKey(x, x.Employer)] = true
		}
	}
	ids, macs := []int64(nil), map[int64]string{}
	for mac, p := range people.byMAC {
		if p.ID != 0 {
			ids = append(ids, p.ID)
			macs[p.ID] = mac
		}
	}
	slices.Sort(ids)
	stored, err := r.RecruitsOfPeople(ids)
	if err != nil {
		return nil, err
	}
	employers, err := r.Enterprises(employersOf(stored))
	if err != nil {
		return nil, err
	}
	byID := map[int64]*recruitRoot{}
	for _, x := range stored {
		t := byID[x.RootID]
		if t == nil {
			t = &recruitRoot{id: x.RootID}
			byID[x.RootID] = t
			key := hireKey{x.OrgID, macs[x.PersonID], x.HiredOn}
			if whose := key.anyDay(); !slices.Contains(h.days[whose], x.HiredOn) {
				h.days[whose] = append(h.days[whose], x.HiredOn)
			}
			h.roots[key] = append(h.roots[key], t)
		}
		words := recruitWords{employers[x.EnterpriseID].Code, x.Category, x.PaidElsewhere, x.Withdrawn}
		t.history = append(t.history, version[recruitWords]{x.KnownOn, x.Rev, words})
	}
	return h, nil
}

func employersOf(rows []models.Recruit) []int64 {
	ids := make([]int64, len(rows))
	for i, x := range rows {
		ids[i] = x.EnterpriseID
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func saidKey(x RecruitRow, employer string) string {
	return fmt.Sprint(x.Agency, "/", x.ID.Reveal(), "/", x.Hired, "/", employer, "/", x.Known)
}

// root is the recruit a row is about: the one reported with the same employer; else, when there is one whose employer this file does
// not repeat on the same day, that one, whose employer the row corrects; else a new one. Two employers that stand beside each other
// remain two reports, of which the person counts in one.
func (h *hires) root(r *resolver, x RecruitRow, key hireKey) *recruitRoot {
	var earlier, free []*recruitRoot
	for _, t := range h.roots[key] {
		now := t.before(x.Known)
		switch {
		case now.employer == x.Employer:
			return t
		case h.said[saidKey(x, now.employer)]:
		case slices.ContainsFunc(t.history, func(v version[recruitWords]) bool { return v.content.employer == x.Employer }):
			earlier = append(earlier, t)
		case !now.withdrawn:
			free = append(free, t)
		}
	}
	switch {
	case x.Withdrawn: // what is not said to stand with this employer is not taken back
		return new(recruitRoot)
	case len(earlier) > 0:
		return earlier[0]
	case len(free) == 1:
		r.warn(x.At, "用人单位代码", x.Employer, "核对，无误可照常导入", "这次入职以前报的用人单位是 %s，按更正处理", free[0].before(x.Known).employer)
		return free[0]
	}
	if len(h.roots[key]) > 0 {
		r.warn(x.At, "用人单位代码", x.Employer, "核对两条；报错的一条请另报一行，“是否作废”填是", "这个人同一天入职还报了别的用人单位，两条都保留，只计一次")
	}
	if day := h.otherDay(x, key); day != 0 {
		r.warn(x.At, "入职日期", x.Hired.String(), "核对；如是更正，把原来一条另报一行，“是否作废”填是；确是再次入职的可照常导入",
			"同一机构以前报过这个人到同一用人单位，入职日期是 %s", day.Text())
	}
	t := new(recruitRoot)
	h.roots[key] = append(h.roots[key], t)
	return t
}

// otherDay is a day on which the agency has already brought the person to the employer of a row, by a report that stands; 0 when there is
// none. Nothing tells a corrected day from a second hire but the person who reports.
func (h *hires) otherDay(x RecruitRow, key hireKey) policy.Date {
	for _, day := range h.days[key.anyDay()] {
		if day == x.Hired {
			continue
		}
		for _, t := range h.roots[hireKey{key.org, key.mac, day}] {
			if now := t.before(x.Known); t.id != 0 && now != nil && now.employer == x.Employer && !now.withdrawn {
				return day
			}
		}
	}
	return 0
}
