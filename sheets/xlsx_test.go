package sheets_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duixian/sheets"
)

// workbook builds a file with excelize, which knows the format independently of our reader.
func workbook(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // nothing is buffered
	build(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fill(f *excelize.File, sheet string, rows [][]any) {
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			panic(err)
		}
	}
}

var keyRows = [][]any{
	{"企业名称", "统一社会信用代码", "产业", "列入日期", "报送日期"},
	{"示例厂", "91330702MA2TE5T1XN", "现代五金", 45292, time.Date(2024, 1, 15, 0, 0, 0, 0, time.UTC)},
}

// A workbook as offices send it: a cover sheet, a merged title, a hidden list, numbers as dates, rich text, a hidden row.
func TestWorkbookAsItComes(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		_ = f.SetSheetName("Sheet1", "封面")
		_ = f.SetCellValue("封面", "A1", "示例市重点产业企业名单")
		_, _ = f.NewSheet("名单")
		_ = f.SetCellValue("名单", "A1", "2024年名单")
		_ = f.MergeCell("名单", "A1", "E1")
		for i, row := range keyRows {
			_ = f.SetSheetRow("名单", fmt.Sprintf("B%d", i+3), &row)
		}
		_ = f.SetCellRichText("名单", "B5", []excelize.RichTextRun{{Text: "示例"}, {Text: "二厂", Font: &excelize.Font{Bold: true}}})
		_ = f.SetSheetRow("名单", "C5", &[]any{"91330702MA2DEM0096", "电子信息", "2024年2月1日", "2024.2.3"})
		_ = f.SetRowVisible("名单", 5, false)
		_ = f.SetSheetRow("名单", "B6", &[]any{"合计", 2})
		_, _ = f.NewSheet("代码表")
		_ = f.SetSheetRow("代码表", "A1", &keyRows[0])
		_ = f.SetSheetVisible("代码表", false)
	})
	f := read(t, "key-enterprises", "名单.xlsx", data, sheets.Options{})
	if !f.Report.OK() || f.Report.Rows != 2 || f.Report.Totals != 1 {
		t.Fatal(f.Report.Text())
	}
	k := f.Records.KeyEnterprises
	if k[0].From != 20240101 || k[0].Known != 20240115 || k[1].Name != "示例二厂" || k[1].From != 20240201 || k[1].At.String() != "工作表“名单”第5行" {
		t.Errorf("%+v", k)
	}
	notes := strings.Join(f.Report.Notes, "\n")
	if !strings.Contains(notes, "“封面”没有认出表头") || !strings.Contains(notes, "1 行被隐藏") || strings.Contains(notes, "代码表") {
		t.Errorf("notes: %s", notes)
	}
}

// Numbers: what fifteen digits leave of an identity number is named as such; a formula is not a value.
func TestNumbersAndFormulas(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		fill(f, "Sheet1", [][]any{
			{"引进机构代码", "用人单位代码", "姓名", "证件号码", "人才类别", "入职日期", "报送日期"},
			{"91330702MA2TE5T01Y", "91330702MA2TE5T1XN", "例一", 330702199901010010.0, "大学生", 45360, 45400},
			{"91330702MA2TE5T01Y", "91330702MA2TE5T1XN", "例二", "330702199806300036", "大学生", 45360, 45400},
			{"91330702MA2TE5T01Y", nil, "例三", "330702200002290026", "大学生", 45360, 45400},
		})
		_ = f.SetCellFormula("Sheet1", "F3", "DATE(2024,3,1)")
		_ = f.MergeCell("Sheet1", "B2", "B4")
	})
	r := read(t, "recruits", "名单.xlsx", data, sheets.Options{}).Report
	text := r.Text()
	for _, want := range []string{"被电子表格截断", "单元格是公式", "“入职日期”", "合并的单元格请先取消合并"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "330702199901010") || r.Refused != 3 {
		t.Errorf("%d refused\n%s", r.Refused, text)
	}
}

