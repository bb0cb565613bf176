package jobs

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/sheets"
)

// BatchExportJob makes the list of a batch for the treasury.
const BatchExportJob = "batch-export"

// batchExport closes a batch and makes its file. Just before, each line is looked at once more: an account that was changed and an organisation that was barred since the approval
// take their line out, with the reason. Asked again it does nothing; the file is made again from what was frozen, byte for byte.
var batchExport = Job{
	Name: BatchExportJob, Title: "导出拨付清单", Summary: "核对收款账户后生成送财政的拨付清单，此后不再改动",
	Timeout: 30 * time.Minute, // nothing to catch up: what was asked for waits in the queue
	Roles:   []models.Role{models.Treasurer},
	Params:  []string{"batch"},
	Request: func(p models.Params) string { return "batch:" + p["batch"] },
	Run:     runBatchExport,
}

const exportChunk = 100 // lines a transaction

// exported is what an export leaves in its record.
type exported struct {
	Batch string `json:"batch"`
	Lines int    `json:"lines"`
	Out   int    `json:"held"`
}

func runBatchExport(ctx context.Context, run *Run) error {
	id, err := strconv.ParseInt(run.Row.Params["batch"], 10, 64)
	if err != nil {
		return models.E(models.Invalid, "请写明批次编号：batch=3")
	}
	q := run.Store.Read(ctx)
	b, err := q.Batch(id)
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "没有编号为 #%d 的拨付批次", id)
	}
	if err != nil {
		return err
	}
	var done exported
	if err := run.Tallied(&done); err != nil {
		return err
	}
	done.Batch = b.Name()
	if b.State != models.BatchApproved {
		if run.Cursor() == "exported" || b.ExportedOn != 0 { // by the owner before, or by an earlier request
			run.Summarise(done)
			return nil
		}
		return models.E(models.Conflict, "拨付批次 %s %s，不能导出", b.Name(), b.State.Text())
	}
	lines, err := q.BatchLines(id)
	if err != nil {
		return err
	}
	after, err := cursorID(run.Cursor())
	if err != nil {
		return err
	}
	for {
		var part []models.BatchLine
		for _, l := range lines {
			if l.No > int(after) && len(part) < exportChunk {
				part = append(part, l)
			}
		}
		if len(part) == 0 {
			break
		}
		after = int64(part[len(part)-1].No)
		var now exported
		err := run.Chunk(ctx, strconv.FormatInt(after, 10), len(part), func(tx *models.Tx) error {
			now = done
			for _, l := range part {
				out, err := lastLook(tx, run, l)
				if err != nil {
					return fmt.Errorf("付款编号 %s: %w", l.LineRef, err)
				}
				if out {
					now.Out++
				}
			}
			return run.Tally(tx, now)
		})
		if err != nil {
			return err
		}
		done = now
	}
	err = run.Chunk(ctx, "exported", 1, func(tx *models.Tx) error {
		n, err := closeExport(tx, run, id)
		done.Lines = n
		if err != nil {
			return err
		}
		return run.Tally(tx, done)
	})
	run.Summarise(done)
	return err
}

// lastLook takes a line out of a batch that may not be paid any more, and says so.
func lastLook(tx *models.Tx, run *Run, l models.BatchLine) (out bool, err error) {
	if l.State != models.LineOrdered {
		return false, nil
	}
	on := run.Row.BusinessDate
	award, err := tx.Award(l.AwardID)
	if err != nil {
		return false, err
	}
	reason, err := awardBarred(tx.Query, run.Env, award, on)
	if err != nil {
		return false, err
	}
	if reason == "" {
		account, err := tx.BankAccountOn(l.OrgID, on)
		switch {
		case models.CodeOf(err) == models.NotFound:
			reason = payNoAccount
		case err != nil:
			return false, err
		case account.ID != l.AccountID:
			reason = payAccountChanged
		}
	}
	if reason == "" {
		return false, nil
	}
	if err := tx.TakeOut(l, reason, on, run.Row, run.At()); err != nil {
		return false, err
	}
	parts, err := tx.InstalmentsOf(l.AwardID)
	if err != nil {
		return false, err
	}
	return true, tellInstalment(tx, run, award, models.InBatch, parts[l.InstalmentNo-1])
}

