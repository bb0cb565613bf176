package roughtest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// TestStoppedPastTheLease stops processes in the middle of their runs for twice their lease, as a machine that swaps or
// is moved does, beside a service that is awake. Between chunks the service takes the run over, and the ghost that wakes
// up is refused by the fence; inside a chunk the ghost still holds the run's row, and nobody can take the run until its
// transaction has ended. What must happen sometimes must have happened.
func TestStoppedPastTheLease(t *testing.T) {
	calm(t)
	if !needServer(t) {
		return
	}
	t.Parallel()
	p := &pauser{rng: dice(t, t.Name()), left: either(20, 3), calm: calm(t), spread: map[string]int{}}
	nights := 0
	for ; p.left > 0; nights++ {
		if nights > 6 {
			t.Fatalf("%d pauses still have not hit a run after %d nights", p.left, nights)
		}
		h := newHouse(t, bureauOfTheStory(t), modelstest.Server())
		p.deal()
		p.heir = h.start("quiet", "", "serve")
		s := &story{house: h}
		s.do = func(sc scene) { p.do(h, sc) }
		s.play()
		h.sound()
		h.contents().sameAs(t, p.calm.contents)
	}
	t.Logf("%d pauses of %s in %d nights: %d take-overs, the slowest %s after the stop (lease %s); %d writes of ghosts were refused", p.hits, 2*lease, nights, p.taken, p.slowest.Round(time.Millisecond), lease, p.refused.Load())
	for _, name := range slices.Sorted(maps.Keys(p.spread)) {
		t.Logf("  %-36s %d", name, p.spread[name])
	}
	if p.taken == 0 {
		t.Error("no run was ever taken over")
	}
	if p.refused.Load() == 0 {
		t.Error("no ghost was ever refused")
	}
	if p.slowest > lease+15*time.Second {
		t.Errorf("a run was taken over after %s only", p.slowest)
	}
}

type pauser struct {
	rng     *rand.Rand
	calm    *calmNight
	heir    *process // the service beside the victims
	left    int
	share   map[string]int
	hits    int
	taken   int
	slowest time.Duration
	refused atomic.Int64
	spread  map[string]int
}

// deal spreads the pauses over the scenes that one command plays; the first two go where money is made.
func (p *pauser) deal() {
	p.share = map[string]int{}
	scenes := slices.Sorted(maps.Keys(p.calm.chunks))
	scenes = slices.DeleteFunc(scenes, func(s string) bool { return s == theClock })
	for i := range min(p.left, 2*len(scenes)) {
		scene := scenes[p.rng.IntN(len(scenes))]
		if i < 2 {
			scene = []string{"apply-plan awards", "claims"}[i]
		}
		p.share[scene]++
	}
}

func (p *pauser) do(h *house, sc scene) {
	h.t.Helper()
	if sc.args == nil {
		h.stop(p.heir)
		h.serveUntilIdle("clock", "")
		return
	}
	before := h.count("SELECT COALESCE(MAX(id), 0) FROM job_runs")
	run := func() (row, bool) {
		rows := h.rows("id > ? AND job = ? AND slot_at = 0 ORDER BY id", before, sc.job)
		if len(rows) == 0 {
			return row{}, false
		}
		return rows[0], true
	}
	via := newProxy(h.t, h.host())
	var victim *process
	ready, stopped, last := make(chan struct{}), make(chan phase, 1), phase("")
	wake := make(chan struct{})
	arm := func() {
		// always a blow between chunks first where there is only one: else nothing could ever be taken over
		b := aim(p.rng, p.calm.chunks[sc.name], insideChunk, unanswered, unanswered, beforeChunk)
		ambush(via, b, func(at phase) bool {
			<-ready
			victim.signal(syscall.SIGSTOP)
			stopped <- at
			<-wake // what the process said or hears goes on when it does
			return false
		})
	}
	if p.share[sc.name] > 0 {
		arm()
	}
	victim = h.start("quiet", h.through(via.listener.Addr().String()), sc.args...)
	close(ready)
	select {
	case last = <-stopped:
	case <-victim.done:
	case <-time.After(patience):
		h.t.Fatalf("duixian %s neither ends nor is stopped", victim.text)
	}
	if last != "" {
		p.pause(h, sc, victim, via, last, run, wake)
	}
	if !victim.ended(patience) {
		h.t.Fatalf("duixian %s does not end:\n%s", victim.text, tail(victim.out.String()))
	}
	until(h.t, "the run of "+sc.name+" ends", patience, func() bool {
		r, exists := run()
		if exists && (r.state == "failed" || r.state == "halted") {
			h.t.Fatalf("run #%d of %s is %s", r.id, sc.name, r.state)
		}
		return exists && r.state == "succeeded"
	})
}

// pause keeps a stopped process stopped for two leases and looks who takes its run.
func (p *pauser) pause(h *house, sc scene, victim *process, via *proxy, at phase, run func() (row, bool), wake chan struct{}) {
	h.t.Helper()
	began := time.Now()
	mine, running := h.runOf(victim)
	took := time.Duration(0)
	for time.Since(began) < 2*lease {
		if now, exists := run(); running && took == 0 && exists && now.epoch > mine.epoch {
			took = time.Since(began)
		}
		time.Sleep(2 * time.Millisecond)
	}
	via.watch(func(e event) bool { // from now on a ghost, if it was taken over
		if e.answered && isMine(e.text) && e.rows == 0 {
			p.refused.Add(1)
		}
		return false
	})
	victim.signal(syscall.SIGCONT)
	close(wake)
	if !running {
		return
	}
	p.hits++
	p.left--
	p.share[sc.name]--
	if p.spread["job "+mine.job]++; took > 0 {
		p.taken++
		p.slowest = max(p.slowest, took)
		p.spread["taken over, stopped "+string(at)]++
	} else {
		p.spread["kept, stopped "+string(at)]++
		if at == unanswered || at == between || at == beforeChunk {
			h.t.Logf("%s: stopped %s for %s and not taken over", sc.name, at, 2*lease)
		}
	}
}
