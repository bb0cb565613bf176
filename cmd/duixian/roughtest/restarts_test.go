package roughtest

import (
	"syscall"
	"testing"
	"time"
)

// TestTheDatabaseIsRestartedDuringRuns shuts MariaDB down, and kills it, while it does a chunk of a run, and starts it
// again. The service does not end; the runs end well; what the server had acknowledged is there and nothing is doubled.
func TestTheDatabaseIsRestartedDuringRuns(t *testing.T) {
	calm(t)
	if !needServer(t) {
		return
	}
	t.Parallel()
	rng := dice(t, t.Name())
	db := newServer(t)
	h := newHouse(t, bureauOfTheStory(t), db.dsn())
	left := map[syscall.Signal]int{syscall.SIGTERM: either(4, 1), syscall.SIGKILL: either(4, 1)}
	hits, slowest := map[syscall.Signal]int{}, time.Duration(0)
	scenes := []string{"claims", "apply-plan awards", "recruit-reward 2024", "insurance-check", "import insurance 1", "instalments-due", "apply-plan recruits", "recruit-reward 2023"}
	rng.Shuffle(len(scenes), func(i, k int) { scenes[i], scenes[k] = scenes[k], scenes[i] })
	when := map[string]syscall.Signal{}
	for signal, n := range left {
		for range n {
			when[scenes[0]] = signal
			scenes = scenes[1:]
		}
	}
	heir := h.start("quiet", "", "serve")
	s := &story{house: h}
	s.do = func(sc scene) {
		if sc.args == nil {
			h.stop(heir)
			h.serveUntilIdle("clock", "")
			return
		}
		signal, rough := when[sc.name]
		if !rough {
			h.must(sc.args...)
			return
		}
		before := h.count("SELECT COALESCE(MAX(id), 0) FROM job_runs")
		via := newProxy(t, h.host())
		hit, ready := make(chan time.Time, 1), make(chan struct{})
		var p *process
		ambush(via, aim(rng, calm(t).chunks[sc.name], insideChunk, atCommit, unanswered), func(phase) bool {
			<-ready
			if _, running := h.runOf(p); running {
				hits[signal]++
			}
			db.signal(signal)
			hit <- time.Now()
			return false // the statement goes on to a server that is ending
		})
		heir.signal(syscall.SIGSTOP) // or the service might take the run, whose statements do not pass the proxy
		p = h.start("quiet", h.through(via.listener.Addr().String()), sc.args...)
		for range 500 {
			if _, running := h.runOf(p); running || p.ended(10*time.Millisecond) {
				break
			}
		}
		heir.signal(syscall.SIGCONT)
		close(ready)
		var began time.Time
		select {
		case began = <-hit:
		case <-p.done:
			t.Errorf("scene %q was over before it was struck:\n%s", sc.name, tail(p.out.String()))
			return
		}
		db.gone()
		time.Sleep(time.Duration(rng.Int64N(int64(3 * time.Second))))
		db.start()
		if !p.ended(patience) {
			t.Fatalf("duixian %s does not end", p.text)
		}
		until(t, "the run of "+sc.name+" ends well", patience, func() bool {
			if heir.ended(0) {
				t.Fatalf("the service ended by itself:\n%s", tail(heir.out.String()))
			}
			rows := h.rows("id > ? AND job = ? AND slot_at = 0 ORDER BY id", before, sc.job)
			if len(rows) > 0 && (rows[0].state == "failed" || rows[0].state == "halted") {
				t.Fatalf("run #%d of %s is %s: %v", rows[0].id, sc.name, rows[0].state, h.ask("SELECT error_text FROM job_runs WHERE id = ?", rows[0].id))
			}
			return len(rows) > 0 && rows[0].state == "succeeded"
		})
		slowest = max(slowest, time.Since(began))
	}
	s.play()
	h.sound()
	h.contents().sameAs(t, calm(t).contents)
	t.Logf("MariaDB shut down %d times and killed %d times while a run was going; the slowest run ended %s after that", hits[syscall.SIGTERM], hits[syscall.SIGKILL], slowest.Round(time.Millisecond))
	if hits[syscall.SIGTERM] == 0 || hits[syscall.SIGKILL] == 0 {
		t.Errorf("no run was hit by each kind: %v", hits)
	}
}
