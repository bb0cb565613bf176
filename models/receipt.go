package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"duixian/policy"
)

// Receipt is one row of the treasury's answer. It is applied to the order that it names, or stands in suspense (待查款) with the reason: it is
// never guessed which order was meant.
type Receipt struct {
	ID         int64        `json:"id"`
	AnswerKey  string       `json:"answer_key"`
	LineRef    string       `json:"line_ref"`   // as in the file; empty when the row has none
	BatchText  string       `json:"batch_text"` // the batch it says it is about, may be empty
	AmountFen  policy.Fen   `json:"amount"`
	Result     LineFate     `json:"result"` // paid or returned
	AnsweredOn policy.Date  `json:"answered_on"`
	BankRef    string       `json:"bank_ref"` // 银行流水号
	Note       string       `json:"note"`     // why it came back, in the bank's words
	State      ReceiptState `json:"state"`
	Why        string       `json:"why"` // of suspense, a code
	BatchID    int64        `json:"batch"`
	LineNo     int          `json:"line_no"`
	KnownOn    policy.Date  `json:"known_on"`
	ImportID   int64        `json:"import_id"`
	RunID      int64        `json:"run_id"`

	ClearedBy   string      `json:"cleared_by"`
	ClearedNote string      `json:"cleared_note"`
	ClearedOn   policy.Date `json:"cleared_on"`
}

// ReceiptState is what became of an answer.
type ReceiptState string

// An answer is applied, or waits in suspense until a person has cleared it.
const (
	ReceiptApplied  ReceiptState = "applied"
	ReceiptSuspense ReceiptState = "suspense"
	ReceiptCleared  ReceiptState = "cleared"
)

// SuspenseText says in words why an answer fits no order.
func SuspenseText(code string) string {
	return map[string]string{
		"NO_REF": "没有付款编号", "BAD_REF": "付款编号有误", "UNKNOWN_LINE": "没有这个付款编号", "OTHER_BATCH": "付款编号属于另一批次", "OTHER_AMOUNT": "金额与拨付清单不同",
		"NOT_SENT": "该批次尚未导出送财政", "NOT_ORDERED": "该行没有列入送财政的清单", "ANSWERED": "该行已有回单", "PAID_AGAIN": "该行已有到账回单，又报一笔到账",
	}[code]
}

// key names an answer by everything that it says, so that it is one row however many files bring it.
func (r Receipt) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d|%s|%d|%s", r.LineRef, r.BatchText, r.AmountFen, r.Result, r.AnsweredOn, r.BankRef))
	return hex.EncodeToString(sum[:])
}

// Judge says what an answer means for the ledger as it stands: the line that it answers, or why it fits none. It writes nothing. known is an answer
// that was taken in before, whatever became of it.
func (q Query) Judge(r Receipt) (line BatchLine, why string, known bool, err error) {
	var n int64
	if err := q.db.Raw("SELECT COUNT(*) FROM receipts WHERE answer_key = ?", r.key()).Scan(&n).Error; err != nil || n > 0 {
		return line, "", n > 0, readable(err)
	}
	if r.LineRef == "" {
		return line, "NO_REF", false, nil
	}
	ref, err := ParseLineRef(r.LineRef)
	if err != nil {
		return line, "BAD_REF", false, nil //nolint:nilerr // what people type is no failure of ours
	}
	line, err = q.BatchLineByRef(ref)
	if CodeOf(err) == NotFound {
		return line, "UNKNOWN_LINE", false, nil
	}
	if err != nil {
		return line, "", false, err
	}
	b, err := q.Batch(line.BatchID)
	if err != nil {
		return line, "", false, err
	}
	if year, seq, ok := ParseBatchNumber(r.BatchText); r.BatchText != "" && (!ok || year != b.Year || seq != b.Seq) {
		return line, "OTHER_BATCH", false, nil
	}
	switch {
	case line.State == r.Result && line.AmountFen == r.AmountFen && line.AnsweredOn == r.AnsweredOn && line.BankRef == r.BankRef: // in other columns
		return line, "", true, nil
	case b.State == BatchDraft || b.State == BatchApproved:
		return line, "NOT_SENT", false, nil
	case line.State == LineOut:
		return line, "NOT_ORDERED", false, nil
	case line.AmountFen != r.AmountFen:
		return line, "OTHER_AMOUNT", false, nil
	case line.State == LineOrdered, line.State == LinePaid && r.Result == LineReturned: // the bank sent back what it had taken: its later word
		return line, "", false, nil
	case line.State == LinePaid:
		return line, "PAID_AGAIN", false, nil
	}
	return line, "ANSWERED", false, nil
}

