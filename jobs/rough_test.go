package jobs_test

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// The matrix: everything that changes the database is played once calmly, counting each call that reaches the driver, and then once for
// each call, for each moment (before it, or after it has happened and its answer is lost) and for each way in which a server fails. Then
// people and the clock do what they would do, and the database must hold, row for row, what the calm one holds. A few columns must
// differ, and are left out: who held what when, and hashes over them.

// roughEnv asks for every cell; without it a fixed sample is played.
const roughEnv = "DUIXIAN_TEST_ROUGH"

// failure is a way in which a database fails.
type failure struct {
	name string
	err  error
	full bool // no room: does not pass by itself, a person is told
	lost bool // the connection is gone, so that even a commit may have happened
}

// serverFailures are what MySQL and its kind say, by the numbers of reference tables of both; see models.classify.
func serverFailures() []failure {
	my := func(number uint16, text string) failure {
		return failure{name: fmt.Sprint(number), err: &mysql.MySQLError{Number: number, Message: text}}
	}
	return []failure{
		my(1213, "Deadlock found when trying to get lock"), my(1205, "Lock wait timeout exceeded"), my(1290, "The MariaDB server is running with the --read-only option"),
		{name: "2013", err: mysql.ErrInvalidConn, lost: true},
		{name: "EOF", err: io.ErrUnexpectedEOF, lost: true},
	}
}

// fileFailures are the errors of SQLite itself, made by an occupied and by a full file.
func fileFailures(t *testing.T) []failure {
	t.Helper()
	open := func(name, pragma string) *sql.Conn {
		pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), name)+pragma)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = conn.Close(), pool.Close() })
		return conn
	}
	a := open("busy.db", "?_pragma=busy_timeout(0)")
	if _, err := a.ExecContext(t.Context(), "CREATE TABLE x (v); INSERT INTO x VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	var name string
	if err := a.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list").Scan(&name); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", name+"?_pragma=busy_timeout(0)")
	if err != nil {
		t.Fatal(err)
	}
	_, busy := other.ExecContext(t.Context(), "INSERT INTO x VALUES (2)")
	if err := other.Close(); err != nil || busy == nil {
		t.Fatal("an occupied file took a row", err)
	}
	b := open("full.db", "?_pragma=max_page_count(3)")
	_, full := b.ExecContext(t.Context(), "CREATE TABLE x (v); INSERT INTO x VALUES (zeroblob(1000000))")
	if full == nil {
		t.Fatal("a full file took a row")
	}
	return []failure{{name: "busy", err: busy}, {name: "full", err: full, full: true}}
}

// trouble counts the calls to the driver and fails one of them.
type trouble struct {
	armed bool
	calls int      // so far
	kinds []string // of each call, of a calm act
	cell  cell
	fired bool
}

// cell is one place of the matrix: the number of the call, before or after it, and how.
type cell struct {
	call  int
	after bool
	how   failure
}

func (c cell) String() string {
	return fmt.Sprintf("call %d %s %s", c.call, map[bool]string{false: "before", true: "after"}[c.after], c.how.name)
}

func (f *trouble) fault(point, _ string) error {
	if !f.armed {
		return nil
	}
	after := slices.Contains([]string{"executed", "queried", "begun", "committed"}, point)
	if !after {
		f.calls++
		f.kinds = append(f.kinds, point)
	}
	if f.calls == f.cell.call && after == f.cell.after && !f.fired {
		f.fired = true
		return f.cell.how.err
	}
	return nil
}

// scene is something that changes the database: what there is before, and what somebody does.
type scene struct {
	name    string
	prepare func(t *testing.T, s *models.Store) *house
	act     func(h *house) error
	once    string // the job whose last run, when it succeeded, shows that nobody has to ask again
	later   string // when everything has been put right, at the latest; two minutes after a lease

	// mend lets more time pass and says what must then be the same, where a full disk may make something late or heard twice: nothing may be lost. Nil where
	// it changes nothing.
	mend func(h *house) ([]string, error)
}

