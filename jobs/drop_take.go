package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

// outcome is what is to become of a file, and what is said of it.
type outcome struct {
	state  models.DropState
	sha    string
	report *sheets.Report
	body   []byte
	why    string
	run    int64 // that imported it
}

// look decides about one file: wait, or take it.
func (d *dropRun) look(ctx context.Context, f droppedFile) error {
	now := d.clock()
	seen, before := d.known[f.path]
	if f.unfit != "" {
		return d.wait(ctx, f, f.unfit, now)
	}
	if ok, why := d.whole(f, seen, now); !ok {
		return d.wait(ctx, f, why, now)
	}
	if f.info.Size() > sheets.MaxFile {
		return d.settle(ctx, f, outcome{state: models.DropRefused, why: fmt.Sprintf("文件有 %d MB，超过 %d MB，没有读；请拆分成几个文件", f.info.Size()>>20, int64(sheets.MaxFile)>>20)})
	}
	body, err := d.read(f)
	if errors.Is(err, errChanged) {
		return d.wait(ctx, f, "读的时候还在变化", now)
	}
	if err != nil {
		return d.wait(ctx, f, fmt.Sprintf("读不出：%v", err), now)
	}
	sha := models.FileSHA(body)
	if before && seen.State != models.DropWaiting && seen.SHA256 == sha { // settled, and then something happened before it was moved
		return d.settle(ctx, f, outcome{state: seen.State, sha: sha, body: body})
	}
	o, why, err := d.take(ctx, f, body, sha)
	switch {
	case err != nil:
		return err
	case why != "":
		return d.wait(ctx, f, why, now)
	}
	return d.settle(ctx, f, o)
}

var errChanged = errors.New("changed while it was read")

// read is the content of a file, which must still be the file that was looked at, and the same before and after.
func (d *dropRun) read(f droppedFile) ([]byte, error) {
	in, err := d.root.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it is only read
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(info, f.info) || !info.Mode().IsRegular() {
		return nil, errChanged
	}
	body, err := io.ReadAll(io.LimitReader(in, f.info.Size()+1))
	if err != nil {
		return nil, err
	}
	after, err := d.root.Lstat(f.path)
	if err != nil || int64(len(body)) != f.info.Size() || after.Size() != f.info.Size() || !after.ModTime().Equal(f.info.ModTime()) {
		return nil, errors.Join(errChanged, err)
	}
	return body, nil
}

// take tries a whole file out and has it imported. A why without an error is a reason to look again another time.
func (d *dropRun) take(ctx context.Context, f droppedFile, body []byte, sha string) (o outcome, why string, err error) {
	o = outcome{state: models.DropRefused, sha: sha, body: body}
	if f.kind == "" {
		o.why = "从文件夹名和文件名都看不出是哪种数据"
		if like, ok := sheets.Lookup(sheets.Detect(f.name, bytes.NewReader(body), int64(len(body)))); ok {
			o.why += fmt.Sprintf("；内容像是“%s”，请%s", like.Name, f.belongs(like.Name))
		} else {
			o.why += "；请放进以数据种类命名的子文件夹（例如“参保缴费明细”），或用种类作文件名的开头"
		}
		return o, "", nil
	}
	file, err := sheets.Read(f.kind, f.name, bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: d.Row.BusinessDate, Today: d.Row.BusinessDate})
	if err != nil {
		return o, "", err
	}
	o.report = file.Report
	if bad := o.report.Refusal; bad != nil && bad.Like != "" {
		bad.Fix = f.belongs(bad.Like) + "，或核对是否放错文件"
	}
	q := d.Store.Read(ctx)
	switch old, err := q.ImportBySHA(f.kind, sha); {
	case err == nil:
		o.state, o.run, o.report.Already = models.DropDone, old.RunID, true
		return o, "", nil
	case models.CodeOf(err) != models.NotFound:
		return o, "", err
	}
	if o.report.OK() {
		delta, err := sheets.Resolve(q, file)
		if err != nil {
			return o, "", err
		}
		o.report = delta.Report
		begun, err := q.HasMembers()
		if err != nil {
			return o, "", err
		}
		if o.report.OK() && (delta.TwoPeople() || f.kind == "members" && !begun) { // whoever may write into a folder names no officials and no accounts allots no money and decides no amounts
			o.state = models.DropSubmit
			return o, "", nil
		}
	}
	if !o.report.OK() {
		o.why = o.report.Why()
		return o, "", nil
	}
	return d.bringIn(ctx, f, o)
}

// bringIn stages a file and has the job import take it in, as when somebody asks for it: the request is the file's hash.
func (d *dropRun) bringIn(ctx context.Context, f droppedFile, o outcome) (outcome, string, error) {
	staged := models.StagedFile{Kind: f.kind, FileName: f.name, KnownOn: d.Row.BusinessDate, Body: o.body, ExpiresAt: d.clock().Add(24 * time.Hour)}
	if err := d.step(ctx, 0, func(tx *models.Tx) error { return tx.StageFile(&staged) }); err != nil {
		return o, "", err
	}
	row, err := d.Ask(ctx, ImportJob, models.Params{"kind": f.kind, "sha256": staged.SHA256})
	switch {
	case models.CodeOf(err) == models.Conflict || models.CodeOf(err) == models.Unavailable:
		return o, err.Error(), nil
	case err != nil:
		return o, "", err
	case row.State == models.RunSucceeded:
		o.state, o.run = models.DropDone, row.ID
		return o, "", nil
	case row.State == models.RunFailed && row.ErrorCode == string(models.Invalid):
		o.why, o.run = row.ErrorText, row.ID
		return o, "", nil
	}
	return o, fmt.Sprintf("导入 #%d %s：%s", row.ID, row.State.Text(), models.FirstLine(row.ErrorText)), nil
}

// wait keeps what was seen of a file, and tells somebody when it has waited long.
func (d *dropRun) wait(ctx context.Context, f droppedFile, why string, now policy.Instant) error {
	d.found.Waiting[f.path] = why
	row, before := d.known[f.path]
	next := models.DropFile{Path: f.path, SeenAt: now, Since: now, State: models.DropWaiting}
	if f.info != nil {
		next.Size, next.ChangedAt = f.info.Size(), f.changed()
	}
	if before {
		next.Since = row.Since
		if row.Size == next.Size && row.ChangedAt == next.ChangedAt {
			next.SeenAt = row.SeenAt
		}
	}
	late := next.Since.Date().AddDays(d.Drop.TellDays) <= d.Row.BusinessDate
	if before && row == next && !late {
		return nil
	}
	return d.step(ctx, 1, func(tx *models.Tx) error {
		if err := tx.SeeDropFile(next); err != nil || !late {
			return err
		}
		return d.tell(tx, f, outcome{state: models.DropWaiting, why: why}, next.Since.Date())
	})
}
