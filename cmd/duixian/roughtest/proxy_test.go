package roughtest

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// proxy stands between one process and MariaDB on the loopback interface and sees each statement before the server
// does and the head of each answer before the process does. That is how a kill can be put inside a chunk, or between a
// commit and its answer, without a hook in the program.
type proxy struct {
	listener net.Listener
	server   string // host:port

	mu   sync.Mutex
	hook func(e event) (drop bool)
	next int
}

// event is a statement on its way to the server, or the head of its answer on its way back.
type event struct {
	conn     int
	text     string
	answered bool
	rows     int64 // that the statement met, when answered; -1 when the answer is not a plain OK
}

func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, server: server}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.carry(client)
		}
	}()
	return p
}

// watch sets who is told; nil for nobody. When drop is true the connection is cut instead of going on.
func (p *proxy) watch(hook func(e event) (drop bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = hook
}

func (p *proxy) tell(e event) (drop bool) {
	p.mu.Lock()
	hook := p.hook
	p.mu.Unlock()
	return hook != nil && hook(e)
}

func (p *proxy) carry(client net.Conn) {
	defer client.Close() //nolint:errcheck // the other side may have gone
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // the other side may have gone
	p.mu.Lock()
	p.next++
	conn := p.next
	p.mu.Unlock()
	var mu sync.Mutex
	waiting := "" // the statement whose answer has not begun
	go func() {
		defer client.Close() //nolint:errcheck // the other side may have gone
		defer server.Close() //nolint:errcheck // the other side may have gone
		for {
			packet, err := readPacket(server)
			if err != nil {
				return
			}
			mu.Lock()
			text := waiting
			waiting = ""
			mu.Unlock()
			if text != "" && p.tell(event{conn, text, true, affected(packet[4:])}) {
				return
			}
			if _, err := client.Write(packet); err != nil {
				return
			}
		}
	}()
	for {
		packet, err := readPacket(client)
		if err != nil {
			return
		}
		if packet[3] == 0 && len(packet) > 5 && packet[4] == 3 { // a new command, COM_QUERY
			text := string(packet[5:])
			if p.tell(event{conn, text, false, 0}) {
				return
			}
			mu.Lock()
			waiting = text
			mu.Unlock()
		}
		if _, err := server.Write(packet); err != nil {
			return
		}
	}
}

// readPacket reads one packet of the protocol: three bytes of length, a number, the body.
func readPacket(from io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	n := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	packet := append(head, make([]byte, n)...)
	_, err := io.ReadFull(from, packet[4:])
	return packet, err
}

// affected reads the number of rows out of an OK packet.
func affected(body []byte) int64 {
	if len(body) < 2 || body[0] != 0 {
		return -1
	}
	switch b := body[1]; {
	case b < 0xfb:
		return int64(b)
	case b == 0xfc && len(body) >= 4:
		return int64(binary.LittleEndian.Uint16(body[2:]))
	}
	return -1
}

// isFence and isCommit are where a chunk begins and ends on the wire.
func isFence(text string) bool { return strings.HasPrefix(text, "UPDATE job_runs SET cursor_key = ") }

func isCommit(text string) bool { return text == "COMMIT" }

// isMine is any statement by which a process changes a run that it believes to be its own.
func isMine(text string) bool {
	return strings.HasPrefix(text, "UPDATE job_runs SET ") && strings.Contains(text, " AND owner = ") && strings.Contains(text, " AND epoch = ")
}
