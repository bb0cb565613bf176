package sheets

import (
	"bytes"
	"io"
	"iter"
	"path/filepath"
	"strings"
)

// Row is one line of a file, every cell as the text that was typed or, for a number in XLSX, as its digits are stored.
// The slice is reused for the next row.
type Row struct {
	Place
	Cells    []string
	Formulas []int // indexes of cells that are formulas
	Hidden   bool
}

func (r Row) empty() bool {
	for _, cell := range r.Cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// source yields the rows of a file in order, or the reason why it cannot go on.
type source interface {
	rows() iter.Seq2[Row, *Refusal]
}

// open decides by the content, not by the name, what kind of file this is. name is only told apart for its ending.
func open(name string, r io.ReaderAt, size int64) (source, *Refusal) {
	if size > MaxFile {
		return nil, refuse(Place{}, "拆分成几个文件后再导入", "文件有 %d MB，超过 %d MB", size>>20, MaxFile>>20)
	}
	head := make([]byte, 8)
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	ending := strings.ToLower(filepath.Ext(name))
	switch {
	case n == 0:
		return nil, refuse(Place{}, "核对是否选错文件", "文件是空的")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return openXLSX(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, refuse(Place{}, "用表格软件打开，另存为 .xlsx（不设密码）后再导入", "这是旧版 .xls 文件或加了密码的表格，程序不读")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return nil, refuse(Place{}, "向提供单位索取表格文件（.xlsx 或 .csv）", "这是 PDF 文件，不是表格")
	case ending == ".xlsx" || ending == ".xls" || ending == ".xlsm" || ending == ".et":
		return nil, refuse(Place{}, "用表格软件打开，另存为 .xlsx 后再导入", "文件名以 %s 结尾，内容却不是 .xlsx 表格", ending)
	}
	return openCSV(r, size)
}
