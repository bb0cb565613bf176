package jobs

import (
	"context"
	"strconv"
	"strings"
	"time"

	"duixian/models"
)

// SuspenseJob ends a question about an answer of the treasury's.
const SuspenseJob = "suspense-clear"

// suspenseClear records what a person found out about an answer that fits no order. It settles no order: what was really paid is told by another file.
var suspenseClear = Job{
	Name: SuspenseJob, Title: "待查款销号", Summary: "写明查明的情况，了结一笔待查款；不改动任何一笔拨付",
	Timeout: 10 * time.Minute, // nothing to catch up: what was asked for waits in the queue
	Roles:   []models.Role{models.Treasurer},
	Params:  []string{"receipt", "note"},
	Request: func(p models.Params) string { return "receipt:" + p["receipt"] },
	Run:     runSuspenseClear,
}

func runSuspenseClear(ctx context.Context, run *Run) error {
	id, err := strconv.ParseInt(strings.TrimPrefix(run.Row.Params["receipt"], "#"), 10, 64)
	note := strings.TrimSpace(run.Row.Params["note"])
	if err != nil || note == "" || len(note) > 400 {
		return models.E(models.Invalid, "请写明待查款编号和查明的情况（130个字以内）：receipt=7 note=财政已更正")
	}
	if run.Cursor() != "" {
		return nil // the owner before died after its only step
	}
	r, err := run.Store.Read(ctx).Receipt(id)
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "没有编号为 #%d 的回单", id)
	}
	if err != nil {
		return err
	}
	if r.State != models.ReceiptSuspense {
		return models.E(models.Invalid, "回单 #%d 不是未处理的待查款", id)
	}
	return run.Chunk(ctx, "cleared", 1, func(tx *models.Tx) error {
		return tx.ClearSuspense(r, run.Row.Actor, note, run.Row.BusinessDate, run.Row, run.At())
	})
}
