package models

import (
	"context"
	"strings"
)

// PretendVersion writes a schema version as if a newer program had migrated the database.
func (s *Store) PretendVersion(ctx context.Context, v int64) error {
	return s.write.WithContext(ctx).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)", v).Error
}

// Forge changes a row of the audit log as somebody would who knows how its hash is made: the row fits itself, and only its neighbours know better.
func (s *Store) Forge(ctx context.Context, stream string, seq int64) error {
	row, err := one[AuditRow](s.read.WithContext(ctx).Where("stream = ? AND seq = ?", stream, seq))
	if err != nil {
		return err
	}
	row.PrevHash = strings.Repeat("0", 64)
	return s.write.WithContext(ctx).Exec("UPDATE audit_log SET prev_hash = ?, hash = ? WHERE stream = ? AND seq = ?", row.PrevHash, row.sum(), stream, seq).Error
}

// Exec runs raw SQL, for tests that tamper.
func (s *Store) Exec(ctx context.Context, sql string, args ...any) error {
	return s.write.WithContext(ctx).Exec(sql, args...).Error
}

// PutRecruits writes statements about recruits under numbers of the test's own choosing.
func (tx *Tx) PutRecruits(rows []Recruit) error {
	for i := range rows {
		var last int64
		if err := tx.db.Raw("SELECT COALESCE(MAX(id), 0) FROM recruits").Scan(&last).Error; err != nil {
			return err
		}
		rows[i].ID = max(last, 100_000) + 1
		if err := insert(tx.db, rows[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// Backfill runs the statements of a migration that fill new columns of rows that were there before.
func (s *Store) Backfill(ctx context.Context, name string) error {
	text, err := migrations.ReadFile("migrations/" + s.dialect + "/" + name)
	if err != nil {
		return err
	}
	for statement := range strings.SplitSeq(string(text), ";") {
		if at := strings.Index(statement, "UPDATE "); at >= 0 {
			if err := s.write.WithContext(ctx).Exec(statement[at:]).Error; err != nil {
				return err
			}
		}
	}
	return nil
}
