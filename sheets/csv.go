package sheets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// csvFile is comma-, tab- or semicolon-separated text in UTF-8, GB18030 or UTF-16 with a mark.
type csvFile struct {
	r     io.ReaderAt
	size  int64
	utf16 bool
	utf8  bool
}

// sureUTF8 is after how many characters of three bytes a text is UTF-8 whatever follows: no Chinese in GB18030 looks like it so often. A bad
// byte further down is then a bad byte of its row; in another encoding the first row would seem to be wrong.
const sureUTF8 = 8

// openCSV reads the whole file once to learn its encoding: what is valid UTF-8 to the last byte, or for long enough, is
// UTF-8, all else is taken for GB18030 (which includes GBK and GB2312).
func openCSV(r io.ReaderAt, size int64) (source, *Refusal) {
	f := &csvFile{r: r, size: size}
	head := make([]byte, 2)
	if n, _ := r.ReadAt(head, 0); n == 2 && (bytes.Equal(head, []byte("\xff\xfe")) || bytes.Equal(head, []byte("\xfe\xff"))) {
		f.utf16 = true
		return f, nil
	}
	isUTF8, text, err := survey(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return nil, refuse(Place{}, "重新上传", "文件读到一半出错：%v", err)
	case !text:
		return nil, refuse(Place{}, "另存为 .xlsx 或 .csv 后再导入", "这不是文本文件，也不是 .xlsx 表格")
	}
	f.utf8 = isUTF8
	return f, nil
}

// survey tells whether r is UTF-8, and whether it is text at all (no NUL byte).
func survey(r io.Reader) (isUTF8, text bool, err error) {
	valid, wide := true, 0
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		chunk := buf[:kept+n]
		if bytes.IndexByte(chunk, 0) >= 0 {
			return false, false, nil
		}
		kept = 0
		if valid {
			end := len(chunk)
			for end > 0 && len(chunk)-end < utf8.UTFMax && !utf8.RuneStart(chunk[end-1]) {
				end--
			}
			whole := chunk
			if end > 0 && !utf8.FullRune(chunk[end-1:]) && err == nil {
				whole = chunk[:end-1]
			}
			valid = utf8.Valid(whole)
			for i := 0; wide < sureUTF8 && i < len(whole); {
				r, size := utf8.DecodeRune(whole[i:])
				if r == utf8.RuneError && size == 1 {
					break
				}
				if i += size; size == 3 {
					wide++
				}
			}
			kept = copy(buf, chunk[len(whole):]) // the beginning of a character, for the next round
		}
		if errors.Is(err, io.EOF) {
			return valid && kept == 0 || wide >= sureUTF8, true, nil
		}
		if err != nil {
			return false, false, err
		}
	}
}

func (f *csvFile) rows() iter.Seq2[Row, *Refusal] {
	return func(yield func(Row, *Refusal) bool) {
		var in io.Reader = io.NewSectionReader(f.r, 0, f.size)
		switch {
		case f.utf16:
			in = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in)
		case !f.utf8:
			in = simplifiedchinese.GB18030.NewDecoder().Reader(in)
		}
		text := bufio.NewReaderSize(in, 64<<10)
		if mark, _, err := text.ReadRune(); err == nil && mark != '\ufeff' {
			_ = text.UnreadRune()
		}
		sample, _ := text.Peek(16 << 10)
		gauge := &gauge{r: text}
		records := csv.NewReader(gauge)
		records.Comma, records.FieldsPerRecord, records.LazyQuotes, records.ReuseRecord = separator(sample), -1, true, true
		for count := 1; ; count++ {
			cells, err := records.Read()
			at := Place{Row: count}
			if err == nil || errors.Is(err, csv.ErrFieldCount) {
				at.Row, _ = records.FieldPos(0)
			}
			gauge.since = 0
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.Is(err, errLineTooLong):
				yield(Row{}, refuse(at, "检查附近的引号是否成对", "这一行（或一对引号之间）超过 1 MB"))
				return
			case err != nil:
				yield(Row{}, refuse(at, "用表格软件打开检查后重新保存", "这一行读不出：%v", err))
				return
			case count > maxRowsCSV:
				yield(Row{}, refuse(at, "拆分成几个文件后再导入", "超过 %d 行", maxRowsCSV))
				return
			}
			if bad := badCells(at, cells, f.utf8); bad != nil {
				if endsBadly(cells) && f.endsWith(records) {
					bad = refuse(at, "核对文件是否完整，重新传送或向提供单位重新索取", "文件末尾有认不出的字符，文件可能没有传完")
				}
				yield(Row{}, bad)
				return
			}
			if !yield(Row{Place: at, Cells: cells}, nil) {
				return
			}
		}
	}
}

// badCells refuses lines no spreadsheet would have: too many cells, a cell too long, characters the encoding does not have.
func badCells(at Place, cells []string, isUTF8 bool) *Refusal {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > maxColumns {
		return refuse(at, "删去多余的列", "有 %d 列，超过 %d 列", len(cells), maxColumns)
	}
	for _, cell := range cells {
		if len(cell) > maxCell {
			return refuse(at, "检查附近的引号是否成对", "一个单元格有 %d 字节，超过 %d", len(cell), maxCell)
		}
		if strings.ContainsRune(cell, utf8.RuneError) {
			if isUTF8 && utf8.ValidString(cell) {
				return refuse(at, "向提供单位重新索取文件", "有乱码“\ufffd”，文件以前转换编码时丢了字")
			}
			return refuse(at, "另存为“CSV UTF-8”或 .xlsx 后再导入", "有认不出的字符，文件既不是 UTF-8 也不是 GB18030 编码")
		}
	}
	return nil
}

// endsBadly tells whether a row breaks off within a character: of one that was cut at most three bytes are left.
func endsBadly(cells []string) bool {
	end := []rune(cells[len(cells)-1])
	return slices.Contains(end[max(0, len(end)-3):], utf8.RuneError)
}

// endsWith tells whether the row just read is the last and its line has no end.
func (f *csvFile) endsWith(records *csv.Reader) bool {
	last := make([]byte, 1)
	if _, err := f.r.ReadAt(last, f.size-1); err != nil && !errors.Is(err, io.EOF) || last[0] == '\n' {
		return false
	}
	_, err := records.Read()
	return errors.Is(err, io.EOF)
}

// separator is the one of comma, tab and semicolon that is most frequent in the first lines.
func separator(sample []byte) rune {
	best, most := ',', bytes.Count(sample, []byte(","))
	for _, sep := range []rune{'\t', ';'} {
		if n := bytes.Count(sample, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

var errLineTooLong = errors.New("line too long")

// gauge stops a record that never ends before it fills the memory: since is set to zero after each record.
type gauge struct {
	r     io.Reader
	since int
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.since > maxLine {
		return 0, errLineTooLong
	}
	n, err := g.r.Read(p)
	g.since += n
	return n, err
}
