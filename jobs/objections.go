package jobs

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// ObjectionsJob is the name of the job that reminds of objections, and whose plan decides one.
const ObjectionsJob = "objections"

const objectionKind = models.KindObjection

// objections reminds the clerks each working morning of objections that have been open for more than ten working days. What decides one is a plan of two
// people: 成立, its line is out; 不成立, its line is free.
var objections = Job{
	Name: ObjectionsJob, Title: "异议处理", Summary: "超过十个工作日未处理的异议，每个工作日提醒经办人",
	Schedule: "20 5 * * *", Workdays: true, CatchUp: CatchUp{Policy: Coalesce}, Timeout: 10 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator}, Params: []string{"objection", "outcome", "answer"},
	Plan: planObjections, Draft: draftObjection, Run: runObjections,
}

func runObjections(ctx context.Context, run *Run) error {
	open, err := run.Store.Read(ctx).ObjectionsIn(models.ObjectionOpen, 500)
	if err != nil {
		return err
	}
	var letters []notifications.Letter
	for _, o := range open {
		if o.DueOn < run.Row.BusinessDate {
			letters = append(letters, notifications.Letter{
				To: []notifications.To{notifications.Role(models.Clerk)}, Message: notifications.ObjectionRaised{Objection: o.ID, Publicity: o.PublicityID, Line: o.LineNo, Due: o.DueOn, Late: true, On: run.Row.BusinessDate},
			})
		}
	}
	if run.Cursor() == "" && len(letters) > 0 {
		if err := run.Chunk(ctx, "told", len(letters), func(tx *models.Tx) error { return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters) }); err != nil {
			return err
		}
	}
	run.Summarise(map[string]int{"objections_open": len(open), "objections_late": len(letters)})
	return nil
}

func draftObjection(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	none := models.PlanDraft{Kind: objectionKind, Title: "异议处理方案", KnownOn: on, MadeOn: on}
	if params["objection"] == "" && params["outcome"] == "" {
		return none, nil // which one is for a person to say
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(params["objection"], "#"), 10, 64)
	if err != nil {
		return none, models.E(models.Invalid, "请写明异议编号、结论和答复，例如：异议 3 不成立 名次经核对无误")
	}
	upheld, ok := map[string]bool{"upheld": true, "成立": true, "rejected": false, "不成立": false}[params["outcome"]]
	if !ok {
		return none, models.E(models.Invalid, "异议的结论是“成立”或“不成立”")
	}
	answer := strings.TrimSpace(params["answer"])
	if answer == "" || len(answer) > 2000 {
		return none, models.E(models.Invalid, "请写明答复（理由），600 个字以内；答复会告知提出异议的一方")
	}
	q := env.Store.Read(ctx)
	o, err := q.Objection(id)
	if models.CodeOf(err) == models.NotFound {
		return none, models.E(models.NotFound, "没有异议 #%d", id)
	}
	if err != nil {
		return none, err
	}
	if o.State != models.ObjectionOpen {
		return none, models.E(models.Conflict, "异议 #%d 已于 %s 处理（%s）", id, o.DecidedOn.Text(), o.State.Text())
	}
	live, err := q.ApprovalsIn(models.ApprovalPending, models.ApprovalApproved)
	if err != nil {
		return none, err
	}
	for _, a := range live {
		p, err := q.Plan(a.PlanID)
		if err != nil {
			return none, err
		}
		if d, err := detailOf[models.ObjectionDetail](p); p.Kind == objectionKind && err == nil && d.Objection == id {
			return none, models.E(models.Conflict, "异议 #%d 的处理已经送审（方案 #%d），请等待复核", id, p.ID)
		}
	}
	l, err := q.PublicLine(o.PublicityID, o.LineNo)
	if err != nil {
		return none, err
	}
	d := models.ObjectionDetail{Objection: o.ID, Publicity: o.PublicityID, Line: o.LineNo, Name: l.Name, Item: l.Item, Upheld: upheld, Answer: answer}
	none.Title = fmt.Sprintf("异议 %d 处理：%s（公示 %d 第 %d 行 %s）", o.ID, d.OutcomeText(), o.PublicityID, o.LineNo, l.Name)
	none.Detail = d
	return none, nil
}

func planObjections(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: ObjectionsJob, Title: "异议处理", On: on}
	q := env.Store.Read(ctx)
	open, err := q.ObjectionsIn(models.ObjectionOpen, 500)
	if err != nil {
		return r, err
	}
	for _, o := range open {
		l, err := q.PublicLine(o.PublicityID, o.LineNo)
		if err != nil {
			return r, err
		}
		line := models.ReportLine{Who: l.Name, What: l.Item, Amount: l.AmountFen, Why: fmt.Sprintf("异议 #%d，公示 #%d 第 %d 行，应于 %s 前处理", o.ID, o.PublicityID, o.LineNo, o.DueOn.Text()), Outside: true}
		if o.DueOn < on {
			line.Change = "已超期"
		}
		r.Lines = append(r.Lines, line)
	}
	return r, nil
}
