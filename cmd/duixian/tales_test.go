package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"duixian/policy"
)

// TestTales plays testdata/tales/*.txtar, each the whole of something, from its first line to its end, through two doors and on each kind of
// database: in the terminal, and through a local DingTalk over the real wire (stream, session webhook, push). A tale is files and a tale.txt:
//
//	2026-04-01 03:30 * 夜里                     time goes by until then: the nightly jobs, then the notices
//	ran> 星级评定：…                            what the clock's jobs did
//	told jingban01> …                          whom a notice reached, by its title
//	2026-04-02 09:00 jingban01> 轮次            somebody writes; "jingban01 (群)>" in a group; "jingban01 (按)> 同意" presses a button
//	bot> …                                     the answer, and
//	next> …                                    the lines that it offers: in the terminal to be typed, on the phone as buttons
//	2026-04-02 09:10 * duixian import …         a command at the office's computer
//	out> …                                     what it prints; exit> its exit code when that is not 0
//
// What the doors show must be the same; where it is not, the tale says so with lines that begin with 终端 or 钉钉. {审批码} in a line is the
// approval code that came last to somebody's notices. With -update everything between the steps is rewritten.
func TestTales(t *testing.T) {
	files, err := filepath.Glob("testdata/tales/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no tales", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			if *update {
				rewriteTale(t, file)
				return
			}
			for _, door := range doors {
				t.Run(door.file, func(t *testing.T) {
					eachServer(t, func(t *testing.T, dsn string) { checkTale(t, file, door, dsn) })
				})
			}
		})
	}
}

// door is a way to the same house. mark begins the lines of a tale that are said at this door only.
type door struct {
	mark, file string
	open       func(s *scene) way
}

var doors = []door{{"终端 ", "terminal", inTheTerminal}, {"钉钉 ", "phone", onThePhone}}

// step is a line of a tale that makes something happen, with what is said to follow it.
type step struct {
	line string // empty: what stands before the first step
	at   time.Time
	who  string // empty: time goes by, or a command
	how  string // 群, 按 or empty
	text string

	asides []string // remarks and empty lines behind it
	want   []string
}

var taleLine = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d) (?:\* (.*)|(\w+)(?: \((群|按)\))?> (.*))$`)

// readTale parses a tale.txt.
func readTale(t *testing.T, text string) []step {
	t.Helper()
	steps := []step{{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		last := &steps[len(steps)-1]
		m := taleLine.FindStringSubmatch(line)
		switch {
		case m != nil:
			at, err := time.ParseInLocation("2006-01-02 15:04", m[1], policy.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, step{line: line, at: at, who: m[3], how: m[4], text: m[2] + m[5]})
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
			last.asides = append(last.asides, line)
		default:
			last.want = append(last.want, line)
		}
	}
	return steps
}

// wanted is what a step should show at a door.
func (s step) wanted(d door) []string {
	var list []string
	for _, line := range s.want {
		mine, marked := strings.CutPrefix(line, d.mark)
		other := slices.ContainsFunc(doors, func(o door) bool { return o.mark != d.mark && strings.HasPrefix(line, o.mark) })
		if marked || !other {
			list = append(list, mine)
		}
	}
	return list
}

func checkTale(t *testing.T, file string, d door, dsn string) {
	_, steps := taleOf(t, file)
	shown := playTale(t, file, d, dsn)
	wrong := 0
	for i, s := range steps {
		want, got := strings.Join(s.wanted(d), "\n"), strings.Join(shown[i], "\n")
		if want == got {
			continue
		}
		t.Errorf("%s\n--- the tale says\n%s\n--- this door shows\n%s", s.line, want, got)
		if wrong++; wrong == 5 {
			t.Fatal("… and so on")
		}
	}
}

// rewriteTale plays a tale at each door and writes down what they show.
func rewriteTale(t *testing.T, file string) {
	archive, steps := taleOf(t, file)
	var all [][][]string
	for _, d := range doors {
		all = append(all, playTale(t, file, d, ""))
	}
	var out strings.Builder
	for i, s := range steps {
		if s.line != "" {
			fmt.Fprintln(&out, s.line)
		}
		for _, line := range slices.Concat(merged(all[0][i], all[1][i]), s.asides) {
			fmt.Fprintln(&out, line)
		}
	}
	for i, f := range archive.Files {
		if f.Name == "tale.txt" {
			archive.Files[i].Data = []byte(out.String())
		}
	}
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// merged are the lines of both doors: the same ones as they are, what differs between them with the door's mark.
func merged(a, b []string) []string {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	lines := slices.Clone(a[:head])
	for i, part := range [][]string{a[head : len(a)-tail], b[head : len(b)-tail]} {
		for _, line := range part {
			lines = append(lines, doors[i].mark+line)
		}
	}
	return append(lines, a[len(a)-tail:]...)
}

func taleOf(t *testing.T, file string) (*txtar.Archive, []step) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "tale.txt" })
	if i < 0 {
		t.Fatalf("%s: no tale.txt", file)
	}
	return archive, readTale(t, string(archive.Files[i].Data))
}

// playTale plays a tale at one door on one database; for each step it returns what is shown.
func playTale(t *testing.T, file string, d door, dsn string) [][]string {
	archive, steps := taleOf(t, file)
	s := newScene(t, archive, dsn, steps[1].at)
	way := d.open(s)
	var shown [][]string
	for _, next := range steps {
		var lines []string
		if next.line != "" {
			lines = s.play(way, next)
		}
		shown = append(shown, lines)
	}
	return shown
}

// A planted difference is seen: the lines of one door are not those of the other.
func TestMergedTalesKeepBothDoors(t *testing.T) {
	t.Parallel()
	both := merged([]string{"bot> 好", "bot> 终端看", "next> 待办"}, []string{"bot> 好", "bot> 手机看", "next> 待办"})
	s := step{want: both}
	for i, want := range []string{"终端看", "手机看"} {
		got := strings.Join(s.wanted(doors[i]), "|")
		if got != "bot> 好|bot> "+want+"|next> 待办" {
			t.Errorf("%s: %s", doors[i].file, got)
		}
	}
}
