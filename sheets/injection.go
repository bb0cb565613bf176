package sheets

import "strings"

// Harmless disarms text that a spreadsheet program would run as a formula when it opens a CSV file: such text gets a
// leading apostrophe, which the reader takes off again. Leading blanks and line breaks inside the cell do not hide
// a formula; a plain number, negative ones too, is left alone.
func Harmless(cell string) string {
	if plainNumber(cell) {
		return cell
	}
	for line := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == '\n' || r == '\r' }) {
		start := strings.TrimLeft(line, " \u00a0\u3000\u200b\ufeff")
		if start != "" && strings.ContainsRune("=+-@\t\x00＝＋－＠", []rune(start)[0]) {
			return "'" + cell
		}
	}
	if strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}

func plainNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && strings.Count(s, ".") <= 1 && s[0] != '.' && strings.Trim(s, "0123456789.") == ""
}
