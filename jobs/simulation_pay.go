package jobs

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"time"

	"duixian/models"
	"duixian/policy"
)

// treasuryDays is how many working days the treasury of a simulation takes to answer.
const treasuryDays = 3

// treasury is a working day of the treasurer and the treasury: batches that two people approved are exported, and those that were sent some days ago are
// answered, every line paid. The answer comes in as a file, by the same job as a real one.
func (s *Simulation) treasury(ctx context.Context, day policy.Date) error {
	if s.Treasurer.Member == "" {
		return nil
	}
	q := s.Env.Store.Read(ctx)
	sent, err := q.BatchesIn(models.BatchExported)
	if err != nil {
		return err
	}
	for _, b := range sent {
		due, err := s.Env.Calendar.AddWorkdays(b.ExportedOn, treasuryDays)
		if err != nil {
			return err
		}
		if due <= day {
			if err := s.answer(ctx, b, day); err != nil {
				return err
			}
		}
	}
	ready, err := q.BatchesIn(models.BatchApproved)
	if err != nil {
		return err
	}
	for _, b := range ready {
		if _, err := s.Runner.RunNow(ctx, s.Treasurer, BatchExportJob, models.Params{"batch": strconv.FormatInt(b.ID, 10)}, 0, "", s.now); err != nil {
			return err
		}
	}
	return nil
}

// answer is the treasury's file about one batch.
func (s *Simulation) answer(ctx context.Context, b models.Batch, day policy.Date) error {
	lines, err := s.Env.Store.Read(ctx).BatchLines(b.ID)
	if err != nil {
		return err
	}
	rows := [][]string{{"付款编号", "批次号", "金额（元）", "支付结果", "办理日期", "报送日期"}}
	for _, l := range lines {
		if l.State == models.LineOrdered {
			rows = append(rows, []string{l.LineRef, b.Number(), l.AmountFen.String(), "已付", day.String(), day.String()})
		}
	}
	var body bytes.Buffer
	if err := csv.NewWriter(&body).WriteAll(rows); err != nil {
		return err
	}
	return s.handIn(ctx, s.Treasurer, receiptsFile, b.Number()+".csv", body.Bytes(), day)
}

// handIn takes a file in that somebody brought, by the job that takes in all files.
func (s *Simulation) handIn(ctx context.Context, who models.Actor, kind, name string, body []byte, day policy.Date) error {
	staged := models.StagedFile{Kind: kind, FileName: name, KnownOn: day, Body: body, ExpiresAt: s.now.Add(24 * time.Hour)}
	if err := s.Env.Store.InTx(ctx, func(tx *models.Tx) error { return tx.StageFile(&staged) }); err != nil {
		return err
	}
	_, err := s.Runner.RunFor(ctx, who, ImportJob, models.Params{"kind": kind, "sha256": staged.SHA256}, 0, s.now)
	return err
}
