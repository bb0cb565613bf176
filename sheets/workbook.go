package sheets

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"duixian/policy"
)

// workbook writes an .xlsx row by row straight into its zip. excelize, which makes the templates, would keep a large sheet in memory
// or spill it into a file of its own in the system's temporary folder; what we write holds personal data and goes nowhere but to w.
type workbook struct {
	pack    *zip.Writer
	names   []string
	layout  layout
	rows    int      // the last one of the sheet that is open
	letters []string // names of columns, AB
	last    int      // the last one that filters, when it is not the last of all
	out     *bufio.Writer
	err     error // the first; later calls do nothing
}

// layout is how a sheet looks.
type layout struct {
	widths []float64
	frozen int // rows that stay in sight
	filter int // the row of titles that filters, 0 = none
	wide   bool
}

// look is a style of a cell; the numbers are places in the list of styles below.
type look int

const (
	lookPlain look = iota
	lookText
	lookHead
	lookDay
	lookMonth
	lookCount
	lookAmount
	lookSumText
	lookSumCount
	lookSumAmount
	lookRefused
	lookWarned
	lookWrapped
)

// cell is a value and how it looks. A text is a text, whatever it looks like: it is never computed.
type cell struct {
	look    look
	text    string
	number  string // digits as the file stores them; instead of text
	formula string // whose present value is number
}

func newWorkbook(w io.Writer) *workbook { return &workbook{pack: zip.NewWriter(w)} }

// sheet begins a sheet; it ends with the next one or with close.
func (b *workbook) sheet(name string, l layout) {
	b.endSheet()
	b.names = append(b.names, sheetName(name, b.names))
	b.layout, b.rows, b.last = l, 0, 0
	part, err := b.pack.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names)))
	b.do(err)
	if b.err != nil {
		return
	}
	b.out = bufio.NewWriterSize(part, 64<<10)
	b.print(xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"`)
	if len(b.names) == 1 {
		b.print(` tabSelected="1"`)
	}
	b.print(`>`)
	if l.frozen > 0 {
		b.print(`<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>`, l.frozen, l.frozen+1)
	}
	b.print(`</sheetView></sheetViews>`)
	if len(l.widths) > 0 {
		b.print(`<cols>`)
		for i, w := range l.widths {
			b.print(`<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, w)
		}
		b.print(`</cols>`)
	}
	b.print(`<sheetData>`)
}

// row writes a row; numbers rise.
func (b *workbook) row(number int, cells []cell) {
	if b.err != nil {
		return
	}
	b.rows = number
	digits := strconv.Itoa(number)
	b.text(`<row r="`, digits, `">`)
	for i, c := range cells {
		if c == (cell{}) || c == (cell{look: lookText}) {
			continue
		}
		for len(b.letters) <= i {
			b.letters = append(b.letters, columnName(len(b.letters)))
		}
		b.text(`<c r="`, b.letters[i], digits, `" s="`, strconv.Itoa(int(c.look)))
		switch {
		case c.number != "" && c.formula != "":
			b.text(`"><f>`, escaped(c.formula), `</f><v>`, c.number, `</v></c>`)
		case c.number != "":
			b.text(`"><v>`, c.number, `</v></c>`)
		case c.text != "":
			b.text(`" t="inlineStr"><is><t xml:space="preserve">`, escaped(c.text), `</t></is></c>`)
		default:
			b.text(`"/>`)
		}
	}
	b.text(`</row>`)
}

func (b *workbook) text(parts ...string) {
	for _, p := range parts {
		if _, err := b.out.WriteString(p); err != nil {
			b.do(err)
			return
		}
	}
}

func (b *workbook) endSheet() {
	if b.out == nil || b.err != nil {
		return
	}
	b.print(`</sheetData>`)
	if l, last := b.layout, cmp.Or(b.last, b.rows); l.filter > 0 && last > l.filter {
		b.print(`<autoFilter ref="A%d:%s%d"/>`, l.filter, columnName(len(l.widths)-1), last)
	}
	orientation := "portrait"
	if b.layout.wide {
		orientation = "landscape"
	}
	b.print(`<pageSetup paperSize="9" orientation="%s" fitToHeight="0"/></worksheet>`, orientation)
	b.do(b.out.Flush())
	b.out = nil
}

// close writes what ties the sheets together.
func (b *workbook) close() error {
	b.endSheet()
	var types, links, list strings.Builder
	for i, name := range b.names {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escaped(name), i+1, i+1)
	}
	for _, part := range [][2]string{
		{"xl/styles.xml", stylesXML},
		{"xl/workbook.xml", xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + links.String() + `<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
	} {
		if b.err != nil {
			return b.err
		}
		w, err := b.pack.Create(part[0])
		b.do(err)
		if err == nil {
			_, err = io.WriteString(w, part[1])
			b.do(err)
		}
	}
	b.do(b.pack.Close())
	return b.err
}

func (b *workbook) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *workbook) print(format string, args ...any) {
	if b.err == nil {
		_, err := fmt.Fprintf(b.out, format, args...)
		b.do(err)
	}
}

// escaped is text inside XML. What XML cannot hold becomes a replacement character, and what would be read as an escape of a control
// character (_x000D_) is itself escaped.
func escaped(s string) string {
	if plainInXML(s) {
		return s
	}
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell])
	}
	if strings.Contains(s, "_x") {
		s = strings.ReplaceAll(s, "_x", "_x005F_x")
	}
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a builder takes everything
	}
	return b.String()
}

// plainInXML tells that nothing in a text needs escaping, which is so of nearly all.
func plainInXML(s string) bool {
	if len(s) > maxCell || !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' || c == '_' || c == 0xef { // 0xef begins U+FFFE and U+FFFF
			return false
		}
	}
	return true
}

// sheetName makes a name that spreadsheet programs take: 31 characters at most, some not allowed, none twice.
func sheetName(name string, taken []string) string {
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 || strings.ContainsRune(`[]:*?/\'`, r) {
			return '_'
		}
		return r
	}, name)
	if clean == "" {
		clean = "数据"
	}
	for n := 1; ; n++ {
		try, end := []rune(clean), ""
		if n > 1 {
			end = fmt.Sprintf("（%d）", n)
		}
		try = append(try[:min(len(try), 31-utf8.RuneCountInString(end))], []rune(end)...)
		free := true
		for _, other := range taken {
			free = free && !strings.EqualFold(other, string(try))
		}
		if free {
			return string(try)
		}
	}
}

// serial is a day as spreadsheets count them, from 1899-12-30.
func serial(d policy.Date) string { return strconv.Itoa(policy.Date(18991230).DaysUntil(d)) }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// stylesXML lists the looks in their order. Built-in formats: 3 is #,##0, 4 is #,##0.00, 49 is text.
const stylesXML = xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/></patternFill></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFFFEB9C"/></patternFill></fill></fills>` +
	`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/><right/><top style="thin"><color rgb="FF808080"/></top><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="13">` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="1" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyBorder="1"/>` +
	`<xf numFmtId="3" fontId="1" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyBorder="1"/>` +
	`<xf numFmtId="4" fontId="1" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyBorder="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="3" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="4" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>` +
	`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
