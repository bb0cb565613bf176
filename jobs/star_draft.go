package jobs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// The plans of ratings.
const (
	ratingsPlan  = models.RatingsPlan
	decisionPlan = models.RoundDecisionPlan
	changePlan   = models.RatingChangePlan
)

func draftStars(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	q := env.Store.Read(ctx)
	switch params["draft"] {
	case "", "ratings":
		return draftRatings(q, env, on, params)
	case "decision":
		return draftDecision(q, env, on, params)
	case "change":
		return draftChange(q, on, params)
	}
	return models.PlanDraft{}, models.E(models.Invalid, "没有“%s”这种方案", params["draft"])
}

// draftRatings is the list of a round for two people. Asked for by nobody in particular it is empty unless a round is ready; asked for by name it says
// why it is not.
func draftRatings(q models.Query, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: ratingsPlan, Title: "星级评定方案", KnownOn: on, MadeOn: on}
	asked := params["draft"] != "" || params["year"] != ""
	r, err := env.roundAsked(q, params, on)
	if err != nil {
		if asked {
			return d, err
		}
		return d, nil //nolint:nilerr // no round is configured: there is nothing to propose
	}
	d.Title = r.Name() + "方案"
	if r.State != models.RoundScoring {
		if asked || r.ID != 0 && params != nil {
			w, err := q.RoundWait(r, on)
			if err != nil {
				return d, err
			}
			if r.ID == 0 {
				return d, models.E(models.Conflict, "%s还没有启动，不能报审；%s", r.Name(), env.toStart(r.Year, on))
			}
			return d, models.E(models.Conflict, "%s现在是“%s”，不能报审：%s", r.Name(), r.State.Text(), w.Text)
		}
		return d, nil
	}
	m, err := env.modelOf(r)
	if err != nil {
		return d, err
	}
	entries, err := starScores(q, m, r)
	if err != nil {
		return d, err
	}
	orgs, err := orgsOfEntries(q, entries)
	if err != nil {
		return d, err
	}
	detail := models.RatingsDetail{Round: r.ID, Inputs: r.InputsHash, Model: r.Model}
	var open []string
	public := 0
	for _, e := range sortedEntries(entries) {
		if e.State == models.EntryProvisional {
			open = append(open, orgs[e.OrgID].Name)
			continue
		}
		sheet, err := e.Star()
		if err != nil {
			return d, err
		}
		line := models.RatingLine{Code: e.Subject, Org: e.OrgID, Name: orgs[e.OrgID].Name, Stars: e.Stars, Score: e.Score, Rank: e.Rank, Text: EntryText(e, sheet), Why: pointsText(sheet.Sheet)}
		dossier, err := q.Dossier(e.OrgID, on)
		if err != nil {
			return d, err
		}
		if f := dossier.Rated(on); f != nil {
			line.Was = policy.StarsText(number(f.Attrs["stars"]))
		}
		detail.Ratings = append(detail.Ratings, line)
		d.Lines = append(d.Lines, models.PlanLine{OrgID: e.OrgID, Item: StarRatingJob})
		if e.State != models.EntryScored || e.Stars == nil {
			continue
		}
		reason, err := sinceScored(q, e, on)
		if err != nil {
			return d, err
		}
		if reason == "" {
			public++
		}
	}
	if len(open) > 0 {
		if !asked && params == nil {
			return models.PlanDraft{Kind: ratingsPlan, Title: d.Title, KnownOn: on, MadeOn: on}, nil
		}
		return d, models.E(models.Conflict, "%s还有%d家资料不全（%s），须先逐家由两人决定，再报审；看名单请发送：轮次 %d", r.Name(), len(open), shortList(open), r.Year)
	}
	if public == 0 {
		if !asked && params == nil {
			return models.PlanDraft{Kind: ratingsPlan, Title: d.Title, KnownOn: on, MadeOn: on}, nil
		}
		return d, models.E(models.Conflict, "%s没有一家可以公示（缓评，或资料冻结后列入严重失信名单、许可失效），不能报审；资料补齐的请改按“补录”办理，例如：定夺 %d 全部 补录 理由；都不评的请取消这一轮", r.Name(), r.Year)
	}
	d.Detail = detail
	return d, nil
}

