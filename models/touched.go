package models

import (
	"slices"

	"duixian/policy"
)

// TouchedOrgs lists, in id order, the organisations about which something became known after a business day and up to
// on, or was recorded since an instant with an earlier known-on day: those whose claims must be looked at again. With
// after = 0 it lists all that have facts. That an annual report was published, and the figures of ratings, feed no claim and touch nobody. A place
// of a selection that was given or freed on the business day itself, perhaps after that night had looked, is looked at once more.
func (q Query) TouchedOrgs(after, on policy.Date, since policy.Instant) ([]int64, error) {
	late, err := q.importsSince(since)
	if err != nil {
		return nil, err
	}
	touched := `SELECT org_id FROM facts WHERE known_on > ? AND known_on <= ? AND kind NOT IN ?
		UNION SELECT org_id FROM listings WHERE org_id > 0 AND known_on > ? AND known_on <= ?
		UNION SELECT org_id FROM insurance_changes WHERE on_day > ? AND on_day <= ?
		UNION SELECT org_id FROM external_awards WHERE known_on > ? AND known_on <= ?
		UNION SELECT org_id FROM facts WHERE on_day > ? AND on_day <= ? AND known_on <= ? AND kind NOT IN ?
		UNION SELECT e.org_id FROM place_changes c JOIN round_entries e ON e.round_id = c.round_id AND e.subject = c.subject WHERE c.on_day = ?`
	idle := append([]string{policy.AnnualReport}, FigureKinds...)
	args := []any{after, on, idle, after, on, after, on, after, on, after, on, on, idle, after}
	if len(late) > 0 {
		touched += ` UNION SELECT org_id FROM facts WHERE known_on <= ? AND import_id IN ?
			UNION SELECT org_id FROM listings WHERE org_id > 0 AND known_on <= ? AND import_id IN ?
			UNION SELECT org_id FROM external_awards WHERE known_on <= ? AND import_id IN ?`
		args = append(args, on, late, on, late, on, late)
	}
	ids, err := pluck(q.db.Raw(touched, args...))
	slices.Sort(ids)
	return ids, err
}

// importsSince are the files that were recorded after an instant. Asked first, because there are hardly ever any and the questions that
// name them cannot use an index on the day.
func (q Query) importsSince(since policy.Instant) ([]int64, error) {
	return pluck(q.db.Raw("SELECT id FROM imports WHERE at > ?", since))
}
