package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"duixian/dingtalk"
	"duixian/dingtalk/sim"
)

// phone is the door of DingTalk: the service with its stream, beside a local DingTalk.
type phone struct {
	*scene
	s    *service
	last map[string]sim.Message // the last answer to each
	seen map[string]bool        // messages
}

func onThePhone(s *scene) way {
	config := demoOrganisation(s.members)
	s.phones(config)
	s.fill("dingtalk", s.wire("  agent_id: 10001\n  api_quota: 0\n  webhook_stream_quota: 0\n"))
	w := &phone{scene: s, last: map[string]sim.Message{}, seen: map[string]bool{}}
	ready := make(chan struct{})
	s.serving(appOptions{create: true, background: true, prompt: time.Minute}, func(made *service) { w.s = made; close(ready) })
	<-ready
	return w
}

func (w *phone) passes(at time.Time) {
	w.t.Helper()
	w.s.playing.Lock() // waits until what the loops do is done
	defer w.s.playing.Unlock()
	passes(w.scene, w.s.app, w.s.worker, at)
}

func (w *phone) says(who, text string, group bool) (string, []string) {
	w.t.Helper()
	id, line := "dd-"+who, sim.Say{As: "dd-" + who, Text: text}
	var err error
	if group {
		i := slices.IndexFunc(w.sim.Conversations(), func(c sim.Conversation) bool { return slices.Contains(c.Members, id) && len(c.Members) > 1 })
		line.Conversation, line.Mention = w.sim.Conversations()[i].ID, []string{demoClientID}
	} else if line.Conversation, err = w.sim.Chat(id, demoClientID); err != nil {
		w.t.Fatal(err)
	}
	m, err := w.sim.Say(w.t.Context(), line)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.answer(who, m)
}

func (w *phone) presses(who, word string) (string, []string) {
	w.t.Helper()
	m := w.last[who]
	for _, b := range m.Buttons {
		if line, _ := dingtalk.Said(b.URL); strings.HasPrefix(line, word) {
			said, _, err := w.sim.Press(w.t.Context(), "dd-"+who, m.ID, b.Title)
			if err != nil {
				w.t.Fatal(err)
			}
			return w.answer(who, said)
		}
	}
	w.t.Errorf("%s has no button %q: %+v", who, word, m.Buttons)
	return "", nil
}

// answer waits for the answer to a line, all its parts, and reads it as the phone shows it.
func (w *phone) answer(who string, m sim.Message) (string, []string) {
	w.t.Helper()
	after := sim.After(m)
	mine := func(n sim.Message) bool { return after(n) && n.Via == "session" }
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	if _, err := w.sim.Wait(ctx, mine); err != nil {
		w.t.Fatalf("no answer to %q: %v", m.Text, err)
	}
	var parts, offers []string
	for _, n := range w.quiet(m.Conversation) {
		if !mine(n) {
			continue
		}
		parts, w.last[who], offers = append(parts, shownOnPhone(n.Text)), n, nil
		for _, b := range n.Buttons {
			line, _ := dingtalk.Said(b.URL)
			offers = append(offers, line)
		}
	}
	return strings.Join(parts, "\n"), offers
}

// quiet are the messages of a chat once its round has ended, so that no part of an answer is missing.
func (w *phone) quiet(conversation string) []sim.Message {
	w.s.playing.Lock()
	defer w.s.playing.Unlock()
	return w.sim.Messages(conversation)
}

// shownOnPhone is markdown for phones without the spaces that make a line end one.
func shownOnPhone(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

var laterPart = regexp.MustCompile(`（([2-9]|\d\d)/\d+）$`)

func (w *phone) told() (list []letter) {
	for _, m := range w.sim.Messages("") {
		if m.From.Kind == "person" || m.Via == "session" || w.seen[m.ID] {
			continue
		}
		w.seen[m.ID] = true
		if part := laterPart.FindString(m.Title); part != "" && len(list) > 0 { // of a message that is too long for one
			list[len(list)-1].body += "\n" + m.Text
			continue
		}
		title, body, _ := strings.Cut(strings.TrimPrefix(m.Text, "### "), "\n")
		i := slices.IndexFunc(w.sim.Conversations(), func(c sim.Conversation) bool { return c.ID == m.Conversation })
		list = append(list, letter{w.sim.Conversations()[i].Members[0], shownOnPhone(title), body})
	}
	return list
}
