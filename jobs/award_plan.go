package jobs

import (
	"context"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

const recruitItem = models.RecruitItem

func notRecruits(c models.Claim) bool { return c.Item != recruitItem }

// payNotes says what stands between a plan and money.
func payNotes(env *Env) []string {
	if env.Effective == 0 {
		return []string{"尚未配置政策施行日（policy.effective_from）：只能审核和模拟，不能送审、批准或拨付"}
	}
	return nil
}

// awardLines shows every claim that could be proposed today, and what changed tonight.
func awardLines(q models.Query, env *Env, changed []change, want func(models.Claim) bool) ([]models.ReportLine, policy.Fen, error) {
	news := map[int64]change{}
	for _, c := range changed {
		news[c.Claim.ID] = c
	}
	ready, err := q.ClaimsIn(models.ClaimDecided)
	if err != nil {
		return nil, 0, err
	}
	shown := map[int64]bool{}
	for _, c := range ready {
		shown[c.ID] = true
	}
	for _, c := range changed {
		if !shown[c.Claim.ID] {
			ready = append(ready, c.Claim)
		}
	}
	var lines []models.ReportLine
	var total policy.Fen
	for _, c := range ready {
		if !want(c) {
			continue
		}
		d, err := q.Decision(c.DecisionID)
		if err != nil {
			return nil, 0, err
		}
		line, err := reportLine(q, env, c, d)
		if err != nil {
			return nil, 0, err
		}
		if ch, ok := news[c.ID]; ok {
			line.Change = ch.text()
		}
		if c.State == models.ClaimDecided {
			total += d.AmountFen
		} else {
			line.Outside = true
		}
		lines = append(lines, line)
	}
	return lines, total, nil
}

func reportLine(q models.Query, env *Env, c models.Claim, d models.Decision) (models.ReportLine, error) {
	org, err := q.Organisation(c.OrgID)
	if err != nil {
		return models.ReportLine{}, err
	}
	item, err := env.Book.Item(c.Item)
	if err != nil {
		return models.ReportLine{}, err
	}
	why, err := env.explain(d)
	return models.ReportLine{
		Who: org.Name, Item: c.Item, Clause: d.Clause, What: item.Name + "（" + c.KeyText() + "）", Amount: d.AmountFen, Why: why, Claim: c.ID,
	}, err
}

// text says what is new about a claim: 新增, or what it was before.
func (c change) text() string {
	switch {
	case c.Was == nil:
		return "新增"
	case c.Was.AmountFen != c.Decision.AmountFen:
		return fmt.Sprintf("由 %s 变为 %s", c.Was.AmountFen.Text(), c.Decision.AmountFen.Text())
	case c.Was.Reason != c.Decision.Reason:
		return "理由变化"
	}
	return "资料变化，金额不变"
}

// draftAwards freezes the claims that are ready into a plan.
func draftAwards(ctx context.Context, env *Env, on policy.Date, title string, want func(models.Claim) bool) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: "award", Title: title, KnownOn: on, MadeOn: on}
	ready, err := env.Store.Read(ctx).ClaimsIn(models.ClaimDecided)
	if err != nil {
		return d, err
	}
	q := env.Store.Read(ctx)
	ready = slices.DeleteFunc(ready, func(c models.Claim) bool { return !want(c) })
	for _, c := range ready {
		decision, err := q.Decision(c.DecisionID)
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, models.PlanLine{ClaimID: c.ID, DecisionID: c.DecisionID, OrgID: c.OrgID, Item: c.Item, AmountFen: decision.AmountFen})
	}
	return d, nil
}

func draftClaims(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.PlanDraft, error) {
	return draftAwards(ctx, env, on, "奖补核定方案", notRecruits)
}
