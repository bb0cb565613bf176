package models

import "strings"

// ApprovalOfPlan is the newest request for a second person about a plan, or ErrNotFound.
func (q Query) ApprovalOfPlan(planID int64) (Approval, error) {
	return one[Approval](q.db.Where("plan_id = ?", planID).Order("id DESC"))
}

// OrganisationsNamed lists organisations whose name contains a part, in the order of names, at most limit. Brackets stand
// for anything, because nobody knows whether a name was stored with full-width ones.
func (q Query) OrganisationsNamed(part string, limit int) ([]Organisation, error) {
	escaped := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "(", "%", ")", "%", "（", "%", "）", "%").Replace(part)
	return find[Organisation](q.db.Where("name LIKE ? ESCAPE '!'", "%"+escaped+"%").Order("name, id").Limit(limit))
}
