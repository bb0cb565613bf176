package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// planStars shows what a round would come to today: the stored score sheets once the data are frozen, and before that what the data known today would
// give. With if=… it shows which firms change stars under other weights and bounds. It writes nothing.
func planStars(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	report := models.Report{Job: StarRatingJob, Title: starRatingTitle, On: on, Unpriced: true}
	q := env.Store.Read(ctx)
	r, err := env.roundAsked(q, params, on)
	if err != nil {
		return report, err
	}
	report.Title, report.Round = r.Name(), r.ID
	entries, inputs, err := env.roundNow(q, r, on)
	if err != nil {
		return report, err
	}
	orgs, err := orgsOfEntries(q, entries)
	if err != nil {
		return report, err
	}
	if params["if"] != "" {
		return env.whatIf(report, r, entries, inputs, orgs, params["if"])
	}
	stars, open := map[int]int{}, 0
	for _, e := range sortedEntries(entries) {
		if want := params["org"]; want != "" && want != e.Subject {
			continue
		}
		d, err := e.Star()
		if err != nil {
			return report, err
		}
		report.Lines = append(report.Lines, models.ReportLine{Who: orgs[e.OrgID].Name, Code: e.Subject, What: EntryText(e, d), Why: pointsText(d.Sheet)})
		if e.Stars != nil {
			stars[*e.Stars]++
		} else {
			open++
		}
	}
	report.Notes = append(report.Notes, starCounts(stars, open))
	if r.ID == 0 {
		report.Notes = append(report.Notes, "这一轮还没有启动，以上按今天已知的资料预演")
		return report, nil
	}
	if r.InputsHash != "" {
		report.Notes = append(report.Notes, fmt.Sprintf("资料截至%s冻结，校验码 %s；模型 %s", r.FrozenOn.Text(), r.InputsHash[:8], r.Model))
	}
	w, err := q.RoundWait(r, on)
	report.Notes = append(report.Notes, r.State.Text()+"："+w.Text)
	return report, err
}

func starCounts(stars map[int]int, open int) string {
	var parts []string
	for n := 5; n >= 0; n-- {
		if stars[n] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d家", policy.StarsText(n), stars[n]))
		}
	}
	if open > 0 {
		parts = append(parts, fmt.Sprintf("未评 %d家", open))
	}
	return cmp.Or(strings.Join(parts, "，"), "没有参评机构")
}

// roundAsked is the round that is meant: of the year that was named, else the live one, else the next of the rhythm, which need not be there yet.
func (e *Env) roundAsked(q models.Query, params models.Params, on policy.Date) (models.Round, error) {
	year, err := yearParam(params)
	if err != nil {
		return models.Round{}, err
	}
	if year == 0 {
		live, err := q.LiveRounds(models.StarRating)
		if err != nil || len(live) > 0 {
			return append(live, models.Round{})[0], err
		}
		if year = e.rhythm().Next(on.Year()); year == 0 {
			year = on.Year()
		}
	}
	r, err := q.Round(models.StarRating, year)
	if models.CodeOf(err) != models.NotFound && (err != nil || r.State != models.RoundCancelled) {
		return r, err
	}
	days, err := e.rhythm().Round(year, 0)
	if wrong, ok := errors.AsType[*policy.RhythmError](err); ok {
		return r, models.E(models.Invalid, "%s", wrong.Message)
	}
	return models.Round{Kind: models.StarRating, Year: year, State: models.RoundPlanned, OpensOn: days.Opens, DataBy: days.DataBy, CutoffOn: days.Cutoff, PublicityFrom: days.PublicityFrom, ConfirmBy: days.ConfirmBy}, err
}

// roundNow is every entry of a round as it stands, and what each is made of: stored once the data are frozen, else reckoned from today's knowledge.
func (e *Env) roundNow(q models.Query, r models.Round, on policy.Date) ([]models.RoundEntry, map[string]policy.StarInputs, error) {
	inputs := map[string]policy.StarInputs{}
	if r.InputsHash != "" {
		entries, err := q.Entries(r.ID)
		if err != nil {
			return nil, nil, err
		}
		if len(entries) == 0 {
			m, err := e.modelOf(r)
			if err != nil {
				return nil, nil, err
			}
			if entries, err = starScores(q, m, r); err != nil {
				return nil, nil, err
			}
		}
		for after := ""; ; {
			page, err := q.RoundInputs(r.ID, after, 500)
			if err != nil {
				return nil, nil, err
			}
			for _, row := range page {
				after = row.Subject
				if inputs[row.Subject], err = inputsOfRound(row); err != nil {
					return nil, nil, err
				}
			}
			if len(page) < 500 {
				return entries, inputs, nil
			}
		}
	}
	ids, err := population(q, r.CutoffOn, on)
	if err != nil {
		return nil, nil, err
	}
	m := e.starModel()
	var entries []models.RoundEntry
	var ranked []policy.StarRanked
	for part := range slices.Chunk(ids, 200) {
		dossiers, err := q.Dossiers(part, on)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range dossiers {
			in, err := starInputs(d, r.Year, on)
			if err != nil {
				return nil, nil, err
			}
			entry, err := scoreEntry(m, in, nil)
			if err != nil {
				return nil, nil, err
			}
			entry.OrgID = d.Org.ID
			inputs[in.Code] = in
			entries = append(entries, entry)
			ranked = append(ranked, policy.StarRanked{Inputs: in, Sheet: m.Score(in)})
		}
	}
	ranks := m.Rank(ranked)
	for i := range entries {
		entries[i].Rank = ranks[entries[i].Subject]
	}
	return entries, inputs, nil
}

