package sheets_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"duixian/policy"
	"duixian/sheets"
)

// Whatever is in a cell, a parser says yes or no, and what it says yes to lies in its range.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"2023.9.1", "45170.5", "2023年9月", "202309", "12.5万元", "0.30000000000000004", "★★★", "80%", "第7名", "２０２３", `="1"`, "330702199901010010", "-", ".", "年月日", "2023-09-01T08:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := sheets.ParseDay(s); err == nil && (d < 19000101 || d > 21001231 || d.AddDays(0) != d) {
			t.Errorf("day %q: %d", s, d)
		}
		if m, err := sheets.ParseMonth(s); err == nil && (m < 190001 || m > 210012 || m.Add(0) != m) {
			t.Errorf("month %q: %d", s, m)
		}
		for _, wan := range []bool{false, true} {
			if a, err := sheets.ParseAmount(s, wan); err == nil {
				if again, err := policy.ParseFen(a.String()); err != nil || again != a {
					t.Errorf("amount %q: %v", s, a)
				}
			}
		}
		if n, err := sheets.ParseCount(s); err == nil && n < 0 {
			t.Errorf("count %q: %d", s, n)
		}
		if n, err := sheets.ParseStars(s); err == nil && (n < 0 || n > 5) {
			t.Errorf("stars %q: %d", s, n)
		}
		if p, err := sheets.ParsePercent(s); err == nil {
			if again, err := sheets.ParsePercent(p + "%"); err != nil || again != p {
				t.Errorf("percent %q: %q, then %q %v", s, p, again, err)
			}
		}
		_, _ = sheets.ParseYear(s)
		_, _ = sheets.ParseYesNo(s)
		sheets.SameName(s)
		sheets.Harmless(s)
	})
}

// sound checks what holds of every report, whatever the file.
func sound(t *testing.T, kind, name string, data []byte) {
	t.Helper()
	f, err := sheets.Read(kind, name, bytes.NewReader(data), int64(len(data)), sheets.Options{KnownOn: 20240915})
	if err != nil {
		t.Fatal(err)
	}
	r := f.Report
	if r.Accepted+r.Refused != r.Rows || r.Warned > r.Accepted {
		t.Errorf("%d rows, %d accepted, %d warned, %d refused", r.Rows, r.Accepted, r.Warned, r.Refused)
	}
	if r.Refusal == nil && r.Refused > 0 && len(r.Findings) == 0 {
		t.Error("rows are refused and nothing says why")
	}
	if r.Refusal != nil && (r.Refusal.Problem == "" || r.Refusal.Fix == "") {
		t.Errorf("refused without a reason or a way out: %+v", r.Refusal)
	}
	for _, finding := range r.Findings {
		if finding.Problem == "" || finding.Fix == "" || finding.Row == 0 {
			t.Errorf("a finding without problem, way out or place: %#v", finding)
		}
	}
	if text := r.Text(); !strings.Contains(text, r.Name) {
		t.Errorf("report: %s", text)
	}
	if err := r.WriteXLSX(io.Discard, bytes.NewReader(data), int64(len(data))); err != nil {
		t.Errorf("the report cannot be written: %v", err)
	}
	sheets.Detect(name, bytes.NewReader(data), int64(len(data)))
}

func FuzzCSV(f *testing.F) {
	kinds := sheets.All()
	paths, err := filepath.Glob("testdata/messy/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), data)
		f.Add(uint8(i), gb18030(f, string(data)))
	}
	f.Add(uint8(0), utf16le("机构名称,统一社会信用代码\n"))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		sound(t, kinds[int(kind)%len(kinds)].Kind, "a.csv", data)
	})
}

// FuzzXLSX mutates a sheet inside a whole workbook, and the bytes of a workbook.
func FuzzXLSX(f *testing.F) {
	kinds := sheets.All()
	sheet := `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>机构名称</t></is></c><c t="s"><v>0</v></c></row><row hidden="1"><c r="B2"><f>1+1</f><v>2</v></c><c t="str"><v>_x0041_</v></c></row></sheetData></worksheet>`
	f.Add(uint8(0), []byte(sheet), false)
	f.Add(uint8(6), minimal(f, sheet, "xl/sharedStrings.xml", "<sst><si><r><t>统一社会</t></r><r><t>信用代码</t></r><rPh><t>x</t></rPh></si></sst>"), true)
	f.Fuzz(func(t *testing.T, kind uint8, data []byte, whole bool) {
		if !whole {
			data = minimal(t, string(data), "xl/sharedStrings.xml", "<sst><si><t>统一社会信用代码</t></si></sst>")
		}
		sound(t, kinds[int(kind)%len(kinds)].Kind, "a.xlsx", data)
	})
}

// FuzzRoundTrip types one row into a template: as a workbook and as CSV it is judged the same, and so is the workbook of the report about it.
func FuzzRoundTrip(f *testing.F) {
	kinds := sheets.All()
	for i, d := range kinds {
		var cells []string
		for _, c := range d.Columns {
			cells = append(cells, c.Example)
		}
		f.Add(uint8(i), strings.Join(cells, "|"))
	}
	for i, text := range formulas {
		f.Add(uint8(i), text+"|"+text)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		d := kinds[int(kind)%len(kinds)]
		var head bytes.Buffer
		if err := d.TemplateCSV(&head); err != nil {
			t.Fatal(err)
		}
		titles, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(head.Bytes(), []byte("\ufeff")))).Read()
		if err != nil {
			t.Fatal(err)
		}
		cells := strings.Split(strings.Map(func(r rune) rune {
			if r == utf8.RuneError || r < 0x20 && r != '\n' || r == 0xfffe || r == 0xffff { // no spreadsheet holds them
				return '?'
			}
			return r
		}, text), "|")
		cells = append(cells, make([]string, len(titles))...)[:len(titles)]
		table := sheets.Table{Name: d.Name, Header: titles, Rows: slices.Values([][]string{cells})}
		var plain, book, report bytes.Buffer
		if err := errors.Join(table.WriteCSV(&plain), table.WriteXLSX(&book)); err != nil {
			t.Fatal(err)
		}
		judge := func(name string, data []byte) *sheets.Report {
			return read(t, d.Kind, name, data, sheets.Options{KnownOn: 20240915}).Report
		}
		a, b := judge("a.xlsx", book.Bytes()), judge("a.csv", plain.Bytes())
		if err := a.WriteXLSX(&report, bytes.NewReader(book.Bytes()), int64(book.Len())); err != nil {
			t.Fatal(err)
		}
		c := judge("report.xlsx", report.Bytes())
		for _, other := range []*sheets.Report{b, c} {
			if a.OK() != other.OK() || a.Rows != other.Rows || a.Refused != other.Refused || a.Warned != other.Warned {
				t.Errorf("%s %q is judged\n%s\nand\n%s", d.Kind, cells, a.Text(), other.Text())
			}
		}
	})
}