func shortList(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], "、") + "等"
	}
	return strings.Join(names, "、")
}

// draftDecision is the proposal how to rate firms that are provisional or held: one, or all that are provisional. As long as no list has been agreed on, a
// firm that was postponed may be decided again: its data have come, or without it the list would be empty. All means these when none is provisional.
func draftDecision(q models.Query, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: decisionPlan, KnownOn: on, MadeOn: on}
	choice, err := models.ParseStarChoice(params["choice"])
	if err != nil {
		return d, err
	}
	reason := strings.TrimSpace(params["reason"])
	if reason == "" || len(reason) > 600 {
		return d, models.E(models.Invalid, "请写明理由，200 个字以内")
	}
	r, err := env.roundAsked(q, params, on)
	if err != nil {
		return d, err
	}
	if r.ID == 0 {
		return d, models.E(models.NotFound, "没有%d年度的星级评定，还不能逐家决定；%s", r.Year, env.toStart(r.Year, on))
	}
	if r.InputsHash == "" || r.State == models.RoundCancelled || r.State == models.RoundPaused || r.State == models.RoundProposed {
		return d, models.E(models.Conflict, "%s现在是“%s”，还不能逐家决定", r.Name(), r.State.Text())
	}
	states := []models.EntryState{models.EntryProvisional, models.EntryHeld}
	if r.State == models.RoundScoring {
		states = append(states, models.EntryPostponed)
	}
	entries, err := q.EntriesIn(r.ID, states...)
	if err != nil {
		return d, err
	}
	all := models.EntryProvisional
	if !slices.ContainsFunc(entries, func(e models.RoundEntry) bool { return e.State == all }) {
		all = models.EntryPostponed
	}
	orgs, err := orgsOfEntries(q, entries)
	if err != nil {
		return d, err
	}
	detail := models.DecisionDetail{Round: r.ID, Name: r.Name(), Choice: choice, Reason: reason}
	for _, e := range entries {
		if params["org"] == "全部" && e.State != all || params["org"] != "全部" && params["org"] != e.Subject {
			continue
		}
		f, err := env.decisionFor(q, r, e, orgs[e.OrgID], choice, on)
		if err != nil {
			return d, err
		}
		detail.Firms = append(detail.Firms, f)
		d.Lines = append(d.Lines, models.PlanLine{OrgID: e.OrgID, Item: decisionPlan})
	}
	if len(detail.Firms) == 0 {
		return d, models.E(models.Conflict, "%s里没有等待决定的这一家；看名单请发送：轮次 %d", r.Name(), r.Year)
	}
	d.Title = fmt.Sprintf("%s：%s按“%s”办理", r.Name(), namesOf(detail.Firms), choice.Text())
	d.Detail = detail
	return d, nil
}

func namesOf(firms []models.DecisionFirm) string {
	if len(firms) == 1 {
		return firms[0].Name
	}
	return fmt.Sprintf("%d家", len(firms))
}

