package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

const publicityCloseName, publicityCloseTitle = "publicity-close", "公示期满"

// publicityClose ends each list whose last day is over. Lines with an open objection stay held; what waited for the list goes on. When working days
// were changed after the days were printed, the last day moves to a later one and never to an earlier; in a year that is not known nothing is closed,
// and the clerks are asked.
var publicityClose = Job{
	Name: publicityCloseName, Title: publicityCloseTitle, Summary: "公示末日结束后关闭名单，没有异议的各行继续办理，有异议的单独暂缓",
	Schedule: "10 0 * * *", CatchUp: CatchUp{Policy: State}, Timeout: 30 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Operator}, Plan: planPublicityClose, Run: runPublicityClose,
}

// closings is what a run leaves in its record.
type closings struct {
	Closed   int `json:"lists_closed"`
	Extended int `json:"lists_extended"`
	Unknown  int `json:"lists_unknown"`
}

func runPublicityClose(ctx context.Context, run *Run) error {
	on := run.Row.BusinessDate
	over, err := run.Store.Read(ctx).PublicityEnds(on)
	if err != nil {
		return err
	}
	var counts closings
	if err := run.Tallied(&counts); err != nil {
		return err
	}
	for _, p := range over {
		to := fmt.Sprintf("%012d", p.ID)
		if to <= run.Cursor() {
			continue
		}
		last, err := run.lastDay(p)
		_, unknown := errors.AsType[*policy.UnknownYearError](err)
		if err != nil && !unknown {
			return err
		}
		var done closings
		err = run.Chunk(ctx, to, 1, func(tx *models.Tx) error {
			done = counts
			p := p // a copy: the function may run again
			switch {
			case unknown:
				done.Unknown++
				err := run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.PublicityClosed{Publicity: p.ID, Title: p.Title, Unknown: p.LastOn.Year(), On: on}, notifications.Role(models.Clerk))
				if err != nil {
					return err
				}
			case last > p.LastOn:
				done.Extended++
				if err := tx.ExtendPublicity(&p, last, run.Row.ID, run.At()); err != nil {
					return err
				}
			default:
				done.Closed++
				if err := run.closeList(tx, &p); err != nil {
					return err
				}
			}
			return run.Tally(tx, done)
		})
		if err != nil {
			return err
		}
		if done.Closed > counts.Closed {
			run.carryOutPublicised(ctx, p)
		}
		counts = done
	}
	run.Summarise(counts)
	return nil
}

// lastDay is the last day by today's calendar: the one that was printed, or a later one.
func (e *Env) lastDay(p models.Publicity) (policy.Date, error) {
	_, last, err := e.publicity().Span(e.Calendar, p.PublishedOn, p.Days)
	return max(last, p.LastOn), err
}

func (run *Run) closeList(tx *models.Tx, p *models.Publicity) error {
	if err := tx.ClosePublicity(p, run.Row.BusinessDate, models.Actor{Member: run.Row.Actor}, run.Row.ID, run.At()); err != nil {
		return err
	}
	then := afterPublicity[p.SubjectKind]
	if then == nil {
		return fmt.Errorf("jobs: nothing follows the publicity of a %q", p.SubjectKind)
	}
	if err := then(tx, run, *p); err != nil {
		return err
	}
	states, err := tx.LineStates(p.ID)
	if err != nil {
		return err
	}
	m := notifications.PublicityClosed{Publicity: p.ID, Title: p.Title, Free: states[string(models.LineFree)], Held: states[string(models.LineHeldUp)], Dropped: states[string(models.LineStruck)], On: run.Row.BusinessDate}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))
}

func planPublicityClose(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: publicityCloseName, Title: publicityCloseTitle, On: on, Unpriced: true}
	q := env.Store.Read(ctx)
	over, err := q.PublicityEnds(on)
	if err != nil {
		return r, err
	}
	for _, p := range over {
		states, err := q.LineStates(p.ID)
		if err != nil {
			return r, err
		}
		line := models.ReportLine{Who: p.Title, What: fmt.Sprintf("公示 #%d 期满（末日 %s）", p.ID, p.LastOn.Text()), Why: fmt.Sprintf("无异议 %d 项，有异议 %d 项，不予确认 %d 项", states["free"], states["held"], states["dropped"]), Outside: true}
		switch last, err := env.lastDay(p); {
		case err != nil:
			line.Change = err.Error()
		case last > p.LastOn:
			line.Change = "工作日有调整，末日顺延至 " + last.Text()
		}
		r.Lines = append(r.Lines, line)
	}
	return r, nil
}
