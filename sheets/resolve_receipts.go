package sheets

import "duixian/models"

// receipts says of each answer what it would do: settle its order, go into suspense with the reason, or nothing because it was taken in before. They
// are applied by the job, which moves the ledger.
func (r *resolver) receipts(rows []ReceiptRow) error {
	answered := map[[2]int64]bool{} // lines that this file answers
	for _, row := range rows {
		a := models.Receipt{
			LineRef: row.Ref, BatchText: row.Batch, AmountFen: row.Amount, Result: row.Result, AnsweredOn: row.On, BankRef: row.BankRef, Note: row.Note, KnownOn: row.Known,
		}
		line, why, known, err := r.Judge(a)
		if err != nil {
			return err
		}
		at := [2]int64{line.BatchID, int64(line.No)}
		switch {
		case known:
			r.changes.Same++
			continue
		case why == "" && answered[at]:
			why = "ANSWERED"
		}
		if why == "" {
			answered[at] = true
		} else {
			r.warn(row.At, "付款编号", row.Ref, "与拨付清单和财政核对；照常导入后转入待查款，不会入账", "%s", models.SuspenseText(why))
		}
		r.changes.New++
		r.Receipts = append(r.Receipts, a)
	}
	return nil
}
