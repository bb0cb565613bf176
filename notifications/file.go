package notifications

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

var fileChannel = ChannelKind{
	Name: "file", Title: "文件", Keyed: true,
	open: func(o ChannelOptions) Channel {
		if o.File == "" {
			return nil
		}
		return &File{path: o.File}
	},
}

// File appends messages to a file that only its owner reads, one block each, on the disk before Send returns. A block
// ends with a line that names its key; a block without one was cut by a crash.
type File struct {
	mu   sync.Mutex
	path string
}

// NewFile appends to the file at path, which need not exist yet.
func NewFile(path string) *File { return &File{path: path} }

// Send appends one block. A failed write leaves the file as it was.
func (f *File) Send(ctx context.Context, d Dispatch) (out Outcome, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return out, &SendError{Code: "cancelled", Hint: "发送前程序停止"}
	}
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return out, &SendError{Code: "open", Hint: "通知文件打不开，请检查路径与权限：" + reason(err)}
	}
	defer func() {
		if cerr := file.Close(); cerr != nil && err == nil {
			out, err = Outcome{}, &SendError{Unknown: true, Code: "close", Hint: "通知文件关闭失败：" + reason(cerr)}
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return out, &SendError{Code: "stat", Hint: "通知文件读不到：" + reason(err)}
	}
	size, end := info.Size(), fmt.Sprintf("\n=== end %s\n", d.Key)
	var block bytes.Buffer
	if size > 0 {
		have, err := tail(file, size, d.Again)
		if err != nil {
			return out, &SendError{Code: "read", Hint: "通知文件读不到：" + reason(err)}
		}
		if d.Again && bytes.Contains(have, []byte(end)) {
			return Outcome{Delivered: true}, nil
		}
		if have[len(have)-1] != '\n' {
			block.WriteByte('\n')
		}
	}
	fmt.Fprintf(&block, "=== %s %s %s\n%s\n\n%s%s", d.Key, d.At.Stamp(), d.To.Code, d.Title, d.Body, end)
	if _, err := file.Write(block.Bytes()); err != nil {
		failed := &SendError{Code: "write", Hint: "通知文件写入失败：" + reason(err)}
		failed.Unknown = file.Truncate(size) != nil
		return out, failed
	}
	if err := file.Sync(); err != nil {
		return out, &SendError{Unknown: true, Code: "sync", Hint: "通知文件未能落盘：" + reason(err)}
	}
	return Outcome{Delivered: true}, nil
}

// tail reads the last byte of the file, or all of it.
func tail(file *os.File, size int64, all bool) ([]byte, error) {
	from := size - 1
	if all {
		from = 0
	}
	b := make([]byte, size-from)
	_, err := file.ReadAt(b, from)
	return b, err
}

// reason is the cause without the path.
func reason(err error) string {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