// decisionFor works out what a choice would make of one firm, and refuses a choice that would leave it as it is.
func (e *Env) decisionFor(q models.Query, r models.Round, entry models.RoundEntry, org models.Organisation, choice models.StarChoice, on policy.Date) (models.DecisionFirm, error) {
	f := models.DecisionFirm{Code: entry.Subject, Name: org.Name, State: entry.State}
	row, err := q.RoundInput(r.ID, entry.Subject)
	if err != nil {
		return f, err
	}
	in, err := inputsOfRound(row)
	if err != nil {
		return f, err
	}
	m, err := e.modelOf(r)
	if err != nil {
		return f, err
	}
	if choice == models.ChooseKeep && entry.State != models.EntryHeld {
		return f, models.E(models.Invalid, "%s资料不全，没有可以维持的星级；请选不计、补录、缓评或无星", org.Name)
	}
	old, err := entry.Star()
	if err != nil {
		return f, err
	}
	d := &models.StarDecision{Choice: choice}
	if choice == models.ChooseKeep && old.Decision != nil {
		d.Without, d.Late = old.Decision.Without, old.Decision.Late
	}
	if choice == models.ChooseLate {
		dossier, err := q.Dossier(entry.OrgID, on)
		if err != nil {
			return f, err
		}
		now, err := starInputs(dossier, r.Year, on)
		if err != nil {
			return f, err
		}
		d.Late = &now
		if entry.State != models.EntryHeld {
			d.Late = only(now, old.Sheet.MissingIDs)
		}
	}
	if choice == models.ChooseWithout {
		d.Without = old.Sheet.MissingIDs
	}
	f.Without, f.Late = d.Without, d.Late
	then, err := scoreEntry(m, in, d)
	if err != nil {
		return f, err
	}
	detail, err := then.Star()
	if err != nil {
		return f, err
	}
	if then.State == models.EntryProvisional {
		return f, models.E(models.Conflict, "%s按“%s”办理后仍缺%s，不能评星；资料到了再补录，或选不计、缓评、无星", org.Name, choice.Text(), strings.Join(detail.Sheet.Missing, "、"))
	}
	f.Text = EntryText(then, models.StarDetail{Sheet: detail.Sheet})
	return f, nil
}

// only keeps of inputs what has one of some names.
func only(in policy.StarInputs, ids []string) *policy.StarInputs {
	out := policy.StarInputs{Figures: map[string]int64{}, Words: map[string]string{}, Vetoes: map[string]bool{}, Code: in.Code}
	for _, id := range ids {
		if v, ok := in.Figures[id]; ok {
			out.Figures[id] = v
		}
		if v, ok := in.Words[id]; ok {
			out.Words[id] = v
		}
		if v, ok := in.Vetoes[id]; ok {
			out.Vetoes[id] = v
		}
	}
	return &out
}

// draftChange is the proposal of other stars for one firm between two rounds: after a penalty or a listing fewer, after a 复评 also more.
func draftChange(q models.Query, on policy.Date, params models.Params) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: changePlan, KnownOn: on, MadeOn: on}
	org, err := q.OrganisationByCode(params["org"])
	if models.CodeOf(err) == models.NotFound {
		return d, models.E(models.NotFound, "没有代码为 %q 的机构", params["org"])
	}
	if err != nil {
		return d, err
	}
	reason := strings.TrimSpace(params["reason"])
	stars, err := strconv.Atoi(params["stars"])
	switch {
	case err != nil || stars < 0 || stars > 5:
		return d, models.E(models.Invalid, "星级应为 0（无星）到 5")
	case reason == "" || len(reason) > 600:
		return d, models.E(models.Invalid, "请写明理由，200 个字以内")
	}
	dossier, err := q.Dossier(org.ID, on)
	if err != nil {
		return d, err
	}
	f := dossier.Rated(on)
	if f == nil {
		return d, models.E(models.Conflict, "%s目前没有有效的星级，不能调整", org.Name)
	}
	was := number(f.Attrs["stars"])
	if was == stars {
		return d, models.E(models.Conflict, "%s现在就是%s，不用调整", org.Name, policy.StarsText(stars))
	}
	c := models.ChangeDetail{Org: org.ID, Code: org.Code, Name: org.Name, Year: number(f.Attrs["year"]), Fact: f.ID, Was: was, Stars: stars, Reason: reason}
	c.Until, _ = f.Attrs["valid_until"].(string)
	d.Title = fmt.Sprintf("%s星级由%s调整为%s", org.Name, policy.StarsText(was), policy.StarsText(stars))
	d.Detail = c
	return d, nil
}
