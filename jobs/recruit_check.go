package jobs

import (
	"fmt"
	"slices"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// checkKnownMonths: whoever's head a decision pays had the months by what was known on its business day. Decisions of other rule
// versions counted by readings that this program may not know.
func (r *Runner) checkKnownMonths(q models.Query, _ policy.Instant) (models.CheckResult, error) {
	c := models.CheckResult{No: "21", Title: "引才审核只用当时已知的参保月份"}
	for after := int64(0); ; {
		page, err := q.DecisionsAfter(after, 1000)
		if err != nil || len(page) == 0 {
			return c, err
		}
		after = page[len(page)-1].ID
		for _, d := range page {
			if d.PolicyVersion != r.env.Book.Version {
				continue
			}
			in, err := inputsOf(d)
			if err != nil || len(in.People) == 0 {
				continue // a decision that cannot be read is a finding of the recomputation
			}
			c.Examined += int64(len(in.People))
			unfounded, err := r.unfounded(q, d, in.People)
			if err != nil {
				return c, err
			}
			if len(unfounded) > 0 {
				c.Findings = append(c.Findings, fmt.Sprintf("审核结论 #%d 计入了当时参保月数不足的 %d 人", d.ID, len(unfounded)))
			}
		}
	}
}

// unfounded are the people of a decision who had not the months by what was known on its day nor, in case that day brought a
// correction after the decision, by what was known on the day before.
func (r *Runner) unfounded(q models.Query, d models.Decision, people []int64) ([]int64, error) {
	claim, err := q.Claim(d.ClaimID)
	if err != nil {
		return nil, err
	}
	year, err := strconv.Atoi(claim.FactKey)
	if err != nil {
		return nil, err
	}
	terms := models.RecruitTermsOf(r.env.Book, d.EffectiveFrom, year)
	for _, on := range []policy.Date{d.KnownOn, d.KnownOn.AddDays(-1)} {
		lines, err := q.RecruitLines(claim.OrgID, year, terms, claim.ID, on)
		if err != nil {
			return nil, err
		}
		people = slices.DeleteFunc(slices.Clone(people), func(p int64) bool {
			return slices.ContainsFunc(lines, func(l models.RecruitLine) bool { return l.PersonID == p && l.Insured.Reached })
		})
		if len(people) == 0 {
			return nil, nil
		}
	}
	return people, nil
}
