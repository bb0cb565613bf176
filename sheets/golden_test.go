package sheets_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/sheets"
)

var update = flag.Bool("update", false, "rewrite the expected reports")

// Each messy file gives exactly the report beside it. The kind is the name up to the first hyphen that ends a kind.
func TestMessyFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/messy/*.csv")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".csv")
		kind := ""
		for _, d := range sheets.All() {
			if strings.HasPrefix(name, d.Kind) && len(d.Kind) > len(kind) {
				kind = d.Kind
			}
		}
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, kind, name+".csv", data, sheets.Options{KnownOn: 20240915}).Report.Text()
			want := strings.TrimSuffix(path, ".csv") + ".txt"
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(expected) {
				t.Errorf("got\n%s\nwant\n%s", got, expected)
			}
			for _, number := range []string{"330702199901010010", "330702199806300036", "330702200002290026", "330702990101001", "330702199901010000", "330702199901010011"} {
				if strings.Contains(got, number) {
					t.Errorf("the report shows the identity number %s", number)
				}
			}
		})
	}
}