// What a formula that came to nothing leaves in a cell is no name of anybody: refused where it stands, in a workbook (as an error, known or
// not, or pasted as text) and in the CSV that was saved from one. A truth value is no name either.
func TestErrorValuesAreNoData(t *testing.T) {
	row := func(n int, name string) string {
		text := func(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }
		return fmt.Sprintf(`<row r="%d">`, n) + text("91330702MA2TE5T01Y") + text("91330702MA2TE5T1XN") + name + text(person) + text("大学生") + text("2024-03-01") + text("2024-04-01") + `</row>`
	}
	head := `<row r="1">`
	for _, title := range []string{"引进机构代码", "用人单位代码", "姓名", "证件号码", "人才类别", "入职日期", "报送日期"} {
		head += `<c t="inlineStr"><is><t>` + title + `</t></is></c>`
	}
	data := minimal(t, fmt.Sprintf(sheetXML, head+`</row>`+row(2, `<c t="e"><v>#N/A</v></c>`)+row(3, `<c t="e"><v>#NEW!</v></c>`)+
		row(4, `<c t="inlineStr"><is><t>#ref!</t></is></c>`)+row(5, `<c t="b"><v>1</v></c>`)+row(6, `<c t="e"><f>VLOOKUP(1,A1,1)</f><v>#N/A</v></c>`)))
	r := read(t, "recruits", "名单.xlsx", data, sheets.Options{}).Report
	for _, want := range []string{
		"工作表“S”第2行，列“姓名”：单元格是错误值 #N/A，不是数据 → 请回到原表改正公式或直接填写，再“选择性粘贴为数值”后保存",
		"第3行，列“姓名”：单元格是错误值 #VALUE!", "第4行，列“姓名”：单元格是错误值 #ref!", "第5行，列“姓名”：单元格是逻辑值 TRUE", "第6行，列“姓名”：单元格是公式",
	} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("no %q in\n%s", want, r.Text())
		}
	}
	if r.Refused != 5 || len(r.Findings) != 5 {
		t.Errorf("%d refused\n%s", r.Refused, r.Text())
	}
	for _, value := range []string{"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"} {
		text := recruitHeader + "91330702MA2TE5T01Y,示例厂," + employer + "," + value + "," + person + ",大学生,2024-03-01,2024-04-01\n"
		r := read(t, "recruits", "名单.csv", []byte(text), sheets.Options{}).Report
		if !strings.Contains(r.Text(), "第2行，列“姓名”：单元格是错误值 "+value) || r.Refused != 1 {
			t.Errorf("%s: %s", value, r.Text())
		}
	}
}

