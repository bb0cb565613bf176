// Command testsummary runs "go test -json ..." and prints what plain "go test" would have printed, then one last line:
//
//	12 passed, 0 failed, 1 skipped
//
// Tests and subtests count one each; a package that fails without a failed test (it does not build, it panics, it runs
// out of time) counts as one failure. The exit code is go test's; with CI=true a skipped test is a failure too.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: testsummary go test -json ...")
		os.Exit(2)
	}
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stderr = os.Stderr
	events, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsummary:", err)
		os.Exit(1)
	}
	total, err := summarise(events, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsummary: read events:", err)
	}
	code := 0
	if waitErr := command.Wait(); waitErr != nil {
		code = 1
		if exit, ok := errors.AsType[*exec.ExitError](waitErr); ok && exit.ExitCode() > 0 {
			code = exit.ExitCode()
		}
	}
	if total.skipped > 0 && os.Getenv("CI") == "true" {
		fmt.Println("skipped tests are failures when CI=true")
		code = max(code, 1)
	}
	if err != nil || total.failed > 0 {
		code = max(code, 1)
	}
	fmt.Println(total)
	os.Exit(code)
}

// event is one line of go test -json, see "go doc test2json".
type event struct {
	Action, Package, Test, Output string
}

type counts struct{ passed, failed, skipped int }

func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

// summarise copies package lines and the output of failed and skipped tests to out, and counts.
func summarise(events io.Reader, out io.Writer) (counts, error) {
	var total counts
	type test struct{ pkg, name string }
	said := map[test]string{}        // output of tests that have not ended, and of none that passed
	failedIn := map[string]int{}     // package → its failed tests
	lines := bufio.NewReader(events) // not a Scanner: one line of output may be long
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return total, nil
		} else if err != nil && !errors.Is(err, io.EOF) {
			return total, err
		}
		var e event
		if json.Unmarshal(line, &e) != nil || e.Action == "" {
			fmt.Fprintf(out, "%s", line) // not from test2json
			continue
		}
		this := test{e.Package, e.Test}
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "":
			if e.Output != "PASS\n" { // plain go test says it of single packages only
				fmt.Fprint(out, e.Output)
			}
		case e.Action == "output":
			said[this] += e.Output
		case e.Action == "fail" && e.Test == "" && failedIn[e.Package] == 0:
			total.failed++
			unfinished := slices.SortedFunc(maps.Keys(said), func(a, b test) int { return cmp.Compare(a.name, b.name) })
			for _, t := range unfinished {
				if t.pkg == e.Package {
					fmt.Fprint(out, said[t])
				}
			}
		case e.Test == "": // a package that started, passed or has no tests
		case e.Action == "pass":
			total.passed++
			delete(said, this)
		case e.Action == "skip", e.Action == "fail":
			if e.Action == "skip" {
				total.skipped++
			} else {
				total.failed++
				failedIn[e.Package]++
			}
			fmt.Fprint(out, said[this])
			delete(said, this)
		}
	}
}