// play lets somebody act under trouble and then lets the world go on: who got an error tries again, the clock goes on, and a person retries
// what failed.
func (sc scene) play(t *testing.T, h *house, f *trouble) {
	t.Helper()
	f.armed = true
	err := sc.act(h)
	f.armed = false
	if err != nil {
		if !models.Passes(err) && models.CodeOf(err) != models.Unavailable {
			t.Errorf("%s: told of another kind of trouble: %v", f.cell, err)
		}
		err = nil
		if last, _ := h.q().LastSucceeded(sc.once, at(sc.later).Date()); last.BusinessDate != at(sc.later).Date() {
			err = sc.act(h)
		}
		if code := models.CodeOf(err); err != nil && code != models.Invalid && code != models.Conflict {
			t.Errorf("%s: tried again: %v", f.cell, err)
		}
	}
	sc.retry(t, h, f)
	for _, when := range []time.Duration{time.Minute, 3 * time.Minute} {
		h.sim.SetClock(at(sc.later).Add(when))
		if err := h.sim.Runner.Tick(t.Context(), at(sc.later).Add(when)); err != nil {
			t.Errorf("%s: the clock went on: %v", f.cell, err)
		}
	}
	sc.retry(t, h, f)
}

// retry is what an operator does in the morning.
func (sc scene) retry(t *testing.T, h *house, f *trouble) {
	t.Helper()
	var rows []models.Run
	for _, j := range jobs.All() {
		last, err := h.q().History(j.Name, 10)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, last...)
	}
	for _, row := range rows {
		if row.State != models.RunFailed {
			continue
		}
		if !f.cell.how.full {
			t.Errorf("%s: what passes by itself woke a person: %s %s", f.cell, row.Job, row.ErrorText)
		}
		actor := models.Actor{Member: row.Actor}
		if row.Actor == models.System.Member {
			actor = models.System
		}
		row, err := h.sim.Runner.Retry(t.Context(), actor, row.ID, at(sc.later))
		if err != nil || row.State != models.RunSucceeded && row.ErrorCode != "volume" {
			t.Errorf("%s: retried: %+v, %v", f.cell, row, err)
		}
	}
}

// cells enumerates the matrix of a scene from the calls of a calm act.
func cells(kinds []string, failures []failure) []cell {
	var out []cell
	for i, kind := range kinds {
		for _, how := range failures {
			out = append(out, cell{i + 1, false, how})
			// of a commit that was answered with anything but silence the outcome is known
			if kind != "commit" || how.lost {
				out = append(out, cell{i + 1, true, how})
			}
		}
	}
	return out
}

func TestEveryStatementMayFailAndNothingIsHalfOrTwice(t *testing.T) {
	failures := slices.Concat(serverFailures(), fileFailures(t))
	stride := 97
	if os.Getenv(roughEnv) != "" {
		stride = 1
	}
	total, all, began := 0, 0, time.Now()
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			ground := newFileGround(t, sc)
			n, of := matrix(t, sc, ground, failures, stride)
			total, all = total+n, all+of
		})
	}
	t.Logf("%d of %d cells, %s", total, all, time.Since(began).Round(time.Second))
}

// TestTheServerMayFailAtAnyStatement plays a smaller sample where a copy of the database costs more.
func TestTheServerMayFailAtAnyStatement(t *testing.T) {
	if modelstest.Server() == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
		}
		return
	}
	stride, some := 701, []string{"payout night", "yes to an award", "morning"}
	if os.Getenv(roughEnv) != "" {
		stride, some = 101, nil
	}
	total, all := 0, 0
	for _, sc := range scenes {
		if some != nil && !slices.Contains(some, sc.name) {
			continue
		}
		t.Run(sc.name, func(t *testing.T) {
			n, of := matrix(t, sc, newServerGround(t, sc), serverFailures(), stride)
			total, all = total+n, all+of
		})
	}
	t.Logf("%d of %d cells", total, all)
}

// ground makes copies of the database that a scene begins with, for several cells at a time.
type ground interface {
	// copy opens a new copy; rows says everything that it holds.
	copy(t *testing.T, f *trouble) (s *models.Store, rows func() []string)
}

