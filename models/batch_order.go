package models

import (
	"fmt"

	"duixian/policy"
)

// OpenBatch is the batch of a plan; it is made when the plan's first line is carried out, with the next number of its year.
func (tx *Tx) OpenBatch(plan int64, on policy.Date, run Run) (Batch, error) {
	b, err := tx.BatchOfPlan(plan)
	if CodeOf(err) != NotFound {
		return b, err
	}
	b = Batch{Year: on.Year(), BusinessDate: on, State: BatchDraft, PlanID: plan, ChangedOn: on, RunID: run.ID, Epoch: run.Epoch}
	if err := tx.db.Raw("SELECT COALESCE(MAX(seq), 0) + 1 FROM batches WHERE year = ?", b.Year).Scan(&b.Seq).Error; err != nil {
		return b, readable(err)
	}
	if b.ID, err = tx.NextID("batches", 1); err != nil {
		return b, err
	}
	if err := tx.db.Create(&b).Error; err != nil {
		if classify(err) == duplicate {
			return b, errRetry // another batch took the number meanwhile
		}
		return b, readable(err)
	}
	return b, nil
}

// Order puts one instalment into a batch: due → in_batch, a line with the next try, and the pending transfer that reserves its money on the way. An
// instalment that came back stands in returned and is taken up again from there.
func (tx *Tx) Order(b Batch, l BatchLine, p *Instalment, on policy.Date, run Run, at policy.Instant) (BatchLine, error) {
	if p.State != Due && p.State != Returned {
		return l, E(Conflict, "奖励 #%d 第 %d 期不在待拨付状态", p.AwardID, p.No)
	}
	was := p.State
	var tries int
	if err := tx.db.Raw("SELECT COALESCE(MAX(attempt), 0) FROM batch_lines WHERE award_id = ? AND instalment_no = ?", p.AwardID, p.No).Scan(&tries).Error; err != nil {
		return l, readable(err)
	}
	l.BatchID, l.AwardID, l.InstalmentNo, l.AmountFen, l.Attempt, l.State = b.ID, p.AwardID, p.No, p.AmountFen, tries+1, LineOrdered
	if err := tx.db.Raw("SELECT COALESCE(MAX(no), 0) + 1 FROM batch_lines WHERE batch_id = ?", b.ID).Scan(&l.No).Error; err != nil {
		return l, readable(err)
	}
	l.LineRef = LineRef(b, l.No)
	if err := tx.db.Create(&l).Error; err != nil {
		if classify(err) == duplicate {
			return l, E(Conflict, "奖励 #%d 第 %d 期已在另一批拨付中", p.AwardID, p.No)
		}
		return l, readable(err)
	}
	if was == Returned {
		if err := tx.post(Transfer{
			Kind: TransferReopen, Debit: ReturnedAccount, Credit: AwardAccount(p.AwardID), AmountFen: p.AmountFen, AwardID: p.AwardID, No: p.No, Attempt: l.Attempt, BatchID: b.ID, OnDay: on,
		}, run, at); err != nil {
			return l, err
		}
	}
	if err := tx.post(Transfer{
		Kind: TransferPending, Debit: AwardAccount(p.AwardID), Credit: TransitAccount, AmountFen: p.AmountFen, AwardID: p.AwardID, No: p.No, Attempt: l.Attempt, BatchID: b.ID, OnDay: on,
	}, run, at); err != nil {
		return l, err
	}
	if err := tx.MoveInstalment(p, InBatch, "", on, run); err != nil {
		return l, err
	}
	return l, tx.auditPart(at, run, *p, map[string]any{"amount": p.AmountFen, "batch": b.ID, "line": l.No, "attempt": l.Attempt, "account": l.AccountID, "on": on})
}

// auditPart is the row of the chain of one step of an instalment.
func (tx *Tx) auditPart(at policy.Instant, run Run, p Instalment, data map[string]any) error {
	return tx.Audit(at, Entry{
		Stream: "money", Actor: Actor{Member: run.Actor}, Action: "instalment-" + string(p.State), Entity: fmt.Sprintf("award/%d/%d", p.AwardID, p.No), RunID: run.ID, Data: data,
	})
}

// SealBatch ends the making of a batch: its count and total are those of its lines. One without any line is cancelled.
func (tx *Tx) SealBatch(b *Batch, on policy.Date, run Run) error {
	to := BatchApproved
	if err := tx.totals(b); err != nil {
		return err
	}
	if b.LineCount == 0 {
		to = BatchCancelled
	}
	return tx.moveBatch(b, BatchDraft, to, on, run)
}

