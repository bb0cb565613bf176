package roughtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
	"duixian/policy"
)

// house is a database in which a bureau's nights have passed, and the configurations for what is to come.
type house struct {
	t      *testing.T
	bureau *bureau
	dir    string
	dsn    string
	db     *sql.DB // beside the program's own doors
	lock   *sql.DB // the same, but a lock is an error at once
}

// newHouse copies a bureau's database into a new one of a kind. server is a MariaDB ("user:password@tcp(HOST:PORT)/");
// empty: an SQLite file.
func newHouse(t *testing.T, b *bureau, server string) *house {
	t.Helper()
	h := &house{t: t, bureau: b, dir: t.TempDir()}
	h.configure()
	switch server {
	case "":
		path := filepath.Join(h.dir, "house.db")
		data, err := os.ReadFile(b.database)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		h.dsn = "sqlite:" + path
	case modelstest.Server():
		h.dsn = modelstest.MySQL(t)
	default:
		h.dsn = "mysql:" + server + "house"
		h.query("CREATE DATABASE house CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", server)
	}
	if server != "" {
		h.must("migrate")
	}
	h.db, h.lock = h.open(5000), h.open(0)
	t.Cleanup(func() { _, _ = h.db.Close(), h.lock.Close() })
	if server != "" {
		if err := h.fill(b.database); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) mysql() bool { return strings.HasPrefix(h.dsn, "mysql:") }

// open opens connections beside the program that wait so many milliseconds for a lock.
func (h *house) open(wait int) *sql.DB {
	h.t.Helper()
	driver, source, _ := strings.Cut(h.dsn, ":")
	if driver == "sqlite" {
		source = fmt.Sprintf("file:%s?_pragma=busy_timeout(%d)", source, wait)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		h.t.Fatal(err)
	}
	return db
}

// query executes one statement on a server.
func (h *house) query(statement, server string) {
	h.t.Helper()
	pool, err := sql.Open("mysql", server)
	if err == nil {
		_, err = pool.Exec(statement)
		_ = pool.Close()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// fill copies every table of an SQLite file into the house's own database, whose schema is made already.
func (h *house) fill(path string) error {
	from, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // read only
	tables, err := column(from, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%' ORDER BY name")
	if err != nil {
		return err
	}
	tx, err := h.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	for _, table := range tables {
		columns, err := column(from, "SELECT name FROM pragma_table_xinfo('"+table+"') WHERE hidden = 0")
		if err != nil {
			return err
		}
		if table == "counters" || table == "meta" || table == "accounts" { // the migrations have written rows of their own
			if _, err := tx.Exec("DELETE FROM " + table); err != nil {
				return err
			}
		}
		if err := copyRows(from, tx, table, columns); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return tx.Commit()
}

func copyRows(from *sql.DB, to *sql.Tx, table string, columns []string) error {
	rows, err := from.Query("SELECT " + strings.Join(columns, ", ") + " FROM " + table)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // its error is that of Err
	mark := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		marks := strings.TrimSuffix(strings.Repeat(mark+", ", len(args)/len(columns)), ", ")
		_, err := to.Exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+marks, args...)
		args = args[:0]
		return err
	}
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if args = append(args, values...); len(args) > 5000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return flush()
}

// column reads the first column of a query as text.
func column(db *sql.DB, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // its error is that of Err
	var out []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s.String)
	}
	return out, rows.Err()
}

// ask is column for questions that must be answered, also while a server is being restarted.
func (h *house) ask(query string, args ...any) []string {
	h.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		out, err := column(h.db, query, args...)
		if err == nil {
			return out
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("%s: %v", query, err)
		}
	}
}

// clockTime is the hour of the nights: an hour before the tests began, so that none comes while they run.
var clockTime = time.Now().In(policy.Shanghai).Add(-time.Hour)