// matrix plays every stride-th cell of a scene and returns how many that were, and how many there are.
func matrix(t *testing.T, sc scene, g ground, failures []failure, stride int) (played, all int) {
	t.Helper()
	calm := &trouble{}
	var want, mended []string
	t.Run("calm", func(t *testing.T) {
		s, rows := g.copy(t, calm)
		h := openHouse(t, s)
		sc.play(t, h, calm)
		want = rows()
		if sc.mend != nil {
			mended = sc.mended(t, h)
		}
	})
	if len(calm.kinds) < 5 || len(want) == 0 {
		t.Fatalf("a calm act makes %d calls and leaves %d rows", len(calm.kinds), len(want))
	}
	every := cells(calm.kinds, failures)
	var chosen []cell
	for i, c := range every {
		if i%stride == len(calm.kinds)%stride%max(1, min(stride, len(every))) {
			chosen = append(chosen, c)
		}
	}
	// By the hundred: what a parallel test holds (a house, the statements of its connections) stays in memory until all beside it have ended.
	for some := range slices.Chunk(chosen, 100) {
		t.Run(fmt.Sprintf("from call %d", some[0].call), func(t *testing.T) {
			for _, c := range some {
				t.Run(c.String(), func(t *testing.T) {
					t.Parallel()
					playCell(t, sc, g, c, calm.kinds[c.call-1], want, mended)
				})
			}
		})
	}
	if len(chosen) == 0 {
		t.Errorf("no cell of %d was played", len(every))
	}
	return len(chosen), len(every)
}

// mended is what there is when more time has passed, and that no check finds anything then, but that a scene without a morning has told nobody (31).
func (sc scene) mended(t *testing.T, h *house) []string {
	t.Helper()
	rows, err := sc.mend(h)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	results, err := h.sim.Runner.Check(t.Context(), policy.InstantOf(h.sim.Now()))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.No != "31" && len(r.Findings) > 0 {
			t.Errorf("check %s %s: %s", r.No, r.Title, strings.Join(r.Findings, "; "))
		}
	}
	return rows
}

// playCell plays one cell; kind is what the call is for, want what the calm act leaves, mended what a full disk may make late.
func playCell(t *testing.T, sc scene, g ground, c cell, kind string, want, mended []string) {
	t.Helper()
	f := &trouble{cell: c}
	s, rows := g.copy(t, f)
	h := openHouse(t, s)
	sc.play(t, h, f)
	if !f.fired {
		t.Fatalf("%s never came: %d calls", c, f.calls)
	}
	got := rows()
	if c.how.full && sc.mend != nil && !slices.Equal(got, want) {
		got, want = sc.mended(t, h), mended
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s (%s): the end differs from the calm one:\n%s", c, kind, differences(got, want))
	}
}

// differences shows the rows that only one side has.
func differences(got, want []string) string {
	count := map[string]int{}
	for _, r := range got {
		count[r]++
	}
	for _, r := range want {
		count[r]--
	}
	var out []string
	for r, n := range count {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, r))
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(a[2:], b[2:]) })
	return strings.Join(out[:min(len(out), 20)], "\n")
}

// incidental are the columns in which a rough night may differ from a calm one: who held a run and when, how often it was begun, instants,
// what is encrypted afresh, and the hashes over these. Beside them the numbers of runs, for who asks twice for one run uses up two; what
// a run did names its run by the number all the same.
var incidental = map[string]bool{
	"epoch": true, "attempt": true, "owner": true, "lease_until": true, "at": true, "hash": true, "prev_hash": true, "queued_at": true, "started_at": true,
	"finished_at": true, "created_at": true, "accepted_at": true, "delivered_at": true, "submitted_at": true, "decided_at": true, "since": true, "next_at": true,
	"id_enc": true, "name_enc": true, "holder_enc": true, "number_enc": true, "sealed": true, "code_mac": true, "live_code": true, "seq": true, "body": true,
	"text_enc": true, "made_at": true, "published_at": true, "list_hash": true,
}

