package models

// NextID reserves n consecutive ids of a table and returns the first. Ids are our own and small, so that people can
// say them; the counter row is locked until the transaction ends, and a rolled back transaction gives its ids back.
func (tx *Tx) NextID(table string, n int) (int64, error) {
	rows, err := affected(tx.db.Exec("UPDATE counters SET last = last + ? WHERE name = ?", n, table))
	if err != nil {
		return 0, err
	}
	if rows == 0 {
		if err := tx.db.Exec("INSERT INTO counters (name, last) VALUES (?, ?)", table, n).Error; err != nil {
			if classify(err) == duplicate {
				return 0, errRetry // another writer made the row first
			}
			return 0, readable(err)
		}
		return 1, nil
	}
	var last int64
	if err := tx.db.Raw("SELECT last FROM counters WHERE name = ?", table).Scan(&last).Error; err != nil {
		return 0, readable(err)
	}
	return last - int64(n) + 1, nil
}
