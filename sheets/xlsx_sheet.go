package sheets

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// Tokens are read raw: the decoder then keeps no stack, which a file of nothing but opening tags would fill the memory with.

// walk calls each for every element that is not inside one that each consumed (it says so), and makes sure that all that
// was opened is closed.
func walk(d *xml.Decoder, each func(xml.StartElement) (consumed bool, err error)) error {
	depth := 0
	for {
		token, err := d.RawToken()
		if err == io.EOF && depth == 0 {
			return nil
		}
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			consumed, err := each(token)
			if err != nil {
				return err
			}
			if !consumed {
				depth++
			}
		case xml.EndElement:
			depth--
		}
	}
}

// skip passes over the element that was just opened.
func skip(d *xml.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := d.RawToken()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// plainText gathers the <t> inside the element that was just opened, up to its end.
func plainText(d *xml.Decoder, into *strings.Builder) error {
	inText, phonetic := 0, 0
	for depth := 1; depth > 0; {
		token, err := d.RawToken()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			switch token.Name.Local {
			case "t":
				inText = depth
			case "rPh":
				phonetic = depth
			}
		case xml.EndElement:
			if depth == inText {
				inText = 0
			}
			if depth == phonetic {
				phonetic = 0
			}
			depth--
		case xml.CharData:
			if inText > 0 && phonetic == 0 {
				into.Write(token)
				if into.Len() > maxLine {
					return errTooLarge
				}
			}
		}
	}
	return nil
}

// unescape turns _x000D_ back into the control character it stands for.
func unescape(s string) string {
	for i := strings.Index(s, "_x"); i >= 0 && i+7 <= len(s); {
		if code, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && s[i+6] == '_' {
			s = s[:i] + string(rune(code)) + s[i+7:]
		}
		next := strings.Index(s[i+1:], "_x")
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return s
}

// readSheet hands over the rows of one sheet that have cells.
func (f *xlsxFile) readSheet(d *xml.Decoder, sheet string, yield func(Row, *Refusal) bool) error {
	var row Row
	number := 0
	stopped := false
	err := walk(d, func(start xml.StartElement) (bool, error) {
		if start.Name.Local != "row" {
			return false, nil
		}
		number++
		row = Row{Place: Place{sheet, number}, Cells: row.Cells[:0], Formulas: row.Formulas[:0]}
		for _, attr := range start.Attr {
			switch attr.Name.Local {
			case "r":
				if n, err := strconv.Atoi(attr.Value); err == nil && n > 0 && n <= 1<<20 {
					number, row.Row = n, n
				}
			case "hidden":
				row.Hidden = attr.Value == "1" || attr.Value == "true"
			}
		}
		bad, err := f.readRow(d, &row)
		if err != nil {
			return false, err
		}
		if bad == nil && len(row.Cells) == 0 {
			return true, nil
		}
		if !yield(row, bad) || bad != nil {
			stopped = true
			return false, io.ErrClosedPipe
		}
		return true, nil
	})
	if stopped {
		return nil
	}
	return err
}

func (f *xlsxFile) readRow(d *xml.Decoder, row *Row) (*Refusal, error) {
	next := 0
	for {
		token, err := d.RawToken()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			return nil, nil // of the row: cells are consumed whole
		case xml.StartElement:
			if token.Name.Local != "c" {
				if err := skip(d); err != nil {
					return nil, err
				}
				continue
			}
			column, kind := next, ""
			for _, attr := range token.Attr {
				switch attr.Name.Local {
				case "r":
					column = columnIndex(attr.Value, column)
				case "t":
					kind = attr.Value
				}
			}
			next = column + 1
			text, formula, err := f.readCell(d, kind)
			if err != nil {
				return nil, err
			}
			if text == "" && !formula {
				continue
			}
			if column >= maxColumns {
				return refuse(row.Place, "删去多余的列", "有 %d 列以上，超过 %d 列", column+1, maxColumns), nil
			}
			for len(row.Cells) <= column {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[column] = text
			if formula {
				row.Formulas = append(row.Formulas, column)
			}
		}
	}
}

// readCell reads the cell that was just opened. Errors such as #N/A come through as their text and are refused where
// the column's value is read: see line.raw.
func (f *xlsxFile) readCell(d *xml.Decoder, kind string) (text string, formula bool, err error) {
	var value, inline strings.Builder
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", false, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "f":
				formula = true
				err = skip(d)
			case "v":
				err = characters(d, &value)
			case "is":
				err = plainText(d, &inline)
			default:
				err = skip(d)
			}
			if err != nil {
				return "", false, err
			}
		case xml.EndElement:
			return f.cellText(kind, value.String(), inline.String()), formula, nil
		}
	}
}

func (f *xlsxFile) cellText(kind, value, inline string) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n >= 0 && n < len(f.texts) {
			return f.texts[n]
		}
		return ""
	case "inlineStr":
		return unescape(inline)
	case "b":
		if value == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "e":
		if !isMistake(value) {
			return "#VALUE!" // one that no list knows, or none: it is an error all the same
		}
	case "str":
		return unescape(value)
	}
	return value
}

func characters(d *xml.Decoder, into *strings.Builder) error {
	for {
		token, err := d.RawToken()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			into.Write(token)
			if into.Len() > maxLine {
				return errTooLarge
			}
		case xml.StartElement:
			if err := skip(d); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// columnIndex is 27 for AB12. Something that is no reference keeps the position in the row.
func columnIndex(ref string, position int) int {
	n := 0
	for i := range len(ref) {
		c := ref[i]
		switch {
		case c >= 'A' && c <= 'Z' && n < 1<<20:
			n = n*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && n > 0:
			return n - 1
		default:
			return position
		}
	}
	return position
}
