package models

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"
)

// oneConn opens a database of one connection with compiled statements kept.
func oneConn(t *testing.T) *sql.DB {
	t.Helper()
	dsn := sqliteDSN(filepath.Join(t.TempDir(), "x.db"), Options{Scratch: true}, true)
	db := sql.OpenDB(guardConnector{Connector: dsnConnector{&sqlite.Driver{}, dsn}, keep: true})
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func exec(t *testing.T, db interface {
	Exec(string, ...any) (sql.Result, error)
}, query string, args ...any,
) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

func TestAKeptStatementIsNotGivenOutWhileItsRowsAreRead(t *testing.T) {
	db := oneConn(t)
	exec(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY)")
	for n := range 3 {
		exec(t, db, "INSERT INTO t VALUES (?)", n)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	read := func(each func(n int)) (all []int) {
		rows, err := tx.Query("SELECT n FROM t ORDER BY n")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			all = append(all, n)
			each(n)
		}
		return all
	}
	outer := read(func(int) {
		if inner := read(func(int) {}); fmt.Sprint(inner) != "[0 1 2]" {
			t.Errorf("inner %v", inner)
		}
	})
	if fmt.Sprint(outer) != "[0 1 2]" {
		t.Errorf("outer %v", outer)
	}
}

func TestAKeptStatementSeesANewSchema(t *testing.T) {
	db := oneConn(t)
	exec(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY)")
	columns := func() int {
		rows, err := db.Query("SELECT * FROM t")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	if columns() != 1 {
		t.Fatal("one column expected")
	}
	exec(t, db, "ALTER TABLE t ADD COLUMN m INTEGER")
	exec(t, db, "INSERT INTO t VALUES (1, 2)")
	if got := columns(); got != 2 {
		t.Errorf("%d columns after a second was added", got)
	}
}

func TestAKeptStatementThatFailedWorksAgain(t *testing.T) {
	db := oneConn(t)
	exec(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY)")
	for range 2 {
		exec(t, db, "INSERT INTO t VALUES (?)", 1)
		if _, err := db.Exec("INSERT INTO t VALUES (?)", 1); classify(err) != duplicate {
			t.Errorf("second row: %v", err)
		}
		exec(t, db, "DELETE FROM t")
	}
}

func TestManyStatementsDoNotFillTheMemory(t *testing.T) {
	c := stmtCache{on: true}
	conn, err := (&sqlite.Driver{}).Open("file:" + filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	full := conn.(fullConn)
	for n := range 2*mostStmts + 5 {
		if _, err := c.exec(t.Context(), full, fmt.Sprintf("SELECT %d", n), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.stmts) > mostStmts {
		t.Errorf("%d statements kept", len(c.stmts))
	}
	kept := len(c.stmts)
	if _, err := c.exec(t.Context(), full, "SELECT 1 --"+strings.Repeat("x", longestStmt), nil); err != nil || len(c.stmts) != kept {
		t.Errorf("a long statement was kept (%v)", err)
	}
	if err := c.clear(); err != nil || len(c.stmts) != 0 {
		t.Error(err, len(c.stmts))
	}
	if err := full.Close(); err != nil {
		t.Error(err)
	}
}
