package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk/sim"
	"duixian/models"
)

// Over the same wire each command is executed once and answered, whatever comes twice, with two replicas and one of them killed.
func TestCommandsOverARoughWire(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		people, lines := 6, 6
		if rough() && dsn != "" {
			people, lines = 50, 20
		}
		o := newOffice(t, dsn)
		_, a := o.app()
		o.crowd(a, people)
		for fault, s := range map[string]sim.Setting{
			"duplicate-acked": {On: true, Percent: 20}, "duplicate-new-id": {On: true, Percent: 20}, "duplicate-16s": {On: true, Percent: 20},
			"session-gone": {On: true, Percent: 10}, "ambiguous-504": {On: true, Percent: 3},
		} {
			if err := o.sim.Set(fault, s); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		killed := 0
		var kill func()
		if rough() && dsn != "" {
			kill = o.replicas(&killed)
		} else {
			o.serve()
		}
		ctx, cancel := context.WithCancel(t.Context())
		var cutting sync.WaitGroup
		cutting.Go(func() { o.keepCutting(ctx) })
		var talk sync.WaitGroup
		for i := range people {
			talk.Go(func() {
				chat, err := o.sim.Chat(many(i), demoClientID)
				if err != nil {
					t.Error(err)
					return
				}
				for n := range lines {
					if i == 0 && n == lines/2 && kill != nil {
						kill()
					}
					m, err := o.sim.Say(ctx, sim.Say{As: many(i), Conversation: chat, Text: fmt.Sprintf("人工 %s的第%d问", many(i), n)})
					if err != nil {
						t.Error(err)
						return
					}
					wait, done := context.WithTimeout(ctx, 5*time.Minute)
					after := sim.After(m)
					if _, err := o.sim.Wait(wait, func(n sim.Message) bool { return after(n) && n.From.Kind == "robot" }); err != nil {
						t.Errorf("no answer to %q: %v", m.Text, err)
					}
					done()
				}
			})
		}
		talk.Wait()
		o.until("everything is answered", func(q models.Query) (bool, error) {
			at, err := q.InboundWake()
			return at == 0, err
		}, a)
		cancel()
		cutting.Wait()
		took := time.Since(began)

		q := a.store.Read(t.Context())
		asked, err := q.DeskRequests(models.DeskOpen, 100000)
		if err != nil || len(asked) != people*lines {
			t.Errorf("%d questions on the desk, want %d: %v", len(asked), people*lines, err)
		}
		answers, doubts := 0, 0
		for i := range people {
			chat, err := o.sim.Chat(many(i), demoClientID)
			if err != nil {
				t.Fatal(err)
			}
			heard, allowed := 0, 0
			for _, m := range o.sim.Messages(chat) {
				if m.From.Kind == "robot" && strings.Contains(m.Text, "已转给经办人") {
					heard++
				}
			}
			inbox, err := q.LastInbound("dingtalk", many(i), 100000)
			if err != nil || len(inbox) != lines {
				t.Errorf("%s: %d messages in the inbox, %v", many(i), len(inbox), err)
			}
			for _, m := range inbox {
				if m.State != models.InboundDone {
					t.Errorf("message %d ends as %s %s", m.ID, m.State, m.Reason)
				}
				allowed += m.Tries // each try beyond the first may have been one more answer, and is on record
				doubts += m.Ambiguous
			}
			if heard < lines || heard > allowed {
				t.Errorf("%s heard %d answers to %d lines; %d are explained", many(i), heard, lines, allowed)
			}
			answers += heard
		}
		duplicates := 0
		for _, f := range o.sim.Faults() {
			if strings.HasPrefix(f.Name, "duplicate") {
				duplicates += f.Hits
			}
		}
		t.Logf("%d commands from %d people in %.1f s: %d executed, %d answers, %d doubtful, %d duplicates played, %d replicas killed",
			people*lines, people, took.Seconds(), len(asked), answers, doubts, duplicates, killed)
	})
}

// keepCutting lets DingTalk announce the end of its connections every so often. Connections that live for less than ten seconds make a client
// wait longer and longer before the next one, and rightly so: then nothing would arrive at all. So the short form, which cuts faster,
// stops after a few; what fell into a gap comes once more after a minute, as DingTalk does it.
func (o *office) keepCutting(ctx context.Context) {
	every, times := time.Second, 3
	if rough() {
		every, times = 15*time.Second, 1000
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range times {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := o.sim.Cut("disconnect", demoClientID); err != nil {
				o.t.Error(err)
			}
		}
	}
}

// replicas starts two processes of the program on one database; the func kills one of them without a word and starts a third.
func (o *office) replicas(killed *int) (kill func()) {
	o.t.Helper()
	binary := filepath.Join(o.t.TempDir(), "duixian")
	if out, err := exec.CommandContext(o.t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		o.t.Fatalf("%v\n%s", err, out)
	}
	start := func(at int) *exec.Cmd {
		cmd := exec.CommandContext(o.t.Context(), binary, "--config", filepath.Join(o.dir, "duixian.yaml"), "serve")
		cmd.Env = append(os.Environ(), envDSN+"="+o.dsn)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			o.t.Fatal(err)
		}
		o.t.Cleanup(func() {
			_ = cmd.Process.Kill() // the killed one is gone already
			_ = cmd.Wait()
			if o.t.Failed() {
				o.t.Logf("replica %d said:\n%s", at, &said)
			}
		})
		return cmd
	}
	both := []*exec.Cmd{start(1), start(2)}
	if err := o.sim.WaitConnected(o.wait(), demoClientID, 2); err != nil {
		o.t.Fatal(err)
	}
	return func() {
		if err := both[rand.IntN(2)].Process.Kill(); err != nil { // SIGKILL
			o.t.Error(err)
		}
		*killed++
		start(3)
	}
}
