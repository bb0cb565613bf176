package notifications

import (
	"context"
	"fmt"
	"io"
	"sync"
)

var consoleChannel = ChannelKind{
	Name: "console", Title: "终端",
	open: func(o ChannelOptions) Channel {
		if o.Console == nil {
			return nil
		}
		return NewConsole(o.Console)
	},
}

// Console writes messages where somebody looks on. What is written counts as delivered.
type Console struct {
	mu  sync.Mutex
	out io.Writer
}

// NewConsole writes to out.
func NewConsole(out io.Writer) *Console { return &Console{out: out} }

// Send writes one message with one Write.
func (c *Console) Send(ctx context.Context, d Dispatch) (Outcome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return Outcome{}, &SendError{Code: "cancelled", Hint: "发送前程序停止"}
	}
	n, err := fmt.Fprintf(c.out, "── %s ▸ %s（%s）\n%s\n\n%s\n\n", d.At.Text(), d.To.Name, d.To.Code, d.Title, d.Body)
	switch {
	case err == nil:
		return Outcome{Delivered: true}, nil
	case n > 0:
		return Outcome{}, &SendError{Unknown: true, Code: "cut", Hint: "终端只收到一部分内容"}
	}
	return Outcome{}, &SendError{Code: "write", Hint: "终端不可写，请检查程序的标准输出"}
}
