package sheets

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
)

// xlsxFile is a workbook read as a stream, straight from the zip: no part of it is ever unpacked to disk (the rows are
// personal data), and apart from the shared texts nothing is kept in memory. excelize, which writes our workbooks, needs
// the whole sheet in memory to tell a formula from a value, so reading is done here.
type xlsxFile struct {
	parts  map[string]*zip.File
	sheets []sheetPart
	texts  []string
}

type sheetPart struct {
	name, part string
}

func openXLSX(r io.ReaderAt, size int64) (source, *Refusal) {
	pack, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse(Place{}, "用表格软件打开，另存后再导入", "文件不完整或已损坏，打不开")
	}
	if bad := inspect(pack); bad != nil {
		return nil, bad
	}
	f := &xlsxFile{parts: map[string]*zip.File{}}
	for _, part := range pack.File {
		f.parts[strings.ToLower(part.Name)] = part
	}
	if bad := f.readWorkbook(); bad != nil {
		return nil, bad
	}
	if bad := f.readTexts(); bad != nil {
		return nil, bad
	}
	return f, nil
}

var errTooLarge = errors.New("part too large")

// part opens one part of the workbook and hands its XML to read. More bytes than the directory promised are an attack.
func (f *xlsxFile) part(name string, read func(*xml.Decoder) error) error {
	part := f.parts[strings.ToLower(name)]
	if part == nil {
		return errNoPart
	}
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(&capped{r: in, left: int64(part.UncompressedSize64)})
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") }
	return read(d)
}

var errNoPart = errors.New("no such part")

// capped ends a part that is longer than it said, and one with a tag or a text that would fill the memory by itself.
type capped struct {
	r     io.Reader
	left  int64
	since int // bytes since the last tag ended
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if end := bytes.LastIndexByte(p[:n], '>'); end >= 0 {
		c.since = n - end
	} else {
		c.since += n
	}
	if c.left -= int64(n); c.left < 0 || c.since > maxLine {
		return 0, errTooLarge
	}
	return n, err
}

// readWorkbook finds the sheets in their order. Hidden sheets hold lookup lists and leftovers; they are not read, nor is what
// templates and reports of ours say beside the data.
func (f *xlsxFile) readWorkbook() *Refusal {
	var book struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Link []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	broken := refuse(Place{}, "用表格软件打开，另存为 .xlsx 后再导入", "文件不是完整的 .xlsx 工作簿")
	for _, name := range []string{"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		if part := f.parts[name]; part == nil || part.UncompressedSize64 > smallZipEntry {
			return broken
		}
	}
	if f.part("xl/workbook.xml", func(d *xml.Decoder) error { return d.Decode(&book) }) != nil ||
		f.part("xl/_rels/workbook.xml.rels", func(d *xml.Decoder) error { return d.Decode(&links) }) != nil {
		return broken
	}
	targets := map[string]string{}
	for _, link := range links.Link {
		target := path.Join("xl", link.Target)
		if strings.HasPrefix(link.Target, "/") {
			target = path.Clean(link.Target[1:])
		}
		targets[link.ID] = target
	}
	for _, sheet := range book.Sheets {
		if sheet.State == "hidden" || sheet.State == "veryHidden" || sheet.Name == guideSheet || sheet.Name == reportSheet || sheet.Name == summarySheet {
			continue
		}
		for _, attr := range sheet.Attrs {
			if attr.Name.Local == "id" && f.parts[strings.ToLower(targets[attr.Value])] != nil {
				f.sheets = append(f.sheets, sheetPart{sheet.Name, targets[attr.Value]})
			}
		}
	}
	switch {
	case len(f.sheets) == 0:
		return broken
	case len(f.sheets) > maxSheets:
		return refuse(Place{}, "删去与本次无关的工作表", "有 %d 张工作表，超过 %d 张", len(f.sheets), maxSheets)
	}
	return nil
}

// readTexts loads the shared texts. Phonetic remarks are not part of a text.
func (f *xlsxFile) readTexts() *Refusal {
	total := 0
	err := f.part("xl/sharedStrings.xml", func(d *xml.Decoder) error {
		var text strings.Builder
		return walk(d, func(start xml.StartElement) (bool, error) {
			if start.Name.Local != "si" {
				return false, nil
			}
			text.Reset()
			if err := plainText(d, &text); err != nil {
				return false, err
			}
			if total += text.Len() + 16; total > maxStrings {
				return false, errTooLarge
			}
			f.texts = append(f.texts, unescape(text.String()))
			return true, nil
		})
	})
	switch {
	case err == nil || errors.Is(err, errNoPart):
		return nil
	case errors.Is(err, errTooLarge):
		return refuse(Place{}, "拆分成几个文件后再导入", "文件里的文字太多，超过 %d MB", maxStrings>>20)
	}
	return refuse(Place{}, "用表格软件打开，另存后再导入", "文件里的文字表已损坏")
}

func (f *xlsxFile) rows() iter.Seq2[Row, *Refusal] {
	return func(yield func(Row, *Refusal) bool) {
		total := 0
		for _, sheet := range f.sheets {
			last := 0
			stop := false
			err := f.part(sheet.part, func(d *xml.Decoder) error {
				return f.readSheet(d, sheet.name, func(row Row, bad *Refusal) bool {
					last = row.Row
					if total++; bad == nil && total > maxRowsXLSX {
						row, bad = Row{}, refuse(row.Place, "拆分成几个文件，或另存为 CSV 后再导入", "超过 %d 行", maxRowsXLSX)
					}
					stop = !yield(row, bad) || bad != nil
					return !stop
				})
			})
			if stop {
				return
			}
			if err != nil {
				yield(Row{}, refuse(Place{sheet.name, last}, "用表格软件打开，另存后再导入", "工作表在这一行之后已损坏，读不下去"))
				return
			}
		}
	}
}
