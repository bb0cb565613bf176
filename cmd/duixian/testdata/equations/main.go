// Command equations is a second opinion on the money in a database. It reads the raw rows, adds them up by itself and says which of
// promise 1, 2 and 6's equations do not hold: no query that sums, no code shared with the program.
//
//	go run ./cmd/duixian/testdata/equations sqlite:duixian.db
//	go run ./cmd/duixian/testdata/equations mysql:USER:PASSWORD@tcp(HOST:PORT)/NAME
package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	_ "github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: equations DSN")
		os.Exit(2)
	}
	report, err := run(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "equations:", err)
		os.Exit(1)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(report); err != nil || len(report.Findings) > 0 {
		os.Exit(1)
	}
}

// report is what was looked at, what it adds up to in fen, and what is wrong.
type report struct {
	Awards      int              `json:"awards"`
	Instalments int              `json:"instalments"`
	Batches     int              `json:"batches"`
	BatchLines  int              `json:"batch_lines"`
	Transfers   int              `json:"transfers"`
	Awarded     int64            `json:"awarded_fen"`
	States      map[string]int64 `json:"instalments_fen"` // by state
	Lines       map[string]int64 `json:"batch_lines_fen"` // by state
	Rounds      map[string]int   `json:"rounds"`          // places taken, by kind, year and state
	Chosen      int              `json:"chosen"`          // awards of selections of these rounds
	Repaid      int64            `json:"repaid_fen"`
	Findings    []string         `json:"findings"`
}

func (r *report) wrong(format string, args ...any) {
	r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
}

func run(dsn string) (*report, error) {
	kind, where, ok := strings.Cut(dsn, ":")
	if !ok || kind != "sqlite" && kind != "mysql" {
		return nil, fmt.Errorf("no database: %s", kind)
	}
	if kind == "sqlite" {
		where = "file:" + where + "?mode=ro"
	}
	db, err := sql.Open(kind, where)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // only read
	b, err := load(db)
	if err != nil {
		return nil, err
	}
	return b.judge(), nil
}
