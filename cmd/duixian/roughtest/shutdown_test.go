package roughtest

import (
	"syscall"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// idle is closed when the service has nothing left to do.
func idle(h *house) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for deadline := time.Now().Add(patience); !h.idle() && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	return done
}

// TestTheServiceStopsInOrder tells the service to stop while it is inside a chunk: it finishes the chunk, gives the run
// back without counting the attempt, and is gone within seconds. The next one goes on behind that chunk.
func TestTheServiceStopsInOrder(t *testing.T) {
	calm(t)
	if !needServer(t) {
		return
	}
	t.Parallel()
	rng := dice(t, t.Name())
	h := newHouse(t, bureauOfTheStory(t), modelstest.Server())
	stops, slowest, finished := 0, time.Duration(0), 0
	s := &story{house: h}
	s.do = func(sc scene) {
		if sc.args != nil {
			h.must(sc.args...)
			return
		}
		for range either(12, 4) {
			if h.idle() {
				break
			}
			via := newProxy(t, h.host())
			var p *process
			ready, struck := make(chan struct{}), make(chan struct{}, 1)
			var r row
			ambush(via, aim(rng, 2, insideChunk), func(phase) bool {
				<-ready
				r, _ = h.runOf(p)
				p.signal(syscall.SIGTERM)
				struck <- struct{}{}
				return false
			})
			p = h.start("clock", h.through(via.listener.Addr().String()), "serve")
			close(ready)
			select {
			case <-struck:
			case <-idle(h): // nothing was left that has so many chunks
				h.stop(p)
				continue
			}
			began := time.Now()
			if !p.ended(20 * time.Second) {
				t.Fatalf("the service does not stop:\n%s", tail(p.out.String()))
			}
			slowest = max(slowest, time.Since(began))
			stops++
			if p.code != 0 {
				t.Errorf("exit code %d:\n%s", p.code, tail(p.out.String()))
			}
			now := h.rows("id = ?", r.id)[0]
			if now.state == "queued" {
				if now.attempt != r.attempt-1 || now.owner != "" {
					t.Errorf("run #%d %s was given back with attempt %d and owner %q; it had attempt %d", now.id, now.job, now.attempt, now.owner, r.attempt)
				}
			} else if now.state != "succeeded" { // it was the last chunk
				t.Errorf("run #%d %s is %s after the stop", now.id, now.job, now.state)
			}
			if now.chunks > r.chunks {
				finished++
			} else {
				t.Errorf("run #%d %s: the chunk was not finished: %d chunks before and after", now.id, now.job, now.chunks)
			}
		}
		h.serveUntilIdle("clock", "")
	}
	s.play()
	h.sound()
	h.contents().sameAs(t, calm(t).contents)
	t.Logf("%d stops inside a chunk, %d chunks finished; the slowest stop took %s", stops, finished, slowest.Round(time.Millisecond))
	if stops == 0 {
		t.Error("the service was never stopped inside a chunk")
	}
	if slowest > 10*time.Second {
		t.Errorf("a stop took %s", slowest)
	}
}
