package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// command runs one command line in this process and returns its output. The clock stands at noon of a day when all sample files are known.
func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	code := run(t.Context(), append([]string{"--config", filepath.Join(dir, "duixian.yaml")}, args...), &program{
		in: strings.NewReader(""), out: &out, err: &problems, user: "tester", wall: time.Now, now: func() time.Time { return time.Date(2030, 3, 4, 12, 0, 0, 0, time.UTC) },
	})
	if code != exitOK {
		t.Fatalf("duixian %s: exit %d\n%s%s", strings.Join(args, " "), code, &problems, &out)
	}
	return out.String()
}

// bureau makes a configured folder with the sample files imported.
func bureau(t *testing.T, dsn string, firms, recruits, months, seed int) (dir, files string) {
	t.Helper()
	dir = t.TempDir()
	config := fmt.Sprintf("data_dir: %s\ndatabase:\n  dsn: %q\npolicy:\n  effective_from: 2023-09-01\n", filepath.Join(dir, "data"), dsn)
	if err := os.WriteFile(filepath.Join(dir, "duixian.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	files = filepath.Join(dir, "files")
	command(t, dir, "sample", files, "--firms", fmt.Sprint(firms), "--recruits", fmt.Sprint(recruits), "--months", fmt.Sprint(months), "--seed", fmt.Sprint(seed))
	command(t, dir, "import", "--all", files)
	return dir, files
}

// comparable drops from totals what the independent script does not count.
func comparable(t *testing.T, text string) map[string]any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
	out := map[string]any{}
	for _, key := range []string{"from", "to", "awards", "awarded", "by_clause", "by_item", "by_year", "instalments", "due_by_year", "lines"} {
		out[key] = all[key]
	}
	return out
}

func indented(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEightYearsAgreeWithAnIndependentScript plays the policy on every database and compares each award, to the fen and to the day, with a
// program that reads only the sample files and shares no code with this one.
func TestEightYearsAgreeWithAnIndependentScript(t *testing.T) {
	oracle := filepath.Join(t.TempDir(), "oracle")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", oracle, "./testdata/oracle").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	databases := map[string]func() string{"sqlite": func() string { return modelstest.SQLite(t) }}
	if modelstest.Server() != "" {
		databases["mysql"] = func() string { return modelstest.MySQL(t) }
	}
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			firms, recruits, to := 60, 900, "2025-12-31"
			if os.Getenv("DUIXIAN_TEST_FULL") != "" && name == "sqlite" { // make test; over the wire a night costs many times as much
				firms, recruits, to = 200, 5000, "2031-12-31"
			}
			dir, files := bureau(t, dsn(), firms, recruits, 18, 1)
			args := []string{"simulate", "--from", "2023-09-01", "--to", to, "--assume-calendar", "--json"}
			if name == "mysql" {
				args = append(args, "--scratch", modelstest.MySQL(t))
			}
			text := command(t, dir, args...) // fails on any finding
			got := indented(t, comparable(t, text))
			want, err := exec.CommandContext(t.Context(), oracle, files, "--from", "2023-09-01", "--to", to).Output()
			if err != nil {
				t.Fatal(err)
			}
			if want := indented(t, comparable(t, string(want))); got != want {
				t.Errorf("the simulation and the independent script differ:\n%s", difference(got, want))
			}
			command(t, dir, "check")
		})
	}
}

// difference shows the lines of two texts that differ, with the line before.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	var b strings.Builder
	for i, shown := 0, 0; i < max(len(g), len(w)) && shown < 40; i++ {
		line := func(l []string) string {
			if i < len(l) {
				return l[i]
			}
			return ""
		}
		if line(g) != line(w) {
			fmt.Fprintf(&b, "line %d\n  got  %s\n  want %s\n", i+1, line(g), line(w))
			shown++
		}
	}
	return b.String()
}
