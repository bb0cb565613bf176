package sheets

import (
	"fmt"
	"io"
	"strings"
)

// WriteXLSX writes the file that the report is about once more, with three columns behind its own: 结果, 问题原因 and 怎么办. Rows stand in the
// rows in which they stood, so that 第5行 is row 5 of both, and what was refused is coloured; only sheets that were read are there. Every
// cell is text as it was, ID numbers too: this is for whoever handed the file in, and nobody else. The last sheet is the report itself.
func (r *Report) WriteXLSX(w io.Writer, src io.ReaderAt, size int64) error {
	d, ok := Lookup(r.Kind)
	if !ok {
		return fmt.Errorf("sheets: no kind %q", r.Kind)
	}
	d.record = func(*line, *Records) {} // only to know which row is what
	d.across = nil
	a := &annotation{Report: r, book: newWorkbook(w), dataset: &d, about: map[Place][]Finding{}, widest: map[string]int{}}
	for _, f := range r.Findings {
		a.about[f.Place] = append(a.about[f.Place], f)
	}
	if r.Refusal != nil && r.Refusal.Row > 0 {
		a.about[r.Refusal.Place] = append(a.about[r.Refusal.Place], Finding{Refused, r.Refusal.Place, "", "", r.Refusal.Problem, r.Refusal.Fix})
	}
	if in, bad := open(r.File, src, size); bad == nil {
		seen := 0
		for row, bad := range in.rows() {
			if seen++; bad != nil || r.Refusal != nil && seen > shownOfRefused {
				break
			}
			a.widest[row.Sheet] = max(a.widest[row.Sheet], len(row.Cells))
		}
		p := &reader{File: &File{Dataset: d, Report: &Report{state: map[Place]Severity{}}}, opt: Options{KnownOn: r.KnownOn}, intern: map[string]string{}, seen: a.row}
		if bad := p.through(in); bad != nil && p.header == nil {
			for _, row := range p.head { // what stood there when it was given up
				a.row(nil, row, roleAbove)
			}
		}
	}
	a.book.sheet(reportSheet, layout{widths: []float64{110}})
	for i, text := range strings.Split(strings.TrimSpace(r.Text()), "\n") {
		a.book.row(i+1, []cell{{look: lookWrapped, text: text}})
	}
	return a.book.close()
}

// annotation is a report being written beside its rows.
type annotation struct {
	*Report
	book    *workbook
	dataset *Dataset
	about   map[Place][]Finding
	widest  map[string]int // cells of the widest row of a sheet
	sheet   string
	begun   bool
	written int
}

// shownOfRefused is how many rows are shown of a file that was refused as a whole, before the place at which it was given up.
const shownOfRefused = 500

func (a *annotation) row(h *header, row Row, as role) {
	if a.Refusal != nil && row.Place != a.Refusal.Place {
		if a.written++; a.written > shownOfRefused {
			return
		}
	}
	if !a.begun || row.Sheet != a.sheet {
		a.begin(h, row.Sheet)
	}
	result, why, fix := a.verdict(row.Place, as)
	look := lookText
	switch {
	case as == roleHeader:
		look = lookHead
	case result == resultRefused:
		look = lookRefused
	}
	width := max(a.widest[row.Sheet], len(row.Cells))
	cells := make([]cell, width, width+3)
	for i := range cells {
		cells[i].look = look
		if i < len(row.Cells) {
			cells[i].text = a.shown(h, i, row.Cells[i], as)
		}
	}
	if as == roleHeader || as == roleHeaderAgain { // words that are no title of any dataset: the report can be corrected and handed in
		result, why, fix = "结果", "问题原因", "怎么办"
	}
	if result == resultWarned {
		look = lookWarned
	}
	a.book.row(row.Row, append(cells, texts(look, []string{result, why, fix})...))
}

func (a *annotation) begin(h *header, sheet string) {
	a.sheet, a.begun = sheet, true
	l := layout{wide: true}
	if h != nil {
		l.frozen, l.filter = h.at.Row, h.at.Row
	}
	for range a.widest[sheet] {
		l.widths = append(l.widths, 16)
	}
	l.widths = append(l.widths, 10, 60, 50)
	if sheet == "" {
		sheet = a.Name
	}
	a.book.sheet(sheet, l)
}

const resultRefused, resultWarned = "拒绝", "提醒"

// verdict is what the three columns say of a row.
func (a *annotation) verdict(at Place, as role) (result, why, fix string) {
	var whys, fixes []string
	severity := a.state[at]
	for _, f := range a.about[at] {
		if severity == "" {
			severity = f.Severity // of the refusal of the whole file
		}
		text := f.Problem
		if f.Column != "" {
			text = "“" + f.Column + "”：" + text
		}
		whys = append(whys, text)
		if f.Fix != "" {
			fixes = append(fixes, "请"+f.Fix)
		}
	}
	switch {
	case severity == Refused:
		result = resultRefused
	case severity == Warned:
		result = resultWarned
	case as == roleData:
		result = "合格"
	case as == roleTotal:
		result, whys = "未计入", []string{"合计行"}
	} // a remark stays a remark, with nothing beside it: handed in again, it must not look like data
	if severity != "" && len(whys) == 0 {
		whys = []string{fmt.Sprintf("问题太多，只记下了前 %d 处", maxFindings)}
	}
	return result, strings.Join(whys, "；"), strings.Join(fixes, "；")
}

// shown is the text of a cell as people knew it: a workbook stores days as numbers.
func (a *annotation) shown(h *header, i int, text string, as role) string {
	if h == nil || as != roleData || len(text) < 5 || !digitsOnly(text[:5]) || len(text) > 5 && text[5] != '.' {
		return text
	}
	for _, c := range a.dataset.Columns {
		at, there := h.index[c.Title]
		if !there || at != i || c.Form != Day && c.Form != Month {
			continue
		}
		if d, err := ParseDay(text); err == nil {
			if c.Form == Month {
				return d.Month().String()
			}
			return d.String()
		}
	}
	return text
}
