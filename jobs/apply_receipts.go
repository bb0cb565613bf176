package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/notifications"
)

// receiptsDone counts what became of the answers of a file.
type receiptsDone struct {
	Paid     int `json:"paid"`
	Returned int `json:"returned"`
	Suspense int `json:"suspense"`
	Known    int `json:"known"`
}

// applyReceipts takes the treasury's answers in, in the transaction of the file: each settles the order that it names or goes into suspense. Firms hear what became of
// their money, the clerks and treasurers what fits no order.
func applyReceipts(tx *models.Tx, run *Run, importID int64, answers []models.Receipt) (receiptsDone, error) {
	var done receiptsDone
	on := run.Row.BusinessDate
	open := notifications.SuspenseFound{Import: importID, On: on}
	for _, r := range answers {
		r.ImportID = importID
		r, line, known, err := tx.Answer(r, on, run.Row, run.At())
		switch {
		case err != nil:
			return done, fmt.Errorf("付款编号 %s: %w", r.LineRef, err)
		case known:
			done.Known++
			continue
		case r.State == models.ReceiptSuspense:
			done.Suspense++
			open.Lines, open.Total = open.Lines+1, open.Total+r.AmountFen
			if len(open.Some) < 5 {
				open.Some = append(open.Some, notifications.SuspenseLine{Receipt: r.ID, Ref: r.LineRef, Amount: r.AmountFen, Why: models.SuspenseText(r.Why)})
			}
			continue
		case r.Result == models.LinePaid:
			done.Paid++
		default:
			done.Returned++
		}
		if err := tellAnswer(tx, run, line, r); err != nil {
			return done, err
		}
	}
	if open.Lines == 0 {
		return done, nil
	}
	to, err := payers(tx.Query)
	if err != nil {
		return done, err
	}
	return done, run.Outbox.Tell(tx, run.At(), run.Row.ID, open, to...)
}

// tellAnswer tells an organisation that an instalment has arrived, or came back and why.
func tellAnswer(tx *models.Tx, run *Run, l models.BatchLine, r models.Receipt) error {
	award, err := tx.Award(l.AwardID)
	if err != nil {
		return err
	}
	parts, err := tx.InstalmentsOf(l.AwardID)
	if err != nil {
		return err
	}
	account, err := tx.BankAccount(l.AccountID)
	if err != nil {
		return err
	}
	var m notifications.Message = notifications.InstalmentPaid{
		Award: award.ID, No: l.InstalmentNo, Of: len(parts), Item: run.itemName(award.Item), Amount: l.AmountFen, Where: account.Bank + account.Mask, On: r.AnsweredOn,
	}
	if r.Result == models.LineReturned {
		m = notifications.InstalmentReturned{
			Award: award.ID, No: l.InstalmentNo, Of: len(parts), Item: run.itemName(award.Item), Amount: l.AmountFen, Where: account.Bank + account.Mask, Why: r.Note, On: r.AnsweredOn,
		}
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Organisation(award.OrgID))
}
