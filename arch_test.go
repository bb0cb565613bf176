// The house plan, enforced: which room may import which, who may touch which third party, who may read the clock.
// ARCHITECTURE.md draws the same plan as a picture.
package duixian_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "duixian"

// arrows lists, for each room, the rooms its code may import. A room that is not here does not exist: a new package
// gets its line first. Only packages whose name ends in "test" need none, see mayImport.
var arrows = map[string][]string{
	"cmd/duixian":         {"bot", "jobs", "web", "dingtalk/sim", "notifications", "sheets", "sheets/sample", "charts", "models", "policy", "dingtalk", "secret"},
	"bot":                 {"notifications", "sheets", "charts", "models", "policy", "dingtalk", "secret"},
	"jobs":                {"notifications", "sheets", "charts", "models", "policy", "secret"},
	"web":                 {"notifications", "sheets", "charts", "models", "policy", "secret"},
	"dingtalk/sim":        {"dingtalk", "secret"},
	"notifications":       {"models", "policy", "dingtalk", "secret"},
	"sheets":              {"models", "policy", "secret"},
	"sheets/sample":       {"sheets", "policy", "secret"},
	"charts":              {"models", "policy", "secret"},
	"models":              {"policy", "secret"},
	"policy":              {"secret"},
	"dingtalk":            {"secret"},
	"secret":              {},
	"scripts/testsummary": {},
	".":                   {}, // this test
}

// pins names the rooms (and what lies below them) that may import a third party. What is not here is not used.
// A room written with _test.go at its end may use it in tests only.
var pins = map[string][]string{
	"gorm.io":                         {"models"},
	"github.com/pressly/goose":        {"models"},
	"github.com/go-sql-driver/mysql":  {"models", "jobs_test.go"}, // the tests speak in the server's own errors
	"modernc.org/sqlite":              {"models"},
	"github.com/tink-crypto/tink-go":  {"models"},
	"github.com/robfig/cron":          {"jobs"},
	"github.com/xuri/excelize":        {"sheets"},
	"github.com/spf13":                {"cmd/duixian"},
	"github.com/go-resty/resty":       {"dingtalk"},
	"github.com/coder/websocket":      {"dingtalk"}, // and below: dingtalk/sim
	"github.com/goccy/go-yaml":        {"policy", "dingtalk/sim", "cmd/duixian"},
	"github.com/agnivade/levenshtein": {"policy", "bot", "cmd/duixian"},
	"github.com/mozillazg/go-pinyin":  {"bot"},
	"github.com/prometheus":           {"web", "cmd/duixian"},
	"golang.org/x/image":              {"charts"}, // letters in a PNG
	"golang.org/x/term":               {"cmd/duixian"},
	"golang.org/x/text":               {"sheets", "bot", "policy"},
	"golang.org/x/time":               {"notifications", "dingtalk"},
	"github.com/mattn/go-isatty":      {"cmd/duixian"},
	"github.com/rogpeppe/go-internal": {"cmd/duixian_test.go", "bot_test.go"},
	"pgregory.net/rapid":              {"policy_test.go", "models_test.go", "jobs_test.go", "sheets_test.go", "notifications_test.go", "bot_test.go"},
	"github.com/6tail/lunar-go":       {"policy_test.go"}, // an independent calendar to compare ours with
	"github.com/open-dingtalk":        {"dingtalk_test.go"},
	"github.com/chromedp":             {"web_test.go", "dingtalk_test.go", "cmd/duixian_test.go"},
}

// clockReaders are the files, tests apart, that may call time.Now, time.Since or time.Until. All other code takes
// now or on as an argument; that is what lets five years be simulated in seconds.
var clockReaders = []string{
	"cmd/duixian/main.go",
	"cmd/duixian/serve*.go",
}

func TestRoomsImportOnlyTheFloorsBelow(t *testing.T) {
	goFiles(t, parser.ImportsOnly, func(name string, file *ast.File) {
		room := path.Dir(name)
		if _, known := arrows[room]; !known && !isTestRoom(room) {
			t.Errorf("%s: room %q is not in the house plan; add it to arrows in arch_test.go (and to ARCHITECTURE.md)", name, room)
			return
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if target, ours := strings.CutPrefix(imported, module+"/"); ours && !mayImport(name, room, target) {
				t.Errorf("%s: %s must not import %s; it may import %s", name, room, target, strings.Join(arrows[room], ", "))
			}
		}
	})
}

func TestThirdPartiesStayInTheirRooms(t *testing.T) {
	goFiles(t, parser.ImportsOnly, func(name string, file *ast.File) {
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(imported, "/"); first == module || !strings.Contains(first, ".") {
				continue // ours, or the standard library
			}
			if rooms, known := pinOf(imported); !known {
				t.Errorf("%s: %s is not among the dependencies; add it to pins in arch_test.go with the room that needs it", name, imported)
			} else if !pinned(name, rooms) {
				t.Errorf("%s: %s may only be imported in %s", name, imported, strings.Join(rooms, ", "))
			}
		}
	})
}

func TestOnlyTheDaemonReadsTheClock(t *testing.T) {
	goFiles(t, parser.SkipObjectResolution, func(name string, file *ast.File) {
		if isTest(name) {
			return
		}
		if slices.ContainsFunc(clockReaders, func(glob string) bool { ok, _ := path.Match(glob, name); return ok }) {
			return
		}
		for node := range ast.Preorder(file) {
			sel, ok := node.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s reads the clock; take now or on as an argument", name, sel.Sel.Name)
			}
		}
	})
}

// mayImport reports whether the file called name in room may import target. Packages whose name ends in "test" hold
// fakes and conformance suites: they may use their parent and what it may use, and only tests may use them.
func mayImport(name, room, target string) bool {
	inTest := isTest(name)
	if isTestRoom(room) {
		room = path.Dir(room)
	}
	switch {
	case target == room, slices.Contains(arrows[room], target):
		return true
	case isTestRoom(target):
		parent := path.Dir(target)
		return inTest && (parent == room || slices.Contains(arrows[room], parent))
	case target == "sheets/sample": // sample data are good test data
		return inTest && (room == "sheets" || slices.Contains(arrows[room], "sheets"))
	}
	return false
}

func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || isTestRoom(path.Dir(name))
}

func isTestRoom(room string) bool {
	return room != "." && strings.HasSuffix(path.Base(room), "test")
}

// pinOf finds the line of pins that the import path falls under.
func pinOf(imported string) (rooms []string, known bool) {
	for prefix, rooms := range pins {
		if imported == prefix || strings.HasPrefix(imported, prefix+"/") {
			return rooms, true
		}
	}
	return nil, false
}

func pinned(name string, rooms []string) bool {
	return slices.ContainsFunc(rooms, func(room string) bool {
		room, testsOnly := strings.CutSuffix(room, "_test.go")
		return strings.HasPrefix(name, room+"/") && (!testsOnly || isTest(name))
	})
}

// goFiles parses every Go file of the module and hands it over with its slash path from the root.
func goFiles(t *testing.T, mode parser.Mode, visit func(name string, file *ast.File)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, mode)
		if err != nil {
			return err
		}
		seen++
		visit(filepath.ToSlash(name), file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 5 {
		t.Fatalf("found only %d Go files; the test does not stand in the module's root", seen)
	}
}
