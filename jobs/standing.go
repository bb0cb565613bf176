package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

const standingName, standingTitle = "standing", "限额授权办理"

// standingNight submits and approves, in the name of two people who have set the limits by day (限额授权), what other jobs have
// drafted: each line within the limit of a line, all within those of the night and of the period. What is outside waits for
// people as without it. It does nothing in a house without a standing approval, and nothing while everything is stopped.
var standingNight = Job{
	Name: standingName, Title: standingTitle, Summary: "在两人白天设定的限额以内，夜间自动送审并同意；超出限额的照常等人办理",
	// What is ready is ready: one night, with the limits of one night, stands for all that were missed.
	Schedule: "30 4 * * *", CatchUp: CatchUp{Policy: State}, After: []string{claimsName, recruitName, instalmentsName}, Timeout: time.Hour,
	Plan: planStanding, Run: runStanding, // nobody starts it by hand: people have 报审
}

// standingSummary is what a night leaves in its record.
type standingSummary struct {
	Plans int        `json:"standing_plans"`
	Lines int        `json:"standing_lines"`
	Left  int        `json:"standing_left"` // outside the limits
	Total policy.Fen `json:"standing_total,omitempty"`
	Void  int        `json:"standing_void"`
}

func runStanding(ctx context.Context, run *Run) error {
	var sum standingSummary
	if err := run.Tallied(&sum); err != nil {
		return err
	}
	if run.Effective == 0 {
		run.Summarise(map[string]string{"note": "尚未配置政策施行日，没有办理任何一项"})
		return nil
	}
	settings, err := run.Store.Read(ctx).JobSettings()
	if err != nil {
		return err
	}
	if settings[applyPlanName].Paused {
		run.Summarise(map[string]string{"note": "“执行已批准方案”已暂停，没有办理任何一项"})
		return nil
	}
	live, err := run.Store.Read(ctx).LiveStandings(run.Row.BusinessDate)
	if err != nil {
		return err
	}
	for _, s := range live {
		if sum, err = useStanding(ctx, run, s, sum); err != nil {
			return err
		}
	}
	run.Summarise(sum)
	return nil
}

// useStanding goes through what the jobs have drafted, one draft a transaction.
func useStanding(ctx context.Context, run *Run, s models.StandingApproval, sum standingSummary) (standingSummary, error) {
	for _, j := range run.jobs {
		to := fmt.Sprintf("%012d/%03d", s.ID, j.order)
		if j.Draft == nil || to <= run.Cursor() {
			continue
		}
		draft, err := j.Draft(ctx, run.Env, run.Row.BusinessDate, nil)
		if err != nil {
			return sum, fmt.Errorf("%s 方案: %w", j.Title, err)
		}
		if len(draft.Lines) == 0 || !slices.Contains(s.KindList(), draft.Kind) {
			continue
		}
		var done standingSummary
		err = run.Chunk(ctx, to, len(draft.Lines), func(tx *models.Tx) (err error) {
			done = sum
			if err := run.approveWithin(tx, run, s.ID, draft, &done); err != nil {
				return err
			}
			return run.Tally(tx, done)
		})
		if models.CodeOf(err) == models.Conflict { // somebody has just submitted the same: it is with people now
			err = run.Chunk(ctx, to, 0, func(tx *models.Tx) error { done = sum; return run.Tally(tx, done) })
		}
		if err != nil {
			return sum, err
		}
		sum = done
	}
	return sum, nil
}

// approveWithin takes out of a draft what fits the limits and approves it: plan, approval, use and the run that carries it out are
// one transaction. Everything about the standing approval is asked in it, once more.
func (e *Env) approveWithin(tx *models.Tx, run *Run, standing int64, draft models.PlanDraft, sum *standingSummary) error {
	s, err := tx.Standing(standing)
	if err != nil || s.EndedAt != 0 {
		return err // ended since the night began
	}
	why, err := standingVoid(tx.Query, s)
	if err != nil {
		return err
	}
	if why != "" {
		s.EndedAt, s.EndedBy, s.EndReason = run.At(), models.System.Member, cutBytes(why, longestAmountReason)
		sum.Void++
		return e.endStanding(tx, models.System, s, run.Row.ID)
	}
	if draft.Kind == awardKind && e.BasisRequired && s.BasisNo == "" {
		sum.Left += len(draft.Lines)
		return nil
	}
	night := run.Row.BusinessDate
	picked, left, err := within(tx.Query, s, draft, night)
	if err != nil {
		return err
	}
	sum.Left += len(left)
	if len(picked.Lines) == 0 {
		return nil
	}
	use := models.StandingUse{Night: night, LineCount: len(picked.Lines), RunID: run.Row.ID, At: run.At()}
	for _, l := range picked.Lines {
		use.TotalFen, use.MostFen = use.TotalFen+l.AmountFen, max(use.MostFen, l.AmountFen)
	}
	err = tx.Try(func(tx *models.Tx) error { return tx.TakeStanding(s, night, use.TotalFen) })
	if _, full := errors.AsType[*models.Refusal](err); full {
		sum.Left += len(picked.Lines) // another process has used it meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	if err := e.approveStanding(tx, run, s, picked, use); err != nil {
		return err
	}
	sum.Plans, sum.Lines, sum.Total = sum.Plans+1, sum.Lines+use.LineCount, sum.Total+use.TotalFen
	return nil
}

