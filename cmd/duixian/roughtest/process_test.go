package roughtest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is one running duixian.
type process struct {
	cmd  *exec.Cmd
	text string
	out  output
	done chan struct{} // closed when it has ended
	code int           // -1 when a signal ended it
}

// output collects what a process says; it may be read meanwhile.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// start starts the program with a configuration of the house; dsn "" is the house's own address.
func (h *house) start(config, dsn string, args ...string) *process {
	h.t.Helper()
	if dsn == "" {
		dsn = h.dsn
	}
	p := &process{cmd: exec.Command(program, append([]string{"--config", h.dir + "/" + config + ".yaml"}, args...)...), text: strings.Join(args, " "), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "DUIXIAN_DATABASE_DSN="+dsn)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // no process outlives the test
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		err := p.cmd.Wait()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			p.code = exit.ExitCode()
		}
	}()
	h.t.Cleanup(func() { p.kill(); <-p.done })
	return p
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) } // it may have ended

func (p *process) kill() { p.signal(syscall.SIGKILL) }

// ended waits for the end of a process, at most so long.
func (p *process) ended(limit time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(limit):
		return false
	}
}

// must runs a command to its end and returns what it said; any exit code but 0 fails the test.
func (h *house) must(args ...string) string {
	h.t.Helper()
	return h.mustWith("quiet", args...)
}

func (h *house) mustWith(config string, args ...string) string {
	h.t.Helper()
	p := h.start(config, "", args...)
	if !p.ended(patience) {
		h.t.Fatalf("duixian %s does not end:\n%s", p.text, tail(p.out.String()))
	}
	if p.code != 0 {
		h.t.Fatalf("duixian %s: exit %d\n%s", p.text, p.code, tail(p.out.String()))
	}
	return p.out.String()
}

// patience is how long anything at all may take here before it counts as never.
const patience = 2 * time.Minute

// until polls for something that other processes bring about.
func until(t *testing.T, what string, limit time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain: %s", limit, what)
		}
	}
}

func tail(s string) string {
	if len(s) > 3000 {
		s = "…" + s[len(s)-3000:]
	}
	return s
}
