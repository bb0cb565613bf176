package models

import (
	"maps"
	"slices"
	"unicode/utf8"

	"duixian/policy"
)

// Import is one file that was taken in. Its kind and hash are unique: the same file twice is one import.
type Import struct {
	ID       int64
	Kind     string
	SHA256   string `gorm:"column:sha256"`
	FileName string
	KnownOn  policy.Date
	Total    int
	Accepted int
	Warned   int
	Changed  int
	Actor    string
	RunID    int64
	At       policy.Instant
}

// ImportBySHA finds the import of a file's content.
func (q Query) ImportBySHA(kind, sha string) (Import, error) {
	return one[Import](q.db.Where("kind = ? AND sha256 = ?", kind, sha))
}

// Imports lists the newest imports.
func (q Query) Imports(limit int) ([]Import, error) {
	return find[Import](q.db.Order("id DESC").Limit(limit))
}

// AddImport records an import and gives it its number; ErrDuplicate says that the file was imported before.
func (tx *Tx) AddImport(i *Import) error {
	for len(i.FileName) > 255 {
		_, size := utf8.DecodeLastRuneInString(i.FileName)
		i.FileName = i.FileName[:len(i.FileName)-size]
	}
	id, err := tx.NextID("imports", 1)
	if err != nil {
		return err
	}
	i.ID = id
	return insert(tx.db, []Import{*i})
}

// ImportChanged writes how many rows an import changed, once that is known.
func (tx *Tx) ImportChanged(id int64, changed int) error {
	return readable(tx.db.Exec("UPDATE imports SET changed = ? WHERE id = ?", changed, id).Error)
}

// Import reads one import.
func (q Query) Import(id int64) (Import, error) { return one[Import](q.db.Where("id = ?", id)) }

// FactsOfImport lists what an import stated, in the order of its file, at most limit rows.
func (q Query) FactsOfImport(id int64, limit int) ([]Fact, error) {
	return find[Fact](q.db.Where("import_id = ?", id).Order("id").Limit(limit))
}

// ImportsOfPeople are the imports from which it is known who was hired and for which months people were insured, oldest first.
func (q Query) ImportsOfPeople(people []int64) ([]Import, error) {
	ids := map[int64]bool{}
	for part := range slices.Chunk(people, 500) {
		var some []int64
		err := q.db.Raw("SELECT import_id FROM recruits WHERE person_id IN ? UNION SELECT import_id FROM month_sets WHERE person_id IN ?", part, part).Scan(&some).Error
		if err != nil {
			return nil, readable(err)
		}
		for _, id := range some {
			ids[id] = true
		}
	}
	return find[Import](q.db.Where("id IN ?", slices.Collect(maps.Keys(ids))).Order("id"))
}
