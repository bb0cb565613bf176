package models

// Pages is how many pages an embedded database has and may have at most; both 0 when there is no limit, and on a server.
func (s *Store) Pages() (used, most int64, err error) {
	if s.dialect != "sqlite" {
		return 0, 0, nil
	}
	const unlimited = 1 << 30 // what SQLite allows by itself, https://sqlite.org/limits.html
	row := s.read.Raw("SELECT u.page_count, m.max_page_count FROM pragma_page_count u, pragma_max_page_count m").Row()
	if err := row.Scan(&used, &most); err != nil || most >= unlimited-1 {
		return 0, 0, readable(err)
	}
	return used, most, nil
}
