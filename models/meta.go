package models

// Meta is a named value of the whole database, empty when it was never set.
func (q Query) Meta(name string) (string, error) {
	var v string
	err := q.db.Raw("SELECT value FROM meta WHERE name = ?", name).Scan(&v).Error
	return v, readable(err)
}

// SetMeta writes a named value.
func (tx *Tx) SetMeta(name, value string) error {
	n, err := affected(tx.db.Exec("UPDATE meta SET value = ? WHERE name = ?", value, name))
	if err != nil || n == 1 {
		return err
	}
	return readable(tx.db.Exec("INSERT INTO meta (name, value) VALUES (?, ?)", name, value).Error)
}
