package sheets

import (
	"fmt"
	"io"
	"iter"

	"duixian/policy"
)

// Export is a list on its way to people as a workbook: days are days, amounts are amounts in yuan that can be summed, and what is text
// stays text, also when it looks like a number or a formula.
type Export struct {
	Name    string   // of the sheet
	Above   []string // lines above the titles: what this is, as of when
	Columns []ExportColumn
	Rows    iter.Seq[[]any] // one value a column: string, policy.Date, policy.Month, int or policy.Fen, as its Form says; nil stays empty
}

// ExportColumn is one column. Text and Code hold strings, Day dates, Month months, Count whole numbers, Amount Fen.
type ExportColumn struct {
	Title string
	Form  Form
	Total bool    // summed in the last row
	Width float64 // in digits; 0 = by the form
}

var exportWidths = map[Form]float64{Text: 18, Code: 22, Day: 12, Month: 10, Count: 10, Amount: 18}

// Write writes the workbook: frozen titles that filter, and a row of sums with their present values, so that also a program that computes
// nothing shows them. A value of another form than its column is an error and nothing of use is written.
func (e Export) Write(w io.Writer) error {
	b := newWorkbook(w)
	titles := make([]string, len(e.Columns))
	l := layout{frozen: len(e.Above) + 1, filter: len(e.Above) + 1, wide: true}
	for i, c := range e.Columns {
		if titles[i] = c.Title; c.Form == Amount {
			titles[i] += "（元）"
		}
		width := c.Width
		if width == 0 {
			width = max(exportWidths[c.Form], columns(titles[i])+4) // room for the button that filters
		}
		l.widths = append(l.widths, width)
	}
	b.sheet(e.Name, l)
	for i, line := range e.Above {
		b.row(i+1, []cell{{text: line}})
	}
	b.row(l.filter, texts(lookHead, titles))
	line, sums := l.filter, make([]int64, len(e.Columns))
	for row := range e.Rows {
		line++
		cells := make([]cell, len(e.Columns))
		for i, c := range e.Columns {
			if i >= len(row) {
				return fmt.Errorf("sheets: row %d of %s has %d values for %d columns", line, e.Name, len(row), len(e.Columns))
			}
			var err error
			if cells[i], err = c.cell(row[i], &sums[i]); err != nil {
				return fmt.Errorf("sheets: row %d of %s: %w", line, e.Name, err)
			}
		}
		b.row(line, cells)
	}
	b.last = line
	if cells, any := e.totals(l.filter+1, line, sums); any {
		b.row(line+1, cells)
	}
	return b.close()
}

// cell is a value as its column shows it; what can be summed is added to sum.
func (c ExportColumn) cell(v any, sum *int64) (cell, error) {
	switch v := v.(type) {
	case nil:
		return cell{look: map[Form]look{Day: lookDay, Month: lookMonth, Count: lookCount, Amount: lookAmount}[c.Form]}, nil
	case string:
		if c.Form == Text || c.Form == Code {
			return cell{look: lookText, text: v}, nil
		}
	case policy.Date:
		switch {
		case c.Form == Day && v == 0:
			return cell{look: lookDay}, nil
		case c.Form == Day:
			return cell{look: lookDay, number: serial(v)}, nil
		}
	case policy.Month:
		switch {
		case c.Form == Month && v == 0:
			return cell{look: lookMonth}, nil
		case c.Form == Month:
			return cell{look: lookMonth, number: serial(v.First())}, nil
		}
	case int:
		if c.Form == Count {
			*sum += int64(v)
			return cell{look: lookCount, number: fmt.Sprint(v)}, nil
		}
	case policy.Fen:
		if c.Form == Amount {
			*sum += int64(v)
			return cell{look: lookAmount, number: v.String()}, nil
		}
	}
	return cell{}, fmt.Errorf("%T does not belong into “%s”", v, c.Title)
}

// totals is the row of sums over the lines from first to last.
func (e Export) totals(first, last int, sums []int64) (cells []cell, any bool) {
	cells = make([]cell, len(e.Columns))
	for i, c := range e.Columns {
		cells[i].look = lookSumText
		if !c.Total {
			continue
		}
		any = true
		switch c.Form {
		case Amount:
			cells[i] = cell{look: lookSumAmount, number: policy.Fen(sums[i]).String()}
		default:
			cells[i] = cell{look: lookSumCount, number: fmt.Sprint(sums[i])}
		}
		if last >= first {
			cells[i].formula = fmt.Sprintf("SUM(%s%d:%s%d)", columnName(i), first, columnName(i), last)
		}
	}
	if len(cells) > 0 && cells[0].number == "" {
		cells[0].text = "合计"
	}
	return cells, any
}
