package sheets_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"duixian/sheets"
	"duixian/sheets/sample"
)

// malformed is one file that must not be imported.
type malformed struct {
	what, kind, name string
	data             []byte
	whole            bool // nothing in it can be pointed at: the file as such is refused
}

// breaker makes a file that is wrong in one way out of a good one.
type breaker struct {
	what string
	make func(t testing.TB, r *rand.Rand, g good) malformed
}

// good is a small right file of a kind: titles and rows.
type good struct {
	kind   string
	header []string
	rows   [][]string
}

func goods() (list []good) {
	for _, table := range sample.New(sample.Options{Firms: 12, Recruits: 20, Months: 4, Seed: 9}).Tables() {
		g := good{kind: table.Name, header: table.Header}
		for row := range table.Rows {
			if g.rows = append(g.rows, slices.Clone(row)); len(g.rows) == 6 {
				break
			}
		}
		list = append(list, g)
	}
	return list
}

func (g good) clone() good {
	c := good{g.kind, slices.Clone(g.header), nil}
	for _, row := range g.rows {
		c.rows = append(c.rows, slices.Clone(row))
	}
	return c
}

func (g good) csv() []byte {
	var b bytes.Buffer
	_ = csv.NewWriter(&b).WriteAll(append([][]string{g.header}, g.rows...))
	return b.Bytes()
}

func (g good) xlsx(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	table := sheets.Table{Name: "数据", Header: g.header, Rows: slices.Values(g.rows)}
	if err := table.WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// required is the place of a column that must be filled, other than the first.
func (g good) required(r *rand.Rand) int {
	d, _ := sheets.Lookup(g.kind)
	var list []int
	for i, title := range g.header {
		bare, _, _ := strings.Cut(title, "（")
		if slices.ContainsFunc(d.Columns, func(c sheets.Column) bool { return c.Title == bare && c.Required }) && g.rows[0][i] != "" {
			list = append(list, i)
		}
	}
	return list[r.IntN(len(list))]
}

// code is the place of the column with the code that rows are told apart by.
func (g good) code() int {
	return slices.IndexFunc(g.header, func(s string) bool {
		return strings.Contains(s, "代码") || s == "成员编号" || s == "候选编号"
	})
}

// either packs a file as CSV or as a workbook.
func (g good) either(t testing.TB, r *rand.Rand, what string) malformed {
	t.Helper()
	if r.IntN(2) == 0 {
		return malformed{what, g.kind, "a.csv", g.csv(), false}
	}
	return malformed{what, g.kind, "a.xlsx", g.xlsx(t), false}
}

// sheet is a workbook around the XML of rows, with more parts.
func (g good) sheet(t testing.TB, what, rows string, whole bool, more ...string) malformed {
	t.Helper()
	var head strings.Builder
	head.WriteString(`<row r="1">`)
	for _, title := range g.header {
		fmt.Fprintf(&head, `<c t="inlineStr"><is><t>%s</t></is></c>`, title)
	}
	head.WriteString(`</row>`)
	return malformed{what, g.kind, "a.xlsx", minimal(t, fmt.Sprintf(sheetXML, head.String()+rows), more...), whole}
}

// dayOf puts a value into a column of days.
func (g good) dayOf(t testing.TB, r *rand.Rand, value string) malformed {
	t.Helper()
	d, _ := sheets.Lookup(g.kind)
	for i, title := range g.header {
		if slices.ContainsFunc(d.Columns, func(c sheets.Column) bool { return c.Title == title && c.Form == sheets.Day }) {
			g.rows[r.IntN(len(g.rows))][i] = value
			return g.either(t, r, "")
		}
	}
	t.Fatalf("%s has no column of days", g.kind)
	return malformed{}
}

// contradiction says the first row again, with something else in it.
func (g good) contradiction(t testing.TB, r *rand.Rand) malformed {
	t.Helper()
	for title, value := range map[string]string{
		"许可证号": "别的编号", "角色": "", "产业": "", "人才类别": "其他", "状态": "撤销", "认定单位": "别的单位", "日期": "2023-01-02", "考核日期": "2023-01-02", "姓名": "别人",
		"移出日期": "2040-12-31", "报告日期": "2030-01-02", "出具日期": "2030-01-02", "评价日期": "2030-01-02", "推荐理由": "别的事迹", "利害关系": "回避",
	} {
		i := slices.Index(g.header, title)
		if i < 0 || value == "" || g.rows[0][i] == value || title == "姓名" && g.kind != "members" || title == "状态" && g.kind != "insurance" || title == "移出日期" && g.kind != "key-enterprises" {
			continue
		}
		again := slices.Clone(g.rows[0])
		again[i] = value
		g.rows = append(g.rows, again)
		return g.either(t, r, "")
	}
	t.Fatalf("nothing in %s can be contradicted", g.kind)
	return malformed{}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func workbookOf(g good) *excelize.File {
	f := excelize.NewFile()
	for y, row := range append([][]string{g.header}, g.rows...) {
		for x, text := range row {
			if text != "" {
				_ = f.SetCellStr("Sheet1", cellName(x, y+1), text)
			}
		}
	}
	return f
}

func written(f *excelize.File) []byte {
	var b bytes.Buffer
	_ = f.Write(&b)
	_ = f.Close()
	return b.Bytes()
}

func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		panic(err)
	}
	return name
}

