package sheets

import (
	"encoding/csv"
	"io"
	"iter"
	"unicode/utf8"
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
	b := newWorkbook(w)
	l := layout{frozen: 1}
	for _, title := range t.Header {
		l.widths = append(l.widths, max(12, 2.2*float64(utf8.RuneCountInString(title))))
	}
	b.sheet(t.Name, l)
	b.row(1, texts(lookHead, t.Header))
	line := 1
	for row := range t.Rows {
		line++
		b.row(line, texts(lookText, row))
	}
	return b.close()
}

func texts(style look, list []string) []cell {
	out := make([]cell, len(list))
	for i, s := range list {
		out[i] = cell{look: style, text: s}
	}
	return out
}
