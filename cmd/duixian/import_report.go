package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"duixian/models"
	"duixian/sheets"
)

// rowReport is a report with the file that it is about.
type rowReport struct {
	*sheets.Report
	path string
	body []byte
}

// writeRowReport writes the rows of a file with their reasons to a new workbook; out is a folder when there are several files.
func (p *program) writeRowReport(r rowReport, out string, several bool) error {
	if out == "" {
		return nil
	}
	if several {
		if err := os.MkdirAll(out, 0o700); err != nil {
			return err
		}
		base := filepath.Base(r.path)
		out = filepath.Join(out, strings.TrimSuffix(base, filepath.Ext(base))+"-导入报告.xlsx")
	}
	said := &program{out: p.err, err: p.err} // standard output holds the report itself, perhaps as JSON
	return said.writeBook(out, func(w io.Writer) error { return r.WriteXLSX(w, bytes.NewReader(r.body), int64(len(r.body))) })
}

// already is what is said of a file that was taken in before. Its rows are read again only when they are asked for.
func already(old models.Import, name string, body []byte, rows bool) (*sheets.Report, error) {
	d, _ := sheets.Lookup(old.Kind)
	r := &sheets.Report{File: name, Kind: old.Kind, Name: d.Name, KnownOn: old.KnownOn, Rows: old.Total, Accepted: old.Accepted, Warned: old.Warned, Findings: []sheets.Finding{}}
	if rows {
		file, err := sheets.Read(old.Kind, name, bytes.NewReader(body), int64(len(body)), sheets.Options{KnownOn: old.KnownOn})
		if err != nil {
			return nil, err
		}
		r = file.Report
	}
	r.Already = true
	return r, nil
}