// cellOf puts a value where the code of a row stands.
func cellOf(value func(r *rand.Rand) string) func(t testing.TB, r *rand.Rand, g good) malformed {
	return func(t testing.TB, r *rand.Rand, g good) malformed {
		g.rows[r.IntN(len(g.rows))][g.code()] = value(r)
		return g.either(t, r, "")
	}
}

// raw is a file of bytes.
func raw(name string, whole bool, data func(r *rand.Rand, g good) []byte) func(t testing.TB, r *rand.Rand, g good) malformed {
	return func(_ testing.TB, r *rand.Rand, g good) malformed {
		return malformed{"", g.kind, name, data(r, g), whole}
	}
}

// besides is a workbook with one part too many.
func besides(whole bool, more ...string) func(t testing.TB, r *rand.Rand, g good) malformed {
	return func(t testing.TB, _ *rand.Rand, g good) malformed { return g.sheet(t, "", "", whole, more...) }
}

// breakers are the ways in which files arrive broken, by accident or on purpose.
var breakers = []breaker{
	{"cut off", func(t testing.TB, r *rand.Rand, g good) malformed {
		data := g.xlsx(t)
		return malformed{"", g.kind, "a.xlsx", data[:r.IntN(len(data)-1)+1], true}
	}},
	{"bits flipped", func(t testing.TB, r *rand.Rand, g good) malformed {
		data := g.xlsx(t)
		at := bytes.Index(data, []byte("xl/worksheets/sheet1.xml")) + 40
		for i := range 12 { // inside the packed rows: their checksum must not fit
			data[at+i*3] ^= byte(1 + r.IntN(255))
		}
		return malformed{"", g.kind, "a.xlsx", data, true}
	}},
	{"a bomb", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.sheet(t, "", strings.Repeat(`<row><c><v>0</v></c></row>`, 200_000+r.IntN(200_000)), true)
	}},
	{"a bomb of texts", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.sheet(t, "", "", true, "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("a", (4+r.IntN(12))<<20)+"</t></si></sst>")
	}},
	{"a slow bomb", func(t testing.TB, r *rand.Rand, g good) malformed { // packs badly enough to pass the ratio; the rows are noise
		var b strings.Builder
		for i := range 15_000 + r.IntN(15_000) {
			fmt.Fprintf(&b, `<row><c t="inlineStr"><is><t>%x</t></is></c><c><v>%d</v></c></row>`, r.Uint64(), i)
		}
		return g.sheet(t, "", b.String(), false)
	}},
	{"entities in entities", func(t testing.TB, _ *rand.Rand, g good) malformed {
		dtd := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
		return malformed{"", g.kind, "a.xlsx", minimal(t, dtd+fmt.Sprintf(sheetXML, `<row><c t="inlineStr"><is><t>&c;</t></is></c></row>`)), true}
	}},
	{"a file from outside as an entity", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.xlsx", minimal(t, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`+fmt.Sprintf(sheetXML, `<row><c t="inlineStr"><is><t>&e;</t></is></c></row>`)), true}
	}},
	{"nested deep", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.sheet(t, "", noisy(1000+r.IntN(50_000)), true)
	}},
	{"tags that never end", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.sheet(t, "", `<row><c r="`+strings.Repeat("A", 2<<20+r.IntN(1<<20)), true)
	}},
	{"merged cells", func(_ testing.TB, r *rand.Rand, g good) malformed {
		data := workbookOf(g)
		_ = data.MergeCell("Sheet1", cellName(g.required(r), 2), cellName(g.required(r), 4))
		at := g.required(r)
		_ = data.MergeCell("Sheet1", cellName(at, 3), cellName(at, 6))
		return malformed{"", g.kind, "a.xlsx", written(data), false}
	}},
	{"a formula", func(_ testing.TB, r *rand.Rand, g good) malformed {
		data := workbookOf(g)
		_ = data.SetCellFormula("Sheet1", cellName(g.required(r), 2+r.IntN(6)), `HYPERLINK("http://127.0.0.1/","x")`)
		return malformed{"", g.kind, "a.xlsx", written(data), false}
	}},
	{"an error as a value", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return g.sheet(t, "", `<row r="2">`+strings.Repeat(`<c t="e"><v>#N/A</v></c>`, len(g.header))+`</row>`, false)
	}},
	{"external links", besides(true, "xl/externalLinks/externalLink1.xml", "x")},
	{"macros", besides(true, "xl/vbaProject.bin", "x")},
	{"old macros", besides(true, "xl/macrosheets/sheet1.xml", "x")},
	{"a path that climbs out", besides(true, "../../etc/cron.d/evil", "x")},
	{"an absolute path", besides(true, "/etc/passwd", "x")},
	{"a path of another system", besides(true, `C:\windows\evil.dll`, "x")},
	{"a password", besides(true, "EncryptedPackage", "x")},
	{"a password, as it really is", raw("a.xlsx", true, func(r *rand.Rand, _ good) []byte {
		return append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), noise(r, 4096)...)
	})},
	{"links that lead nowhere", func(t testing.TB, r *rand.Rand, g good) malformed {
		to := []string{"../../../etc/passwd", "http://127.0.0.1/sheet.xml", "worksheets/none.xml", ""}[r.IntN(4)]
		return malformed{"", g.kind, "a.xlsx", pack(t, "xl/workbook.xml", bookXML, "xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="`+to+`"/></Relationships>`, "xl/worksheets/sheet1.xml", fmt.Sprintf(sheetXML, "")), true}
	}},
	{"no sheets", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.xlsx", pack(t, "xl/workbook.xml", "<workbook/>", "xl/_rels/workbook.xml.rels", relsXML), true}
	}},
	{"a zip of something else", func(t testing.TB, r *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.xlsx", pack(t, "photo.jpg", string(noise(r, 2000))), true}
	}},
	{"the same part twice", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return g.sheet(t, "", "", true, "xl/worksheets/sheet1.xml", fmt.Sprintf(sheetXML, `<row><c><v>1</v></c></row>`))
	}},
	{"a size that lies", func(t testing.TB, r *rand.Rand, g good) malformed {
		data := g.xlsx(t)
		for p := 0; ; { // every entry of the directory says less than it holds
			i := bytes.Index(data[p:], []byte("PK\x01\x02"))
			if i < 0 {
				break
			}
			at := p + i
			p = at + 4
			copy(data[at+24:at+28], []byte{byte(1 + r.IntN(90)), 0, 0, 0})
		}
		return malformed{"", g.kind, "a.xlsx", data, true}
	}},
	{"many entries", func(t testing.TB, r *rand.Rand, g good) malformed {
		var more []string
		for i := range 200 + r.IntN(2000) {
			more = append(more, fmt.Sprintf("xl/media/%d.png", i), "")
		}
		return g.sheet(t, "", "", true, more...)
	}},
	{"many sheets", func(t testing.TB, _ *rand.Rand, g good) malformed {
		var book strings.Builder
		for i := range 60 {
			fmt.Fprintf(&book, `<sheet name="S%d" r:id="rId1"/>`, i)
		}
		return malformed{"", g.kind, "a.xlsx", pack(t, "xl/workbook.xml", `<workbook xmlns:r="r"><sheets>`+book.String()+`</sheets></workbook>`, "xl/_rels/workbook.xml.rels", relsXML, "xl/worksheets/sheet1.xml", fmt.Sprintf(sheetXML, "")), true}
	}},
	{"another encoding in the XML", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.xlsx", minimal(t, `<?xml version="1.0" encoding="GBK"?>`+fmt.Sprintf(sheetXML, "")), true}
	}},
	{"texts that are not there", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return g.sheet(t, "", `<row r="2">`+strings.Repeat(`<c t="s"><v>99999999</v></c>`, 3)+`<c><v>1</v></c></row>`, false)
	}},
	{"cells far away", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.sheet(t, "", fmt.Sprintf(`<row r="%d"><c r="XFD1048576"><v>1</v></c></row>`, 2+r.IntN(1000)), false)
	}},
	{"a million columns", raw("a.csv", false, func(r *rand.Rand, g good) []byte {
		return []byte(strings.Join(g.header, ",") + strings.Repeat(",列", 100_000+r.IntN(900_000)/4) + "\n")
	})},
	{"too many rows", raw("a.csv", false, func(r *rand.Rand, g good) []byte {
		return []byte(strings.Join(g.header, ",") + "\n" + strings.Repeat("合计\n", 1_000_000+r.IntN(10)))
	})},
	{"a title twice", func(t testing.TB, r *rand.Rand, g good) malformed {
		at := g.required(r)
		g.header = append(g.header, g.header[at])
		for i := range g.rows {
			g.rows[i] = append(g.rows[i], "x")
		}
		return g.either(t, r, "")
	}},
	{"a title missing", func(t testing.TB, r *rand.Rand, g good) malformed {
		g.header[g.required(r)] = "没人知道的列"
		m := g.either(t, r, "")
		m.whole = true // too little may be left to recognise the line of titles
		return m
	}},
	{"no titles", func(t testing.TB, r *rand.Rand, g good) malformed {
		g.header = g.rows[0]
		m := g.either(t, r, "")
		m.whole = true
		return m
	}},
	{"no rows", func(t testing.TB, r *rand.Rand, g good) malformed { g.rows = nil; return g.either(t, r, "") }},
	{"another kind of file", func(t testing.TB, r *rand.Rand, g good) malformed {
		m := g.either(t, r, "")
		for m.kind == g.kind {
			m.kind = sheets.All()[r.IntN(len(sheets.All()))].Kind
		}
		return m
	}},
	{"a cell missing", func(t testing.TB, r *rand.Rand, g good) malformed {
		g.rows[r.IntN(len(g.rows))][g.code()] = ""
		return g.either(t, r, "")
	}},
	{"words for a day", func(t testing.TB, r *rand.Rand, g good) malformed {
		return g.dayOf(t, r, []string{"昨天", "2024年13月1日", "2024-02-30", "31/12/99", "0000-00-00", "24.6", "99999999", "-45000", "1e5", "NaN", "二〇二四年", "2024-06"}[r.IntN(12)])
	}},
	{"a code cut by the program", cellOf(func(*rand.Rand) string { return "9.13307E+17" })},
	{"a code of other letters", cellOf(func(r *rand.Rand) string { return "９１３３０７O２MA2TE5T0" + string(rune('А'+r.IntN(20))) })},
	{"a code with something behind", cellOf(func(r *rand.Rand) string { return "91330702MA2TE5T01Y" + formulas[r.IntN(len(formulas))] })},
	{"a formula for a code", cellOf(func(r *rand.Rand) string { return formulas[r.IntN(len(formulas))] })},
	{"a very long cell", cellOf(func(r *rand.Rand) string { return strings.Repeat("长", 10_000+r.IntN(200)) })},
	{"a cell beyond all limits", func(t testing.TB, r *rand.Rand, g good) malformed {
		g.rows[r.IntN(len(g.rows))][g.code()] = strings.Repeat("长", 400_000)
		m := g.either(t, r, "")
		m.whole = true
		return m
	}},
	{"invisible letters", cellOf(func(*rand.Rand) string { return "\u202e\u200b\u2066X\u0301\ufeff" })},
	{"an identity number among the codes", cellOf(func(*rand.Rand) string { return "330702199901010010" })},
	{"the bytes of NUL", raw("a.csv", true, func(r *rand.Rand, g good) []byte {
		data := g.csv()
		data[r.IntN(len(data))] = 0
		return data
	})},
	{"neither UTF-8 nor GB18030", raw("a.csv", true, func(r *rand.Rand, g good) []byte {
		data := g.csv()
		at := len(data) - 1 - r.IntN(20)
		return slices.Concat(data[:at], []byte{0xff, 0xff, 0xfe, 0x80}, data[at:])
	})},
	{"characters that were lost", raw("a.csv", false, func(_ *rand.Rand, g good) []byte {
		return bytes.Replace(g.csv(), []byte(g.rows[1][0]), []byte("示例\ufffd\ufffd公司"), 1)
	})},
	{"half of UTF-16", raw("a.csv", true, func(r *rand.Rand, g good) []byte {
		data := utf16le(string(g.csv()))
		return data[:2+r.IntN(len(strings.Join(g.header, ",")))]
	})},
	{"UTF-16 without a mark", raw("a.csv", true, func(_ *rand.Rand, g good) []byte { return utf16le(string(g.csv()))[2:] })},
	{"GB18030 broken", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.csv", append(gb18030(t, string(g.csv())), 0x81, '\n'), true}
	}},
	{"a mark and nothing", raw("a.csv", true, func(*rand.Rand, good) []byte { return []byte("\ufeff") })},
	{"nothing", raw("a.csv", true, func(*rand.Rand, good) []byte { return nil })},
	{"blank lines", raw("a.csv", true, func(r *rand.Rand, _ good) []byte { return bytes.Repeat([]byte(",,,\r\n"), 1+r.IntN(5000)) })},
	{"a quote that never ends", raw("a.csv", false, func(r *rand.Rand, g good) []byte {
		return append(append(g.csv(), '"'), bytes.Repeat([]byte("长"), 400_000+r.IntN(1000))...)
	})},
	{"a page called a sheet", raw("a.xls", true, func(*rand.Rand, good) []byte { return []byte("<html><body><table><tr><td>1</td></tr></table>") })},
	{"a printed sheet", raw("a.pdf", true, func(r *rand.Rand, _ good) []byte { return append([]byte("%PDF-1.7\n"), noise(r, 3000)...) })},
	{"a photo", raw("a.csv", true, func(r *rand.Rand, _ good) []byte {
		return append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), noise(r, 3000)...)
	})},
	{"noise", raw("a.csv", true, func(r *rand.Rand, _ good) []byte { return noise(r, 1+r.IntN(5000)) })},
	{"one row said twice and differently", func(t testing.TB, r *rand.Rand, g good) malformed { return g.contradiction(t, r) }},
	{"a binary workbook", func(t testing.TB, _ *rand.Rand, g good) malformed {
		return malformed{"", g.kind, "a.xlsb", pack(t, "xl/workbook.bin", "x"), true}
	}},
	{"packed in a way nobody knows", func(t testing.TB, _ *rand.Rand, g good) malformed {
		data := g.xlsx(t)
		for _, mark := range []struct {
			head string
			at   int
		}{{"PK\x01\x02", 10}, {"PK\x03\x04", 8}} {
			for p := 0; ; {
				i := bytes.Index(data[p:], []byte(mark.head))
				if i < 0 {
					break
				}
				data[p+i+mark.at] = 99
				p += i + 4
			}
		}
		return malformed{"", g.kind, "a.xlsx", data, true}
	}},
	{"encrypted entries", func(t testing.TB, _ *rand.Rand, g good) malformed {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range []string{"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"} {
			p, err := w.CreateRaw(&zip.FileHeader{Name: name, Flags: 1, Method: zip.Deflate, UncompressedSize64: 100, CompressedSize64: 30})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = p.Write(bytes.Repeat([]byte{0xa5}, 30))
		}
		_ = w.Close()
		return malformed{"", g.kind, "a.xlsx", b.Bytes(), true}
	}},
}
