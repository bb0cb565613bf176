package sheets

import (
	"duixian/models"
	"duixian/policy"
)

// Origin says where a file came from and who brings it in.
type Origin struct {
	Actor models.Actor
	SHA   string // models.FileSHA of the content
	RunID int64
	Now   policy.Instant
}

// Result is what an import did.
type Result struct {
	Import  models.Import
	Report  *Report
	Already bool // this very file was imported before: nothing was done
	Proposal
	Receipts []models.Receipt // answers of the treasury, which the caller applies
}

// Apply brings a file in: all of it, in the caller's transaction, or nothing. A file with a refused row is an Error; the
// result then still has the report. The same file again does nothing; another file that says the same writes nothing but
// its own row in imports. It reads before it writes and may be called again with the same file.
func Apply(tx *models.Tx, f *File, from Origin) (Result, error) {
	old, err := tx.ImportBySHA(f.Dataset.Kind, from.SHA)
	if err == nil {
		report := f.Report.clone()
		report.Already = true
		return Result{Import: old, Report: report, Already: true}, nil
	}
	if models.CodeOf(err) != models.NotFound {
		return Result{}, err
	}
	delta, err := Resolve(tx.Query, f)
	if err != nil {
		return Result{}, err
	}
	report := delta.Report
	result := Result{Report: report, Proposal: delta.Proposal, Receipts: delta.Receipts}
	if !report.OK() {
		return result, refusalOf(report)
	}
	if delta.TwoPeople() { // nothing happens before two people said so, and a rejected file may be asked for again
		return result, nil
	}
	result.Import = models.Import{
		Kind: report.Kind, SHA256: from.SHA, FileName: report.File, KnownOn: report.KnownOn, Total: report.Rows, Accepted: report.Accepted, Warned: report.Warned,
		Changed: delta.changes.New + delta.changes.Corrected, Actor: from.Actor.Member, RunID: from.RunID, At: from.Now,
	}
	if err := tx.AddImport(&result.Import); err != nil {
		return result, err
	}
	for _, c := range delta.first {
		if err := tx.ChangeRoster(from.Now, from.Actor, c); err != nil {
			return result, err
		}
	}
	if err := delta.write(tx, result.Import.ID); err != nil {
		return result, err
	}
	return result, tx.Audit(from.Now, models.Entry{
		Stream: "data", Actor: from.Actor, Action: "import", Entity: "import/" + report.Kind, RunID: from.RunID,
		Data: map[string]any{"import": result.Import.ID, "kind": report.Kind, "sha256": from.SHA, "rows": report.Rows, "changes": delta.changes, "written": tx.TakeWritten()},
	})
}

func refusalOf(r *Report) error {
	if r.Refusal != nil {
		return models.E(models.Invalid, "文件 %s 没有导入：%s", r.File, r.Refusal.Error())
	}
	return models.E(models.Invalid, "文件 %s 有 %d 行被拒绝，整个文件没有导入；请按报告改正后重新导入", r.File, r.Refused)
}
