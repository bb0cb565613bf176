package models

import "context"

// PretendVersion writes a schema version as if a newer program had migrated the database.
func (s *Store) PretendVersion(ctx context.Context, v int64) error {
	return s.write.WithContext(ctx).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)", v).Error
}

// Exec runs raw SQL, for tests that tamper.
func (s *Store) Exec(ctx context.Context, sql string, args ...any) error {
	return s.write.WithContext(ctx).Exec(sql, args...).Error
}
