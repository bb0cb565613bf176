package web

import (
	"sync"
	"time"

	"duixian/policy"
)

// A process answers so many unknown tokens in a minute.
const unknownPerMinute = 60

// limit counts by the minute.
type limit struct {
	mu    sync.Mutex
	began policy.Instant
	n     int
}

func (l *limit) allow(now policy.Instant) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now < l.began || now >= l.began.Add(time.Minute) { // also when the clock was set back
		l.began, l.n = now, 0
	}
	l.n++
	return l.n <= unknownPerMinute
}
