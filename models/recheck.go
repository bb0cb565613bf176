package models

import (
	"slices"

	"gorm.io/gorm"

	"duixian/policy"
)

// Recheck asks the insurance check of the business day from, or the first one after it, to look at these recruits
// (by root id) again. An import calls it for every recruit that its rows touch: new recruit rows, new month sets, and
// all recruits of a payer that has a new month covered. Asking twice is the same as asking once.
//
// Rows that exist already are touched, so that a check that is just taking them is waited for and asked again: what
// the caller writes in this transaction is never missed.
func (tx *Tx) Recheck(from policy.Date, rootIDs []int64) error {
	roots := slices.Clone(rootIDs)
	slices.Sort(roots)
	for part := range slices.Chunk(slices.Compact(roots), 500) {
		n, err := affected(tx.db.Exec("UPDATE rechecks SET root_id = root_id WHERE from_on = ? AND root_id IN ?", from, part))
		if err != nil {
			return err
		}
		missing := part
		if n == int64(len(part)) {
			continue
		}
		if n > 0 {
			have, err := pluck(tx.db.Raw("SELECT root_id FROM rechecks WHERE from_on = ? AND root_id IN ?", from, part))
			if err != nil {
				return err
			}
			there := make(map[int64]bool, len(have))
			for _, root := range have {
				there[root] = true
			}
			missing = slices.DeleteFunc(slices.Clone(part), func(root int64) bool { return there[root] })
		}
		rows := make([]recheck, len(missing))
		for i, root := range missing {
			rows[i] = recheck{from, root}
		}
		if err := tx.db.Create(&rows).Error; err != nil {
			if classify(err) == duplicate {
				return errRetry // another import asked for the same at this moment
			}
			return readable(err)
		}
	}
	return nil
}

// Rechecks lists the next recruits to look at on a day, by rising root id after the given one.
func (q Query) Rechecks(on policy.Date, after int64, limit int) ([]int64, error) {
	var roots []int64
	err := q.recheckDays(on, func(day policy.Date) error {
		some, err := pluck(q.db.Raw("SELECT root_id FROM rechecks WHERE from_on = ? AND root_id > ? ORDER BY root_id LIMIT ?", day, after, limit))
		if len(roots) == 0 {
			roots = some
			return err
		}
		roots = append(roots, some...)
		slices.Sort(roots)
		roots = slices.Compact(roots)
		roots = roots[:min(len(roots), limit)]
		return err
	})
	return roots, err
}

// CountRechecks is how many recruits wait for the check of a day; one that was asked for from two days counts once.
func (q Query) CountRechecks(on policy.Date) (int, error) {
	var n int64
	err := q.db.Raw("SELECT COUNT(DISTINCT root_id) FROM rechecks WHERE from_on <= ?", on).Scan(&n).Error
	return int(n), readable(err)
}

// TakeRechecks removes what is asked for these recruits up to a day. It must come before anything is read about them,
// see Recheck.
func (tx *Tx) TakeRechecks(on policy.Date, roots []int64) error {
	return tx.recheckDays(on, func(day policy.Date) error {
		return readable(tx.db.Exec("DELETE FROM rechecks WHERE from_on = ? AND root_id IN ?", day, roots).Error)
	})
}

type recheck struct {
	FromOn policy.Date
	RootID int64
}

func (recheck) TableName() string { return "rechecks" }

// recheckDays visits each day up to on for which something is asked. There are few, and one seek finds the next, so
// that a chunk costs the same at the start and at the end of a long list.
func (q Query) recheckDays(on policy.Date, visit func(day policy.Date) error) error {
	for day := policy.Date(0); ; {
		var next *policy.Date
		if err := q.db.Raw("SELECT MIN(from_on) FROM rechecks WHERE from_on > ? AND from_on <= ?", day, on).Scan(&next).Error; err != nil {
			return readable(err)
		}
		if next == nil {
			return nil
		}
		day = *next
		if err := visit(day); err != nil {
			return err
		}
	}
}

// pluck reads one column of numbers.
func pluck(db *gorm.DB) ([]int64, error) {
	var ids []int64
	err := db.Scan(&ids).Error
	return ids, readable(err)
}