// row writes one row as text, or nothing for one that a rough night may add: that somebody was woken, and retried, and
// measured again what there was to do.
func row(table string, columns []string, values []any) string {
	var b strings.Builder
	b.WriteString(table)
	cell := func(name string) string { return fmt.Sprintf("%s", values[slices.Index(columns, name)]) }
	if table == "run_chunks" && cell("from_key") == cell("to_key") {
		return ""
	}
	for i, c := range columns {
		v := values[i]
		if raw, ok := v.([]byte); ok {
			v = string(raw)
		}
		switch {
		case table == "notices" && c == "kind" && v == "run-failed", table == "audit_log" && c == "action" && v == "retry":
			return ""
		case incidental[c], table == "job_runs" && (c == "cause" || c == "actor" || c == "id"), table == "notices" && (c == "payload" || c == "id" || c == "digest_id"), table == "counters" && columns[i] == "last":
			continue
		case strings.HasPrefix(table, "goose_"), table == "audit_heads":
			return ""
		case table == "audit_anchors" && c != "day", table == "audit_log" && cell("stream") == "anchors" && c != "action":
			continue // an anchor for each day; which came first, and what the chain was then, may differ
		}
		fmt.Fprintf(&b, " %s=%v", c, v)
	}
	return b.String()
}

func readRows(t *testing.T, pool *sql.DB, tables []string) []string {
	t.Helper()
	var out []string
	for _, table := range tables {
		rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			if text := row(table, columns, values); text != "" {
				out = append(out, text)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

func names(t *testing.T, pool *sql.DB, query string) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

// fileGround copies an SQLite file.
type fileGround struct {
	keyset  string
	content []byte
}

func newFileGround(t *testing.T, sc scene) *fileGround {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "calm.db")
	g := &fileGround{keyset: filepath.Join(dir, "keyset.json")}
	s, err := models.Open(t.Context(), "sqlite:"+file, models.Options{Keyset: g.keyset, Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	sc.prepare(t, s)
	if err := s.Close(); err != nil { // writes everything into the file
		t.Fatal(err)
	}
	if g.content, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *fileGround) copy(t *testing.T, f *trouble) (*models.Store, func() []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(file, g.content, 0o600); err != nil {
		t.Fatal(err)
	}
	return opened(t, "sqlite:"+file, g.keyset, f), func() []string {
		t.Helper()
		pool, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close() //nolint:errcheck // read only
		return readRows(t, pool, names(t, pool, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
	}
}

func opened(t *testing.T, dsn, keyset string, f *trouble) *models.Store {
	t.Helper()
	s, err := models.Open(t.Context(), dsn, models.Options{Keyset: keyset, Scratch: true, Fault: f.fault})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serverGround copies a database within its server.
type serverGround struct {
	dsn, keyset, schema string
}

func schemaOf(t *testing.T, dsn string) string {
	t.Helper()
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(dsn, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	return cfg.DBName
}

func newServerGround(t *testing.T, sc scene) *serverGround {
	t.Helper()
	g := &serverGround{dsn: modelstest.MySQL(t), keyset: filepath.Join(t.TempDir(), "keyset.json")}
	g.schema = schemaOf(t, g.dsn)
	s, err := models.Open(t.Context(), g.dsn, models.Options{Keyset: g.keyset, Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	sc.prepare(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *serverGround) copy(t *testing.T, f *trouble) (*models.Store, func() []string) {
	t.Helper()
	copied := modelstest.MySQL(t)
	pool, err := sql.Open("mysql", strings.TrimPrefix(copied, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close() //nolint:errcheck // nothing is buffered
	for _, table := range names(t, pool, "SELECT table_name FROM information_schema.tables WHERE table_schema = '"+g.schema+"'") {
		columns := strings.Join(names(t, pool, "SELECT CONCAT('`', column_name, '`') FROM information_schema.columns WHERE table_schema = '"+g.schema+"' AND table_name = '"+table+
			"' AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position"), ", ")
		for _, stmt := range []string{
			"CREATE TABLE " + table + " LIKE " + g.schema + "." + table,
			"INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " + g.schema + "." + table,
		} {
			if _, err := pool.ExecContext(t.Context(), stmt); err != nil {
				t.Fatalf("%s: %v", stmt, err)
			}
		}
	}
	return opened(t, copied, g.keyset, f), func() []string {
		t.Helper()
		pool, err := sql.Open("mysql", strings.TrimPrefix(copied, "mysql:"))
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close() //nolint:errcheck // read only
		return readRows(t, pool, names(t, pool, "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"))
	}
}
