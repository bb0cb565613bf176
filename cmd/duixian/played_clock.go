package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// playedClock is the business clock of a demo: the real one moved by an offset that lies in a file, so that the service and the
// commands beside it agree on the day. It never goes back. While days are played it stands at the instant being played.
type playedClock struct {
	path string
	wall func() time.Time

	mu     sync.Mutex
	offset time.Duration
	stands time.Time // zero while it goes
}

// openPlayedClock reads the offset; without a file the clock begins at an instant, or with the real one when that is zero.
func openPlayedClock(path string, wall func() time.Time, begin time.Time) (*playedClock, error) {
	c := &playedClock{path: path, wall: wall}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !begin.IsZero() {
			c.offset = begin.Sub(wall()).Truncate(time.Second)
		}
		return c, nil
	case err != nil:
		return nil, fmt.Errorf("演示日历：%w", err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("演示日历 %s 应是一个秒数：%w", path, err)
	}
	c.offset = time.Duration(seconds) * time.Second
	return c, nil
}

// keepTime sets the business clock to the played one of a demo's configuration.
func (p *program) keepTime(c Config) (err error) {
	if c.PlayedClock != "" && p.played == nil {
		if p.played, err = openPlayedClock(c.PlayedClock, p.wall, time.Time{}); err != nil {
			return err
		}
	}
	if p.played != nil {
		p.now = p.played.Now
	}
	return nil
}

// Now is the business clock.
func (c *playedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stands.IsZero() {
		return c.stands
	}
	return c.wall().Add(c.offset)
}

// stand stops the clock at an instant that is not before now.
func (c *playedClock) stand(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stands = at
}

// walk lets the clock go on from where it stands, and keeps that for the next start.
func (c *playedClock) walk() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stands.IsZero() {
		c.offset, c.stands = c.stands.Sub(c.wall()).Truncate(time.Second)+time.Second, time.Time{} // up, so that it never goes back
	}
	return c.save()
}

func (c *playedClock) save() error {
	next := filepath.Join(filepath.Dir(c.path), ".clock.new")
	if err := os.WriteFile(next, fmt.Appendf(nil, "%d\n", int64(c.offset/time.Second)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, c.path)
}
