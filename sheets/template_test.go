package sheets_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"duixian/sheets"
	"duixian/sheets/sample"
)

// What a template says of a column is what the reader does with it: a closed column takes every word that is offered and no other, a
// column of days nothing but days.
func TestTemplatesSayWhatIsRead(t *testing.T) {
	for _, table := range append(sample.New(sample.Options{Firms: 40, Recruits: 60, Months: 6, Seed: 5}).Tables(), selectionTables()...) {
		d, _ := sheets.Lookup(table.Name)
		for _, c := range d.Columns {
			strict := c.Words != nil || c.Form != sheets.Text && c.Form != sheets.Code
			cells, at := rowWith(table, c)
			if cells == nil {
				continue
			}
			try := func(value string) *sheets.Report {
				changed := slices.Clone(cells)
				changed[at] = value
				var b bytes.Buffer
				out := csv.NewWriter(&b)
				_ = out.WriteAll([][]string{table.Header, changed})
				return read(t, d.Kind, "a.csv", b.Bytes(), sheets.Options{KnownOn: 20300101}).Report
			}
			about := func(r *sheets.Report) bool {
				return slices.ContainsFunc(r.Findings, func(f sheets.Finding) bool { return f.Severity == sheets.Refused && f.Column == c.Title })
			}
			if strict && !about(try("都不是")) {
				t.Errorf("%s: the template limits “%s”, the reader takes anything", d.Kind, c.Title)
			}
			meanings := map[string]bool{}
			for _, word := range c.Offer {
				if c.Words == nil {
					continue
				}
				meaning, known := c.Words[word]
				if !known || meanings[meaning+word] {
					t.Errorf("%s: “%s” offers %q", d.Kind, c.Title, word)
				}
				meanings[meaning] = true
				if r := try(word); slices.ContainsFunc(r.Findings, func(f sheets.Finding) bool { return strings.Contains(f.Problem, "可以填的内容") }) {
					t.Errorf("%s: “%s” offers %q, which is refused: %s", d.Kind, c.Title, word, r.Text())
				}
			}
			for word, meaning := range c.Words {
				if !meanings[meaning] {
					t.Errorf("%s: “%s” takes %q, and nothing that is offered means the same", d.Kind, c.Title, word)
				}
			}
		}
	}
}

// rowWith is a row of the sample in which a column is filled, and where the column stands; nil when the sample leaves it out.
func rowWith(table sheets.Table, c sheets.Column) ([]string, int) {
	at := slices.IndexFunc(table.Header, func(title string) bool {
		bare, _, _ := strings.Cut(title, "（")
		return bare == c.Title
	})
	if at < 0 {
		return nil, 0
	}
	for cells := range table.Rows {
		if cells[at] != "" {
			return slices.Clone(cells), at
		}
	}
	return nil, 0
}

// The same template has the same bytes, and a header of its own in CSV that is read without a remark about columns.
func TestTemplatesAreTheSameEachTime(t *testing.T) {
	for _, d := range sheets.All() {
		var a, b, line bytes.Buffer
		if err := d.Template(&a, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.Template(&b, nil); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two templates differ", d.Kind)
		}
		if err := d.TemplateCSV(&line); err != nil {
			t.Fatal(err)
		}
		r := read(t, d.Kind, "a.csv", line.Bytes(), sheets.Options{KnownOn: 20240101}).Report
		if r.Refusal == nil || r.Refusal.Problem != "表头下面没有数据" || len(r.Notes) > 0 {
			t.Errorf("%s: %s", d.Kind, r.Text())
		}
	}
}
