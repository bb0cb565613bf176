package jobs

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/sheets"
)

// ImportJob is the name of the job that takes a staged file in.
const ImportJob = "import"

// importFile takes one staged file in: all of it or nothing, in one transaction. Its request is the file's hash, so the same file is one run.
// What takes two people (sheets.Proposal) is not written but becomes a plan; answers of the treasury move the ledger.
var importFile = Job{
	Name: ImportJob, Title: "导入文件", Summary: "把已预检的文件整份导入，有一行不合格就一行也不导入",
	Timeout: time.Hour, // nothing to catch up: what was asked for waits in the queue
	Roles:   []models.Role{models.Clerk, models.Approver, models.Operator, models.Treasurer},
	Params:  []string{"kind", "sha256"},
	Request: func(p models.Params) string { return p["kind"] + ":" + p["sha256"] },
	Run:     runImport, Tells: true,
}

// Imported is what an import leaves in its run's record.
type Imported struct {
	Import   int64           `json:"import,omitempty"`
	Rows     int             `json:"rows"`
	Changes  *sheets.Changes `json:"changes,omitempty"`
	Already  bool            `json:"already,omitempty"`
	Approval int64           `json:"approval,omitempty"` // of the plan that the file became
	Receipts *receiptsDone   `json:"receipts,omitempty"`
}

func runImport(ctx context.Context, run *Run) error {
	q := run.Store.Read(ctx)
	if run.Cursor() != "" { // the owner before died after its only step and before it could say so
		var done Imported
		err := run.Tallied(&done)
		run.Summarise(done)
		return err
	}
	staged, err := q.StagedFile(run.Row.Params["sha256"])
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "暂存的文件已过期或已处理，请重新上传后再导入")
	}
	if err != nil {
		return err
	}
	if err := mayImport(q, run.Row.Actor, staged.Kind); err != nil {
		return err
	}
	file, err := sheets.Read(staged.Kind, staged.FileName, bytes.NewReader(staged.Body), int64(len(staged.Body)), sheets.Options{KnownOn: staged.KnownOn})
	if err != nil {
		return err
	}
	by := run.Row.Actor
	if by == models.System.Member { // no member can have this name: the inbox folder at night, or a demo
		by = "系统自动"
	} else if m, err := q.MemberByCode(by); err == nil {
		by = m.Name
	} else if models.CodeOf(err) != models.NotFound {
		return err
	}
	code, err := run.freeCode(ctx)
	if err != nil {
		return err
	}
	return run.Chunk(ctx, staged.SHA256, file.Report.Rows, func(tx *models.Tx) error {
		result, err := sheets.Apply(tx, file, sheets.Origin{Actor: models.Actor{Member: run.Row.Actor}, SHA: staged.SHA256, RunID: run.Row.ID, Now: run.At()})
		if err != nil {
			return err
		}
		done := Imported{Import: result.Import.ID, Rows: result.Report.Rows, Changes: result.Report.Changes, Already: result.Already}
		if _, err := tx.DropExpired(run.At()); err != nil { // what nobody confirmed within its day
			return err
		}
		if err := tx.DropStaged(staged.SHA256); err != nil {
			return err
		}
		draft, err := planOfFile(tx, staged.FileName, result, run)
		if err != nil {
			return err
		}
		if draft.Kind != "" {
			sub, err := run.submit(tx, models.Actor{Member: run.Row.Actor}, draft, code, run.Row.ID, run.At())
			if err != nil {
				return err
			}
			done.Approval = sub.ApprovalID
		}
		if staged.Kind == receiptsFile && !result.Already {
			answered, err := applyReceipts(tx, run, result.Import.ID, result.Receipts)
			if err != nil {
				return err
			}
			done.Receipts = &answered
		}
		if err := run.Tally(tx, done); err != nil || result.Already || done.Import == 0 {
			return err
		}
		return run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.ImportSummary{
			Import: result.Import.ID, Title: file.Dataset.Name, File: staged.FileName, By: by, KnownOn: staged.KnownOn, Total: result.Report.Rows,
			Accepted: result.Report.Accepted, Warned: result.Report.Warned, Changed: result.Import.Changed, On: run.Row.BusinessDate,
		}, notifications.Role(models.Clerk))
	})
}

// receiptsFile is the kind of file that moves money: the treasurer brings it in, or the folder into which the treasury puts it.
const receiptsFile = "receipts"

// mayImport asks for more than the job does: answers of the treasury are the treasurer's, and nothing else is.
func mayImport(q models.Query, actor, kind string) error {
	if actor == models.System.Member {
		return nil
	}
	roles := []models.Role{models.Clerk, models.Approver, models.Operator}
	if kind == receiptsFile {
		roles = []models.Role{models.Treasurer}
	}
	ok, err := hasRole(q, actor, roles)
	if err != nil || ok {
		return err
	}
	if kind == receiptsFile {
		return models.E(models.Forbidden, "拨付回单由财务导入；成员 %s 没有“%s”角色", actor, models.Treasurer.Text())
	}
	return models.E(models.Forbidden, "财务只导入拨付回单；这类文件请交经办人导入")
}

// planOfFile is the plan that a file becomes when its content takes two people; without a kind it was written.
func planOfFile(tx *models.Tx, file string, result sheets.Result, run *Run) (models.PlanDraft, error) {
	switch {
	case result.Already:
	case len(result.Roster) > 0:
		return rosterDraft(file, result.Roster, run), nil
	case len(result.Accounts) > 0:
		return accountsDraft(file, result.Accounts, run), tx.ProposeAccounts(result.Accounts)
	case len(result.Amounts) > 0:
		return amountsDraft(tx.Query, run.Env, result.Amounts, run.Row.BusinessDate)
	case len(result.Allotted) > 0:
		return appropriationDraft(file, result.Allotted, run.Row.BusinessDate), nil
	}
	return models.PlanDraft{}, nil
}

func rosterDraft(file string, changes []models.RosterChange, run *Run) models.PlanDraft {
	return models.PlanDraft{
		Kind: "roster", Title: fmt.Sprintf("人员名册变更（%s，%d 项）", file, len(changes)), KnownOn: run.Row.BusinessDate, MadeOn: run.Row.BusinessDate, Detail: RosterDetail{changes},
	}
}
