package main

import (
	"bytes"
	"fmt"
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
	if out == "" || r.Already {
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
	return said.writeNew(out, func(w io.Writer) error { return r.WriteXLSX(w, bytes.NewReader(r.body), int64(len(r.body))) })
}

// printAlready says that a file was taken in before.
func (p *program) printAlready(old models.Import, name string, asJSON bool) error {
	r := sheets.Report{File: name, Kind: old.Kind, KnownOn: old.KnownOn, Rows: old.Total, Accepted: old.Accepted, Warned: old.Warned, Already: true, Findings: []sheets.Finding{}}
	if asJSON {
		return printJSON(p.out, r)
	}
	_, err := fmt.Fprint(p.out, r.Text())
	return err
}
