package models

import "duixian/policy"

// APICall counts a month's calls of one kind. An allowance that kinds share has a row of its own, with its name as the kind.
type APICall struct {
	Month policy.Month `gorm:"primaryKey;autoIncrement:false"`
	Kind  string       `gorm:"primaryKey"`
	N     int64
}

// TableName is the ledger.
func (APICall) TableName() string { return "api_calls" }

// CountCall writes one call of a kind into a month, and into the allowance that the kind draws on (empty = none). limit is how far the
// allowance may be used up by this call, 0 = without end: at the limit ok is false and nothing is counted, whatever other
// services do at the same moment. used is the allowance afterwards.
func (tx *Tx) CountCall(month policy.Month, kind, allowance string, limit int64) (used int64, ok bool, err error) {
	if allowance != "" {
		if ok, err = tx.oneMore(month, allowance, limit); err != nil || !ok {
			return limit, false, err
		}
		if err = tx.db.Raw("SELECT n FROM api_calls WHERE month = ? AND kind = ?", month, allowance).Scan(&used).Error; err != nil {
			return 0, false, readable(err)
		}
	}
	_, err = tx.oneMore(month, kind, 0)
	return used, err == nil, err
}

// UncountCall takes a call back that was counted and, as it turned out, is not: it never arrived, or was throttled.
func (tx *Tx) UncountCall(month policy.Month, kind, allowance string) error {
	return readable(tx.db.Exec("UPDATE api_calls SET n = n - 1 WHERE month = ? AND kind IN (?, ?) AND n > 0", month, kind, allowance).Error)
}

func (tx *Tx) oneMore(month policy.Month, kind string, limit int64) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE api_calls SET n = n + 1 WHERE month = ? AND kind = ? AND (n < ? OR ? = 0)", month, kind, limit, limit))
	if err != nil || n == 1 {
		return err == nil, err
	}
	var have int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM api_calls WHERE month = ? AND kind = ?", month, kind).Scan(&have).Error; err != nil || have > 0 {
		return false, readable(err)
	}
	if err := insert(tx.db, []APICall{{month, kind, 1}}); CodeOf(err) == Conflict {
		return false, errRetry // another service made the row first
	} else if err != nil {
		return false, err
	}
	return true, nil
}

// APICalls are a month's counts by kind, the allowances among them.
func (q Query) APICalls(month policy.Month) (map[string]int64, error) {
	rows, err := find[APICall](q.db.Where("month = ?", month))
	counts := make(map[string]int64, len(rows))
	for _, r := range rows {
		counts[r.Kind] = r.N
	}
	return counts, err
}