// within splits a draft by the limits. A draft that says more than its lines do is taken whole or not at all.
func within(q models.Query, s models.StandingApproval, draft models.PlanDraft, night policy.Date) (picked models.PlanDraft, left []models.PlanLine, err error) {
	used, err := q.StandingNight(s.ID, night)
	if err != nil {
		return draft, nil, err
	}
	room := min(s.NightFen-used, s.Left())
	picked = draft
	picked.Lines = nil
	for _, l := range draft.Lines {
		if l.AmountFen > s.LineFen || l.AmountFen > room || !s.For(draft.Kind, l.Item, night) {
			left = append(left, l)
			continue
		}
		room -= l.AmountFen
		picked.Lines = append(picked.Lines, l)
	}
	if draft.Detail != nil && len(left) > 0 {
		picked.Lines, left = nil, draft.Lines
	}
	picked.Title = fmt.Sprintf("%s（限额授权 #%d）", draft.Title, s.ID)
	if draft.Kind == awardKind && draft.Detail == nil {
		picked.Detail = AwardDetail{Basis: s.Terms().Basis, Standing: s.ID}
	}
	return picked, left, nil
}

// approveStanding saves the plan, approves it in the two people's name and queues the run that carries it out.
func (e *Env) approveStanding(tx *models.Tx, run *Run, s models.StandingApproval, d models.PlanDraft, use models.StandingUse) error {
	p, err := tx.SavePlan(d, run.Row.ID)
	if err != nil {
		return err
	}
	if p.State != models.PlanSubmitted {
		return models.E(models.Conflict, "今天已经有一份内容完全相同的方案 #%d", p.ID)
	}
	a, err := tx.ApproveStanding(s, p, use, fmt.Sprintf("限额授权 #%d", s.ID))
	if err != nil {
		return err
	}
	if err := proposeClaims(tx, p, d.Lines); err != nil {
		return err
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: streamOf(p.Kind), Actor: models.System, Action: "approve-standing", Entity: a.Entity(), RunID: run.Row.ID,
		Data: map[string]any{"plan": p.ID, "hash": p.Hash, "standing": s.ID, "maker": s.MakerID, "checker": s.CheckerID, "lines": p.LineCount, "total": p.TotalFen},
	}); err != nil {
		return err
	}
	j, err := run.jobOf(applyPlanName)
	if err != nil {
		return err
	}
	_, err = queueApply(tx, j, models.System, a.ID, run.At())
	return err
}

// planStanding says what the night would approve by itself and what it would leave to people.
func planStanding(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: standingName, Title: standingTitle, On: on, Notes: payNotes(env)}
	q := env.Store.Read(ctx)
	live, err := q.LiveStandings(on)
	if err != nil {
		return r, err
	}
	if len(live) == 0 {
		r.Notes = append(r.Notes, "现在没有生效的限额授权：夜间不自动批准任何一项")
	}
	for _, s := range live {
		if err := env.planUse(ctx, q, s, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (e *Env) planUse(ctx context.Context, q models.Query, s models.StandingApproval, r *models.Report) error {
	why, err := standingVoid(q, s)
	if err != nil {
		return err
	}
	if why != "" {
		r.Notes = append(r.Notes, fmt.Sprintf("限额授权 #%d 已失效：%s", s.ID, why))
		return nil
	}
	r.Notes = append(r.Notes, fmt.Sprintf("限额授权 #%d：全期还可用 %s，每晚 %s，每笔 %s", s.ID, s.Left().Text(), s.NightFen.Text(), s.LineFen.Text()))
	for _, j := range e.jobs {
		if j.Draft == nil {
			continue
		}
		draft, err := j.Draft(ctx, e, r.On, nil)
		if err != nil || !slices.Contains(s.KindList(), draft.Kind) {
			if err != nil {
				return err
			}
			continue
		}
		picked, left, err := within(q, s, draft, r.On)
		if err != nil {
			return err
		}
		for i, l := range slices.Concat(picked.Lines, left) {
			line, err := e.frozenLine(q, l)
			if err != nil {
				return err
			}
			if line.Amount = l.AmountFen; i < len(picked.Lines) {
				line.Change, r.Total = fmt.Sprintf("限额授权 #%d 以内", s.ID), r.Total+l.AmountFen
			} else {
				line.Change, line.Outside = fmt.Sprintf("超出限额授权 #%d，等人办理", s.ID), true
			}
			r.Lines = append(r.Lines, line)
		}
	}
	return nil
}
