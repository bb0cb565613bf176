package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

// SelectionRulingJob is the name of the job that records what people decided about one candidate of a selection.
const SelectionRulingJob = "selection-ruling"

const selectionRulingTitle = "评选决定"

// selectionRuling records a decision of the meeting (集体研究) about a candidate, or about what an office said or did not say. It changes nothing by itself: it goes, with its reason and who entered it, into the
// list that two people decide.
var selectionRuling = Job{
	Name: SelectionRulingJob, Title: selectionRulingTitle, Summary: "录入集体研究的调入、调出，或对部门意见的处理决定，须写明理由；随名单由两人审定",
	Timeout: 10 * time.Minute, Roles: []models.Role{models.Clerk}, Params: []string{"kind", "year", "do", "firm", "office", "reason", "basis"},
	Plan: planRuling, Run: runRuling,
}

// rulingWords are what can be decided, as people type it; 撤回 takes back what stands.
var rulingWords = map[string]models.Ruling{
	"in": models.RulingIn, "调入": models.RulingIn, "入选": models.RulingIn, "out": models.RulingOut, "调出": models.RulingOut, "不入选": models.RulingOut,
	"opinion": models.RulingOpinion, "意见": models.RulingOpinion, "部门意见": models.RulingOpinion, "undo": "", "撤回": "",
}

// ruled is a ruling with whom it is about.
type ruled struct {
	round models.Round
	row   models.RoundRuling
	back  int64 // the ruling that is taken back, 0 = none
	name  string
}

// Text says a ruling for people.
func (d ruled) Text() string {
	what := d.row.Ruling.Text()
	if d.row.Office != "" {
		what += "（" + d.row.Office.Text() + "）"
	}
	if d.back != 0 {
		what = "撤回" + what
	}
	return what
}

func runRuling(ctx context.Context, run *Run) error {
	d, err := run.ruling(run.Store.Read(ctx), run.Row.Params, run.Row.BusinessDate, run.Cursor() != "")
	if err != nil {
		return err
	}
	if run.Cursor() == "" {
		err = run.Chunk(ctx, "ruled", 1, func(tx *models.Tx) error {
			row := d.row
			row.Actor, row.At, row.RunID = run.Row.Actor, run.At(), run.Row.ID
			if d.back != 0 {
				if err := tx.EndRuling(d.back, run.Row.Actor, run.At()); err != nil {
					return err
				}
			} else if err := tx.AddRuling(&row); err != nil {
				return err
			}
			return tx.Audit(run.At(), models.Entry{
				Stream: "rounds", Actor: models.Actor{Member: run.Row.Actor}, Action: "ruling", Entity: d.round.Entity(), RunID: run.Row.ID,
				Data: map[string]any{"ruling": row.Ruling, "subject": row.Subject, "office": row.Office, "reason": row.Reason, "basis": row.Basis, "back": d.back},
			})
		})
	}
	run.Summarise(map[string]any{"rulings": 1})
	return err
}

// ruling reads what is to be recorded and refuses what cannot be: no reason, nobody of that name, one who may not be selected, a round whose list is already with the second person.
func (e *Env) ruling(q models.Query, params models.Params, on policy.Date, done bool) (d ruled, err error) {
	if d.round, err = roundOf(q, params); err != nil || done {
		return d, err
	}
	r := d.round
	switch r.State {
	case models.RoundOpen, models.RoundScoring, models.RoundConfirmed:
	default:
		return d, models.E(models.Conflict, "%s现在是“%s”，不能录入决定；名单送审后要改的，请先退回方案", r.Name(), r.State.Text())
	}
	what, ok := rulingWords[params["do"]]
	if !ok {
		return d, models.E(models.Invalid, "请写明决定：调入、调出、意见或撤回")
	}
	d.row = models.RoundRuling{RoundID: r.ID, Ruling: what, Reason: strings.TrimSpace(params["reason"]), Basis: strings.TrimSpace(params["basis"])}
	if params["office"] != "" {
		for _, o := range models.Offices {
			if params["office"] == string(o) || strings.TrimSuffix(params["office"], "局") == o.Text() {
				d.row.Office = o
			}
		}
		if d.row.Office == "" {
			return d, models.E(models.Invalid, "没有“%s”这个部门；可用：财政、税务、市场监管、信用", params["office"])
		}
	}
	f, err := e.gather(q, r, on)
	if err != nil {
		return d, err
	}
	if err := f.whom(params["firm"], &d); err != nil {
		return d, err
	}
	if what == "" {
		for _, row := range f.rulings {
			if row.Subject == d.row.Subject && row.Office == d.row.Office {
				d.back, d.row = row.ID, row
				return d, nil
			}
		}
		return d, models.E(models.NotFound, "%s没有关于“%s”的决定可以撤回", r.Name(), params["firm"])
	}
	return d, e.allowed(f, &d)
}

