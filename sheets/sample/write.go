package sample

import (
	"bufio"
	"os"
	"path/filepath"

	"duixian/sheets"
)

// Write makes one file per kind in dir (made if missing), as XLSX instead of CSV if asked, and returns the paths in the
// order in which they are to be imported. Files that are there are replaced.
func (b *Bureau) Write(dir string, xlsx bool) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var paths []string
	for _, t := range b.Tables() {
		path := filepath.Join(dir, t.Name+".csv")
		if xlsx {
			path = filepath.Join(dir, t.Name+".xlsx")
		}
		if err := writeFile(path, t, xlsx); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func writeFile(path string, t sheets.Table, xlsx bool) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // identity numbers, though nobody's
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<16)
	if xlsx {
		err = t.WriteXLSX(out)
	} else {
		err = t.WriteCSV(out)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}
