package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// moves works out who gives up a place of a confirmed selection and who moves up (递补). The order is that of the list two people agreed on; who may not be selected by now, who
// was passed over before and whom the meeting has left out does not move up. A place whose holder is under objection stays theirs.
func (e *Env) moves(q models.Query, r models.Round, on policy.Date) (*field, models.SelectionDetail, []string, error) {
	f, err := e.gather(q, r, on)
	if err != nil {
		return nil, models.SelectionDetail{}, nil, err
	}
	plan, err := q.Plan(r.PlanID)
	if err != nil {
		return f, models.SelectionDetail{}, nil, err
	}
	agreed, err := models.SelectionOf(plan)
	if err != nil {
		return f, agreed, nil, err
	}
	places, err := q.Places(r.ID)
	if err != nil {
		return f, agreed, nil, err
	}
	entries, err := q.Entries(r.ID)
	if err != nil {
		return f, agreed, nil, err
	}
	d := models.SelectionDetail{Round: r.ID, Kind: r.Kind, Year: r.Year, Places: agreed.Places, Tie: agreed.Tie, Moves: true}
	holding, out := map[string]bool{}, map[string]bool{}
	for _, p := range places {
		if ruling := f.ruling(p.Subject); ruling != nil && ruling.Ruling == models.RulingOut {
			d.Leaves = append(d.Leaves, models.SelectionLeaving{Subject: p.Subject, Org: p.OrgID, Name: f.contenders[p.Subject].Org.Name, Place: p.Place, Reason: ruling.Reason})
			d.Rulings = append(d.Rulings, models.RulingLine{ID: ruling.ID, Ruling: ruling.Ruling, Name: f.contenders[p.Subject].Org.Name, Reason: ruling.Reason, Basis: ruling.Basis, By: f.entered(*ruling)})
			out[p.Subject] = true
			continue
		}
		holding[p.Subject] = true
	}
	for _, entry := range entries {
		switch {
		case entry.State == models.EntryHeld && entry.Reason == heldObjection:
			holding[entry.Subject] = true
		case entry.State != models.EntryReserve:
			out[entry.Subject] = true
		}
	}
	for subject, c := range f.contenders {
		ruling := f.ruling(subject)
		out[subject] = out[subject] || len(c.Bars) > 0 || ruling != nil && ruling.Ruling == models.RulingOut
	}
	rules := policy.Selection{Places: agreed.Places, By: f.rules.By, Tie: agreed.Tie}
	var subjects []string
	for _, p := range rules.Succession(agreed.Placings(), holding, out) {
		l := agreed.Lines[agreed.Index(p.Subject)]
		d.Lines, subjects = append(d.Lines, l), append(subjects, p.Subject)
	}
	d.Gaps = f.gaps(subjects)
	return f, d, subjects, nil
}

// draftMoves freezes who leaves and who moves up.
func (e *Env) draftMoves(q models.Query, r models.Round, on policy.Date) (models.PlanDraft, error) {
	f, d, subjects, err := e.moves(q, r, on)
	if err != nil {
		return models.PlanDraft{}, err
	}
	if len(subjects) == 0 && len(d.Leaves) == 0 {
		return models.PlanDraft{}, models.E(models.Conflict, "%s已确认，没有空缺或没有可递补的候选，不需要送审", r.Name())
	}
	if err := opinionsMissing(r, d.Gaps); err != nil {
		return models.PlanDraft{}, err
	}
	return f.plan(d, subjects), nil
}

// showMoves shows a confirmed selection: who has which place, what is free, and who would move up.
func (e *Env) showMoves(q models.Query, r models.Round, on policy.Date, report *models.Report) error {
	f, d, subjects, err := e.moves(q, r, on)
	if err != nil {
		return err
	}
	places, err := q.Places(r.ID)
	if err != nil {
		return err
	}
	for _, p := range places {
		report.Lines = append(report.Lines, models.ReportLine{
			Who: f.contenders[p.Subject].Org.Name, Item: f.item.ID, Clause: f.item.Clause, What: fmt.Sprintf("%s：第%d个名额", r.Kind.Text(), p.Place), Why: p.TakenOn.Text() + "确认", Outside: true,
		})
	}
	report.Notes = append(report.Notes, fmt.Sprintf("%s（%s确认）：名额 %d 个，已占 %d 个", r.Name(), r.ConfirmedOn.Text(), d.Places, len(places)))
	report.Notes = append(report.Notes, d.Notes()...)
	for _, subject := range subjects {
		l := d.Lines[d.Index(subject)]
		report.Lines = append(report.Lines, models.ReportLine{
			Who: l.Sheet.Name, Item: f.item.ID, Clause: f.item.Clause, What: r.Kind.Text() + "：拟递补，" + l.Sheet.Text(), Why: l.Sheet.Why(e.barText), Change: "递补",
		})
	}
	return nil
}
