package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// FuzzConfig: whatever a configuration file holds, it is refused as misuse with the file's name, or gives a configuration without problems
// that reads the same again.
func FuzzConfig(f *testing.F) {
	example, err := os.ReadFile("config_example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add(bytes.ReplaceAll(example, []byte("\n  # "), []byte("\n  "))) // what is commented out, said
	for _, text := range []string{
		"data_dir: x", "data_dir: [x]", "jobs: {claims: {schedule: '* * * * *'}}", "jobs: {claims: 1}", "a: &a [x, x]\nb: &b [*a, *a, *a, *a]\njobs: *b", "import: {drop_dir: data/inbox}",
		"import: {drop_keep_days: 99999999999999999999}", "notices: {quiet: {from: 99:99}}", "---\n---\n", "\ufeffdata_dir: x", "data_dir: x\ndata_dir: y", "log: {level: !!binary aGk=}", "database: {dsn: 'mysql:'}",
	} {
		f.Add([]byte(text))
	}
	none := func(string) string { return "" }
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("dsn_file")) {
			return // names another file to read
		}
		c, err := parseConfig("x.yaml", data, none)
		if err != nil {
			if _, ok := err.(*misuseError); !ok || !strings.Contains(err.Error(), "x.yaml") {
				t.Errorf("%T does not name the file: %v", err, err)
			}
			return
		}
		if problems := c.check(); len(problems) > 0 {
			t.Errorf("accepted with problems: %v", problems)
		}
	})
}
