package jobs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

// PublicityStart is the name of the job that records a publication.
const PublicityStart = "publicity-start"

// publicityStart records that a list was published: where, when, by whom. The days count from then, and only from then: nobody but a person who
// has seen the notice can say so.
var publicityStart = Job{
	Name: PublicityStart, Title: "登记公示", Summary: "记录名单在何处、何日发布，并算出公示首日和末日",
	Timeout: 10 * time.Minute, Roles: []models.Role{models.Clerk}, Params: []string{"publicity", "where", "on"},
	Plan: planPublicityStart, Run: runPublicityStart,
}

func runPublicityStart(ctx context.Context, run *Run) error {
	p, rec, err := run.publication(run.Store.Read(ctx), run.Row.Params, run.Row.BusinessDate)
	if err != nil {
		return err
	}
	if p.State == models.PublicityPlanned || run.Cursor() == "" {
		err = run.Chunk(ctx, fmt.Sprint(p.ID), p.LineCount, func(tx *models.Tx) error {
			actor := models.Actor{Member: run.Row.Actor}
			p, err := tx.Publicity(p.ID)
			if err != nil {
				return err
			}
			planned := p.State == models.PublicityPlanned
			if err := tx.StartPublicity(&p, rec, actor, run.Row.ID, run.At()); err != nil || !planned {
				return err
			}
			return startedRound(tx, run, p, actor)
		})
	}
	run.Summarise(map[string]any{"publicised_lines": p.LineCount})
	return err
}

// startedRound moves a round on whose list is published.
func startedRound(tx *models.Tx, run *Run, p models.Publicity, actor models.Actor) error {
	if p.SubjectKind != SubjectRound {
		return nil
	}
	r, err := tx.RoundByID(p.SubjectID)
	if err != nil || r.State != models.RoundApproved {
		return err
	}
	r.PublicityID = p.ID
	return tx.MoveRound(&r, models.RoundPublicity, models.RoundStep{On: run.Row.BusinessDate, At: run.At(), Actor: actor, RunID: run.Row.ID, Reason: "公示已发布：" + p.WhereText})
}

// publication reads the record that is to be made and reckons its days. It refuses what cannot be: a day to come, a day before the list was approved, a
// period that is over already, a year whose working days are not known.
func (e *Env) publication(q models.Query, params models.Params, today policy.Date) (p models.Publicity, rec models.Publication, err error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(params["publicity"], "#"), 10, 64)
	if err != nil {
		return p, rec, models.E(models.Invalid, "请写明公示编号，例如 publicity=3")
	}
	if p, err = q.Publicity(id); models.CodeOf(err) == models.NotFound {
		return p, rec, models.E(models.NotFound, "没有公示 #%d", id)
	} else if err != nil {
		return p, rec, err
	}
	rec.Where, rec.On, rec.ObjectTo = strings.TrimSpace(params["where"]), today, e.ObjectTo
	if rec.Where == "" {
		return p, rec, models.E(models.Invalid, "请写明名单在哪里发布，例如：市人力社保局网站公示公告栏")
	}
	if len(rec.Where) > 500 {
		return p, rec, models.E(models.Invalid, "发布地点太长，请写在 160 个字以内")
	}
	if text := params["on"]; text != "" {
		if rec.On, err = policy.ParseDate(text); err != nil {
			return p, rec, models.E(models.Invalid, "%v", err)
		}
	}
	if p.State != models.PublicityPlanned {
		rec.First, rec.Last = p.FirstOn, p.LastOn // recorded: the same again changes nothing
		return p, rec, nil
	}
	rec.First, rec.Last, err = e.publicity().Span(e.Calendar, rec.On, p.Days)
	if unknown, ok := errors.AsType[*policy.UnknownYearError](err); ok {
		return p, rec, models.E(models.Unavailable, "公示 #%d 的 %d 个工作日涉及%d年，该年放假调休安排尚未公布，末日无法确定；没有登记，请在国务院办公厅通知公布、更新工作日历后再发布", p.ID, p.Days, unknown.Year)
	}
	switch {
	case err != nil:
		return p, rec, err
	case rec.On > today:
		return p, rec, models.E(models.Invalid, "发布日期 %s 还没有到，请在名单发布后再登记", rec.On.Text())
	case rec.On < p.PlannedOn:
		return p, rec, models.E(models.Invalid, "发布日期 %s 早于名单确定的日期 %s，请核对", rec.On.Text(), p.PlannedOn.Text())
	case rec.Last < today:
		return p, rec, models.E(models.Invalid, "按 %s 发布推算，公示到 %s 已经期满，企业没有机会在系统里提出异议；请重新发布名单，以当日登记", rec.On.Text(), rec.Last.Text())
	}
	return p, rec, nil
}

func planPublicityStart(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	r := models.Report{Job: PublicityStart, Title: "登记公示", On: on}
	q := env.Store.Read(ctx)
	if params["publicity"] == "" {
		waiting, err := q.Publicities(100, models.PublicityPlanned)
		for _, p := range waiting {
			r.Lines = append(r.Lines, models.ReportLine{Who: p.Title, What: fmt.Sprintf("公示 #%d", p.ID), Why: fmt.Sprintf("%d项，公示%d个工作日，待发布", p.LineCount, p.Days), Outside: true})
		}
		return r, err
	}
	p, rec, err := env.publication(q, params, on)
	if err != nil {
		return r, err
	}
	lines, err := q.PublicLines(p.ID)
	for _, l := range lines {
		r.Lines = append(r.Lines, models.ReportLine{Who: l.Name, What: l.Item, Amount: l.AmountFen, Why: l.Code, Clause: l.Note})
		r.Total += l.AmountFen
	}
	r.Notes = []string{fmt.Sprintf("公示 #%d：%s 在“%s”发布，公示首日 %s，末日 %s", p.ID, rec.On.Text(), rec.Where, rec.First.Text(), rec.Last.Text())}
	return r, err
}
