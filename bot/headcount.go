package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// headcount is how far a firm is with the people of one hire year, and what comes of it.
type headcount struct {
	models.RecruitYear
	lines []models.RecruitLine
	claim *claim // nil before the reward is looked at for the first time
	// On the day payOn at the earliest the number is enough and the reward is looked at; it is then amount, for the people
	// reported so far. Both are zero when it cannot become enough.
	payOn  policy.Date
	amount policy.Fen
}

// rewardJob is the job that looks at recruits once a year; afterwards late data are looked at every night.
const rewardJob = "recruit-reward"

// headcount counts the people of a hire year as known today. It names nobody.
func (r *Request) headcount(orgID int64, year int, c *claim) (headcount, error) {
	h := headcount{claim: c}
	terms := models.RecruitTermsOf(r.Bot.Book, r.Bot.Effective, year)
	claimID := int64(0)
	if c != nil {
		claimID = c.ID
	}
	var err error
	if h.lines, err = r.RecruitLines(orgID, year, terms, claimID, r.On); err != nil {
		return h, err
	}
	h.RecruitYear = terms.Summarise(h.lines, r.On)
	h.OrgID, h.Year = orgID, year
	if h.EnoughOn == 0 {
		return h, nil
	}
	if h.payOn = h.EnoughOn; c == nil {
		day, err := r.rewardDay(year)
		if err != nil {
			return h, err
		}
		h.payOn = max(h.payOn, day)
	}
	h.amount, err = r.worth(h.lines, h.EnoughOn)
	return h, err
}

// worth asks the rules what the people reported so far are worth if their months come in as expected until a day. The
// general bars are not looked at.
func (r *Request) worth(lines []models.RecruitLine, by policy.Date) (policy.Fen, error) {
	type kind struct {
		category  string
		elsewhere bool
	}
	count := map[kind]int{}
	last := policy.Date(0)
	for _, l := range lines {
		enough := l.Insured.Reached || l.Insured.Earliest != 0 && max(models.MonthKnownOn(l.Insured.Earliest), r.On.AddDays(1)) <= by
		if enough && l.Eligible() && !l.Duplicate {
			count[kind{l.Category, l.PaidElsewhere}]++
			last = max(last, l.HiredOn)
		}
	}
	var groups []map[string]any
	for k, n := range count {
		groups = append(groups, map[string]any{"count": n, "category": k.category, "paid_elsewhere": k.elsewhere})
	}
	d, err := r.Bot.Book.Assess(models.RecruitItem, policy.Facts{"recruits": groups, "date": last.String()}, policy.AssessOptions{EffectiveFrom: r.Bot.Effective})
	return d.Fen(), err
}

// rewardDay is the day on which the people of a hire year are looked at: as the job is scheduled, and 20 July when
// nobody says otherwise.
func (r *Request) rewardDay(year int) (policy.Date, error) {
	jobs, err := r.Bot.Work.List(r.ctx, r.Now)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		for _, n := range j.Next {
			if j.Name == rewardJob && n.At.Date().Year() == year+1 {
				return n.At.Date(), nil
			}
		}
	}
	return policy.NewDate(year+1, 7, 20), nil
}

// unknownMonths names employers and months that stand in the way because nobody reported them: 山河电子2025年8月至11月.
// Of many employers it names a few.
func (r *Request) unknownMonths(h headcount) (string, error) {
	missing := map[int64]policy.MonthSet{}
	for _, l := range h.lines {
		if !l.Eligible() || l.Duplicate || l.Insured.Reached {
			continue
		}
		months := missing[l.EnterpriseID]
		for _, m := range slices.Concat(l.Insured.Unknown, l.Hole) {
			if err := months.Set(m); err != nil {
				return "", err
			}
		}
		if months.Len() > 0 {
			missing[l.EnterpriseID] = months
		}
	}
	payers := slices.Sorted(maps.Keys(missing))
	names, err := r.Enterprises(payers)
	if err != nil || len(payers) == 0 {
		return "", err
	}
	var parts []string
	for _, p := range payers[:min(len(payers), 3)] {
		parts = append(parts, plain(names[p].Name)+spans(missing[p]))
	}
	text := strings.Join(parts, "、")
	if len(payers) > len(parts) {
		text += fmt.Sprintf("等%d家单位", len(payers))
	}
	return text + "的参保名单", nil
}

// spans writes months as people do: 2025年8月至11月、2026年2月.
func spans(months policy.MonthSet) string {
	var parts []string
	var from, to policy.Month
	end := func() {
		switch {
		case from == 0:
		case from == to:
			parts = append(parts, from.Text())
		case from.Year() == to.Year():
			parts = append(parts, fmt.Sprintf("%s至%d月", from.Text(), to%100))
		default:
			parts = append(parts, from.Text()+"至"+to.Text())
		}
	}
	for m := range months.All() {
		if to == 0 || m != to.Add(1) {
			end()
			from = m
		}
		to = m
	}
	end()
	return strings.Join(parts, "、")
}
