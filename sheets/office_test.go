package sheets_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duixian/sheets"
	"duixian/sheets/sample"
	"duixian/sheets/sheetstest"
)

// Every template, filled in with LibreOffice and saved by it, is imported without a single remark and says the same as the rows that were
// typed. Every export is opened by it: the sums are the same, and nothing that looks like a formula is computed.
func TestInLibreOffice(t *testing.T) {
	dir := t.TempDir()
	office := &sheetstest.Office{}
	checks := map[string]func(t *testing.T){}
	for _, table := range sample.New(sample.Options{Firms: 12, Recruits: 30, Months: 6, Seed: 5}).Tables() {
		checks[table.Name] = fillTemplate(t, office, dir, table)
	}
	office.Run(t)
	for _, d := range sheets.All() {
		t.Run("template "+d.Kind, func(t *testing.T) {
			if checks[d.Kind] == nil {
				t.Fatal("the sample has no rows for it: nobody knows whether its template can be filled in")
			}
			checks[d.Kind](t)
		})
	}
}

// fillTemplate types rows of the sample into the template of its kind, in the template's order of columns.
func fillTemplate(t *testing.T, office *sheetstest.Office, dir string, table sheets.Table) func(t *testing.T) {
	t.Helper()
	d, ok := sheets.Lookup(table.Name)
	if !ok {
		t.Fatal(table.Name)
	}
	path := filepath.Join(dir, d.Kind+".xlsx")
	var empty, typed bytes.Buffer
	if err := d.Template(&empty, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, empty.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := read(t, d.Kind, path, empty.Bytes(), sheets.Options{KnownOn: 20240915}).Report; r.Refusal == nil || r.Refusal.Problem != "表头下面没有数据" || len(r.Notes) > 0 {
		t.Errorf("%s empty: %s", d.Kind, r.Text())
	}
	column := map[int]int{} // of the sample → of the template
	for i, title := range table.Header {
		bare, _, _ := strings.Cut(title, "（")
		column[i] = slices.IndexFunc(d.Columns, func(c sheets.Column) bool { return c.Title == bare })
		if column[i] < 0 {
			t.Fatalf("%s has no column %q", d.Kind, title)
		}
	}
	office.Open(path)
	lines := csv.NewWriter(&typed)
	if err := lines.Write(table.Header); err != nil {
		t.Fatal(err)
	}
	row := 0
	for cells := range table.Rows {
		if row++; row > 60 {
			break
		}
		if err := lines.Write(cells); err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if cell != "" {
				office.Type(column[i], row, cell)
			}
		}
	}
	lines.Flush()
	filled := filepath.Join(dir, d.Kind+"-filled.xlsx")
	office.SaveXLSX(filled)
	office.Close()
	return func(t *testing.T) {
		data, err := os.ReadFile(filled)
		if err != nil {
			t.Fatal(err)
		}
		got, want := read(t, d.Kind, filled, data, sheets.Options{}), read(t, d.Kind, "typed.csv", typed.Bytes(), sheets.Options{})
		if r := got.Report; !r.OK() || len(r.Findings) > 0 || len(r.Notes) > 0 || r.Rows == 0 || r.Rows != want.Report.Rows {
			t.Errorf("%s\nwant %d rows", r.Text(), want.Report.Rows)
		}
		a, b := strings.Split(sheetstest.Said(got.Records), "\n"), strings.Split(sheetstest.Said(want.Records), "\n")
		for i := range max(len(a), len(b)) {
			if i >= len(a) || i >= len(b) || a[i] != b[i] {
				t.Fatalf("record %d of %d says\n%s\nwant\n%s", i+1, len(b), a[min(i, len(a)-1)], b[min(i, len(b)-1)])
			}
		}
	}
}
