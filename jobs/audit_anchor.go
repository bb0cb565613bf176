package jobs

import (
	"context"
	"time"

	"duixian/models"
)

const auditAnchorName = "audit-anchor"

// auditAnchor notes every night where the audit chain stands, in the database and in a file outside it, before the morning report prints its
// short text. Nights that were missed are made up for one by one for a week, so that the anchors have a line a day; each says when it was really made.
var auditAnchor = Job{
	Name: auditAnchorName, Title: "审计锚", Summary: "每天早上把审计链的位置签名存证，写进数据库外的锚文件并印在早报上",
	Schedule: "30 6 * * *", CatchUp: CatchUp{Policy: Each, Horizon: 7 * 24 * time.Hour}, Timeout: 10 * time.Minute,
	Roles: []models.Role{models.Operator, models.Auditor}, Run: runAuditAnchor,
}

// anchored is what the run leaves in its record.
type anchored struct {
	Anchors int `json:"anchors"`
	File    int `json:"file"` // lines that the anchor file has now: the same for whoever takes over, also after the line was written
}

func runAuditAnchor(ctx context.Context, run *Run) error {
	var made anchored
	if err := run.Tallied(&made); err != nil {
		return err
	}
	if run.Cursor() == "" {
		if err := run.Chunk(ctx, "made", 1, func(tx *models.Tx) error {
			if _, err := tx.MakeAnchor(run.Row.BusinessDate, run.At(), models.Actor{Member: run.Row.Actor}, run.AnchorKey, run.Row.ID); err != nil {
				return err
			}
			made.Anchors = 1
			return run.Tally(tx, made)
		}); err != nil {
			return err
		}
	}
	if run.AnchorFile != "" { // after the commit: the file is brought up to what the database holds, this night or the next
		q := run.Store.Read(ctx)
		if _, err := q.AppendAnchors(run.AnchorFile); err != nil {
			return err
		}
		newest, err := q.NewestAnchor()
		if err != nil {
			return err
		}
		made.File = int(newest.No) // every anchor is a line, see AppendAnchors
	}
	run.Summarise(made)
	return nil
}
