package sheets_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"duixian/policy"
	"duixian/sheets"
	"duixian/sheets/sheetstest"
)

// An export shows its sums also where nothing is computed, keeps texts as texts, and can be filtered without its last row.
func TestExport(t *testing.T) {
	e := evilExport()
	var b, again bytes.Buffer
	if err := e.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := e.Write(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("written twice it differs, %v", err)
	}
	f := sheetstest.Book(t, b.Bytes())
	const sheet = "拨付=明细"
	for i, text := range formulas {
		at := "A" + strconv.Itoa(i+2)
		if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
			t.Errorf("%q became the formula %q, %v", text, formula, err)
		}
		if got, err := f.GetCellValue(sheet, at); err != nil || got != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
	last := strconv.Itoa(len(formulas) + 2)
	n := len(formulas)
	for at, want := range map[string]string{
		"A1": "名称", "F1": "金额（元）", "B2": "330702199901010010", "C2": "2024-06-30", "D2": "2024-06", "E2": "3", "F2": "12,000.50",
		"A" + last: "合计", "E" + last: strconv.Itoa(3 * n), "F" + last: grouped(1200050 * policy.Fen(n)),
	} {
		if got, err := f.GetCellValue(sheet, at); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", at, got, want, err)
		}
	}
	if got, err := f.GetCellFormula(sheet, "F"+last); err != nil || got != "SUM(F2:F"+strconv.Itoa(n+1)+")" {
		t.Errorf("the sum is %q, %v", got, err)
	}
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if raw := part(t, b.Bytes(), "xl/worksheets/sheet1.xml"); !strings.Contains(raw, `<autoFilter ref="A1:F`+strconv.Itoa(n+1)+`"/>`) {
		t.Error("the rows cannot be filtered, or their sum is filtered with them")
	}
}

func grouped(f policy.Fen) string { return strings.TrimSuffix(f.Text(), " 元") }

// A value in the wrong column is an error, not a wrong file; a list without rows has its titles; names of sheets are made to fit.
func TestExportAtItsEdges(t *testing.T) {
	one := func(name string, form sheets.Form, values ...any) (string, error) {
		var b bytes.Buffer
		e := sheets.Export{Name: name, Above: []string{"截至2026年3月1日"}, Columns: []sheets.ExportColumn{{Title: "列", Form: form, Total: form == sheets.Amount}}}
		e.Rows = func(yield func([]any) bool) {
			for _, v := range values {
				if !yield([]any{v}) {
					return
				}
			}
		}
		if err := e.Write(&b); err != nil {
			return "", err
		}
		return sheetstest.Text(t, b.Bytes()), nil
	}
	for _, c := range []struct {
		form  sheets.Form
		value any
	}{{sheets.Amount, "12"}, {sheets.Amount, 12}, {sheets.Text, policy.Fen(1)}, {sheets.Day, policy.Month(202401)}, {sheets.Count, 1.5}} {
		if got, err := one("a", c.form, c.value); err == nil {
			t.Errorf("%T in a column of form %d gave %s", c.value, c.form, got)
		}
	}
	for _, c := range []struct {
		name   string
		form   sheets.Form
		values []any
		want   string
	}{
		{"空", sheets.Amount, nil, "[空]\n截至2026年3月1日\n列（元）\n0.00\n"},
		{"a/b:c[d]*?'" + strings.Repeat("长", 40), sheets.Day, []any{policy.Date(0), policy.Date(20240229), nil}, "[a_b_c_d____" + strings.Repeat("长", 20) + "]\n截至2026年3月1日\n列\n\n2024-02-29\n"},
		{"金额", sheets.Amount, []any{policy.Fen(-5), nil, policy.Fen(10)}, "[金额]\n截至2026年3月1日\n列（元）\n-0.05\n\n0.10\n=0.05\n"},
	} {
		if got, err := one(c.name, c.form, c.values...); err != nil || !slices.Equal(strings.Split(strings.TrimRight(got, "\n"), "\n"), strings.Split(strings.TrimRight(c.want, "\n"), "\n")) {
			t.Errorf("%s: got\n%s\nwant\n%s%v", c.name, got, c.want, err)
		}
	}
}

func part(t *testing.T, data []byte, name string) string {
	t.Helper()
	pack, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	in, err := pack.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // it is only read
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
