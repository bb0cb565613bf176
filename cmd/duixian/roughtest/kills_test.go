package roughtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// TestKilledAnywhere kills processes outright in the middle of their runs, at points that chance draws, and lets others
// go on: the same command again, a retry by hand, or the service. Nothing is lost and nothing is done twice. A kill
// counts when the database says at that moment that the process was executing a run.
func TestKilledAnywhere(t *testing.T) {
	calm(t)
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killNights(t, "", either(50, 5))
	})
	if needServer(t) {
		t.Run("mysql", func(t *testing.T) {
			t.Parallel()
			killNights(t, modelstest.Server(), either(50, 5))
		})
	}
}

// killNights plays rough nights until so many kills have hit a run.
func killNights(t *testing.T, server string, kills int) {
	k := &killer{rng: dice(t, t.Name()), left: kills, calm: calm(t), spread: map[string]int{}}
	nights := 0
	for ; k.left > 0; nights++ {
		if nights > 8 {
			t.Fatalf("%d kills still have not hit a run after %d nights", k.left, nights)
		}
		h := newHouse(t, bureauOfTheStory(t), server)
		k.deal()
		s := &story{house: h}
		s.do = func(sc scene) { k.do(h, sc) }
		s.play()
		h.sound()
		h.contents().sameAs(t, k.calm.contents)
	}
	t.Logf("%d kills hit a running run in %d nights (%d more hit none); the slowest take-over by the service came %s after the kill, lease %s", k.hits, nights, k.misses, k.slowest.Round(time.Millisecond), lease)
	for _, name := range slices.Sorted(maps.Keys(k.spread)) {
		t.Logf("  %-36s %d", name, k.spread[name])
	}
	if k.slowest > lease+15*time.Second {
		t.Errorf("a dead run was taken over after %s only", k.slowest)
	}
}

// killer does the scenes of a story with kills.
type killer struct {
	rng     *rand.Rand
	calm    *calmNight
	left    int            // kills to come
	share   map[string]int // of them, by scene of this night
	hits    int
	misses  int
	struck  time.Time      // when the last one hit
	slowest time.Duration  // from a kill to the take-over, where a service was there to do it
	spread  map[string]int // hits by job and by phase
}

// deal spreads the kills that are left over the scenes of a night. A run whose owners died five times would be halted.
func (k *killer) deal() {
	k.share = map[string]int{}
	scenes := slices.Sorted(maps.Keys(k.calm.chunks))
	for range min(k.left, 3*len(scenes)) {
		for {
			if scene := scenes[k.rng.IntN(len(scenes))]; k.share[scene] < 4 {
				k.share[scene]++
				break
			}
		}
	}
}

// do does one scene: processes are killed in it until its share is used up, then it is finished.
func (k *killer) do(h *house, sc scene) {
	h.t.Helper()
	before := h.count("SELECT COALESCE(MAX(id), 0) FROM job_runs")
	mine := func() (row, bool) { // the scene's run, once there is one
		if sc.args == nil {
			return row{}, false
		}
		rows := h.rows("id > ? AND job = ? AND slot_at = 0 ORDER BY id", before, sc.job)
		if len(rows) == 0 {
			return row{}, false
		}
		return rows[0], true
	}
	struck := 0
	for try := 0; ; try++ {
		if try > 60 {
			h.t.Fatalf("scene %q does not end", sc.name)
		}
		r, exists := mine()
		if exists && r.state == "succeeded" {
			return
		}
		if exists && r.state != "queued" && r.state != "running" {
			h.t.Fatalf("scene %q: run #%d is %s", sc.name, r.id, r.state)
		}
		args, config := k.next(h, sc, r, exists)
		if struck >= k.share[sc.name] {
			if args[0] == "serve" && sc.args == nil {
				h.serveUntilIdle("clock", "")
				return
			}
			k.finish(h, config, args, mine)
			continue
		}
		if k.strike(h, sc, config, args, mine) {
			struck++
		}
		if sc.args == nil && h.idle() {
			return
		}
	}
}

