package models

import "duixian/policy"

// Organisation (机构) is whoever can receive: firm, park operator, base operator, association, or an individual for
// 引才精英. Code is the unified social credit code; what may change about it (licence, district, whether it operates)
// are facts of kind registration.
type Organisation struct {
	ID      int64
	Code    string
	Kind    string
	Name    string
	KnownOn policy.Date
}

// FirmKind is the kind of the firms to which the policy applies as a whole (五（一）); of others only their items ask.
const FirmKind = "企业"

// Organisation reads one organisation.
func (q Query) Organisation(id int64) (Organisation, error) {
	return one[Organisation](q.db.Where("id = ?", id))
}

// OrganisationByCode finds an organisation by its credit code.
func (q Query) OrganisationByCode(code string) (Organisation, error) {
	return one[Organisation](q.db.Where("code = ?", code))
}

// Organisations reads organisations by id into a map.
func (q Query) Organisations(ids ...int64) (map[int64]Organisation, error) {
	rows, err := find[Organisation](q.db.Where("id IN ?", ids))
	m := make(map[int64]Organisation, len(rows))
	for _, o := range rows {
		m[o.ID] = o
	}
	return m, err
}