// Answer takes one answer in: applied to its order, or into suspense. An answer that was taken in before does nothing and says so.
func (tx *Tx) Answer(r Receipt, on policy.Date, run Run, at policy.Instant) (Receipt, BatchLine, bool, error) {
	line, why, known, err := tx.Judge(r)
	if err != nil || known {
		return r, line, known, err
	}
	r.AnswerKey, r.RunID, r.State, r.Why = r.key(), run.ID, ReceiptApplied, why
	if why != "" {
		r.State = ReceiptSuspense
	}
	if line.BatchID != 0 {
		r.BatchID, r.LineNo = line.BatchID, line.No
	}
	if r.ID, err = tx.NextID("receipts", 1); err != nil {
		return r, line, false, err
	}
	if err := readable(tx.db.Create(&r).Error); err != nil {
		return r, line, false, err
	}
	if why != "" {
		return r, line, false, tx.suspend(r, on, run, at)
	}
	if err := tx.answerLine(&line, r, on, run, at); err != nil {
		return r, line, false, err
	}
	return r, line, false, tx.closeBatch(line.BatchID, on, run, at)
}

// suspend records an answer that fits no order. Money that the treasury says it paid has left the budget without an order of ours; what it says came back has moved
// nothing that we know of.
func (tx *Tx) suspend(r Receipt, on policy.Date, run Run, at policy.Instant) error {
	if r.Result == LinePaid {
		if err := tx.post(Transfer{
			Kind: TransferSuspense, Debit: BudgetAccount(on.Year()), Credit: SuspenseAccount, AmountFen: r.AmountFen, Attempt: int(r.ID), BatchID: r.BatchID, Reason: r.Why, OnDay: on,
		}, run, at); err != nil {
			return err
		}
	}
	return tx.Audit(at, Entry{
		Stream: "money", Actor: Actor{Member: run.Actor}, Action: "suspense", Entity: fmt.Sprintf("receipt/%d", r.ID), RunID: run.ID,
		Data: map[string]any{"ref": r.LineRef, "batch": r.BatchText, "amount": r.AmountFen, "result": r.Result, "answered_on": r.AnsweredOn, "bank_ref": r.BankRef, "why": r.Why},
	})
}

