package sheets

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Table is a spreadsheet on its way out. Every cell is text: identity and account numbers would lose their last
// digits as numbers (a spreadsheet keeps fifteen).
type Table struct {
	Name   string // sheet name and file name without extension
	Header []string
	Rows   iter.Seq[[]string] // may be walked more than once
}

// WriteCSV writes UTF-8 with a byte order mark, which is what makes spreadsheet programs read Chinese correctly.
// Cells that a spreadsheet would run as a formula are disarmed.
func (t Table) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(t.Header); err != nil {
		return err
	}
	line := make([]string, 0, len(t.Header))
	for row := range t.Rows {
		line = line[:0]
		for _, cell := range row {
			line = append(line, Harmless(cell))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteXLSX writes one sheet with a frozen bold header, text cells and widths that fit the titles. The same table
// gives the same bytes.
func (t Table) WriteXLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", t.Name); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // 49 is "@", text
	if err != nil {
		return err
	}
	for i, title := range t.Header {
		if err := out.SetColWidth(i+1, i+1, max(12, 2.2*float64(utf8.RuneCountInString(title)))); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", styled(bold, t.Header)); err != nil {
		return err
	}
	line := 1
	for row := range t.Rows {
		line++
		if err := out.SetRow(fmt.Sprintf("A%d", line), styled(text, row)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

func styled(style int, cells []string) []any {
	out := make([]any, len(cells))
	for i, cell := range cells {
		out[i] = excelize.Cell{StyleID: style, Value: cell}
	}
	return out
}
