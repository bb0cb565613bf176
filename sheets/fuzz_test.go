package sheets_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
