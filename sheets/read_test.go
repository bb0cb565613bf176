package sheets_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/sheets"
	"duixian/sheets/sample"
)

func read(t *testing.T, kind, name string, data []byte, opt sheets.Options) *sheets.File {
	t.Helper()
	f, err := sheets.Read(kind, name, bytes.NewReader(data), int64(len(data)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What the sample generator writes is read without a single finding, as CSV and as XLSX.
func TestSampleReadsClean(t *testing.T) {
	b := sample.New(sample.Options{Firms: 40, Recruits: 300, Months: 30, Seed: 3})
	for _, xlsx := range []bool{false, true} {
		paths, err := b.Write(t.TempDir(), xlsx)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			kind := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			f := read(t, kind, path, data, sheets.Options{})
			if r := f.Report; !r.OK() || r.Warned > 0 || r.Rows == 0 || len(r.Notes) > 0 {
				t.Errorf("%s xlsx=%v:\n%s", kind, xlsx, r.Text())
			}
			for _, other := range sheets.All() {
				if other.Kind == kind {
					continue
				}
				if r := read(t, other.Kind, path, data, sheets.Options{}).Report; r.Refusal == nil || !strings.Contains(r.Refusal.Error(), kind) {
					t.Errorf("%s read as %s: %v", kind, other.Kind, r.Refusal)
				}
			}
		}
	}
}
