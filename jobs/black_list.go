package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// BlackListJob is the name of the job that tells firms that they may come onto the black list of 三（四）, and drafts it.
const BlackListJob = "blacklist"

// blackList works in two steps. A run, by hand only, gives prior notice to each firm that is on somebody's list; its plan names those whose days for stating
// their case are over, and is approved by two people and published. The black list alone bars nothing.
var blackList = Job{
	Name: BlackListJob, Title: "黑榜", Summary: "向拟列入的企业发出告知，陈述申辩期满后起草黑榜，两人同意并公示后列入",
	Timeout: 30 * time.Minute, Roles: []models.Role{models.Clerk}, Params: listParams,
	Plan: planBlack, Draft: draftBlack, Run: runBlack,
}

func runBlack(ctx context.Context, run *Run) error {
	on := run.Row.BusinessDate
	lines, err := blackCandidates(run.Store.Read(ctx), on)
	if err != nil {
		return err
	}
	told := map[string]int{}
	if err := run.Tallied(&told); err != nil {
		return err
	}
	if len(lines) > 0 {
		by, err := run.answerBy(on)
		if err != nil {
			return err
		}
		for _, l := range lines {
			to := fmt.Sprintf("%012d", l.Org)
			if to <= run.Cursor() {
				continue
			}
			done := map[string]int{"list_notices": told["list_notices"] + 1}
			err := run.Chunk(ctx, to, 1, func(tx *models.Tx) error {
				if err := run.giveNotice(tx, l, on, by); err != nil {
					return err
				}
				return run.Tally(tx, done)
			})
			if err != nil {
				return err
			}
			told = done
		}
	}
	run.Summarise(told)
	return nil
}

// giveNotice writes the prior notice to one firm and puts it into the outbox.
func (run *Run) giveNotice(tx *models.Tx, l models.ListLine, on, by policy.Date) error {
	have, err := tx.ListEntriesOf(l.Org)
	if err != nil || slices.ContainsFunc(have, func(e models.ListEntry) bool {
		return e.List == models.BlackList && (e.State == models.ListListed || e.State == models.ListNoticed)
	}) {
		return err // somebody was quicker
	}
	e := models.ListEntry{List: models.BlackList, OrgID: l.Org, Basis: l.Basis, State: models.ListNoticed, NoticedOn: on, AnswerBy: by}
	if err := tx.AddListEntry(&e, models.Actor{Member: run.Row.Actor}, run.Row.ID, run.At()); err != nil {
		return err
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.BlacklistNotice{Entry: e.ID, Basis: e.Basis, AnswerBy: by, On: on}, notifications.Organisation(l.Org))
}

// firmsHeard lists the notices whose days for stating a case are over and whose cause still stands, and those that wait, with why.
func firmsHeard(q models.Query, on policy.Date) (ready, waiting []models.ListLine, why []string, err error) {
	entries, err := q.ListEntries(models.BlackList, models.ListNoticed)
	if err != nil {
		return nil, nil, nil, err
	}
	taken, err := inLivePlan(q, blackPlan)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, e := range entries {
		org, err := q.Organisation(e.OrgID)
		if err != nil {
			return nil, nil, nil, err
		}
		said, err := q.Statements(e.ID)
		if err != nil {
			return nil, nil, nil, err
		}
		l := models.ListLine{Entry: e.ID, Org: e.OrgID, Name: org.Name, Code: org.Code, Basis: e.Basis, Stated: len(said)}
		if l.Told, err = q.NoticeReached("blacklist-notice", fmt.Sprintf("list/%d", e.ID)); err != nil {
			return nil, nil, nil, err
		}
		switch {
		case taken[e.ID]:
			waiting, why = append(waiting, l), append(why, "已在送审或公示的方案里")
		case on <= e.AnswerBy:
			waiting, why = append(waiting, l), append(why, "陈述申辩期到 "+e.AnswerBy.Text()+"，期满前不能送审")
		default:
			ready = append(ready, l)
		}
	}
	return ready, waiting, why, nil
}

func planBlack(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: BlackListJob, Title: "黑榜", On: on, Unpriced: true}
	q := env.Store.Read(ctx)
	fresh, err := blackCandidates(q, on)
	if err != nil {
		return r, err
	}
	ready, waiting, why, err := firmsHeard(q, on)
	if err != nil {
		return r, err
	}
	r.Lines = append(reportOf(ready, models.BlackList, "可以送审"), reportOf(fresh, models.BlackList, "执行后发出告知")...)
	for i, l := range reportOf(waiting, models.BlackList, "") {
		l.Change = why[i]
		r.Lines = append(r.Lines, l)
	}
	r.Notes = []string{"黑榜本身不影响享受政策；是否享受按 五（一）、五（二）审核"}
	return r, nil
}

func draftBlack(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	q := env.Store.Read(ctx)
	if params["remove"] != "" {
		return draftRemoval(q, models.BlackList, params["remove"], params["reason"], on)
	}
	ready, waiting, why, err := firmsHeard(q, on)
	if err != nil {
		return models.PlanDraft{}, err
	}
	if len(ready) == 0 && len(waiting) > 0 {
		return models.PlanDraft{}, models.E(models.Invalid, "没有可以送审的黑榜记录：%s %s", waiting[0].Name, why[0])
	}
	return listDraft(blackPlan, models.BlackList, ready, on), nil
}
