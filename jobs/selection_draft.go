package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// selectionParams name a round: kind (backbone, 骨干企业评选 …) and year; without a year it is the newest.
var selectionParams = []string{"kind", "year"}

// roundOf finds the round that parameters name.
func roundOf(q models.Query, params models.Params) (models.Round, error) {
	kind, ok := models.SelectionKindOf(params["kind"])
	if !ok {
		return models.Round{}, models.E(models.Invalid, "请写明是哪一项评选：骨干、诚信或引才精英")
	}
	year := 0
	if text := params["year"]; text != "" {
		var err error
		if year, err = strconv.Atoi(text); err != nil {
			return models.Round{}, models.E(models.Invalid, "“%s”不是年份，请写成 2026 的样子", text)
		}
	} else {
		all, err := q.Rounds()
		if err != nil {
			return models.Round{}, err
		}
		for _, r := range all {
			if r.Kind == kind && r.State != models.RoundCancelled {
				year = max(year, r.Year)
			}
		}
	}
	r, err := q.Round(kind, year)
	if models.CodeOf(err) == models.NotFound {
		return r, models.E(models.NotFound, "还没有启动%s；当年星级评定确认后自动启动", kind.Text())
	}
	return r, err
}

// draftSelection freezes a selection, or in a confirmed one who moves up, for two people. It refuses while the jury is sealed, an office is silent or disagrees without a decision, or the
// round has not got so far.
func draftSelection(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	q := env.Store.Read(ctx)
	if params["kind"] == "" {
		return env.draftAny(q, on)
	}
	r, err := roundOf(q, params)
	if err != nil {
		return models.PlanDraft{}, err
	}
	return env.draftRound(q, r, on)
}

// draftAny drafts the first selection that waits for its list. None waiting is an empty draft; none ready is refused with what the first lacks.
func (e *Env) draftAny(q models.Query, on policy.Date) (models.PlanDraft, error) {
	rounds, err := roundsToShow(q, nil)
	if err != nil {
		return models.PlanDraft{}, err
	}
	var refused error
	for _, r := range rounds {
		if r.State != models.RoundScoring {
			continue
		}
		d, err := e.draftRound(q, r, on)
		if err == nil {
			return d, nil
		}
		if refused == nil {
			refused = err
		}
	}
	return models.PlanDraft{Kind: selectionKind, Title: "评选方案", KnownOn: on, MadeOn: on}, refused
}

func (e *Env) draftRound(q models.Query, r models.Round, on policy.Date) (models.PlanDraft, error) {
	switch r.State {
	case models.RoundScoring:
	case models.RoundConfirmed:
		return e.draftMoves(q, r, on)
	case models.RoundPlanned, models.RoundOpen:
		return models.PlanDraft{}, models.E(models.Conflict, "%s还在收集资料（到%s），之后才能送审", r.Name(), r.DataBy.Text())
	default:
		return models.PlanDraft{}, models.E(models.Conflict, "%s现在是“%s”，不能送审", r.Name(), r.State.Text())
	}
	f, err := e.field(q, r, on)
	if err != nil {
		return models.PlanDraft{}, err
	}
	if f.juryError != nil {
		return models.PlanDraft{}, models.E(models.Conflict, "%s还不能送审：%v", r.Name(), f.juryError)
	}
	var subjects []string
	for _, p := range f.selected() {
		subjects = append(subjects, p.Subject)
	}
	if len(subjects) == 0 {
		return models.PlanDraft{}, models.E(models.Conflict, "%s没有可以入选的候选，不能送审", r.Name())
	}
	d := f.detail()
	if d.Gaps = f.gaps(subjects); len(undecided(d.Gaps)) > 0 {
		return models.PlanDraft{}, opinionsMissing(r, d.Gaps)
	}
	return f.plan(d, subjects), nil
}

// plan makes a line for each who gets a place. The sums are not part of it: the award of each is decided by a plan of its own, once it is confirmed.
func (f *field) plan(d models.SelectionDetail, subjects []string) models.PlanDraft {
	p := models.PlanDraft{Kind: selectionKind, Title: d.Title(), KnownOn: f.on, MadeOn: f.on, Detail: d}
	for _, subject := range subjects {
		p.Lines = append(p.Lines, models.PlanLine{OrgID: f.contenders[subject].Org.ID, Item: f.item.ID})
	}
	return p
}