// answerLine moves an order to what the treasury says became of it.
func (tx *Tx) answerLine(l *BatchLine, r Receipt, on policy.Date, run Run, at policy.Instant) error {
	p, err := tx.instalment(l.AwardID, l.InstalmentNo)
	if err != nil {
		return err
	}
	t := Transfer{AmountFen: l.AmountFen, AwardID: l.AwardID, No: l.InstalmentNo, Attempt: l.Attempt, BatchID: l.BatchID, OnDay: on}
	was, to, reason := l.State, Paid, ""
	switch {
	case r.Result == LinePaid:
		t.Kind, t.PendingID, t.Debit, t.Credit = TransferPost, TransferID(TransferPending, l.AwardID, l.InstalmentNo, l.Attempt), AwardAccount(l.AwardID), PaidAccount
		err = tx.post(t, run, at)
	default:
		to, reason = Returned, "BANK_RETURNED"
		t.Kind, t.Debit, t.Credit, t.Reason = TransferReturn, AwardAccount(l.AwardID), ReturnedAccount, reason
		if was == LinePaid {
			t.Debit = PaidAccount
		} else if err = tx.void(*l, reason, on, run, at); err != nil {
			return err
		}
		if err = tx.ReleaseBudget(l.AwardID, l.InstalmentNo, l.Attempt, on); err != nil {
			return err
		}
		err = tx.post(t, run, at)
	}
	if err != nil {
		return err
	}
	if err := tx.settleLine(*l, r.Result, r.Note, r.AnsweredOn, r.BankRef); err != nil {
		return err
	}
	l.State, l.Reason, l.AnsweredOn, l.BankRef = r.Result, r.Note, r.AnsweredOn, r.BankRef
	if err := tx.MoveInstalment(&p, to, reason, on, run); err != nil {
		return err
	}
	return tx.auditPart(at, run, p, map[string]any{
		"amount": p.AmountFen, "batch": l.BatchID, "line": l.No, "attempt": l.Attempt, "receipt": r.ID, "answered_on": r.AnsweredOn, "bank_ref": r.BankRef, "on": on,
	})
}

// closeBatch moves a batch on when its last line is answered; a return after that is its last word.
func (tx *Tx) closeBatch(id int64, on policy.Date, run Run, at policy.Instant) error {
	b, err := tx.Batch(id)
	if err != nil {
		return err
	}
	s, err := tx.Reconcile(b)
	if err != nil || s.Unanswered.N > 0 {
		return err
	}
	to := BatchConfirmed
	if s.Returned.N > 0 {
		to = BatchPartlyReturned
	}
	if b.State == to {
		return nil
	}
	if err := tx.moveBatch(&b, b.State, to, on, run); err != nil {
		return err
	}
	return tx.Audit(at, Entry{
		Stream: "money", Actor: Actor{Member: run.Actor}, Action: "batch-" + string(to), Entity: fmt.Sprintf("batch/%d", b.ID), RunID: run.ID,
		Data: map[string]any{"paid": s.Paid, "returned": s.Returned},
	})
}

// Suspense lists the answers that wait for a person, oldest first.
func (q Query) Suspense() ([]Receipt, error) {
	return find[Receipt](q.db.Where("state = 'suspense'").Order("id"))
}

// Receipt reads one answer.
func (q Query) Receipt(id int64) (Receipt, error) { return one[Receipt](q.db.Where("id = ?", id)) }

// ClearSuspense ends a question about an answer with what a person found out. Money that stood in suspense goes back to where it was taken from:
// whatever it really was is told by another file.
func (tx *Tx) ClearSuspense(r Receipt, by, note string, on policy.Date, run Run, at policy.Instant) error {
	n, err := affected(tx.db.Exec("UPDATE receipts SET state = 'cleared', cleared_by = ?, cleared_note = ?, cleared_on = ? WHERE id = ? AND state = 'suspense'", by, note, on, r.ID))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "待查款 #%d 已经处理过", r.ID)
	}
	if r.Result == LinePaid {
		if err := tx.post(Transfer{
			Kind: TransferClear, Debit: SuspenseAccount, Credit: BudgetAccount(on.Year()), AmountFen: r.AmountFen, Attempt: int(r.ID), BatchID: r.BatchID, Reason: r.Why, OnDay: on,
		}, run, at); err != nil {
			return err
		}
	}
	return tx.Audit(at, Entry{
		Stream: "money", Actor: Actor{Member: run.Actor}, Action: "clear-suspense", Entity: fmt.Sprintf("receipt/%d", r.ID), RunID: run.ID, Data: map[string]any{"note": note, "amount": r.AmountFen, "by": by},
	})
}

// ReceiptsFor are the answers that were applied to the order of a number, oldest first.
func (q Query) ReceiptsFor(lineRef string) ([]Receipt, error) {
	return find[Receipt](q.db.Where("line_ref = ? AND state = ?", lineRef, ReceiptApplied).Order("id"))
}