func orgsOfEntries(q models.Query, entries []models.RoundEntry) (map[int64]models.Organisation, error) {
	all := map[int64]models.Organisation{}
	for part := range slices.Chunk(entries, 500) {
		var ids []int64
		for _, e := range part {
			ids = append(ids, e.OrgID)
		}
		orgs, err := q.Organisations(ids...)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, orgs)
	}
	return all, nil
}

// sortedEntries puts those first that somebody must look at, then the ranked ones, then the rest.
func sortedEntries(entries []models.RoundEntry) []models.RoundEntry {
	class := func(e models.RoundEntry) int {
		switch {
		case e.State == models.EntryProvisional || e.State == models.EntryHeld:
			return 0
		case e.Rank > 0:
			return 1
		}
		return 2
	}
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b models.RoundEntry) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// EntryText is what became of a firm in one line: 4星，85.3分，第3名.
func EntryText(e models.RoundEntry, d models.StarDetail) string {
	var parts []string
	switch {
	case e.State == models.EntryHeld:
		parts = append(parts, "暂缓："+models.HeldEntryText(e.Reason))
	case e.State == models.EntryPostponed:
		parts = append(parts, "缓评")
	case e.Stars == nil:
		parts = append(parts, fmt.Sprintf("暂不能评，缺%s（补齐后为%s）", strings.Join(d.Sheet.Missing, "、"), d.Sheet.RangeText()))
	default:
		parts = append(parts, policy.StarsText(*e.Stars))
	}
	if e.Score != nil {
		parts = append(parts, policy.Points(*e.Score)+"分")
	}
	if e.Rank > 0 {
		parts = append(parts, fmt.Sprintf("第%d名", e.Rank))
	}
	if d.Decision != nil {
		parts = append(parts, "两人决定："+d.Decision.Choice.Text())
	}
	for _, reason := range d.Sheet.Reasons {
		if reason == policy.StarVetoed {
			parts = append(parts, "一票否决")
		}
	}
	return strings.Join(parts, "，")
}

// pointsText is the sheet in one line: 营业收入 24/30、地方贡献 15/25 ….
func pointsText(s policy.StarSheet) string {
	var parts []string
	for _, p := range s.Points {
		if p.Missing {
			parts = append(parts, p.Name+" 缺")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s/%s", p.Name, policy.Points(p.Points), policy.Points(p.Of)))
	}
	if s.BonusGiven > 0 {
		parts = append(parts, "加分 "+policy.Points(s.BonusGiven))
	}
	return strings.Join(append(parts, s.Warnings...), "、")
}

// whatIf lists the firms whose stars would be others under changed weights and bounds.
func (e *Env) whatIf(report models.Report, r models.Round, entries []models.RoundEntry, inputs map[string]policy.StarInputs, orgs map[int64]models.Organisation, changes string) (models.Report, error) {
	changed := map[string]string{}
	for part := range strings.SplitSeq(changes, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return report, models.E(models.Invalid, "“%s”不是 名称=分数，例如：营业收入=35", part)
		}
		changed[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	m := e.starModel()
	other, err := m.With(changed)
	if wrong, ok := errors.AsType[*policy.InputError](err); ok {
		return report, models.E(models.Invalid, "%s", wrong.Message)
	}
	if err != nil {
		return report, err
	}
	up, down, same := 0, 0, 0
	for _, entry := range sortedEntries(entries) {
		in := inputs[entry.Subject]
		before, after := m.Score(in), other.Score(in)
		if before.Stars == nil || after.Stars == nil || *before.Stars == *after.Stars {
			same++
			continue
		}
		if *after.Stars > *before.Stars {
			up++
		} else {
			down++
		}
		report.Lines = append(report.Lines, models.ReportLine{
			Who: orgs[entry.OrgID].Name, Code: entry.Subject, What: fmt.Sprintf("%s，%s分", policy.StarsText(*after.Stars), policy.Points(*after.Total)),
			Why: pointsText(after), Change: fmt.Sprintf("由%s变为%s", policy.StarsText(*before.Stars), policy.StarsText(*after.Stars)),
		})
	}
	report.Title += "（假如 " + strings.ReplaceAll(changes, ",", "、") + "）"
	report.Round = 0
	report.Notes = []string{fmt.Sprintf("%d家企业星级变化：升%d家，降%d家；%d家不变", up+down, up, down, same), "只是测算，评分模型没有改动"}
	return report, nil
}
