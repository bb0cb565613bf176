package models

// NextID reserves n consecutive ids of a table and returns the first. Ids are our own and small, so that people can
// say them; the counter row is locked until the transaction ends, and a rolled back transaction gives its ids back.
func (tx *Tx) NextID(table string, n int) (int64, error) {
	db, ctx := tx.db.Statement.ConnPool, tx.db.Statement.Context // bare: it stands before every row of ours
	done, err := db.ExecContext(ctx, "UPDATE counters SET last = last + ? WHERE name = ?", n, table)
	if err != nil {
		return 0, readable(err)
	}
	rows, err := done.RowsAffected()
	if err != nil {
		return 0, readable(err)
	}
	if rows == 0 {
		if _, err := db.ExecContext(ctx, "INSERT INTO counters (name, last) VALUES (?, ?)", table, n); err != nil {
			if classify(err) == duplicate {
				return 0, errRetry // another writer made the row first
			}
			return 0, readable(err)
		}
		return 1, nil
	}
	var last int64
	if err := db.QueryRowContext(ctx, "SELECT last FROM counters WHERE name = ?", table).Scan(&last); err != nil {
		return 0, readable(err)
	}
	return last - int64(n) + 1, nil
}
