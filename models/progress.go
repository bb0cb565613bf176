package models

import (
	"strings"
)

// ApprovalOfPlan is the newest request for a second person about a plan, or ErrNotFound.
func (q Query) ApprovalOfPlan(planID int64) (Approval, error) {
	return one[Approval](q.db.Where("plan_id = ?", planID).Order("id DESC"))
}

// OrganisationsNamed lists organisations whose name contains a part, shortest name first, at most limit. Full-width
// and half-width brackets in names are taken for the same.
func (q Query) OrganisationsNamed(part string, limit int) ([]Organisation, error) {
	escaped := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "(", "_", ")", "_", "（", "_", "）", "_").Replace(part)
	return find[Organisation](q.db.Where("name LIKE ? ESCAPE '!'", "%"+escaped+"%").Order("LENGTH(name), id").Limit(limit))
}
