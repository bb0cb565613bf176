package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duixian/bot"
	"duixian/notifications"
	"duixian/policy"
)

// terminal is the door of whoever sits at the office's computer: what duixian chat does, and notices in a file.
type terminal struct {
	*scene
	worker *notifications.Worker
	bot    *bot.Bot
	p      *program
	out    bytes.Buffer
	last   map[string][]string // what was offered to each
	read   int64               // of the file of notices
}

func inTheTerminal(s *scene) way {
	s.fill("file", "")
	w := &terminal{scene: s, last: map[string][]string{}}
	var problems bytes.Buffer
	w.p = s.program(&w.out, &problems)
	var err error
	if w.worker, err = w.p.worker(s.a, &w.out); err == nil {
		w.bot, err = s.a.bot()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

func (w *terminal) passes(at time.Time) { w.t.Helper(); passes(w.scene, w.a, w.worker, at) }

// passes is one round of the service's loops at an instant.
func passes(s *scene, a *app, worker *notifications.Worker, at time.Time) {
	s.t.Helper()
	s.clock.stand(at)
	if err := a.runner.Tick(s.t.Context(), policy.InstantOf(at)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := worker.Deliver(s.t.Context(), policy.InstantOf(at)); err != nil {
		s.t.Fatal(err)
	}
}

func (w *terminal) says(who, text string, group bool) (string, []string) {
	w.t.Helper()
	w.out.Reset()
	if err := w.p.say(w.t.Context(), w.bot, who, group, text); err != nil && !errors.Is(err, errSilent) {
		w.t.Fatal(err)
	}
	answer := strings.TrimSuffix(w.out.String(), "\n")
	w.last[who] = nil
	if head, offers, ok := strings.Cut(answer, "\n〔"); ok {
		answer, w.last[who] = head, strings.Split(strings.TrimSuffix(offers, "〕"), " · ")
	}
	return answer, w.last[who]
}

func (w *terminal) presses(who, word string) (string, []string) {
	w.t.Helper()
	for _, line := range w.last[who] {
		if strings.HasPrefix(line, word) {
			return w.says(who, line, false)
		}
	}
	w.t.Errorf("%s is not offered %q but %q", who, word, w.last[who])
	return "", nil
}

func (w *terminal) told() (list []letter) {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "notices.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	fresh := string(data[w.read:])
	w.read = int64(len(data))
	for block := range strings.SplitSeq(fresh, "=== end ") {
		_, block, ok := strings.Cut(block, "=== ")
		if !ok {
			continue
		}
		head, rest, _ := strings.Cut(block, "\n")
		title, body, _ := strings.Cut(rest, "\n")
		list = append(list, letter{head[strings.LastIndex(head, " ")+1:], title, body})
	}
	return list
}
