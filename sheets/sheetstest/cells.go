package sheetstest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Book reads a workbook with excelize.
func Book(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Text is Show for a test that has no use for a file that is not a workbook.
func Text(t testing.TB, data []byte) string {
	t.Helper()
	text, err := Show(data)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Show is a workbook as text: each sheet's name, then a line a row with | between cells, as a person would see them. Formulas come as
// their present value behind an =.
func Show(data []byte) (string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it is only read
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		b.WriteString("[" + sheet + "]\n")
		rows, err := f.GetRows(sheet)
		if err != nil {
			return "", err
		}
		for y, row := range rows {
			for x, cell := range row {
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					return "", err
				}
				formula, err := f.GetCellFormula(sheet, at)
				if err != nil {
					return "", err
				}
				if formula != "" {
					cell = "=" + cell
				}
				if x > 0 {
					b.WriteString("|")
				}
				b.WriteString(strings.ReplaceAll(cell, "\n", "\\n"))
			}
			b.WriteString("\n")
		}
	}
	return b.String(), nil
}

// Fill is the colour behind a cell, FFC7CE, or empty.
func Fill(t testing.TB, f *excelize.File, sheet, at string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.GetStyle(id); err != nil { // reads the styles
		t.Fatal(err)
	}
	fill := f.Styles.Fills.Fill[*f.Styles.CellXfs.Xf[id].FillID]
	if fill.PatternFill == nil || fill.PatternFill.FgColor == nil {
		return ""
	}
	return strings.TrimPrefix(fill.PatternFill.FgColor.RGB, "FF")
}
