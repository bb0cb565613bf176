package sheets

import (
	"io"
	"path/filepath"
	"strings"
)

// KindOf is the kind that a file's name says: firms.csv, or 机构名录.xlsx; empty when it says none.
func KindOf(name string) string {
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	for _, d := range All() {
		if base == d.Kind || base == d.Name {
			return d.Kind
		}
	}
	return ""
}

// Detect is the kind whose columns fit a file best, by the first header that is complete for any; empty when none is. Only
// the first lines are read.
func Detect(name string, r io.ReaderAt, size int64) string {
	src, bad := open(name, r, size)
	if bad != nil {
		return ""
	}
	rows := 0
	for row, bad := range src.rows() {
		if rows++; bad != nil || rows > 10*headerWithin {
			return ""
		}
		best, most := "", 0
		for _, d := range All() {
			if n, complete := d.score(row.Cells); complete && n > most {
				best, most = d.Kind, n
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}
