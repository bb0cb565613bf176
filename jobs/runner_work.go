package jobs

import (
	"context"
	"log/slog"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Work is how chat and pages reach the runner.
func (r *Runner) Work() models.Work {
	return models.Work{
		List: r.List, Plan: r.Plan, Run: r.RunFor, Submit: r.Submit, First: r.ChooseFirst, Decide: r.Decide, Pause: r.Pause, Stop: r.Stop, Restart: r.Restart, Situation: r.Situation,
		Amounts: r.DecideAmounts, Standing: r.ProposeStanding, EndStanding: r.EndStanding, Allow: r.Allow,
		TellCase: r.TellAdjustment, HearCase: r.HearAdjustment, RepaidCase: r.RepaidAdjustment,
		ProposeCase: func(ctx context.Context, actor models.Actor, id int64, do, reason string, now policy.Instant) (models.Submission, error) {
			return r.ProposeAdjustment(ctx, actor, models.AdjustmentDetail{Case: id, Do: do, Reason: reason}, now.Date(), now)
		},
	}
}

// shownSlots is how many of a job's next times a list shows.
const shownSlots = 5

// List names every job in the order of the catalogue with its next times.
func (r *Runner) List(ctx context.Context, now policy.Instant) ([]models.JobInfo, error) {
	q := r.env.Store.Read(ctx)
	settings, err := q.JobSettings()
	if err != nil {
		return nil, err
	}
	last, err := q.LastRuns()
	if err != nil {
		return nil, err
	}
	var list []models.JobInfo
	for _, j := range r.jobs {
		info := models.JobInfo{Name: j.Name, Title: j.Title, Schedule: j.when(), Paused: settings[j.Name].Reason, Roles: j.Roles, Drafts: j.Draft != nil, NeedsBasis: j.Awards && r.env.BasisRequired}
		for at := j.next(now); at != 0 && len(info.Next) < shownSlots; at = j.next(at) {
			info.Next = append(info.Next, models.NextSlot{At: at, Note: dayNote(r.env.Calendar, at.Date())})
		}
		if row, ran := last[j.Name]; ran {
			info.Last = &row
		}
		list = append(list, info)
	}
	return list, nil
}

// Plan is a job's dry run.
func (r *Runner) Plan(ctx context.Context, _ models.Actor, name string, params models.Params, on policy.Date) (models.Report, error) {
	j, err := r.job(name)
	if err != nil {
		return models.Report{}, err
	}
	if j.Job.Plan == nil {
		return models.Report{}, models.E(models.Invalid, "任务“%s”没有试算：它不产生可以事先查看的结果", j.Title)
	}
	if err := j.knows(params); err != nil {
		return models.Report{}, err
	}
	report, err := j.Job.Plan(ctx, r.env, on, params)
	if err != nil || j.Draft == nil {
		return report, err
	}
	draft, err := j.Draft(ctx, r.env, on, params)
	if code := models.CodeOf(err); code == models.Conflict || code == models.Invalid {
		return report, nil // not to be submitted today, which takes nothing from the look
	}
	report.Ready = len(draft.Lines)
	return report, err
}

// RunFor is RunNow for chat and pages: a run that failed is also an error. With Options.Background it waits for the end no longer than
// Options.Prompt, so that who asks for something short, or for something that is refused, hears at once what came of it; what takes longer
// goes on behind the answer, which is its number.
func (r *Runner) RunFor(ctx context.Context, actor models.Actor, name string, params models.Params, approval int64, now policy.Instant) (int64, error) {
	j, row, err := r.ask(ctx, actor, name, params, approval, actor.Request, now)
	if err != nil {
		return 0, err
	}
	if r.opt.Background {
		if row.State == models.RunRunning && !row.LeaseEnded(r.env.clock()) && r.promise(row.ID) {
			return row.ID, nil // it is on its way
		}
		type ending struct {
			row models.Run
			err error
		}
		ended := make(chan ending, 1)
		r.going.Go(func() {
			row, err := r.startAsked(r.background, j, row)
			if err != nil {
				slog.ErrorContext(r.background, "run could not be started", "job", name, "run", row.ID, "err", err)
			}
			ended <- ending{row, err}
		})
		prompt := time.NewTimer(r.opt.Prompt)
		defer prompt.Stop()
		id := row.ID
		select {
		case e := <-ended:
			if row, err = e.row, e.err; err != nil {
				return id, err
			}
			if !row.State.Ended() { // it goes on later, or elsewhere
				r.promise(id)
			}
		case <-prompt.C:
			if r.promise(id) {
				return id, nil
			}
			e := <-ended // it is over, or just about to be
			if row, err = e.row, e.err; err != nil {
				return id, err
			}
		case <-ctx.Done():
			r.promise(id)
			return id, nil
		}
	} else if row, err = r.startAsked(ctx, j, row); err != nil {
		return row.ID, err
	}
	if row.State == models.RunFailed && row.Cursor == "" && models.Code(row.ErrorCode).Refusal() {
		return row.ID, models.E(models.Code(row.ErrorCode), "%s", row.ErrorText)
	}
	if row.State == models.RunFailed || row.State == models.RunHalted {
		return row.ID, models.E(models.Code(row.ErrorCode), "任务“%s”（#%d）%s：%s", j.Title, row.ID, row.State.Text(), row.ErrorText)
	}
	return row.ID, nil
}

// promise sees to it that who asked for a run is told how it ends. False: it has ended. It outlives the question, and a database that does
// not answer keeps nobody waiting: then the history alone says it.
func (r *Runner) promise(id int64) (promised bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.background), 5*time.Second)
	defer cancel()
	err := r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) (err error) {
		promised, err = tx.PromiseEnd(id)
		return err
	})
	if err != nil {
		slog.ErrorContext(ctx, "nobody will be told how the run ends", "run", id, "err", err)
		return true
	}
	return promised
}

// Pause stops a job with a reason; an empty reason resumes it. Operators may, and who may start the job.
func (r *Runner) Pause(ctx context.Context, actor models.Actor, name, reason string, now policy.Instant) error {
	j, err := r.job(name)
	if err != nil {
		return err
	}
	if err := r.mayAsk(ctx, j, actor, 0, models.Operator); err != nil {
		return err
	}
	if err := r.record(ctx, now, []*entry{j}); err != nil { // what was due before is not paused
		return err
	}
	return r.env.Store.InTxResolve(ctx, again, func(tx *models.Tx) error {
		if reason == "" {
			return tx.ResumeJob(name, actor, now)
		}
		return tx.PauseJob(name, reason, actor, now)
	})
}
