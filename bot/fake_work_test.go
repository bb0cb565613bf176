package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"duixian/models"
	"duixian/policy"
)

// fakeWork stands for the jobs: it lists a few, records runs as rows, and remembers that it was asked.
type fakeWork struct {
	town   *town
	asked  []string // every call that would change something
	broken bool
	basis  bool // award plans must say what they rest on
}

var nightly = []models.Role{models.Clerk, models.Approver, models.Operator}

var fakeJobs = []models.JobInfo{
	{Name: "insurance-check", Title: "参保月数核查", Schedule: "每天 02:00", Roles: nightly},
	{Name: "claims", Title: "奖补审核", Schedule: "每天 03:00", Roles: nightly, Drafts: true},
	{Name: "recruit-reward", Title: "引才奖励兑现", Schedule: "每年7月20日 03:30", Roles: nightly[:2], Drafts: true},
	{Name: "instalments-due", Title: "分年拨付到期核查", Schedule: "每天 04:00", Roles: append(nightly[:3:3], models.Treasurer)},
	{Name: "payment-batch", Title: "拨付批次", Schedule: "工作日 07:45", Roles: append(nightly[:3:3], models.Treasurer), Drafts: true},
}

func (f *fakeWork) funcs() models.Work {
	return models.Work{
		List: f.list, Plan: f.plan, Run: f.run, Pause: f.pause, Stop: f.stop, Restart: f.restart, Submit: f.submit, First: f.first, Decide: f.decide, Situation: f.situation,
		Amounts: f.amounts, Standing: f.standing, EndStanding: f.endStanding, Allow: f.allow,
		TellCase: f.tellCase, HearCase: f.hearCase, ProposeCase: f.proposeCase, RepaidCase: f.repaidCase,
	}
}

// Two people's work is played by the real jobs on the command line; here it is only seen that nobody else is let in.
func (f *fakeWork) stop(_ context.Context, actor models.Actor, reason string, _ policy.Instant) (models.Stop, error) {
	f.asked = append(f.asked, "stop")
	return models.Stop{ID: 1, Actor: actor.Member, Reason: reason}, nil
}

func (f *fakeWork) restart(context.Context, models.Actor, policy.Instant) (models.Submission, error) {
	f.asked = append(f.asked, "restart")
	return models.Submission{PlanID: 1, Title: "恢复运行", Hash: "0123456789", ExpiresOn: 20260305}, nil
}

func (f *fakeWork) submit(_ context.Context, _ models.Actor, job string, _ models.Params, _ policy.Date, _ policy.Instant) (models.Submission, error) {
	f.asked = append(f.asked, "submit "+job)
	return models.Submission{PlanID: 1, Title: job, Hash: "0123456789", ExpiresOn: 20260305}, nil
}

func (f *fakeWork) decide(_ context.Context, _ models.Actor, _ string, yes bool, _ string, _ policy.Instant) (models.Submission, error) {
	f.asked = append(f.asked, fmt.Sprint("decide ", yes))
	return models.Submission{PlanID: 1, Title: "方案", Hash: "0123456789", State: string(models.ApprovalExecuted)}, nil
}

func (f *fakeWork) amounts(_ context.Context, _ models.Actor, entries []models.AmountEntry, _ policy.Instant) (models.Submission, error) {
	f.asked = append(f.asked, "amounts")
	sub := models.Submission{PlanID: 1, Title: fmt.Sprintf("金额核定方案（%d项）", len(entries)), Hash: "0123456789", Lines: len(entries), ExpiresOn: 20260305}
	for _, e := range entries {
		if e.Amount != nil {
			sub.Total += *e.Amount
		}
	}
	return sub, nil
}

func (f *fakeWork) standing(_ context.Context, _ models.Actor, t models.StandingTerms, _ policy.Instant) (models.Submission, error) {
	if f.basis && t.Basis == nil && slices.Contains(t.Kinds, "award") {
		return models.Submission{}, models.E(models.Invalid, "授权夜间核定奖补须有依据")
	}
	f.asked = append(f.asked, fmt.Sprint("standing ", t))
	return models.Submission{PlanID: 1, Title: "限额授权（" + t.From.Text() + "至" + t.To.Text() + "）", Hash: "0123456789", ExpiresOn: 20260305}, nil
}

