package sheets_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duixian/sheets"
	"duixian/sheets/sheetstest"
)

func annotated(t *testing.T, kind, name string, data []byte, opt sheets.Options) (*sheets.Report, []byte) {
	t.Helper()
	r := read(t, kind, name, data, opt).Report
	var b bytes.Buffer
	if err := r.WriteXLSX(&b, bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	return r, b.Bytes()
}

// A firm hands in a list with one wrong date and a formula in a name. What it gets back is its own list, row by row, with the reason beside
// the row; the ID numbers are its own and whole, while the report that is printed and logged shows none.
func TestReportBesideTheRows(t *testing.T) {
	text := "2024年3月引才名单,,,,,,,\n引进机构代码,用人单位名称,用人单位代码,姓名,证件号码,人才类别,入职日期,报送日期\n" +
		"91330702MA2TE5T01Y,\"=HYPERLINK(\"\"http://x\"\")\",91330702MA2TE5T1XN,例一,330702199901010010,大学生,2024-03-01,2024-04-01\n" +
		"91330702MA2TE5T01Y,示例厂,91330702MA2TE5T1XN,例二,330702199806300036,大学生,2024-02-30,2024-04-01\n" +
		"91330702MA2TE5T01Y,示例厂,91330702MA2TE5T01Y,例三,330702200002290026,大学生,2024-03-05,2024-04-01\n合计,3,,,,,,\n"
	r, book := annotated(t, "recruits", "名单.csv", []byte(text), sheets.Options{})
	want := `[引才名单]
2024年3月引才名单
引进机构代码|用人单位名称|用人单位代码|姓名|证件号码|人才类别|入职日期|报送日期|结果|问题原因|怎么办
91330702MA2TE5T01Y|=HYPERLINK("http://x")|91330702MA2TE5T1XN|例一|330702199901010010|大学生|2024-03-01|2024-04-01|合格
91330702MA2TE5T01Y|示例厂|91330702MA2TE5T1XN|例二|330702199806300036|大学生|2024-02-30|2024-04-01|拒绝|“入职日期”：这一天不存在|请写成 2024-06-30 的样子
91330702MA2TE5T01Y|示例厂|91330702MA2TE5T01Y|例三|330702200002290026|大学生|2024-03-05|2024-04-01|提醒|“用人单位代码”：引进机构和用人单位是同一家|请核对两个代码，无误可照常导入
合计|3|||||||未计入|合计行
[导入报告]
`
	if got := sheetstest.Text(t, book); !strings.HasPrefix(got, want) || !strings.Contains(got, "共 3 行：通过 2 行（其中提醒 1 行），拒绝 1 行") {
		t.Errorf("got\n%s\nwant\n%s…", got, want)
	}
	f := sheetstest.Book(t, book)
	if formula, err := f.GetCellFormula("引才名单", "B3"); err != nil || formula != "" {
		t.Errorf("the name has become the formula %q, %v", formula, err)
	}
	for at, fill := range map[string]string{"A4": "FFC7CE", "K4": "FFC7CE", "A3": "", "I5": "FFEB9C", "A5": ""} {
		if got := sheetstest.Fill(t, f, "引才名单", at); got != fill {
			t.Errorf("%s is filled with %q, want %q", at, got, fill)
		}
	}
	said, err := json.Marshal(r)
	if err != nil || strings.Contains(string(said)+r.Text(), "330702199806300036") || strings.Contains(string(said)+r.Text(), "例二") {
		t.Errorf("%s\n%s, %v", said, r.Text(), err)
	}

	// Corrected in the report itself, it can be handed in as it is.
	if err := f.SetCellStr("引才名单", "G4", "2024-02-28"); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := f.Write(&again); err != nil {
		t.Fatal(err)
	}
	if r := read(t, "recruits", "名单.xlsx", again.Bytes(), sheets.Options{}).Report; !r.OK() || r.Rows != 3 || r.Totals != 1 {
		t.Error(r.Text())
	}
}

// Days that a workbook stores as numbers come back as days; what was not read is not there; a file that cannot be read at all gives the
// report alone.
func TestReportOfAWorkbook(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		_ = f.SetSheetName("Sheet1", "封面")
		_ = f.SetCellValue("封面", "A1", "示例市")
		_, _ = f.NewSheet("名单")
		fill(f, "名单", append(keyRows, []any{"示例二厂", "123", "电子信息", 45323, time.Date(2024, 2, 3, 0, 0, 0, 0, time.UTC)}))
	})
	_, book := annotated(t, "key-enterprises", "名单.xlsx", data, sheets.Options{})
	got := sheetstest.Text(t, book)
	if !strings.HasPrefix(got, "[名单]\n企业名称|") || !strings.Contains(got, "示例厂|91330702MA2TE5T1XN|现代五金|2024-01-01|2024-01-15|合格\n示例二厂|123|电子信息|2024-02-01|2024-02-03|拒绝|“统一社会信用代码”") {
		t.Error(got)
	}
	_, book = annotated(t, "key-enterprises", "名单.csv", []byte("企业名称,产业,列入日期\n示例厂,现代五金,2024-01-01\n"), sheets.Options{KnownOn: 20240101})
	if got := sheetstest.Text(t, book); !strings.Contains(got, "企业名称|产业|列入日期|拒绝|缺少“统一社会信用代码”列") {
		t.Error(got)
	}
	_, book = annotated(t, "key-enterprises", "名单.xlsx", data[:200], sheets.Options{})
	if got := sheetstest.Text(t, book); !strings.HasPrefix(got, "[导入报告]\n名单.xlsx") || !strings.Contains(got, "文件不完整") {
		t.Error(got)
	}
}

// Whatever a name holds, the report is a workbook that others can open, and the name comes back as it was.
func TestReportOfAnyText(t *testing.T) {
	for _, evil := range formulas {
		text := fmt.Sprintf("企业名称,统一社会信用代码,产业,列入日期,报送日期\n%q,91330702MA2TE5T1XN,现代五金,2024-02-30,2024-01-15\n", strings.ReplaceAll(evil, `"`, `'`))
		text = strings.ReplaceAll(text, `\`, "/")
		_, book := annotated(t, "key-enterprises", "a.csv", []byte(text), sheets.Options{})
		f := sheetstest.Book(t, book)
		sheet := f.GetSheetList()[0]
		if formula, err := f.GetCellFormula(sheet, "A2"); err != nil || formula != "" {
			t.Errorf("%q became the formula %q, %v", evil, formula, err)
		}
	}
}
