package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// feedLength is how many changes are kept; a page that was away for longer loads everything anew.
const feedLength = 4096

// feed is the numbered list of changes that pages and waiting tests follow.
type feed struct {
	boot    string        // of this process: numbers of an earlier one mean nothing
	changed chan struct{} // closed and replaced at each change
	first   int           // number of ring[0]
	ring    []change
}

type change struct {
	kind string
	data []byte
}

// tell records a change and wakes everybody who waits. The caller holds the lock.
func (s *Sim) tell(kind string, what any) {
	data, err := json.Marshal(what)
	if err != nil {
		panic("sim: " + err.Error()) // our own structs
	}
	f := &s.feed
	f.ring = append(f.ring, change{kind, data})
	if over := len(f.ring) - feedLength; over > feedLength/4 {
		f.ring, f.first = append([]change(nil), f.ring[over:]...), f.first+over
	}
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *feed) next() int { return f.first + len(f.ring) }

// place is how a reader names the change that it saw last.
func (f *feed) place(n int) string { return f.boot + "-" + strconv.Itoa(n) }

// after is the number of the change that follows a place, -1 when it is of another process or none.
func (f *feed) after(place string) int {
	number, ours := strings.CutPrefix(place, f.boot+"-")
	n, err := strconv.Atoi(number)
	if !ours || err != nil {
		return -1
	}
	return n + 1
}

// await calls ready, with the lock held, now and after each change until it says true or ctx ends.
func (s *Sim) await(ctx context.Context, ready func() bool) error {
	for {
		s.mu.Lock()
		done, changed := ready(), s.feed.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.ctx.Done():
			return errClosed
		}
	}
}

// serveFeed sends changes as server-sent events, from Last-Event-ID or ?after= on. A "reset" event says: load everything anew.
func (s *Sim) serveFeed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	at := s.feed.after(orElse(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")))
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	for {
		s.mu.Lock()
		var news []change
		if at < s.feed.first || at > s.feed.next() {
			news, at = []change{{"reset", []byte("null")}}, s.feed.next()-1
		} else {
			news = s.feed.ring[at-s.feed.first:]
		}
		changed := s.feed.changed
		s.mu.Unlock()
		for _, c := range news {
			if _, err := fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", s.feed.place(at), c.kind, c.data); err != nil {
				return
			}
			at++
		}
		if err := out.Flush(); err != nil {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}
