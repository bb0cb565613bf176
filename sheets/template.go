package sheets

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheets of our own beside the data, which the reader passes over: how to fill a template in, and what an import said.
const (
	guideSheet  = "填写说明"
	reportSheet = "导入报告"
	wordsSheet  = "选项" // hidden: the words of the drop-downs
)

// templateRows is how far down the drop-downs and checks of a template reach; the formats go all the way.
const templateRows = 20_000

// TemplateCSV writes the header line of a dataset, in the wording that Read understands.
func (d Dataset) TemplateCSV(w io.Writer) error {
	return Table{Name: d.Name, Header: d.titles(), Rows: func(func([]string) bool) {}}.WriteCSV(w)
}

// titles are the column titles as templates write them: the unit behind an amount, a star behind what must be there.
func (d Dataset) titles() []string {
	var list []string
	for _, c := range d.Columns {
		t := c.Title
		switch c.Form {
		case Amount:
			t += "（元）"
		case Percent:
			t += "（%）"
		}
		if c.Required {
			t += "*"
		}
		list = append(list, t)
	}
	return list
}

// Template writes an empty workbook to fill in: the header, each column in the format of its form, drop-downs for closed
// columns, a hint beside every cell, and a second sheet that says how to fill it in. clauses are those of the policy that each kind of
// fact serves, for files that hold several kinds; it may be nil. Everything comes from the columns that Read uses.
func (d Dataset) Template(w io.Writer, clauses map[string]string) error {
	return d.Filled(w, clauses, nil)
}

// Filled is Template with the first rows filled in as far as we know them: a sheet that another office completes and sends back. Each row has one value a
// column: text, a whole number for a Year or Count, nil for an empty cell.
func (d Dataset) Filled(w io.Writer, clauses map[string]string, rows [][]any) error {
	t := &template{Dataset: d, f: excelize.NewFile()}
	defer t.f.Close()
	t.do(t.f.SetSheetName("Sheet1", d.Name))
	for _, sheet := range []string{guideSheet, wordsSheet} {
		_, err := t.f.NewSheet(sheet)
		t.do(err)
	}
	t.do(t.f.SetAppProps(&excelize.AppProperties{Application: "duixian"}))
	t.data()
	t.fill(rows)
	t.guide(clauses)
	t.do(t.f.SetSheetVisible(wordsSheet, false))
	if t.err != nil {
		return fmt.Errorf("模板“%s”：%w", d.Name, t.err)
	}
	return t.f.Write(w)
}

// template is a workbook being made; the first error stays.
type template struct {
	Dataset
	f   *excelize.File
	err error
}

func (t *template) do(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *template) style(s excelize.Style) int {
	id, err := t.f.NewStyle(&s)
	t.do(err)
	return id
}

// formats are the number formats of the forms. Months are text: a spreadsheet makes 1 June out of 2024-06, and in some
// languages 2006-01-20 out of 2024.1.
var formats = map[Form]string{Text: "@", Code: "@", Month: "@", YesNo: "@", Day: "yyyy-mm-dd", Year: "0", Count: "0", Percent: "0.##", Amount: "#,##0.00"}

func (t *template) data() {
	border := []excelize.Border{{Type: "bottom", Style: 1, Color: "808080"}}
	head := func(color string) int {
		return t.style(excelize.Style{
			Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}, NumFmt: 49, Border: border,
			Alignment: &excelize.Alignment{WrapText: true, Horizontal: "center", Vertical: "center"},
		})
	}
	must, may := head("FCE4D6"), head("DDEBF7")
	for i, title := range t.titles() {
		c, name := t.Columns[i], columnName(i)
		format := formats[c.Form]
		t.do(t.f.SetColStyle(t.Name, name, t.style(excelize.Style{CustomNumFmt: &format})))
		t.do(t.f.SetColWidth(t.Name, name, name, c.width(title)))
		t.do(t.f.SetCellStr(t.Name, name+"1", title))
		style := may
		if c.Required {
			style = must
		}
		t.do(t.f.SetCellStyle(t.Name, name+"1", name+"1", style))
		t.validate(c, name)
	}
	t.do(t.f.SetRowHeight(t.Name, 1, 33))
	t.do(t.f.SetPanes(t.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	landscape, wide, paper := "landscape", 1, 9 // A4
	t.do(t.f.SetPageLayout(t.Name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: new(int), Size: &paper}))
	fit := true
	t.do(t.f.SetSheetProps(t.Name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	t.do(t.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + t.Name + "'!$1:$1", Scope: t.Name}))
}