// pack makes a zip of parts.
func pack(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	bookXML  = `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`
	relsXML  = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`
	sheetXML = `<worksheet><sheetData>%s</sheetData></worksheet>`
)

func minimal(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	return pack(t, append([]string{"xl/workbook.xml", bookXML, "xl/_rels/workbook.xml.rels", relsXML, "xl/worksheets/sheet1.xml", sheet}, more...)...)
}

// What could hurt is refused at once, with a sentence about what it is, and in little memory.
func TestHarmfulFilesAreRefusedAtOnce(t *testing.T) {
	rows := fmt.Sprintf(sheetXML, "")
	good := workbook(t, func(f *excelize.File) { fill(f, "Sheet1", keyRows) })
	many := make([]string, 0, 500)
	for i := range 250 {
		many = append(many, fmt.Sprintf("xl/media/%d.png", i), "")
	}
	for _, c := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"empty", "a.xlsx", nil, "文件是空的"},
		{"old format", "a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"), "另存为 .xlsx"},
		{"pdf", "a.pdf", []byte("%PDF-1.7 ..."), "PDF"},
		{"html called xls", "a.xls", []byte("<html><table></table></html>"), "内容却不是 .xlsx"},
		{"binary", "a.csv", []byte("a,b\x00c\n"), "不是文本文件"},
		{"any zip", "a.xlsx", pack(t, "a.txt", "x"), "不是 .xlsx"},
		{"truncated", "a.xlsx", good[:len(good)/2], "不完整"},
		{"bomb", "a.xlsx", minimal(t, fmt.Sprintf(sheetXML, strings.Repeat(`<row r="1"><c r="A1"><v>0</v></c></row>`, 4_000_000))), "压缩比"},
		{"text bomb", "a.xlsx", minimal(t, rows, "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("a", 64<<20)+"</t></si></sst>"), "压缩比"},
		{"many entries", "a.xlsx", minimal(t, rows, many...), "200 个"},
		{"paths", "a.xlsx", minimal(t, rows, "../evil", "x"), "路径不正常"},
		{"macros", "a.xlsm", minimal(t, rows, "xl/vbaProject.bin", "x"), "带有宏"},
		{"hidden macros", "a.xlsx", minimal(t, rows, "[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`), "带有宏"},
		{"old macros", "a.xlsx", minimal(t, rows, "xl/macrosheets/sheet1.xml", "x"), "带有宏"},
		{"external links", "a.xlsx", minimal(t, rows, "xl/externalLinks/externalLink1.xml", "x"), "外部链接"},
		{"binary workbook", "a.xlsb", pack(t, "xl/workbook.bin", "x"), ".xlsb"},
		{"a million columns", "a.csv", []byte(strings.Repeat("列,", 250_000) + "\n"), "超过 100 列"},
		{"a far column", "a.xlsx", minimal(t, fmt.Sprintf(sheetXML, `<row r="1"><c r="XFD1"><v>1</v></c></row>`)), "超过 100 列"},
		{"one endless line", "a.csv", append([]byte(`"`), bytes.Repeat([]byte("例"), 2_000_000)...), "引号"},
		{"a long cell", "a.csv", append(bytes.Repeat([]byte("a"), 40_000), '\n'), "单元格"},
		{"too many rows", "a.xlsx", workbookOfRows(t, 200_001), "超过 200000 行"},
		{"not utf-8 and not gb18030", "a.csv", []byte("\xff\xff\xff,\xfe\n"), "认不出的字符"},
		{"lost characters", "a.csv", []byte("企业\ufffd称,代码\n"), "乱码"},
		{"sheet cut off", "a.xlsx", minimal(t, `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>`), "损坏"},
		{"only opening tags", "a.xlsx", minimal(t, fmt.Sprintf(sheetXML, noisy(400_000))), "损坏"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			began := time.Now()
			f := read(t, "key-enterprises", c.file, c.data, sheets.Options{KnownOn: 20240101})
			spent := time.Since(began)
			runtime.ReadMemStats(&after)
			if f.Report.Refusal == nil || !strings.Contains(f.Report.Refusal.Error(), c.want) {
				t.Errorf("refused with %v, want %q", f.Report.Refusal, c.want)
			}
			if used := (after.Sys - before.Sys) >> 20; used > 200 {
				t.Errorf("took %d MB", used)
			}
			if spent > 20*time.Second {
				t.Errorf("took %v", spent)
			}
		})
	}
}

// workbookOfRows has rows that pack badly, so that it is not taken for a bomb.
func workbookOfRows(t testing.TB, n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d"><c t="inlineStr"><is><t>%x</t></is></c></row>`, i+1, i*2654435761)
	}
	return minimal(t, fmt.Sprintf(sheetXML, b.String()))
}

func noisy(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<a%x>", i*2654435761)
	}
	return b.String()
}

// The same rows as UTF-8, UTF-8 with a mark, GB18030, UTF-16, with tabs and with semicolons are the same rows.
func TestEncodings(t *testing.T) {
	plain := "企业名称,统一社会信用代码,产业,列入日期,报送日期\r\n示例㐂厂,91330702MA2TE5T1XN,现代五金,2024-01-01,2024-01-15\r\n"
	for name, data := range map[string][]byte{
		"utf-8": []byte(plain), "utf-8 with mark": []byte("\ufeff" + plain), "gb18030": gb18030(t, plain), "utf-16": utf16le(plain),
		"tabs": []byte(strings.ReplaceAll(plain, ",", "\t")), "semicolons": []byte(strings.ReplaceAll(plain, ",", ";")), "old mac line ends": []byte(strings.ReplaceAll(plain, "\r\n", "\n")),
	} {
		f := read(t, "key-enterprises", "a.csv", data, sheets.Options{})
		if !f.Report.OK() || len(f.Records.KeyEnterprises) != 1 || f.Records.KeyEnterprises[0].Name != "示例㐂厂" {
			t.Errorf("%s: %+v\n%s", name, f.Records.KeyEnterprises, f.Report.Text())
		}
	}
	long := gb18030(t, plain+strings.Repeat("示例厂,91330702MA2DEM0096,现代五金,2024-01-01,2024-01-15\n", 3000))
	if f := read(t, "key-enterprises", "a.csv", long, sheets.Options{}); !f.Report.OK() || f.Report.Rows != 3001 {
		t.Errorf("a long file: %s", f.Report.Text())
	}
}

