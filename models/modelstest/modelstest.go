// Package modelstest opens databases for tests: SQLite always, MariaDB when DUIXIAN_TEST_MYSQL names a server
// ("user:pw@tcp(127.0.0.1:3306)/"), as scripts/with-mariadb sets it. One suite, both databases.
package modelstest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the bare driver, to make and drop databases

	"duixian/models"
)

// Each runs a test on a new, empty database of every kind there is.
func Each(t *testing.T, test func(t *testing.T, s *models.Store)) {
	t.Helper()
	EachWith(t, models.Options{}, test)
}

// EachWith is Each with options; Keyset and Scratch are filled in.
func EachWith(t *testing.T, opt models.Options, test func(t *testing.T, s *models.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, SQLite(t), opt)) })
	if Server() == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
		}
		return
	}
	t.Run("mysql", func(t *testing.T) { test(t, open(t, MySQL(t), opt)) })
}

// New opens an empty SQLite database for tests of things that do not differ by database.
func New(t testing.TB) *models.Store {
	t.Helper()
	return open(t, SQLite(t), models.Options{})
}

func open(t testing.TB, dsn string, opt models.Options) *models.Store {
	t.Helper()
	opt.Keyset, opt.Scratch = filepath.Join(t.TempDir(), "keyset.json"), true
	s, err := models.Open(t.Context(), dsn, opt)
	if err != nil {
		t.Fatal(err)
	}
	addresses.Store(s, dsn)
	t.Cleanup(func() {
		addresses.Delete(s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// SQLite is the address of a database file that does not exist yet.
func SQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

// Server is the MariaDB server of the test run, or empty.
func Server() string { return os.Getenv("DUIXIAN_TEST_MYSQL") }

var databases atomic.Int64

// MySQL makes an empty database on the test server, dropped after the test, and returns its address.
func MySQL(t testing.TB) string {
	t.Helper()
	pool, err := sql.Open("mysql", Server())
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("dx_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := pool.Exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.Exec("DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return "mysql:" + Server() + name
}
