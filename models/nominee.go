package models

import (
	"cmp"
	"slices"

	"duixian/policy"
	"duixian/secret"
)

// Nominee is one statement that somebody is proposed for a selection of a year. Of the rows of one kind, year and code the one with the greatest
// (KnownOn, Rev) is the truth. Firms rated that year need no nomination; one adds what the rating does not say.
type Nominee struct {
	ID        int64
	Kind      RoundKind // backbone, integrity, elite
	Year      int
	Code      string // credit code; of a person GR and eight digits
	PersonID  int64  // of a person; 0 for a firm
	Recruits  *int   // heads brought in; nil = nobody said
	Note      string
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
	ImportID  int64
}

// NomineeRows lists all statements about the codes of selections, oldest first within each of their keys.
func (q Query) NomineeRows(codes []string) ([]Nominee, error) {
	var all []Nominee
	for part := range slices.Chunk(codes, 500) {
		rows, err := find[Nominee](q.db.Where("code IN ?", part).Order("kind, year, code, known_on, rev"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// NomineesOfPeople lists what was said of persons, by the join keys of their identity numbers.
func (q Query) NomineesOfPeople(macs []string) ([]Nominee, error) {
	var all []Nominee
	for part := range slices.Chunk(macs, 500) {
		rows, err := find[Nominee](q.db.Where("person_id IN (SELECT id FROM people WHERE id_mac IN ?)", part).Order("id"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Nominees lists who is proposed for a selection by what is known on a day, in the order of codes.
func (q Query) Nominees(kind RoundKind, year int, knownOn policy.Date) ([]Nominee, error) {
	rows, err := find[Nominee](q.db.Where("kind = ? AND year = ? AND known_on <= ?", kind, year, knownOn).Order("code, known_on, rev"))
	if err != nil {
		return nil, err
	}
	return newestOf(rows, func(n Nominee) string { return n.Code }, func(n Nominee) bool { return n.Withdrawn }), nil
}

// AddNominees writes statements about who is proposed.
func (tx *Tx) AddNominees(rows []Nominee) error {
	id, err := tx.reserve("nominees", len(rows))
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	if err != nil {
		return err
	}
	return insert(tx.db, rows)
}

// NomineePublic is a person as the public may see them: the name, and the number masked (去标识化). Everything else of the person stays encrypted.
func (q Query) NomineePublic(n Nominee) (name, number string, err error) {
	p, err := q.Person(n.PersonID)
	if err != nil {
		return "", "", err
	}
	full, err := q.PersonName(p)
	if err != nil {
		return "", "", err
	}
	id, err := q.PersonNumber(p)
	return full.Reveal(), MaskedNumber(id), err
}

// MaskedNumber shows the first four and the last four characters of an identity number, and of anything shorter nothing.
func MaskedNumber(id secret.Text) string {
	s := id.Reveal()
	if len(s) < 15 {
		return "********"
	}
	return s[:4] + "**********" + s[len(s)-4:]
}

// newestOf keeps, of rows sorted by key and time, the last one of each key, unless it takes an earlier one back.
func newestOf[T any, K cmp.Ordered](rows []T, key func(T) K, withdrawn func(T) bool) []T {
	var out []T
	for i, r := range rows {
		if i+1 < len(rows) && key(rows[i+1]) == key(r) || withdrawn(r) {
			continue
		}
		out = append(out, r)
	}
	return out
}