// planSelections shows a selection as it would be today: who, who waits in which order, who not and why, and what is still missing. Without a kind it shows all that are open.
func planSelections(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	report := models.Report{Job: selectionsName, Title: selectionsTitle, On: on, Unpriced: true}
	if kind, ok := models.SelectionKindOf(params["kind"]); ok {
		report.Title = kind.Text()
	}
	q := env.Store.Read(ctx)
	rounds, err := roundsToShow(q, params)
	if err != nil {
		return report, err
	}
	for _, r := range rounds {
		if err := env.showRound(q, r, on, &report); err != nil {
			return report, err
		}
	}
	if len(rounds) == 0 {
		report.Notes = append(report.Notes, "目前没有进行中的评选；当年星级评定确认后自动启动")
	}
	return report, nil
}

// roundsToShow is the round that was asked for, or all selections that are not over.
func roundsToShow(q models.Query, params models.Params) ([]models.Round, error) {
	if params["kind"] != "" {
		r, err := roundOf(q, params)
		return []models.Round{r}, err
	}
	var list []models.Round
	for _, k := range models.SelectionKinds {
		live, err := q.LiveRounds(k)
		if err != nil {
			return nil, err
		}
		list = append(list, live...)
	}
	return list, nil
}

func (e *Env) showRound(q models.Query, r models.Round, on policy.Date, report *models.Report) error {
	note := func(format string, args ...any) { report.Notes = append(report.Notes, fmt.Sprintf(format, args...)) }
	if r.State == models.RoundConfirmed {
		return e.showMoves(q, r, on, report)
	}
	if r.State != models.RoundPlanned && r.State != models.RoundOpen && r.State != models.RoundScoring {
		return e.showDecided(q, r, report)
	}
	f, err := e.field(q, r, on)
	if refused, ok := errors.AsType[*models.Error](err); ok && refused.Code == models.Conflict {
		note("%s：%s", r.Name(), refused.Message)
		return nil
	}
	if err != nil {
		return err
	}
	d := f.detail()
	for _, l := range d.Lines {
		report.Lines = append(report.Lines, e.selectionReport(f.item, l, r))
	}
	note("%s：%s，候选 %d 个，名额 %d 个", r.Name(), r.State.Text(), len(d.Lines), d.Places)
	report.Notes = append(report.Notes, d.Notes()...)
	if f.juryError != nil {
		note("%s：%v", r.Name(), f.juryError)
	}
	var subjects []string
	for _, p := range f.selected() {
		subjects = append(subjects, p.Subject)
	}
	gaps := f.gaps(subjects)
	if open := undecided(gaps); len(open) > 0 {
		note("%s：入选者还有 %d 项部门意见未答复或不同意，送审前须有答复或处理决定", r.Name(), len(open))
	}
	for _, text := range models.GapNotes(slices.DeleteFunc(gaps, func(g models.OpinionGap) bool { return g.Verdict != models.Disagree && g.Ruling == 0 && g.Overdue == 0 })) {
		note("%s", text)
	}
	return nil
}

// selectionReport is one candidate in a dry run.
func (e *Env) selectionReport(item *policy.Item, l models.SelectionLine, r models.Round) models.ReportLine {
	return models.ReportLine{
		Who: l.Sheet.Name, Item: item.ID, Clause: item.Clause, What: r.Kind.Text() + "：" + l.Sheet.Text(), Why: l.Sheet.Why(e.barText), Outside: l.Sheet.Standing != policy.Selected,
	}
}

// showDecided shows the list of a round that two people are deciding or have decided.
func (e *Env) showDecided(q models.Query, r models.Round, report *models.Report) error {
	item, err := e.Book.Item(selectionItems[r.Kind])
	if err != nil {
		return err
	}
	p, err := q.Plan(r.PlanID)
	if err != nil {
		return err
	}
	d, err := models.SelectionOf(p)
	if err != nil {
		return err
	}
	entries, err := q.Entries(r.ID)
	if err != nil {
		return err
	}
	held := map[string]string{}
	for _, entry := range entries {
		if entry.State == models.EntryHeld {
			held[entry.Subject] = entry.Reason
		}
	}
	for _, l := range d.Lines {
		line := e.selectionReport(item, l, r)
		if reason, ok := held[l.Subject]; ok {
			line.Change, line.Outside = "暂缓："+e.barText(reason), true
		}
		report.Lines = append(report.Lines, line)
	}
	report.Notes = append(report.Notes, fmt.Sprintf("%s：%s，名单见方案 #%d", r.Name(), r.State.Text(), p.ID))
	return nil
}
