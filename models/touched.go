package models

import (
	"slices"

	"duixian/policy"
)

// TouchedOrgs lists, in id order, the organisations about which something became known after a business day and up to
// on, or was recorded since an instant with an earlier known-on day: those whose claims must be looked at again. With
// after = 0 it lists all that have facts.
func (q Query) TouchedOrgs(after, on policy.Date, since policy.Instant) ([]int64, error) {
	var ids []int64
	err := q.db.Raw(`SELECT org_id FROM facts WHERE known_on > ? AND known_on <= ?
		UNION SELECT org_id FROM listings WHERE org_id > 0 AND known_on > ? AND known_on <= ?
		UNION SELECT org_id FROM facts WHERE known_on <= ? AND import_id IN (SELECT id FROM imports WHERE at > ?)
		UNION SELECT org_id FROM listings WHERE org_id > 0 AND known_on <= ? AND import_id IN (SELECT id FROM imports WHERE at > ?)
		UNION SELECT org_id FROM insurance_changes WHERE on_day > ? AND on_day <= ?
		UNION SELECT org_id FROM facts WHERE on_day > ? AND on_day <= ? AND known_on <= ?`,
		after, on, after, on, on, since, on, since, after, on, after, on, on).Scan(&ids).Error
	slices.Sort(ids)
	return ids, readable(err)
}