// next is how a scene begins or goes on: the command, the same again when it names its own run, a retry, or the service.
func (k *killer) next(h *house, sc scene, r row, exists bool) (args []string, config string) {
	switch {
	case sc.args == nil:
		return []string{"serve"}, "clock"
	case !exists:
		return sc.args, "quiet"
	case r.state == "queued" || k.rng.IntN(2) == 0:
		return []string{"serve"}, "quiet"
	}
	time.Sleep(time.Until(time.UnixMilli(r.lease + 5)))
	if sc.job == "import" && k.rng.IntN(2) == 0 {
		return sc.args, "quiet"
	}
	return []string{"job", "run", "--retry", fmt.Sprint(r.id), "--as", "jingban01"}, "quiet"
}

// finish lets a process do its work; a service is ended when the run has.
func (k *killer) finish(h *house, config string, args []string, mine func() (row, bool)) {
	h.t.Helper()
	old, _ := mine()
	p := h.start(config, "", args...)
	if args[0] != "serve" {
		if !p.ended(patience) || p.code != 0 {
			h.t.Fatalf("duixian %s: exit %d\n%s", p.text, p.code, tail(p.out.String()))
		}
		return
	}
	until(h.t, "the service finishes the run", patience, func() bool {
		if p.ended(0) {
			h.t.Fatalf("the service ended by itself:\n%s", tail(p.out.String()))
		}
		r, exists := mine()
		k.tookOver(old, r)
		return exists && r.state == "succeeded"
	})
	h.stop(p)
}

// tookOver notes how long after the last kill somebody else has the run.
func (k *killer) tookOver(old, now row) {
	if old.state == "running" && now.epoch > old.epoch && !k.struck.IsZero() {
		k.slowest = max(k.slowest, time.Since(k.struck))
		k.struck = time.Time{}
	}
}

// strike starts a process and kills it, and reports whether that hit a run.
func (k *killer) strike(h *house, sc scene, config string, args []string, mine func() (row, bool)) bool {
	h.t.Helper()
	old, _ := mine()
	var p *process
	at := missed
	if h.mysql() {
		via := newProxy(h.t, h.host())
		ready := make(chan struct{})
		struck := make(chan phase, 1)
		ambush(via, aim(k.rng, k.calm.chunks[sc.name], beforeChunk, insideChunk, insideChunk, atCommit, unanswered, between), func(at phase) bool {
			<-ready
			p.kill()
			struck <- at
			return true
		})
		p = h.start(config, h.through(via.listener.Addr().String()), args...)
		close(ready)
		if !k.over(h, p, sc, args, old, mine) {
			h.t.Fatalf("duixian %s neither ends nor is killed:\n%s", p.text, tail(p.out.String()))
		}
		select {
		case at = <-struck:
		default:
		}
	} else {
		wanted := []phase{outside, atWrite}[k.rng.IntN(2)]
		slices := k.rng.IntN(int(k.calm.took[sc.name]/(2*slice)) + 1)
		p = h.start(config, "", args...)
		done := make(chan phase, 1)
		go func() { done <- h.lurk(p, wanted, slices) }()
		if !k.over(h, p, sc, args, old, mine) {
			h.t.Fatalf("duixian %s neither ends nor is killed:\n%s", p.text, tail(p.out.String()))
		}
		at = <-done
	}
	<-p.done
	r, hit := h.runOf(p)
	if at == missed || !hit {
		if at != missed {
			k.misses++
		}
		return false
	}
	k.hits++
	k.left--
	k.struck = time.Now()
	k.spread["job "+r.job]++
	k.spread["phase "+string(at)]++
	kind, _, _ := strings.Cut(strings.TrimPrefix(sc.name, "import "), " ")
	if r.job == "import" {
		k.spread["import of "+kind]++
	}
	return true
}

// over waits until a process has ended, killed or not; a service that has done its work unhurt is told to end.
func (k *killer) over(h *house, p *process, sc scene, args []string, old row, mine func() (row, bool)) bool {
	h.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if p.ended(5 * time.Millisecond) {
			return true
		}
		if args[0] != "serve" {
			continue
		}
		r, exists := mine()
		k.tookOver(old, r)
		if exists && r.state == "succeeded" || sc.args == nil && h.idle() {
			p.signal(syscall.SIGTERM) // or the kill, which may come at this very moment
			return p.ended(patience)
		}
	}
	return false
}
