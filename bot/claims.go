package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// claim is one claim of a firm with everything that is said about it.
type claim struct {
	models.Claim
	item     *policy.Item
	decision models.Decision
	answer   policy.Decision // of the rules, empty while there is none
	award    *models.Award
	parts    []models.Instalment
	approval *models.Approval // while it waits for a second person
}

// claims reads a firm's claims as people number them: what needs the firm first, then what is on its way, then what
// is awarded, then what came to nothing; the newest first within each. Withdrawn ones are left out.
func (r *Request) claims(d *models.Dossier) ([]claim, error) {
	awards := map[int64]models.Award{}
	var ids []int64
	for _, a := range d.Awards {
		awards[a.ClaimID] = a
		ids = append(ids, a.ID)
	}
	parts := map[int64][]models.Instalment{}
	if len(ids) > 0 {
		all, err := r.InstalmentsOf(ids...)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			parts[p.AwardID] = append(parts[p.AwardID], p)
		}
	}
	var list []claim
	for _, c := range slices.Backward(d.Claims) {
		if c.State == models.ClaimWithdrawn {
			continue
		}
		one := claim{Claim: c, decision: d.Decided[c.ID]}
		var err error
		if one.item, err = r.Bot.Book.Item(c.Item); err != nil {
			return nil, err
		}
		if one.answer, err = r.Bot.answerOf(one.decision); err != nil {
			return nil, err
		}
		if a, ok := awards[c.ID]; ok {
			one.award, one.parts = &a, parts[a.ID]
		}
		if c.State == models.ClaimProposed {
			a, err := r.ApprovalOfPlan(c.PlanID)
			if err != nil && models.CodeOf(err) != models.NotFound {
				return nil, err
			}
			one.approval = &a
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b claim) int { return a.rank() - b.rank() })
	return list, nil
}

// answerOf reads the rules' answer back with its words.
func (b *Bot) answerOf(d models.Decision) (policy.Decision, error) {
	var answer policy.Decision
	if d.Result == "" {
		return answer, nil
	}
	if err := json.Unmarshal([]byte(d.Result), &answer); err != nil {
		return answer, fmt.Errorf("审核结论 #%d: %w", d.ID, err)
	}
	return b.Book.Explain(answer), nil
}

func (c claim) rank() int {
	switch c.State {
	case models.ClaimNeedsData:
		return 0
	case models.ClaimHeld:
		return 1
	case models.ClaimAwarded:
		return 3
	case models.ClaimRejected:
		return 4
	}
	return 2
}

// name is the item with what tells this claim from another of the item: 骨干企业奖励（2025年度）.
func (c claim) name() string {
	which := c.FactOn.Text()
	switch year := c.year(); {
	case c.TopUp() && c.Item == models.RecruitItem:
		which = models.HireYearText(c.FactOn.Year()) + "，补差"
	case c.TopUp():
		which += "，补差或冲抵余额"
	case c.Item == models.RecruitItem:
		which = models.HireYearText(year)
	case year != 0:
		which = fmt.Sprintf("%d年度", year)
	}
	if open, ok := strings.CutSuffix(c.item.Short, "）"); ok {
		return open + "，" + which + "）"
	}
	return c.item.Short + bracketed(which)
}

func bracketed(s string) string { return "（" + s + "）" }

// year is the year of hire of a claim for recruits, or the year in a claim's key; 0 when there is none.
func (c claim) year() int {
	year, err := strconv.Atoi(c.FactKey)
	if err != nil || year < 1990 || year > 2100 {
		return 0
	}
	return year
}
