package models

import (
	"strings"

	"gorm.io/gorm"

	"duixian/policy"
)

// counts reads rows of (name, n) into a map.
func counts(db *gorm.DB) (map[string]int, error) {
	var rows []struct {
		Name string
		N    int
	}
	if err := db.Scan(&rows).Error; err != nil {
		return nil, readable(err)
	}
	m := make(map[string]int, len(rows))
	for _, r := range rows {
		m[r.Name] = r.N
	}
	return m, nil
}

// Award reads one award.
func (q Query) Award(id int64) (Award, error) { return one[Award](q.db.Where("id = ?", id)) }

// AwardOfClaim is the award of a claim, or ErrNotFound.
func (q Query) AwardOfClaim(claimID int64) (Award, error) {
	return one[Award](q.db.Where("claim_id = ?", claimID))
}

// AwardsOfOrg lists an organisation's awards, oldest first.
func (q Query) AwardsOfOrg(orgID int64) ([]Award, error) {
	return find[Award](q.db.Where("org_id = ?", orgID).Order("id"))
}

// AwardsAfter pages through all awards by id.
func (q Query) AwardsAfter(id int64, limit int) ([]Award, error) {
	return find[Award](q.db.Where("id > ?", id).Order("id").Limit(limit))
}

// InstalmentsOf lists an award's instalments in order.
func (q Query) InstalmentsOf(awardIDs ...int64) ([]Instalment, error) {
	return find[Instalment](q.db.Where("award_id IN ?", awardIDs).Order("award_id, no"))
}

// InstalmentsDue pages through instalments in a state with a due day up to on, in (award, no) order.
func (q Query) InstalmentsDue(state InstalmentState, on policy.Date, afterAward int64, afterNo, limit int) ([]Instalment, error) {
	return find[Instalment](q.db.Where("state = ? AND due_on <= ? AND (award_id > ? OR award_id = ? AND no > ?)", state, on, afterAward, afterAward, afterNo).
		Order("award_id, no").Limit(limit))
}

// InstalmentChangesOf lists the life of an award's instalments.
func (q Query) InstalmentChangesOf(awardID int64) ([]InstalmentChange, error) {
	return find[InstalmentChange](q.db.Where("award_id = ?", awardID).Order("no, version"))
}

// Sum is a count and an amount under a name.
type Sum struct {
	Name   string
	N      int
	Amount policy.Fen
}

// AwardSums adds awards up by clause, item or year of approval.
func (q Query) AwardSums(by string) ([]Sum, error) {
	column, ok := map[string]string{"clause": "clause", "item": "item", "year": "approved_on DIV 10000"}[by]
	if !ok {
		return nil, E(Invalid, "不能按 %s 汇总", by)
	}
	return q.sums(column, "awards")
}

// InstalmentSums adds instalments up by state or by year of their due day.
func (q Query) InstalmentSums(by string) ([]Sum, error) {
	column, ok := map[string]string{"state": "state", "year": "due_on DIV 10000"}[by]
	if !ok {
		return nil, E(Invalid, "不能按 %s 汇总", by)
	}
	return q.sums(column, "instalments")
}

// sums groups a table by a column; DIV is MySQL's integer division, which SQLite writes /.
func (q Query) sums(column, table string) ([]Sum, error) {
	if q.db.Name() == "sqlite" {
		column = strings.ReplaceAll(column, " DIV ", " / ")
	}
	var rows []Sum
	err := q.db.Raw("SELECT " + column + " AS name, COUNT(*) AS n, SUM(amount_fen) AS amount FROM " + table + " GROUP BY 1 ORDER BY 1").Scan(&rows).Error
	return rows, readable(err)
}

// ExclusionHolder is the award that took a key which exists once, 0 when nobody has.
func (q Query) ExclusionHolder(key string) (int64, error) {
	var id int64
	err := q.db.Raw("SELECT award_id FROM exclusions WHERE excl_key = ?", key).Scan(&id).Error
	return id, readable(err)
}
