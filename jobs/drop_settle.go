package jobs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// settle takes a file out of the folder. First it is written down what became of it, with the audit row and the notice; then the report is
// put where the file will lie; then the file is moved. After a crash the next look finds what was written down, or the import, and goes on.
func (d *dropRun) settle(ctx context.Context, f droppedFile, o outcome) error {
	seen := d.known[f.path]
	settled := seen.State == o.state && seen.SHA256 == o.sha && o.sha != ""
	day := d.Row.BusinessDate.String()
	if !settled {
		err := d.step(ctx, 1, func(tx *models.Tx) error {
			now := d.At()
			if err := tx.SeeDropFile(models.DropFile{
				Path: f.path, Size: f.info.Size(), ChangedAt: f.changed(), SeenAt: now, Since: cmp.Or(seen.Since, now), State: o.state, SHA256: o.sha,
			}); err != nil {
				return err
			}
			if err := tx.Audit(now, models.Entry{
				Stream: "data", Actor: models.System, Action: "drop", Entity: "import/" + f.kind, RunID: d.Row.ID,
				Data: map[string]any{"folder": d.Drop.Dir, "file": f.path, "sha256": o.sha, "result": o.state, "import_run": o.run, "why": o.why},
			}); err != nil {
				return err
			}
			if o.state == models.DropDone {
				return nil // the import has told
			}
			return d.tell(tx, f, o, d.Row.BusinessDate)
		})
		if err != nil {
			return err
		}
	}
	switch o.state {
	case models.DropDone:
		if d.found.Done++; o.report != nil && o.report.Already {
			d.found.Already++
		}
	case models.DropRefused:
		d.found.Refused++
	case models.DropSubmit:
		d.found.Submit++
	}
	dir := path.Join(string(o.state), day)
	if err := d.root.MkdirAll(dir, 0o750); err != nil {
		return cannotMove(d.Drop.Dir, err)
	}
	if err := d.leaveReport(dir, f, o); err != nil {
		return cannotMove(d.Drop.Dir, err)
	}
	if err := d.moveAway(dir, f); err != nil {
		return cannotMove(d.Drop.Dir, err)
	}
	return nil
}

func cannotMove(dir string, err error) error {
	return models.E(models.Unavailable, "收件文件夹 %s 不能写：%v；程序须能在其中新建文件夹和移动文件，改正后下一次会接着做", dir, err)
}

// leaveReport puts the report beside the place where the file goes: the rows with their reasons when there is anything to say about them,
// else its text. One that is there from before a crash stays.
func (d *dropRun) leaveReport(dir string, f droppedFile, o outcome) error {
	base := clipped(f.name, 200) // with its ending: an office that sends b.csv and b.xlsx has to know which is meant
	if len(o.sha) >= 8 {
		base += "-" + o.sha[:8]
	}
	rows := o.report != nil && o.body != nil && !o.report.Already && (o.report.Refusal != nil || len(o.report.Findings) > 0)
	name := path.Join(dir, base+"-导入报告.txt")
	if rows {
		name = strings.TrimSuffix(name, ".txt") + ".xlsx"
	}
	if _, err := d.root.Lstat(name); err == nil || o.report == nil && o.why == "" {
		return nil
	}
	unfinished := path.Join(dir, ".导入报告.tmp")
	if err := d.root.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := d.root.OpenFile(unfinished, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	switch {
	case rows:
		err = o.report.WriteXLSX(out, bytes.NewReader(o.body), int64(len(o.body)))
	case o.report != nil && o.why == "":
		_, err = io.WriteString(out, o.report.Text())
	default:
		_, err = io.WriteString(out, f.name+"\n"+o.why+"\n")
	}
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return d.root.Rename(unfinished, name)
}

// moveAway moves a file into a folder under a name that nothing there has, and takes its marker away. What is gone has been moved.
func (d *dropRun) moveAway(dir string, f droppedFile) error {
	end := path.Ext(f.name)
	base := clipped(strings.TrimSuffix(f.name, end), 240-len(end))
	to := path.Join(dir, base+end)
	for n := 2; ; n++ {
		if _, err := d.root.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		to = path.Join(dir, fmt.Sprintf("%s（%d）%s", base, n, end))
	}
	if err := d.root.Rename(f.path, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, m := range markers {
		if err := d.root.Remove(f.path + m); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// clipped is the beginning of a name, at most so many bytes, whole characters.
func clipped(s string, size int) string {
	for len(s) > size {
		_, last := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-last]
	}
	return s
}

// purge deletes the days that are older than they may be kept: the files hold personal data and have been taken in.
func (d *dropRun) purge(ctx context.Context) error {
	if d.Drop.KeepDays == 0 {
		return nil
	}
	for _, state := range settledDirs {
		days, err := fs.ReadDir(d.root.FS(), state)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return cannotMove(d.Drop.Dir, err)
		}
		for _, e := range days {
			day, err := policy.ParseDate(e.Name())
			if err != nil || !e.IsDir() || day.AddDays(d.Drop.KeepDays) >= d.Row.BusinessDate {
				continue // not ours, or not old enough
			}
			dir := path.Join(state, e.Name())
			inside, err := fs.ReadDir(d.root.FS(), dir)
			if err != nil {
				return cannotMove(d.Drop.Dir, err)
			}
			err = d.step(ctx, 0, func(tx *models.Tx) error {
				return tx.Audit(d.At(), models.Entry{
					Stream: "data", Actor: models.System, Action: "purge", Entity: "drop/" + dir, RunID: d.Row.ID,
					Data: map[string]any{"folder": d.Drop.Dir, "files": len(inside), "keep_days": d.Drop.KeepDays},
				})
			})
			if err != nil {
				return err
			}
			if err := d.root.RemoveAll(dir); err != nil {
				return cannotMove(d.Drop.Dir, err)
			}
			d.found.Purged++
		}
	}
	return nil
}

// tell says to the clerks what became of a file, and to the operators too when it only waits: that may be a matter of mounts and rights.
func (d *dropRun) tell(tx *models.Tx, f droppedFile, o outcome, on policy.Date) error {
	m := notifications.DroppedFile{
		Path: f.path, State: string(o.state), Why: o.why, Folder: path.Join(string(o.state), d.Row.BusinessDate.String()), SHA: o.sha, Dataset: f.kind, On: on,
	}
	if o.report != nil {
		m.Title, m.Total, m.Refused = o.report.Name, o.report.Rows, o.report.Refused
	}
	to := []notifications.To{notifications.Role(models.Clerk)}
	if o.state == models.DropWaiting {
		to = append(to, notifications.Role(models.Operator))
	}
	return d.Outbox.Tell(tx, d.At(), d.Row.ID, m, to...)
}
