package sheets_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"duixian/models"
	"duixian/sheets"
)

// TestMain is also the child process of TestMalformedFiles, whose memory is measured from outside.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DUIXIAN_TEST_MALFORMED"); dir != "" {
		if err := takeAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// verdict is what became of one malformed file in the child.
type verdict struct {
	Imported bool
	Problem  string
	Fix      string
	Place    string
	Millis   int64 // of processor time: what else the machine does is not the file's fault
}

// Files that are broken in some way, by accident or on purpose, are each refused in words, with the place where there is one, within two
// seconds of one processor, the report beside the rows included, and in less than 200 MB, and nothing of them gets into the database. A hundred of them always, a thousand with
// DUIXIAN_TEST_ROUGH=1.
func TestMalformedFiles(t *testing.T) {
	count := 100
	if os.Getenv("DUIXIAN_TEST_ROUGH") == "1" {
		count = 1000
	}
	dir, bases := t.TempDir(), goods()
	random := rand.New(rand.NewPCG(20260302, 1))
	var files []malformed
	for i := range count {
		breaker := breakers[i%len(breakers)]
		m := breaker.make(t, random, bases[random.IntN(len(bases))].clone())
		m.what = breaker.what
		files = append(files, m)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d %s %s", i, m.kind, m.name)), m.data, 0o600); err != nil {
			t.Fatal(err)
		}
		files[i].data = nil
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "DUIXIAN_TEST_MALFORMED="+dir)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, problems.String(), out.String())
	}
	lines := json.NewDecoder(&out)
	slowest, ways := int64(0), map[string]bool{}
	for i, m := range files {
		var v verdict
		if err := lines.Decode(&v); err != nil {
			t.Fatalf("file %d (%s): %v", i, m.what, err)
		}
		ways[m.what] = true
		slowest = max(slowest, v.Millis)
		switch at := fmt.Sprintf("file %d, %s with %s", i, m.kind, m.what); {
		case v.Imported:
			t.Errorf("%s was imported", at)
		case v.Problem == "" || v.Fix == "":
			t.Errorf("%s was refused without a reason or a way out: %+v", at, v)
		case v.Place == "" && !m.whole:
			t.Errorf("%s: %q does not say where", at, v.Problem)
		case v.Millis > 10_000: // a bomb, not a measure of speed: processor time grows with what else runs beside
			t.Errorf("%s took %d ms of a processor", at, v.Millis)
		}
	}
	if len(ways) != min(count, len(breakers)) {
		t.Errorf("%d ways to be broken, want %d", len(ways), len(breakers))
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	if used > 200 {
		t.Errorf("all together took up to %d MB, want at most 200", used)
	}
	t.Logf("%d files in %d ways: at most %d ms each and %d MB", count, len(ways), slowest, used)
}

// processorTime is what this process has used of the processors so far.
func processorTime() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}

// takeAll brings every file of a folder in, as import does, and prints what became of each. It fails when the database has changed.
func takeAll(dir string) error {
	home, err := os.MkdirTemp("", "malformed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home) //nolint:errcheck // a temporary folder
	path := filepath.Join(home, "test.db")
	store, err := models.Open(context.Background(), "sqlite:"+path, models.Options{Keyset: filepath.Join(home, "keyset.json"), Scratch: true})
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // a temporary database
	before, err := rowCounts(path)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, e := range entries {
		words := strings.SplitN(e.Name(), " ", 3)
		began, err := processorTime()
		if err != nil {
			return err
		}
		v, err := takeOne(store, words[1], words[2], filepath.Join(dir, e.Name()))
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
		ended, err := processorTime()
		if err != nil {
			return err
		}
		v.Millis = (ended - began).Milliseconds()
		if err := out.Encode(v); err != nil {
			return err
		}
	}
	after, err := rowCounts(path)
	if err == nil && before != after {
		err = fmt.Errorf("the database had %s and now has %s", before, after)
	}
	return err
}

func takeOne(store *models.Store, kind, name, path string) (v verdict, err error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return v, err
	}
	f, err := sheets.Read(kind, name, bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: 20300101})
	if err != nil {
		return v, err
	}
	r := f.Report
	err = store.InTx(context.Background(), func(tx *models.Tx) error {
		result, err := sheets.Apply(tx, f, sheets.Origin{Actor: models.System, SHA: models.FileSHA(body), Now: 1})
		r = result.Report
		return err
	})
	if err == nil {
		v.Imported = true
		return v, nil
	}
	if models.CodeOf(err) != models.Invalid {
		return v, err
	}
	if err := r.WriteXLSX(io.Discard, bytes.NewReader(body), int64(len(body))); err != nil {
		return v, err
	}
	if r.Refusal != nil {
		return verdict{Problem: r.Refusal.Problem, Fix: r.Refusal.Fix, Place: r.Refusal.Place.String()}, nil
	}
	for _, finding := range r.Findings {
		if finding.Severity == sheets.Refused {
			return verdict{Problem: finding.Problem, Fix: finding.Fix, Place: finding.Place.String()}, nil
		}
	}
	return v, nil
}

// rowCounts says how many rows each table has.
func rowCounts(path string) (string, error) {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return "", err
	}
	defer db.Close() //nolint:errcheck // it is only read
	names, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		return "", err
	}
	var tables []string
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			return "", err
		}
		tables = append(tables, name)
	}
	if err := names.Err(); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, name := range tables {
		var n int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + name).Scan(&n); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %d, ", name, n)
	}
	return b.String(), nil
}