// fill writes rows below the header. What is text stays text, whatever it looks like.
func (t *template) fill(rows [][]any) {
	for y, row := range rows {
		for x, v := range row {
			at := fmt.Sprintf("%s%d", columnName(x), y+2)
			switch v := v.(type) {
			case nil:
			case int:
				t.do(t.f.SetCellInt(t.Name, at, int64(v)))
			case string:
				t.do(t.f.SetCellStr(t.Name, at, v))
			default:
				t.do(fmt.Errorf("%T does not belong into “%s”", v, t.Columns[x].Title))
			}
		}
	}
}

// width is wide enough for the title, for what stands in the column, and not more.
func (c Column) width(title string) float64 {
	w := map[Form]float64{Text: 14, Code: 14, Day: 12, Month: 10, Year: 8, Count: 8, Percent: 8, Amount: 16, YesNo: 8}[c.Form]
	for _, s := range append([]string{c.example()}, c.Offer...) {
		w = max(w, columns(s)+2)
	}
	return min(32, max(w, columns(title)+2))
}

// columns is how many columns of a terminal, or widths of a digit, a text takes.
func columns(s string) float64 {
	n := 0
	for _, r := range s {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return float64(n)
}

// validate gives the cells of a column their hint, and the drop-down or the check that its form allows.
func (t *template) validate(c Column, name string) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, templateRows))
	v.SetInput(c.Title, cut(c.guidance(), 250))
	list := c.Offer
	if c.Form == YesNo {
		list = []string{"是", "否"}
	}
	switch {
	case len(list) > 0:
		for i, word := range list {
			t.do(t.f.SetCellStr(wordsSheet, fmt.Sprintf("%s%d", name, i+1), word))
		}
		v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", wordsSheet, name, name, len(list)))
		if c.Words != nil || c.Form == YesNo {
			v.SetError(excelize.DataValidationErrorStyleStop, c.Title, "请从下拉列表中选择")
		} else {
			v.ShowErrorMessage = false // suggestions
		}
	case c.Form == Day:
		t.do(v.SetRange(30000, 60000, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, "请"+dayFix)
	case c.Form == Year:
		t.do(v.SetRange(2000, 2100, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, "请填写四位年份，例如 2024")
	case c.Form == Count:
		t.do(v.SetRange(0, 1_000_000_000, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, "请"+numberFix)
	case c.Form == Amount:
		t.do(v.SetRange(0, 1e12, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, "请填写以元为单位的数字，最多精确到分")
	case c.Form == Percent:
		t.do(v.SetRange(0, 100, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, "请填写 0 至 100 之间的数，不写百分号")
	}
	t.do(t.f.AddDataValidation(t.Name, v))
}

// guidance is what a person should know before typing into a column.
func (c Column) guidance() string {
	how := map[Form]string{Day: "日期，写成 2024-06-30 的样子", Month: "月份，写成 2024-06 的样子", Amount: "以元为单位的数字", Count: "整数", Percent: "百分数", Code: "文本"}[c.Form]
	parts := slices.DeleteFunc([]string{c.Hint, how}, func(s string) bool { return s == "" })
	if !c.Required && !strings.Contains(c.Hint, "不填") {
		parts = append(parts, "没有可不填")
	}
	return strings.Join(parts, "；")
}

// example is a value that the column takes.
func (c Column) example() string {
	switch {
	case c.Example != "":
		return c.Example
	case len(c.Offer) > 0:
		return c.Offer[0]
	}
	return map[Form]string{Day: "2024-06-30", Month: "2024-06", Year: "2024", Count: "20", Amount: "12000.00", YesNo: "是"}[c.Form]
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) > runes {
		return string([]rune(s)[:runes-1]) + "…"
	}
	return s
}