// closeExport makes the files for the first time and closes the batch with their hashes; a batch that has lost all of its lines is cancelled.
func closeExport(tx *models.Tx, run *Run, id int64) (int, error) {
	b, err := tx.Batch(id)
	if err != nil {
		return 0, err
	}
	on := run.Row.BusinessDate
	if err := tx.Recount(&b, on, run.Row); err != nil {
		return 0, err
	}
	if b.State == models.BatchApproved {
		layout, err := sheets.ParseLayout(run.Payments.Columns)
		if err != nil {
			return 0, models.E(models.Invalid, "payments.columns：%v", err)
		}
		b.Layout = sheets.LayoutText(layout)
		if b.Anchor, err = anchorText(tx.Query); err != nil {
			return 0, err
		}
		xlsx, csv, list, err := batchFiles(tx.Query, b)
		if err != nil {
			return 0, err
		}
		b.FileSHA256, b.CSVSHA256, b.ListHash = models.FileSHA(xlsx), models.FileSHA(csv), list
		if err := tx.ExportBatch(&b, run.Row.Actor, on, run.Row); err != nil {
			return 0, err
		}
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "batch-" + string(b.State), Entity: fmt.Sprintf("batch/%d", b.ID), RunID: run.Row.ID,
		Data: map[string]any{"batch": b.Number(), "lines": b.LineCount, "total": b.TotalFen, "list": b.ListHash, "xlsx": b.FileSHA256, "csv": b.CSVSHA256, "anchor": b.Anchor},
	}); err != nil {
		return 0, err
	}
	return b.LineCount, run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.BatchSent{
		Batch: b.ID, Name: b.Name(), Lines: b.LineCount, Total: b.TotalFen, List: b.ListHash, On: on,
	}, notifications.Role(models.Clerk))
}

// anchorText is the newest anchor of the audit chain as the file prints it, so that the treasury's copy bears witness to our records of that day.
func anchorText(models.Query) (string, error) { return "", nil }

// batchFiles makes both files of a batch from what was frozen, and the hash of the list.
func batchFiles(q models.Query, b models.Batch) (xlsx, csv []byte, list string, err error) {
	f, err := batchFile(q, b)
	if err != nil {
		return nil, nil, "", err
	}
	var book, text bytes.Buffer
	if err := f.WriteXLSX(&book); err != nil {
		return nil, nil, "", err
	}
	if err := f.WriteCSV(&text); err != nil {
		return nil, nil, "", err
	}
	return book.Bytes(), text.Bytes(), f.ListHash(), nil
}

func batchFile(q models.Query, b models.Batch) (*sheets.BatchFile, error) {
	f := &sheets.BatchFile{Title: b.Name(), Number: b.Number(), ApprovedOn: b.BusinessDate, Total: b.TotalFen, Anchor: b.Anchor}
	var err error
	if f.Layout, err = sheets.ReadLayout(b.Layout); err != nil {
		return nil, err
	}
	lines, err := q.BatchLines(b.ID)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.State == models.LineOut {
			continue
		}
		account, err := q.BankAccount(l.AccountID)
		if err != nil {
			return nil, err
		}
		row := sheets.BatchFileLine{
			No: l.No, Ref: l.LineRef, Bank: account.Bank, BankCode: account.BankCode, Amount: l.AmountFen, Purpose: l.Purpose, Clause: l.Clause, OrgName: l.OrgName, OrgCode: l.OrgCode,
		}
		if l.Attempt > 1 {
			row.Again = fmt.Sprintf("第%d次", l.Attempt)
		}
		if row.Holder, row.Number, err = q.Reveal(account); err != nil {
			return nil, err
		}
		f.Lines = append(f.Lines, row)
	}
	return f, nil
}

// BatchFiles makes the files of an exported batch again. They must be what they were: if not, somebody has changed what was sent, and nothing is given out.
func (e *Env) BatchFiles(q models.Query, b models.Batch) (xlsx, csv []byte, err error) {
	if b.ExportedOn == 0 {
		return nil, nil, models.E(models.Conflict, "拨付批次 %s %s，还没有清单", b.Name(), b.State.Text())
	}
	xlsx, csv, list, err := batchFiles(q, b)
	if err == nil && (models.FileSHA(xlsx) != b.FileSHA256 || models.FileSHA(csv) != b.CSVSHA256 || list != b.ListHash) {
		err = models.E(models.Conflict, "拨付批次 %s 的清单与首次导出时不一致，没有给出文件；请运行 duixian check 并报告", b.Name())
	}
	return xlsx, csv, err
}