// totals counts what a batch orders.
func (tx *Tx) totals(b *Batch) error {
	var sum struct {
		N      int
		Amount policy.Fen
	}
	err := tx.db.Raw("SELECT COUNT(*) AS n, COALESCE(SUM(amount_fen), 0) AS amount FROM batch_lines WHERE batch_id = ? AND state <> 'held'", b.ID).Scan(&sum).Error
	b.LineCount, b.TotalFen = sum.N, sum.Amount
	return readable(err)
}

// moveBatch writes a batch that is in one state into another.
func (tx *Tx) moveBatch(b *Batch, from, to BatchState, on policy.Date, run Run) error {
	n, err := affected(tx.db.Exec(`UPDATE batches SET state = ?, line_count = ?, total_fen = ?, layout = ?, anchor = ?, list_hash = ?, file_sha256 = ?, csv_sha256 = ?, exported_on = ?, exported_by = ?,
		changed_on = ?, run_id = ?, epoch = ? WHERE id = ? AND state = ?`,
		to, b.LineCount, b.TotalFen, b.Layout, b.Anchor, b.ListHash, b.FileSHA256, b.CSVSHA256, b.ExportedOn, b.ExportedBy, on, run.ID, run.Epoch, b.ID, from))
	if err == nil && n != 1 {
		return E(Conflict, "拨付批次 %s 已不在“%s”状态，请重新查看", b.Name(), from.Text())
	}
	b.State, b.ChangedOn, b.RunID, b.Epoch = to, on, run.ID, run.Epoch
	return err
}

// TakeOut takes a line out of a batch before its file is made: its order is void and the instalment is held with the reason.
func (tx *Tx) TakeOut(l BatchLine, reason string, on policy.Date, run Run, at policy.Instant) error {
	p, err := tx.instalment(l.AwardID, l.InstalmentNo)
	if err != nil {
		return err
	}
	if err := tx.settleLine(l, LineOut, reason, 0, ""); err != nil {
		return err
	}
	if err := tx.void(l, reason, on, run, at); err != nil {
		return err
	}
	if err := tx.ReleaseBudget(l.AwardID, l.InstalmentNo, l.Attempt, on); err != nil {
		return err
	}
	if err := tx.MoveInstalment(&p, Held, reason, on, run); err != nil {
		return err
	}
	return tx.auditPart(at, run, p, map[string]any{"amount": p.AmountFen, "batch": l.BatchID, "line": l.No, "on": on, "reason": reason})
}

func (tx *Tx) void(l BatchLine, reason string, on policy.Date, run Run, at policy.Instant) error {
	return tx.post(Transfer{
		Kind: TransferVoid, PendingID: TransferID(TransferPending, l.AwardID, l.InstalmentNo, l.Attempt), Debit: AwardAccount(l.AwardID), Credit: TransitAccount, AmountFen: l.AmountFen,
		AwardID: l.AwardID, No: l.InstalmentNo, Attempt: l.Attempt, BatchID: l.BatchID, Reason: reason, OnDay: on,
	}, run, at)
}

// settleLine writes what became of a line that was in the state that l says.
func (tx *Tx) settleLine(l BatchLine, to LineFate, reason string, answered policy.Date, bankRef string) error {
	n, err := affected(tx.db.Exec("UPDATE batch_lines SET state = ?, reason = ?, answered_on = ?, bank_ref = ? WHERE batch_id = ? AND no = ? AND state = ?", to, reason, answered, bankRef, l.BatchID, l.No, l.State))
	if err == nil && n != 1 {
		return E(Conflict, "付款编号 %s 已有结果", l.LineRef)
	}
	return err
}

// ExportBatch closes a batch for its file. What is printed in the file, and the hashes of the files themselves, are stored with it: made again they
// must be the same bytes.
func (tx *Tx) ExportBatch(b *Batch, by string, on policy.Date, run Run) error {
	b.ExportedOn, b.ExportedBy = on, by
	return tx.moveBatch(b, BatchApproved, BatchExported, on, run)
}

// Recount brings the count and total of a batch to its lines, before its file is made; a batch that has lost all of them is cancelled.
func (tx *Tx) Recount(b *Batch, on policy.Date, run Run) error {
	if err := tx.totals(b); err != nil || b.LineCount > 0 {
		return err
	}
	return tx.moveBatch(b, BatchApproved, BatchCancelled, on, run)
}
