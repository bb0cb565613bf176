package jobs

import (
	"context"
	"fmt"
	"os"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Drop is the folder into which other offices put files.
type Drop struct {
	Dir         string // empty = there is none
	NeedsMarker bool   // a file counts as whole only when NAME.ok or NAME.done lies beside it
	KeepDays    int    // what was taken out of the folder is deleted after so many days; 0 = never
	TellDays    int    // somebody is told of a file that waits so long; 0 = on the first day
}

// DropJob is the name of the job that reads the folder of other offices.
const DropJob = "import-drop"

// importDrop takes in what other offices have put into the folder. It looks twice a night, before the insurance check: a file that has the
// same size and time of change both times is whole. Its actor is the clock; the audit names file, hash and folder.
var importDrop = Job{
	Name: DropJob, Title: "收取文件夹", Summary: "收取其他单位放进收件文件夹的表格：写完的才收，预检通过的整份导入，不合格的连同原因退到 refused",
	Schedule: "0,20 1 * * *", CatchUp: CatchUp{Policy: Coalesce}, Timeout: 2 * time.Hour,
	Roles: []models.Role{models.Clerk, models.Operator}, Run: runImportDrop,
}

// dropped is what a run of the job leaves in its record.
type dropSummary struct {
	Note    string            `json:"note,omitempty"`
	Done    int               `json:"done"`
	Already int               `json:"seen"` // of Done: had been imported before
	Refused int               `json:"refused"`
	Submit  int               `json:"submit"` // rosters that a clerk has to hand in
	Waiting map[string]string `json:"unfinished,omitempty"`
	Purged  int               `json:"purged,omitempty"` // days whose files were deleted
}

// dropRun is one look through the folder.
type dropRun struct {
	*Run
	root  *os.Root
	known map[string]models.DropFile
	found dropSummary
	steps int
}

func runImportDrop(ctx context.Context, run *Run) error {
	if run.Drop.Dir == "" {
		run.Summarise(dropSummary{Note: "没有配置收件文件夹，没有读取任何文件"})
		return nil
	}
	root, err := os.OpenRoot(run.Drop.Dir)
	if err != nil {
		return models.E(models.Unavailable, "收件文件夹 %s 打不开：%v；请核对配置 import.drop_dir、文件夹是否挂载和程序的读写权限", run.Drop.Dir, err)
	}
	defer root.Close() //nolint:errcheck // it is only a place
	d := &dropRun{Run: run, root: root, known: map[string]models.DropFile{}, found: dropSummary{Waiting: map[string]string{}}}
	files, err := d.list()
	if err != nil {
		return err
	}
	if err := d.forget(ctx, files); err != nil {
		return err
	}
	run.Expect(len(files))
	for _, f := range files {
		if err := d.look(ctx, f); err != nil {
			return fmt.Errorf("收件文件 %s：%w", f.path, err)
		}
	}
	if err := d.purge(ctx); err != nil {
		return err
	}
	run.Summarise(d.found)
	return nil
}

// step is one transaction of the run.
func (d *dropRun) step(ctx context.Context, items int, fn func(tx *models.Tx) error) error {
	d.steps++
	return d.Chunk(ctx, fmt.Sprintf("%d", d.steps), items, fn)
}

// forget drops what was seen of files that lie there no more, and reads what was seen of the others.
func (d *dropRun) forget(ctx context.Context, files []droppedFile) error {
	rows, err := d.Store.Read(ctx).DropFiles()
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, f := range files {
		there[f.path] = true
	}
	var gone []string
	for _, row := range rows {
		if d.known[row.Path] = row; !there[row.Path] {
			gone = append(gone, row.Path)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return d.step(ctx, 0, func(tx *models.Tx) error {
		for _, path := range gone {
			if err := tx.ForgetDropFile(path); err != nil {
				return err
			}
		}
		return nil
	})
}

// quiet is how long a file must lie unchanged between two looks.
const quiet = 10 * time.Minute

// whole tells whether a file is complete, or what it waits for. seen is what was seen of it at an earlier look.
func (d *dropRun) whole(f droppedFile, seen models.DropFile, now policy.Instant) (ok bool, why string) {
	switch {
	case f.marker != "":
		return true, ""
	case d.Drop.NeedsMarker:
		return false, fmt.Sprintf("等待写完标记：请在旁边放一个空文件 %s.ok", f.name)
	case f.info.Size() == 0:
		return false, "文件是空的，可能还在写入"
	case seen.Size != f.info.Size() || seen.ChangedAt != f.changed() || now < seen.SeenAt.Add(quiet):
		return false, "等待写完：大小和修改时间在两次查看之间不变才收"
	}
	return true, ""
}