// whom finds the candidate that is meant: by code, by the whole name, or by a part of it that only one has.
func (f *field) whom(typed string, d *ruled) error {
	if typed == "" {
		return nil
	}
	var found []string
	for _, subject := range sortedKeys(f.contenders) {
		org := f.contenders[subject].Org
		if org.Code == strings.ToUpper(typed) || org.Name == typed {
			found = []string{subject}
			break
		}
		if strings.Contains(org.Name, typed) {
			found = append(found, subject)
		}
	}
	switch len(found) {
	case 0:
		return models.E(models.NotFound, "“%s”不是%s的候选，请核对名称或代码", typed, f.round.Name())
	case 1:
		d.row.Subject, d.name = found[0], f.contenders[found[0]].Org.Name
		return nil
	}
	return models.E(models.Invalid, "有 %d 个候选的名称含“%s”，请写全称或代码", len(found), typed)
}

// allowed refuses rulings that could not stand.
func (e *Env) allowed(f *field, d *ruled) error {
	r, row := f.round, d.row
	switch {
	case row.Reason == "":
		return models.E(models.Invalid, "请写明理由；没有理由的决定不能录入")
	case len(row.Reason) > 500 || len(row.Basis) > 250:
		return models.E(models.Invalid, "理由请写在 160 个字以内，依据请写在 80 个字以内")
	case row.Ruling == models.RulingOpinion && row.Office == "":
		return models.E(models.Invalid, "请写明是哪个部门的意见：财政、税务、市场监管、信用")
	case row.Ruling != models.RulingOpinion && (row.Office != "" || row.Subject == ""):
		return models.E(models.Invalid, "请写明是哪一家；调入、调出不写部门")
	case row.Ruling == models.RulingOpinion || row.Ruling == models.RulingOut:
		return nil
	case r.State == models.RoundConfirmed:
		return models.E(models.Conflict, "%s已确认，只能按名单递补，不能再调入", r.Name())
	}
	c := f.contenders[row.Subject]
	if len(c.Bars) > 0 {
		return models.E(models.Conflict, "%s不具备入选资格（%s），集体研究不能调入", d.name, e.barText(c.Bars[0]))
	}
	if len(f.rules.Missing(c.Candidate)) > 0 {
		return models.E(models.Conflict, "%s缺少评选数据，集体研究不能调入", d.name)
	}
	return nil
}

func planRuling(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	report := models.Report{Job: SelectionRulingJob, Title: selectionRulingTitle, On: on, Unpriced: true}
	d, err := env.ruling(env.Store.Read(ctx), params, on, false)
	if err != nil {
		return report, err
	}
	name := d.name
	if name == "" {
		name = "尚未答复的全部候选"
	}
	report.Lines = []models.ReportLine{{Who: name, What: d.round.Name() + "：" + d.Text(), Why: d.row.Reason, Outside: true}}
	if d.row.Basis != "" {
		report.Notes = append(report.Notes, fmt.Sprintf("依据：%s", d.row.Basis))
	}
	return report, nil
}
