package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// checkRatings: what was frozen for a round is what its hash was made of; each score sheet reckoned again from it gives the same; and each confirmed firm has
// the stars of its sheet as the fact that bars and selections read. Rounds of another model than today's cannot be reckoned again here and only have their
// hash compared.
func (r *Runner) checkRatings(q models.Query, now policy.Instant) (models.CheckResult, error) {
	c := models.CheckResult{No: "47", Title: "星级与冻结数据、评分表一致"}
	rounds, err := q.Rounds()
	if err != nil {
		return c, err
	}
	for _, round := range rounds {
		if round.Kind != models.StarRating || round.InputsHash == "" {
			continue
		}
		c.Examined++
		switch hash, _, err := q.InputsHash(round.ID); {
		case models.CodeOf(err) == models.Conflict:
			c.Findings = append(c.Findings, err.Error())
			continue
		case err != nil:
			return c, err
		case hash != round.InputsHash:
			c.Findings = append(c.Findings, fmt.Sprintf("%s的冻结数据与校验码不符", round.Name()))
			continue
		}
		if err := r.checkEntries(q, round, &c, now); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (r *Runner) checkEntries(q models.Query, round models.Round, c *models.CheckResult, now policy.Instant) error {
	entries, err := q.Entries(round.ID)
	if err != nil {
		return err
	}
	m := r.env.starModel()
	for _, e := range entries {
		c.Examined++
		row, err := q.RoundInput(round.ID, e.Subject)
		if err != nil {
			return err
		}
		in, err := inputsOfRound(row)
		if err != nil {
			return err
		}
		detail, err := e.Star()
		if err != nil {
			return err
		}
		if m.Title() == round.Model {
			again, err := scoreEntry(m, in, detail.Decision)
			if err != nil {
				return err
			}
			again.Rank, again.State, again.Reason = e.Rank, e.State, e.Reason
			if !sameEntry(again, e) {
				c.Findings = append(c.Findings, fmt.Sprintf("%s中 %s 的评分表重算结果不同", round.Name(), e.Subject))
			}
		}
		if e.State != models.EntryConfirmed || e.Stars == nil {
			continue
		}
		said, err := q.RoundRated(e.OrgID, round.ID, now.Date())
		if err != nil {
			return err
		}
		if said != *e.Stars {
			c.Findings = append(c.Findings, fmt.Sprintf("%s中 %s 确认为%s，资格信息里却不是", round.Name(), e.Subject, policy.StarsText(*e.Stars)))
		}
	}
	return nil
}
