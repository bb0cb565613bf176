package modelstest

import (
	"database/sql"
	"strings"
	"sync"
	"testing"

	"duixian/models"
)

var addresses sync.Map // *models.Store → dsn

// Raw opens a bare connection to the database of a store, beside the doors: for rows that no door makes (the state
// after somebody else's work, tampering), for bulk, and as a yardstick.
func Raw(t testing.TB, s *models.Store) *sql.DB {
	t.Helper()
	dsn, known := addresses.Load(s)
	if !known {
		t.Fatal("modelstest.Raw: the store was not opened by this package")
	}
	kind, rest, _ := strings.Cut(dsn.(string), ":")
	if kind == "sqlite" {
		rest = "file:" + rest + "?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)"
	}
	pool, err := sql.Open(kind, rest)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// Exec runs raw SQL over a connection of its own. Both dialects must understand it.
func Exec(t testing.TB, s *models.Store, query string, args ...any) {
	t.Helper()
	pool := Raw(t, s)
	defer pool.Close() //nolint:errcheck // nothing is buffered
	if _, err := pool.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
