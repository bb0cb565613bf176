package sheets

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// guide fills the second sheet: one line a column, then, for a file of several kinds, one line a kind.
func (t *template) guide(clauses map[string]string) {
	wrap := t.style(excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	bold := t.style(excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}})
	title := t.style(excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true, Size: 14}})
	widths := []float64{20, 12, 52, 44, 30}
	line := 0
	put := func(style int, cells ...string) {
		line++
		height := 1.0
		for i, s := range cells {
			at := fmt.Sprintf("%s%d", columnName(i), line)
			t.do(t.f.SetCellStr(guideSheet, at, s))
			t.do(t.f.SetCellStyle(guideSheet, at, at, style))
			if len(cells) > 1 {
				height = max(height, math.Ceil((columns(s)+1)/widths[i]))
			}
		}
		if height > 1 { // programs do not agree on whether they make room by themselves
			t.do(t.f.SetRowHeight(guideSheet, line, 15*height))
		}
	}
	put(title, t.Name+"：填写说明")
	use := "数据填在第一张工作表“" + t.Name + "”，从第2行起一行一条；本页不会被导入。"
	if t.Clause != "" {
		use += "依据政策条款：" + t.Clause + "。"
	}
	for _, s := range []string{
		use, "橙色、带 * 的列必填。不要改表头、不要合并单元格、不要填公式；带下拉的列从下拉里选。",
		"有一行不合格，整个文件都不导入；退回的报告会写明是哪一行、哪一列、怎么改。",
	} {
		put(wrap, s)
		t.do(t.f.MergeCell(guideSheet, fmt.Sprintf("A%d", line), fmt.Sprintf("E%d", line)))
	}
	line++
	put(bold, "列", "必填", "怎么填", "可以填的内容", "示例")
	for i, c := range t.Columns {
		must := ""
		if c.Required {
			must = "必填"
		}
		allowed := strings.Join(c.Offer, "、")
		if c.Form == YesNo {
			allowed = "是、否"
		}
		put(wrap, t.titles()[i], must, c.guidance(), allowed, c.example())
	}
	if len(t.kinds) > 0 {
		line++
		put(bold, "类别", "条款", "必填的列", "还可以填的列", "")
		for _, k := range t.kinds {
			put(wrap, k.word, clauses[k.kind], strings.Join(k.must, "、"), strings.Join(k.may, "、"), "")
		}
		put(wrap, "表里没有写到的列，该类别不填。")
	}
	for i, w := range widths {
		t.do(t.f.SetColWidth(guideSheet, columnName(i), columnName(i), w))
	}
	landscape, wide, paper, fit := "landscape", 1, 9, true
	t.do(t.f.SetPageLayout(guideSheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: new(int), Size: &paper}))
	t.do(t.f.SetSheetProps(guideSheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
}