// A character that cannot be read is reported in its row, whatever the encoding of the rest; at the end of the file it says that the file
// may not have come whole.
func TestABadCharacterIsReportedInItsRow(t *testing.T) {
	plain := "企业名称,统一社会信用代码,产业,列入日期,报送日期\n" + strings.Repeat("示例厂,91330702MA2DEM0096,现代五金,2024-01-01,2024-01-15\n", 6000)
	inRow := func(data []byte, row int, bad string) []byte {
		lines := bytes.SplitAfter(data, []byte("\n"))
		lines[row-1] = append([]byte(bad), lines[row-1]...)
		return bytes.Join(lines, nil)
	}
	cut := plain + "示例"
	national := gb18030(t, cut)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"utf-8", inRow([]byte(plain), 5000, "\xff"), "第5000行：有认不出的字符"},
		{"utf-8 with mark", inRow([]byte("\ufeff"+plain), 3, "\xe4\xb8"), "第3行：有认不出的字符"},
		{"gb18030", inRow(gb18030(t, plain), 5000, "\xff"), "第5000行：有认不出的字符"},
		{"utf-8 cut", []byte(cut[:len(cut)-1]), "第6002行：文件末尾有认不出的字符，文件可能没有传完"},
		{"gb18030 cut", national[:len(national)-1], "第6002行：文件末尾有认不出的字符，文件可能没有传完"},
		{"bad in the last line that ends", append([]byte(plain), "示\xff\n"...), "第6002行：有认不出的字符"},
		{"bad at the end of a line above", append([]byte(plain), "示\xff\n示例"...), "第6002行：有认不出的字符"},
	} {
		r := read(t, "key-enterprises", "a.csv", c.data, sheets.Options{}).Report
		if r.Refusal == nil || !strings.HasPrefix(r.Refusal.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, r.Refusal, c.want)
		}
	}
}

// A directory that understates a part's size cannot make us read more than it says.
func TestUnderstatedSizeIsRefused(t *testing.T) {
	data := minimal(t, fmt.Sprintf(sheetXML, `<row r="1"><c r="A1" t="inlineStr"><is><t>企业名称</t></is></c></row>`+strings.Repeat(`<row><c><v>1</v></c></row>`, 1000)))
	size := []byte{0, 0, 0, 0}
	at := bytes.LastIndex(data, []byte("PK\x01\x02")) // the directory entry of the sheet: its size stands at offset 24
	copy(data[at+24:at+28], append([]byte{100}, size[1:]...))
	f := read(t, "key-enterprises", "a.xlsx", data, sheets.Options{KnownOn: 20240101})
	if f.Report.Refusal == nil || !strings.Contains(f.Report.Refusal.Problem, "损坏") {
		t.Errorf("%v", f.Report.Refusal)
	}
}

func TestReportAsJSON(t *testing.T) {
	text := "企业名称,统一社会信用代码,列入日期\n示例厂,91330702MA2TE5T1XN,2024.2.30\n"
	b, err := json.Marshal(read(t, "key-enterprises", "名单.csv", []byte(text), sheets.Options{KnownOn: 20240915}).Report)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"名单.csv","kind":"key-enterprises","name":"重点产业企业名单（2+4+X）","known_on":"2024-09-15","rows":1,"accepted":0,"warned":0,"refused":1,"totals":0,` +
		`"notes":["文件没有“报送日期”列，按 2024年9月15日 得知处理"],"findings":[{"severity":"refused","row":2,"column":"列入日期","value":"2024.2.30","problem":"这一天不存在","fix":"写成 2024-06-30 的样子"}]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

func TestKindsAreRecognised(t *testing.T) {
	for name, want := range map[string]string{"firms.csv": "firms", "/x/key-enterprises.xlsx": "key-enterprises", "引才名单.xlsx": "recruits", "notes.csv": ""} {
		if got := sheets.KindOf(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for header, want := range map[string]string{
		"标题\n引进机构代码,用人单位代码,姓名,身份证号,人才类别,入职日期\n": "recruits", "单位代码,姓名,身份证号,缴费年月\n": "insurance", "甲,乙\n1,2\n": "",
	} {
		if got := sheets.Detect("a.csv", strings.NewReader(header), int64(len(header))); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}
