package sim

import (
	"bufio"
	"net"
	"net/http"
	"sync/atomic"
)

// wire is the TCP connection below a WebSocket, for what WebSockets cannot do: to be reset, or to be half open.
type wire struct {
	net.Conn
	frozen atomic.Bool
	done   chan struct{}
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.frozen.Load() {
		<-w.done // the peer's bytes arrive nowhere
		return 0, net.ErrClosed
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if w.frozen.Load() {
		return len(p), nil // and ours do not arrive there
	}
	return w.Conn.Write(p)
}

// reset makes the close of the connection a TCP RST.
func (w *wire) reset() {
	if tcp, isTCP := w.Conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // without it the close is merely a gentle one
	}
}

// tap hands the TCP connection out when the WebSocket takes it over.
type tap struct {
	http.ResponseWriter
	wire *wire
}

func (t *tap) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	t.wire.Conn = c
	return t.wire, rw, nil
}