func (f *fakeWork) endStanding(_ context.Context, _ models.Actor, id int64, _ string, _ policy.Instant) (models.StandingApproval, error) {
	f.asked = append(f.asked, "end standing")
	return models.StandingApproval{ID: id}, nil
}

func (f *fakeWork) allow(_ context.Context, _ models.Actor, run int64, _ policy.Instant) (models.Submission, models.Run, error) {
	f.asked = append(f.asked, "allow")
	return models.Submission{}, models.Run{ID: run, State: models.RunSucceeded}, nil
}

func (f *fakeWork) list(ctx context.Context, now policy.Instant) ([]models.JobInfo, error) {
	if f.broken {
		return nil, errors.New("the database is on fire")
	}
	q := f.town.store.Read(ctx)
	settings, err := q.JobSettings()
	if err != nil {
		return nil, err
	}
	last, err := q.LastRuns()
	if err != nil {
		return nil, err
	}
	var list []models.JobInfo
	for i, j := range fakeJobs {
		j.Paused = settings[j.Name].Reason
		j.NeedsBasis = j.Drafts && f.basis
		next := policy.InstantOf(now.Date().AddDays(1).At(i+2, 0))
		if j.Name == "recruit-reward" {
			if next = policy.InstantOf(policy.NewDate(now.Date().Year(), 7, 20).At(3, 30)); next < now {
				next = policy.InstantOf(policy.NewDate(now.Date().Year()+1, 7, 20).At(3, 30))
			}
		}
		j.Next = []models.NextSlot{{At: next, Note: [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[next.Date().Weekday()]}}
		if run, ok := last[j.Name]; ok {
			j.Last = &run
		}
		list = append(list, j)
	}
	return list, nil
}

// situation is the query with the titles that the jobs would add.
func (f *fakeWork) situation(ctx context.Context, _ policy.Date, now policy.Instant) (models.Situation, error) {
	s, err := f.town.store.Read(ctx).Situation(policy.InstantOf(now.Date().AddDays(-1).At(8, 30)), now)
	title := map[string]string{}
	for _, j := range fakeJobs {
		title[j.Name] = j.Title
	}
	for _, list := range [][]models.JobCount{s.Ran, s.Skipped} {
		for i := range list {
			list[i].Title = title[list[i].Job]
		}
	}
	for _, list := range [][]models.RunTrace{s.Failed, s.Waiting} {
		for i := range list {
			list[i].Title = title[list[i].Job]
		}
	}
	for i := range s.Paused {
		s.Paused[i].Title = title[s.Paused[i].Job]
	}
	s.Anchor = "" // it covers the hour at which people were added
	return s, err
}

func (f *fakeWork) plan(ctx context.Context, _ models.Actor, job string, params models.Params, on policy.Date) (models.Report, error) {
	report := models.Report{Job: job, On: on}
	for _, j := range fakeJobs {
		if j.Name == job {
			report.Title = j.Title
		}
	}
	if job == "insurance-check" {
		return report, models.E(models.Invalid, "任务“%s”没有试算：它不产生可以事先查看的结果", report.Title)
	}
	if job == "publicity-start" {
		return f.town.planPublication(report, params, on)
	}
	if job == "selection-ruling" {
		kind, _ := models.SelectionKindOf(params["kind"])
		report.Lines = []models.ReportLine{{Who: params["firm"], What: strings.TrimSuffix(fmt.Sprintf("%d年度%s：%s（%s）", on.Year(), kind.Text(), params["do"], params["office"]), "（）"), Why: params["reason"]}}
		if params["basis"] != "" {
			report.Notes = []string{"依据：" + params["basis"]}
		}
		return report, nil
	}
	q := f.town.store.Read(ctx)
	ready, err := q.ClaimsIn(models.ClaimDecided)
	if err != nil {
		return report, err
	}
	for _, c := range ready {
		if (c.Item == models.RecruitItem) != (job == "recruit-reward") || params["year"] != "" && params["year"] != c.FactKey {
			continue
		}
		d, err := q.Decision(c.DecisionID)
		if err != nil {
			return report, err
		}
		org, err := q.Organisation(c.OrgID)
		if err != nil {
			return report, err
		}
		item, err := f.town.book.Item(c.Item)
		if err != nil {
			return report, err
		}
		report.Total += d.AmountFen
		report.Lines = append(report.Lines, models.ReportLine{Who: org.Name, Item: c.Item, What: item.Short + "（" + c.KeyText() + "）", Amount: d.AmountFen, Change: "新增"})
	}
	report.Ready = len(report.Lines)
	return report, nil
}

// requests tells the requests of a test apart.
var requests atomic.Int64

func (f *fakeWork) run(ctx context.Context, actor models.Actor, job string, params models.Params, _ int64, now policy.Instant) (int64, error) {
	f.asked = append(f.asked, "run "+job)
	day := now.Date()
	if params["date"] != "" {
		day = policy.MustDate(params["date"])
	}
	if day > now.Date() {
		return 0, models.E(models.Invalid, "业务日期 %s 还没有到，不能提前执行", day.Text())
	}
	if job == "publicity-start" {
		if err := f.town.recordPublication(actor, params, now); err != nil {
			return 0, err
		}
	}
	var made []models.Run
	err := f.town.store.InTx(ctx, func(tx *models.Tx) (err error) {
		made, err = tx.InsertRuns([]models.Run{{
			Job: job, SlotKey: models.RequestKey(fmt.Sprint(requests.Add(1))), BusinessDate: day, Cause: models.ByHand, Actor: actor.Member, State: models.RunQueued, QueuedAt: now,
		}})
		return err
	})
	if err != nil {
		return 0, err
	}
	return made[0].ID, nil
}

func (f *fakeWork) pause(ctx context.Context, actor models.Actor, job, reason string, now policy.Instant) error {
	f.asked = append(f.asked, "pause "+job)
	return f.town.store.InTx(ctx, func(tx *models.Tx) error {
		if reason == "" {
			return tx.ResumeJob(job, actor, now)
		}
		return tx.PauseJob(job, reason, actor, now)
	})
}

// ran 任务 状态 [at=03:00] [reason=] [error=] [code=] [cause=] [asked=09:04] [by=]: a run of this day, as the runner records it; by a person it is a request, or
// with asked the slot itself, which somebody started the day after.
func (w *town) ran(on policy.Date, args []string, opt map[string]string) {
	var h, m int
	if _, err := fmt.Sscanf(either(opt["at"], "03:00"), "%d:%d", &h, &m); err != nil {
		w.t.Fatal(err)
	}
	at := policy.InstantOf(on.At(h, m))
	ended := at
	if state := models.RunState(args[1]); !state.Ended() {
		ended = 0
	}
	run := models.Run{
		Job: args[0], SlotKey: models.SlotKey(at), SlotAt: at, BusinessDate: on, Cause: models.RunCause(either(opt["cause"], string(models.ByClock))), Actor: "system", State: models.RunState(args[1]),
		Reason: strings.ReplaceAll(opt["reason"], "_", " "), ErrorCode: opt["code"], ErrorText: opt["error"], QueuedAt: at, StartedAt: at, FinishedAt: ended,
	}
	if asked := opt["asked"]; asked != "" {
		if _, err := fmt.Sscanf(asked, "%d:%d", &h, &m); err != nil {
			w.t.Fatal(err)
		}
		started := policy.InstantOf(on.AddDays(1).At(h, m))
		run.Cause, run.Actor, run.QueuedAt, run.StartedAt, run.FinishedAt = models.ByHand, opt["by"], started, started, started
	} else if by := opt["by"]; by != "" {
		run.SlotKey, run.SlotAt, run.Cause, run.Actor = models.RequestKey(fmt.Sprint(requests.Add(1))), 0, models.ByHand, by
	}
	w.tx(func(tx *models.Tx) error {
		_, err := tx.InsertRuns([]models.Run{run})
		return err
	})
}

// basis: from now on award plans must say what they rest on.
func (w *town) needBasis(policy.Date, []string, map[string]string) { w.work.basis = true }

// broken: from now on the jobs cannot be reached.
func (w *town) broken(policy.Date, []string, map[string]string) { w.work.broken = true }
