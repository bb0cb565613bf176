package sheets

import (
	"fmt"
	"strings"
)

// Place is where something stands in a file: the sheet (empty in CSV) and the line as the spreadsheet program counts it.
type Place struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row,omitempty"`
}

// String is “工作表 X 第 3 行”.
func (p Place) String() string {
	switch {
	case p.Row == 0:
		return p.Sheet
	case p.Sheet == "":
		return fmt.Sprintf("第%d行", p.Row)
	}
	return fmt.Sprintf("工作表“%s”第%d行", p.Sheet, p.Row)
}

// Severity says what a finding does: a warned row is imported, a refused row stops the whole file.
type Severity string

// The two severities.
const (
	Warned  Severity = "warned"
	Refused Severity = "refused"
)

// Finding is one thing about one row, for the person who has to correct the file. Value is masked where it may be
// personal data, so a finding may be shown and stored.
type Finding struct {
	Severity Severity `json:"severity"`
	Place
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Problem string `json:"problem"`
	Fix     string `json:"fix"`
}

// Refusal is why a whole file cannot be read: wrong format, wrong kind, missing columns. It says where and what to do.
type Refusal struct {
	Place
	Problem string `json:"problem"`
	Fix     string `json:"fix"`
	Like    string `json:"-"` // the Chinese name of the kind that the file is of instead, when that is why; what to do then depends on how it came
}

func (r *Refusal) Error() string {
	var b strings.Builder
	if at := r.Place.String(); at != "" {
		b.WriteString(at + "：")
	}
	b.WriteString(r.Problem)
	if r.Fix != "" {
		b.WriteString("。请" + r.Fix)
	}
	return b.String()
}

func refuse(at Place, fix, format string, args ...any) *Refusal {
	return &Refusal{Place: at, Problem: fmt.Sprintf(format, args...), Fix: fix}
}

// mask hides personal data: the first four and last four of long numbers, the first character of anything short.
func mask(value string) string {
	r := []rune(value)
	switch {
	case len(r) >= 15:
		return string(r[:4]) + strings.Repeat("*", 10) + string(r[len(r)-4:])
	case len(r) > 4:
		return string(r[:3]) + "***"
	case len(r) > 0:
		return string(r[:1]) + "**"
	}
	return ""
}

// quoted is a value as a finding shows it: one line, not too long, and runs of eleven digits or more masked wherever they
// stand, because people type identity and telephone numbers into the wrong column.
func quoted(value string) string {
	r := []rune(strings.Join(strings.Fields(value), " "))
	for i := 0; i < len(r); {
		end := i
		for end < len(r) && r[end] >= '0' && r[end] <= '9' {
			end++
		}
		for k := i + 4; end-i >= 11 && k < end-2; k++ {
			r[k] = '*'
		}
		i = end + 1
	}
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}
