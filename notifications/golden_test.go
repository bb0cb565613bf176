package notifications_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/notifications"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with testdata/golden/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update and read what it writes", err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n--- got\n%s\n--- want\n%s", path, got, want)
	}
}

func TestEachMessageReadsAsItsGolden(t *testing.T) {
	for _, k := range notifications.Kinds() {
		title, body, err := notifications.Preview(k.Name)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		golden(t, k.Name+".md", title+"\n\n"+body+"\n")
	}
}

// Nothing may lie about: a template without a struct is never sent, a struct without a template never readable.
func TestKindsTemplatesAndGoldensMatch(t *testing.T) {
	kinds := map[string]bool{}
	for _, k := range notifications.Kinds() {
		if kinds[k.Name] {
			t.Errorf("%s is in the catalogue twice", k.Name)
		}
		kinds[k.Name] = true
		if k.Title == "" || k.Audience == 0 || k.Timing == 0 || k.Sample == nil || k.Sample.Kind() != k.Name {
			t.Errorf("%s is incomplete: %+v", k.Name, k)
		}
		if thing, on := k.Sample.Key(); thing == "" || on == 0 || len(thing) > 96 {
			t.Errorf("%s: key %q of %v", k.Name, thing, on)
		}
	}
	for glob, suffix := range map[string]string{"templates/*": ".md.tmpl", "testdata/golden/*.md": ".md", "msg_*.go": ".go"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), suffix)
			name = strings.ReplaceAll(strings.TrimPrefix(name, "msg_"), "_", "-")
			if found[name] = true; !kinds[name] {
				t.Errorf("%s belongs to no kind in all.go", f)
			}
		}
		for name := range kinds {
			if !found[name] {
				t.Errorf("%s has no file like %s", name, glob)
			}
		}
	}
}

// The sentences that the house always says the same way.
func TestFixedSentences(t *testing.T) {
	for kind, want := range map[string]string{
		"recruit-progress": "2025年引进、2026年兑现",
		"recruit-fell-out": "2025年引进、2026年兑现",
		"instalment-due":   "预计2027年12月拨付，以财政实际拨付为准。",
		"hold-lifted":      "预计2027年12月拨付，以财政实际拨付为准。",
		"award-confirmed":  "以财政实际拨付为准。",
		"claim-decided":    "尚未评星，不影响本次享受政策。",
	} {
		_, body, err := notifications.Preview(kind)
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("%s does not say %q (%v):\n%s", kind, want, err, body)
		}
	}
}