// configure writes three configurations. quiet: no job has a time that has passed since the bureau's last night. clock:
// every job has its times, and all that was missed since that night is due. each: the same, but every single missed
// time is made up for. Notices may go out at all times.
func (h *house) configure() {
	h.t.Helper()
	jobs := []string{"insurance-check", "claims", "recruit-reward", "instalments-due", "approval-expiry", "expiry-reminders"}
	day := policy.DateOf(time.Now()).AddDays(1).At(0, 0)
	if day.Month() == time.February && day.Day() == 29 { // no schedule of a year's day
		day = day.AddDate(0, 0, 1)
	}
	tomorrow := fmt.Sprintf("0 3 %d %d *", day.Day(), day.Month())
	daily := fmt.Sprintf("%d %d * * *", clockTime.Minute(), clockTime.Hour())
	for name, schedule := range map[string]string{"quiet": tomorrow, "clock": daily, "each": daily} {
		var text strings.Builder
		fmt.Fprintf(&text, "data_dir: %[1]s/data\nkeyset_file: %[2]s/keyset.json\ncalendar_file: %[2]s/calendar.yaml\nrunner:\n  lease: %[3]s\n"+
			"policy:\n  effective_from: 2023-09-01\nnotices:\n  channel: file\n  file: %[1]s/notices.log\n  morning: \"00:01\"\n  quiet: {from: \"23:59\", to: \"00:00\"}\nlog:\n  level: debug\nhttp:\n  listen: 127.0.0.1:0\njobs:\n",
			h.dir, h.bureau.dir, lease)
		for _, job := range jobs {
			when, policy := schedule, ""
			if name == "clock" && slices.Contains([]string{"insurance-check", "recruit-reward"}, job) {
				policy = "\n    catch_up: coalesce"
			}
			if name == "each" {
				policy = "\n    catch_up: each"
			}
			if job == "recruit-reward" && name != "quiet" {
				when = strings.Replace(schedule, "* * *", "20 7 *", 1)
			}
			fmt.Fprintf(&text, "  %s:\n    schedule: %q%s\n", job, when, policy)
		}
		text.WriteString("  morning-report:\n    disabled: true\n  import-drop:\n    disabled: true\n") // one tells of the blows themselves, the other has no folder
		if err := os.WriteFile(filepath.Join(h.dir, name+".yaml"), []byte(text.String()), 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
}

// host is the address of the house's server, HOST:PORT, and through is the house's address by way of another.
func (h *house) host() string {
	_, rest, _ := strings.Cut(h.dsn, "@tcp(")
	host, _, _ := strings.Cut(rest, ")")
	return host
}

func (h *house) through(host string) string { return strings.Replace(h.dsn, h.host(), host, 1) }

// row is what the tests look at of a run.
type row struct {
	id, epoch, attempt, lease int64
	chunks                    int64 // that are committed
	job, state, owner, cursor string
}

func (h *house) rows(where string, args ...any) []row {
	h.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		out, err := h.tryRows(where, args...)
		if err == nil {
			return out
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("job_runs: %v", err)
		}
	}
}

func (h *house) tryRows(where string, args ...any) ([]row, error) {
	found, err := h.db.Query("SELECT id, epoch, attempt, lease_until, (SELECT COUNT(*) FROM run_chunks c WHERE c.run_id = job_runs.id), job, state, owner, cursor_key FROM job_runs WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close() //nolint:errcheck // its error is that of Err
	var out []row
	for found.Next() {
		var r row
		if err := found.Scan(&r.id, &r.epoch, &r.attempt, &r.lease, &r.chunks, &r.job, &r.state, &r.owner, &r.cursor); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, found.Err()
}

// runOf is the run that a process is executing by what the database says, if any: its owner holds the process's number.
func (h *house) runOf(p *process) (row, bool) {
	h.t.Helper()
	rows := h.rows("state = 'running' AND owner LIKE ?", fmt.Sprintf("%%/%d/%%", p.pid()))
	if len(rows) == 0 {
		return row{}, false
	}
	return rows[0], true
}
