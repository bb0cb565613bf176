package jobs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// DecideRecruits decides, by what is known on a business day, the claim of an agency for the people it brought in a year, with the check
// day of the claim. It does nothing when there is no claim: the yearly job opens them. It reports whether there is a new
// decision or state.
func DecideRecruits(tx *models.Tx, env *Env, orgID int64, year int, on policy.Date, runID int64) (bool, error) {
	d, err := tx.Dossier(orgID, on)
	if err != nil {
		return false, err
	}
	k := newDesk(env, tx, on, runID, nil)
	k.take(d)
	for i := range d.Claims {
		if c := &d.Claims[i]; c.Item == recruitItem && c.FactKey == strconv.Itoa(year) {
			err := k.judgeRecruits(c)
			return len(k.changed) > 0, err
		}
	}
	return false, nil
}

// redecideRecruits looks again at the agency's claims of all years: months, reports and corrections arrive late.
func (k *desk) redecideRecruits() error {
	for i := range k.dossier.Claims {
		if c := &k.dossier.Claims[i]; c.Item == recruitItem && c.State != models.ClaimWithdrawn && !c.TopUp() {
			if err := k.judgeRecruits(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// openLateRecruits opens the claims of the years that were fulfilled before the agency's first people of them were reported. Nobody
// would look at these people again: the yearly job has been and gone.
func (k *desk) openLateRecruits(years []int) error {
	for _, year := range years {
		if k.on <= fulfilmentDay(year) || recruitClaim(k.dossier, year).ID != 0 {
			continue
		}
		terms := models.RecruitTermsOf(k.env.Book, k.env.Effective, year)
		lines, err := k.tx.RecruitLines(k.dossier.Org.ID, year, terms, 0, k.on)
		if err != nil {
			return err
		}
		if err := k.openRecruits(year, terms, lines); err != nil {
			return err
		}
	}
	return nil
}

// openRecruits opens the claim for the people of a hire year, unless it exists, and decides it.
func (k *desk) openRecruits(year int, terms models.RecruitTerms, lines []models.RecruitLine) error {
	if len(lines) == 0 {
		return nil // all were reported for days outside the validity
	}
	c, err := k.add(models.Claim{
		Item: recruitItem, OrgID: k.dossier.Org.ID, FactKey: strconv.Itoa(year), FactOn: lines[len(lines)-1].HiredOn, OpenedOn: k.on, Publicity: models.NotRequired,
	})
	if err != nil {
		return err
	}
	for i := range k.dossier.Claims {
		if k.dossier.Claims[i].ID == c.ID {
			return k.storeRecruits(&k.dossier.Claims[i], terms, lines)
		}
	}
	return nil
}

func (k *desk) judgeRecruits(c *models.Claim) error {
	year, err := strconv.Atoi(c.FactKey)
	if err != nil {
		return err
	}
	terms := models.RecruitTermsOf(k.env.Book, k.env.Effective, year)
	lines, err := k.tx.RecruitLines(c.OrgID, year, terms, c.ID, k.on)
	if err != nil {
		return err
	}
	return k.storeRecruits(c, terms, lines)
}

func (k *desk) storeRecruits(c *models.Claim, terms models.RecruitTerms, lines []models.RecruitLine) error {
	if k.ahead(*c) {
		return nil
	}
	lines, overlap, err := k.elsewhere(*c, lines, terms)
	if err != nil {
		return err
	}
	answer, in, err := k.askRecruits(*c, terms, lines)
	if err != nil {
		return err
	}
	in.Overlap = overlap
	return k.store(c, k.env.Book.Overlaid(answer, overlap), in)
}

// askRecruits puts an agency's people of one year to the rules. When they are too few only because files are missing, the
// answer is that it is not known yet.
func (k *desk) askRecruits(c models.Claim, terms models.RecruitTerms, lines []models.RecruitLine) (policy.Decision, models.Inputs, error) {
	item, err := k.env.Book.Item(recruitItem)
	if err != nil {
		return policy.Decision{}, models.Inputs{}, err
	}
	facts := k.env.standing(k.dossier, c.OpenedOn)
	day := c.FactOn
	if len(lines) > 0 {
		day = lines[len(lines)-1].HiredOn
	}
	facts["date"] = day.String()
	k.derive(c, models.KnownFact{Kind: item.From.Kind}, item, facts)
	facts["recruits"] = recruitGroups(lines, terms, models.RecruitLine.Qualifies)
	in := models.Inputs{Facts: facts, People: terms.Paid(lines)}
	answer, err := k.assess(facts)
	if err != nil || answer.Reason != "LT_20" {
		return answer, in, err
	}
	hopeful := maps.Clone(facts)
	hopeful["recruits"] = recruitGroups(lines, terms, func(l models.RecruitLine) bool { return l.Qualifies() || l.Unknown() })
	hope, err := k.assess(hopeful)
	if err != nil || hope.Reason == answer.Reason {
		return answer, in, err
	}
	in.Unknown = &models.UnknownMonths{}
	for _, l := range lines {
		if l.Unknown() && !l.Duplicate {
			in.Unknown.Heads++
			in.Unknown.Months = append(in.Unknown.Months, l.Insured.Unknown...)
		}
	}
	slices.Sort(in.Unknown.Months)
	in.Unknown.Months = slices.Compact(in.Unknown.Months)
	return k.env.Book.Explain(awaitMonths(answer, in.Unknown)), in, nil
}

func (k *desk) assess(facts policy.Facts) (policy.Decision, error) {
	return k.env.Book.Assess(recruitItem, facts, policy.AssessOptions{EffectiveFrom: k.env.Effective})
}

// awaitMonths turns "too few" into "not known yet". The check that failed stays among the steps: it says how many there are.
func awaitMonths(a policy.Decision, unknown *models.UnknownMonths) policy.Decision {
	if unknown != nil {
		a.Outcome, a.Reason, a.Amount, a.Missing = policy.OutcomeNeedsData, "MISSING_FACT", nil, []string{"recruits"}
	}
	return a
}

// recruitGroups counts people who are alike to the rules. Months above what is asked for make no difference, so that a
// person who stays on does not make a new decision every month.
func recruitGroups(lines []models.RecruitLine, terms models.RecruitTerms, enough func(models.RecruitLine) bool) []map[string]any {
	type kind struct {
		category            string
		months              int
		key, dup, elsewhere bool
	}
	counts := map[kind]int{}
	for _, l := range lines {
		g := kind{l.Category, min(l.Insured.Count, terms.Reading.Need), l.Key, l.Duplicate, l.PaidElsewhere}
		if enough(l) {
			g.months = terms.Reading.Need
		}
		counts[g]++
	}
	order := slices.SortedFunc(maps.Keys(counts), func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.category, b.category), cmp.Compare(b.months, a.months), yesFirst(a.key, b.key), yesFirst(b.dup, a.dup), yesFirst(b.elsewhere, a.elsewhere))
	})
	groups := make([]map[string]any, 0, len(order))
	for _, g := range order {
		groups = append(groups, map[string]any{
			"count": counts[g], "category": g.category, "insured_months": g.months, "key_industry": g.key, "same_year": true, "duplicate": g.dup, "paid_elsewhere": g.elsewhere,
		})
	}
	return groups
}

func yesFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
