package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets/sheetstest"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"duixian": func() { os.Exit(process(scriptClock)) }, "sheet": showSheet})
}

// scriptClock stands at the moment in NOW.
func scriptClock() time.Time {
	now, err := time.ParseInLocation("2006-01-02 15:04", os.Getenv("NOW"), policy.Shanghai)
	if err != nil {
		panic(err)
	}
	return now
}

// TestScripts plays testdata/script/*.txtar: each is a story told in commands, with the program as it is built. Their
// clock stands at 2026-03-02 09:00 in Shanghai unless they set NOW.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scripts(testscript.Params{Dir: "testdata/script"}))
}

// TestDatabaseScripts plays testdata/database/*.txtar on each kind of database.
func TestDatabaseScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/database/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		testscript.Run(t, scripts(testscript.Params{Files: files}))
	})
	if modelstest.Server() == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
		}
		return
	}
	for _, file := range files {
		t.Run("mysql", func(t *testing.T) {
			t.Parallel()
			dsn := modelstest.MySQL(t)
			params := scripts(testscript.Params{Files: []string{file}})
			params.Setup = func(env *testscript.Env) error {
				env.Setenv("DUIXIAN_DATABASE_DSN", dsn)
				env.Setenv("NOW", scriptNow)
				return nil
			}
			testscript.Run(t, params)
		})
	}
}

const scriptNow = "2026-03-02 09:00"

func scripts(p testscript.Params) testscript.Params {
	p.UpdateScripts, p.RequireExplicitExec, p.RequireUniqueNames = *update, true, true
	p.Cmds = map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "code": code, "seen": seen, "anchor": anchor, "equations": equations}
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("NOW", scriptNow)
		return nil
	}
	return p
}

// exits runs a program and demands its exit code: exits 2 duixian assess. Misuse (2) must also say what to try and must
// not have printed a result.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	if code == exitMisuse && (!strings.Contains(ts.ReadFile("stderr"), "\nTry: ") || ts.ReadFile("stdout") != "") {
		ts.Fatalf("misuse must say what to try, and nothing on standard output")
	}
}

// equations has the program that shares no code with this one add the script's database up; its report is the file equations.out.
func equations(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: equations")
	}
	dsn := ts.Getenv("DUIXIAN_DATABASE_DSN")
	if dsn == "" {
		dsn = "sqlite:" + ts.MkAbs("data/duixian.db")
	}
	out, err := exec.Command("go", "run", "./testdata/equations", dsn).CombinedOutput()
	if err != nil {
		ts.Fatalf("%v\n%s", err, out)
	}
	ts.Check(os.WriteFile(ts.MkAbs("equations.out"), out, 0o600))
}

var seenName = regexp.MustCompile(`#[0-9]+-[0-9a-f]{8}|确认=[0-9a-f]{8}`)

// seen keeps in $SEEN what the last answer named: a plan as it was seen, or a file that waits for its confirmation.
func seen(ts *testscript.TestScript, neg bool, args []string) {
	name := seenName.FindString(ts.ReadFile("stdout"))
	if neg || len(args) > 0 || name == "" {
		ts.Fatalf("the last answer names nothing to go on with")
	}
	ts.Setenv("SEEN", strings.TrimPrefix(name, "确认="))
}

// showSheet prints a workbook as text: exec sheet plan.xlsx.
func showSheet() {
	data, err := os.ReadFile(os.Args[1])
	if err == nil {
		var text string
		if text, err = sheetstest.Show(data); err == nil {
			_, err = fmt.Print(text)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var approvalCode = regexp.MustCompile(`审批码 ([0-9]{6})`)

// code keeps the approval code that the last command printed in $CODE.
func code(ts *testscript.TestScript, _ bool, _ []string) {
	m := approvalCode.FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("no approval code in the output")
	}
	ts.Setenv("CODE", m[1])
}

var sealed = regexp.MustCompile(`审计锚 \S+ ([0-9a-f]{16})`)

// anchor keeps the anchor that the last command printed in $ANCHOR, as somebody does who notes it down.
func anchor(ts *testscript.TestScript, _ bool, _ []string) {
	m := sealed.FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("no anchor in the output")
	}
	ts.Setenv("ANCHOR", m[1])
}
