package roughtest

import (
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A phase is where in a run a process is struck.
type phase string

const (
	beforeChunk phase = "before a chunk"        // the run is claimed; the chunk's first statement has not reached the server
	insideChunk phase = "inside a chunk"        // after the fence, before the commit
	atCommit    phase = "before the commit"     // everything is written, COMMIT has not reached the server
	unanswered  phase = "commit without answer" // committed, and the process never hears of it
	between     phase = "between chunks"        // the answer has arrived, nothing else has been sent
	atWrite     phase = "at a write of the log" // SQLite: when the log grows, which it does in a commit
	outside     phase = "outside a transaction" // SQLite: stopped, looked at and found to hold no lock
	holding     phase = "inside a transaction"  // SQLite: … and found to hold the write lock
	missed      phase = "not in a running run"  // does not count
)

// blow says where a process is to be struck: in its nth chunk, at the given statement after the fence when inside.
type blow struct {
	phase     phase
	nth, then int
}

// aim draws a blow for a run of so many chunks.
func aim(rng *rand.Rand, chunks int, phases ...phase) blow {
	return blow{phases[rng.IntN(len(phases))], 1 + rng.IntN(max(1, chunks)), 1 + rng.IntN(12)}
}

// ambush watches what a process says to its server and strikes once, at the blow's place. strike is called at that
// moment, with the statement held back; its result says whether the connection is cut there.
func ambush(via *proxy, b blow, strike func(phase) (drop bool)) {
	var mu sync.Mutex
	fences, since, conn, inside, over := 0, 0, 0, false, false
	via.watch(func(e event) bool {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return false
		}
		hit := func(p phase) bool {
			over = true
			return strike(p)
		}
		switch {
		case !e.answered && isFence(e.text):
			if fences++; fences == b.nth && b.phase == beforeChunk {
				return hit(beforeChunk)
			}
			inside, since, conn = true, 0, e.conn
		case !e.answered && inside && e.conn == conn:
			since++
			switch last := isCommit(e.text); {
			case fences != b.nth:
			case b.phase == insideChunk && since >= b.then && !last:
				return hit(insideChunk)
			case last && (b.phase == atCommit || b.phase == insideChunk): // the chunk is shorter than that
				return hit(atCommit)
			}
		case e.answered && inside && e.conn == conn && isCommit(e.text):
			inside = false
			if fences == b.nth && b.phase == unanswered {
				return hit(unanswered)
			}
		case !e.answered && !inside && fences == b.nth && b.phase == between:
			return hit(between)
		}
		return false
	})
}

// slice is how long a process is let go between two looks at it.
const slice = 500 * time.Microsecond

// lurk watches a process from outside, on SQLite, and kills it at a moment that chance draws: so many slices after its run
// began, or, for atWrite, at the first write of the log after that. The process is stopped while it is looked at, so that
// runs of a few milliseconds are met too.
func (h *house) lurk(p *process, wanted phase, slices int) phase {
	h.t.Helper()
	var log *watch
	if wanted == atWrite {
		log = watchFile(h.t, strings.TrimPrefix(h.dsn, "sqlite:")+"-wal")
		defer log.close()
	}
	for {
		if p.ended(0) {
			return missed
		}
		p.signal(syscall.SIGSTOP)
		_, running := h.runOf(p)
		if running {
			if slices--; slices < 0 {
				break
			}
		}
		p.signal(syscall.SIGCONT)
		time.Sleep(slice)
	}
	if log != nil {
		p.signal(syscall.SIGCONT)
		log.wait(p)
		p.kill()
		<-p.done
		return atWrite
	}
	at := outside
	if h.locked() {
		at = holding
	}
	p.kill()
	<-p.done
	return at
}

// locked reports whether somebody holds the write lock of an SQLite file.
func (h *house) locked() bool {
	h.t.Helper()
	conn, err := h.lock.Conn(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // goes back to the pool
	if _, err := conn.ExecContext(h.t.Context(), "BEGIN IMMEDIATE"); err != nil {
		return true
	}
	if _, err := conn.ExecContext(h.t.Context(), "ROLLBACK"); err != nil {
		h.t.Fatal(err)
	}
	return false
}

// watch tells when a file is written, by the kernel's word.
type watch struct{ fd int }

func watchFile(t *testing.T, path string) *watch {
	t.Helper()
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err == nil {
		_, err = syscall.InotifyAddWatch(fd, path, syscall.IN_MODIFY)
	}
	if err != nil {
		t.Fatalf("watch %s: %v", path, err)
	}
	return &watch{fd: fd}
}

// wait returns at the next write, or when the process has ended.
func (w *watch) wait(p *process) {
	buffer := make([]byte, 4096)
	for n, _ := syscall.Read(w.fd, buffer); n > 0; n, _ = syscall.Read(w.fd, buffer) { // what was before
	}
	for !p.ended(0) {
		if n, _ := syscall.Read(w.fd, buffer); n > 0 {
			return
		}
		time.Sleep(20 * time.Microsecond)
	}
}

func (w *watch) close() { _ = syscall.Close(w.fd) }
