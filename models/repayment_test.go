package models_test

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"duixian/models"
	"duixian/models/modelstest"
)

// What firms had paid back before the ledger knew of it is entered when the database is opened: each receipt once, into the budget of its year, and the caps
// have it again.
func TestRepaymentsOfBeforeAreEntered(t *testing.T) {
	dialects := []string{"sqlite"}
	if modelstest.Server() != "" {
		dialects = append(dialects, "mysql")
	}
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			dsn, d := modelstest.SQLite(t), goose.DialectSQLite3
			if dialect == "mysql" {
				dsn, d = modelstest.MySQL(t), goose.DialectMySQL
			}
			_, address, _ := strings.Cut(dsn, ":")
			pool, err := sql.Open(dialect, address)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close() //nolint:errcheck // only read at the end
			before, err := goose.NewProvider(d, pool, os.DirFS("migrations/"+dialect))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := before.UpTo(t.Context(), 20); err != nil {
				t.Fatal(err)
			}
			for _, stmt := range []string{
				"UPDATE accounts SET posted_fen = 10000 WHERE code = 'paid'",
				"INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) VALUES ('budget:2024', 'budget', -10000, 0, 0)",
				"INSERT INTO adjustment_steps (adjustment_id, no, kind, amount_fen, award_id, instalment_no, text, on_day, actor, run_id) VALUES (1, 1, 'told', 0, 0, 0, '', 20241101, 'jb01', 0), (1, 2, 'repaid', 3000, 1, 0, 'A', 20241201, 'jb01', 0), (1, 3, 'repaid', 1000, 1, 0, 'B', 20250110, 'cw01', 0), (2, 1, 'setoff', 200, 2, 1, '', 20241201, 'fh01', 9)",
				"INSERT INTO caps (cap_key, limit_fen, used_fen) VALUES ('year', 20000, 9000), ('other', 500, 500)",
				"INSERT INTO cap_uses (cap_key, award_id, amount_fen) VALUES ('year', 1, 8000), ('year', 2, 1000), ('other', 3, 500)",
			} {
				if _, err := pool.Exec(stmt); err != nil {
					t.Fatal(err)
				}
			}
			s, err := models.Open(t.Context(), dsn, models.Options{Keyset: t.TempDir() + "/keyset.json"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close() //nolint:errcheck // nothing was written
			holds(t, s, "paid", 6000, 0, 0)
			holds(t, s, "budget:2024", -7000, 0, 0)
			holds(t, s, "budget:2025", 1000, 0, 0)
			var year, other int
			if err := pool.QueryRow("SELECT (SELECT used_fen FROM caps WHERE cap_key = 'year'), (SELECT used_fen FROM caps WHERE cap_key = 'other')").Scan(&year, &other); err != nil || year != 4800 || other != 500 {
				t.Errorf("used are %d and %d, %v; want 4800 and 500", year, other, err)
			}
			transfers, err := s.Read(t.Context()).TransfersOf(1)
			if err != nil || len(transfers) != 2 || fmt.Sprintf("%s %s %s %s %s %s", transfers[0].ID, transfers[1].ID, transfers[1].OnDay, transfers[1].Actor, transfers[1].Reason, transfers[1].Credit) != "release|1|0|1 release|1|0|2 2025-01-10 cw01 REPAID budget:2025" {
				t.Errorf("%+v, %v", transfers, err)
			}
		})
	}
}
