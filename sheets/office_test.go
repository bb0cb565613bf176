package sheets_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"duixian/policy"
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
	checks["appropriations"] = fillTemplate(t, office, dir, allotments)
	checks["amounts"] = fillTemplate(t, office, dir, decidedAmounts)
	checks["export"] = openExport(t, office, dir)
	office.Run(t)
	t.Run("export", checks["export"])
	for _, d := range sheets.All() {
		t.Run("template "+d.Kind, func(t *testing.T) {
			if checks[d.Kind] == nil {
				t.Fatal("the sample has no rows for it: nobody knows whether its template can be filled in")
			}
			checks[d.Kind](t)
		})
	}
}

// decidedAmounts are rows that officials fill in; the sample has none, because they depend on what waits.
var decidedAmounts = sheets.Table{
	Name: "amounts", Header: []string{"申报编号", "结论校验码", "机构名称", "核定金额（元）", "核定比例（%）", "理由", "报送日期"},
	Rows: func(yield func([]string) bool) {
		_ = yield([]string{"12", "3f9a17c2", "示例人力资源有限公司", "80000.50", "", "按活动实际成效核定", "2024-03-05"}) &&
			yield([]string{"13", "00112233", "=1+1", "", "33.3", "按考核结果核定", "2024-03-05"}) && yield([]string{"14", "12345678", "示例猎头有限公司", "100000", "", "按年度工作实效核定", "2024-03-05"})
	},
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

// openExport writes a list with everything people have tried in its texts, has LibreOffice compute it anew and write what it sees.
func openExport(t *testing.T, office *sheetstest.Office, dir string) func(t *testing.T) {
	t.Helper()
	e := evilExport()
	var b bytes.Buffer
	if err := e.Write(&b); err != nil {
		t.Fatal(err)
	}
	path, seen := filepath.Join(dir, "export.xlsx"), filepath.Join(dir, "export.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	office.Open(path)
	office.Recompute()
	office.SaveCSV(seen)
	office.Close()
	return func(t *testing.T) {
		data, err := os.ReadFile(seen)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{{"名称", "编号", "日期", "月份", "人数", "金额（元）"}}
		for row := range e.Rows {
			want = append(want, []string{row[0].(string), row[1].(string), "2024-06-30", "06/01/2024" /* a day, in the words of that program */, "3", "12000.5"})
		}
		n := len(want) - 1
		want = append(want, []string{"合计", "", "", "", strconv.Itoa(3 * n), strings.TrimSuffix(strings.TrimRight((1200050*policy.Fen(n)).String(), "0"), ".")})
		if len(lines) != len(want) {
			t.Fatalf("%d lines, want %d", len(lines), len(want))
		}
		plain := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		for i, line := range lines {
			for k, cell := range line {
				if plain.Replace(cell) != plain.Replace(want[i][k]) {
					t.Errorf("line %d, column %d: %q, want %q", i+1, k+1, cell, want[i][k])
				}
			}
		}
	}
}

func evilExport() sheets.Export {
	return sheets.Export{
		Name: "拨付=明细",
		Columns: []sheets.ExportColumn{
			{Title: "名称"},
			{Title: "编号", Form: sheets.Code},
			{Title: "日期", Form: sheets.Day},
			{Title: "月份", Form: sheets.Month},
			{Title: "人数", Form: sheets.Count, Total: true},
			{Title: "金额", Form: sheets.Amount, Total: true},
		},
		Rows: func(yield func([]any) bool) {
			for _, f := range formulas {
				if !yield([]any{f, "330702199901010010", policy.Date(20240630), policy.Month(202406), 3, policy.Fen(1200050)}) {
					return
				}
			}
		},
	}
}
