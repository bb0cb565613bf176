package models

import (
	"slices"

	"duixian/policy"
)

// OrganisationsByCode reads organisations by credit code into a map; codes nobody has are missing from it.
func (q Query) OrganisationsByCode(codes []string) (map[string]Organisation, error) {
	m := make(map[string]Organisation, len(codes))
	for part := range slices.Chunk(codes, 500) {
		rows, err := find[Organisation](q.db.Where("code IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			m[o.Code] = o
		}
	}
	return m, nil
}

// AllOrganisations lists every organisation; a city has thousands, not millions.
func (q Query) AllOrganisations() ([]Organisation, error) {
	return find[Organisation](q.db.Order("id"))
}

// AddOrganisations writes new organisations and gives them their numbers. Listings that named their codes before
// anybody knew them become theirs.
func (tx *Tx) AddOrganisations(rows []Organisation) error {
	if len(rows) == 0 {
		return nil
	}
	id, err := tx.NextID("organisations", len(rows))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err := addStatements(tx, rows); err != nil {
		return err
	}
	for _, o := range rows {
		if err := tx.db.Exec("UPDATE listings SET org_id = ? WHERE code = ? AND org_id = 0", o.ID, o.Code).Error; err != nil {
			return readable(err)
		}
	}
	return nil
}

// RenameOrganisation writes what is now said of an organisation's name and kind, as known from a day on. Its history
// stands in its facts of kind registration.
func (tx *Tx) RenameOrganisation(id int64, name, kind string, known policy.Date) error {
	return readable(tx.db.Exec("UPDATE organisations SET name = ?, kind = ?, known_on = ? WHERE id = ?", name, kind, known, id).Error)
}
