package sim

import (
	"slices"
	"time"
)

// agenda is what happens later: redeliveries, pings, the end of a leaving connection. It sleeps until the first item is due by the clock of
// the wire.
type agenda struct {
	items []appointment
	poke  chan struct{}
}

type appointment struct {
	at time.Time
	do func() // with the lock held
}

// in arranges that do is called, with the lock held, after d. The caller holds the lock.
func (s *Sim) in(d time.Duration, do func()) {
	at := s.now().Add(d)
	i, _ := slices.BinarySearchFunc(s.agenda.items, at, func(a appointment, t time.Time) int {
		if a.at.After(t) {
			return 1
		}
		return -1 // behind those of the same instant
	})
	s.agenda.items = slices.Insert(s.agenda.items, i, appointment{at, do})
	if i == 0 {
		s.poked()
	}
}

func (s *Sim) poked() {
	select {
	case s.agenda.poke <- struct{}{}:
	default:
	}
}

// Wake does what has become due. Only a test that moves Options.Now by hand needs it.
func (s *Sim) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due()
	s.poked()
}

// due does everything due and says how long to sleep; the caller holds the lock.
func (s *Sim) due() time.Duration {
	for len(s.agenda.items) > 0 {
		first := s.agenda.items[0]
		if wait := first.at.Sub(s.now()); wait > 0 {
			return wait
		}
		s.agenda.items = s.agenda.items[1:]
		first.do()
	}
	return time.Hour
}

func (s *Sim) keepAgenda() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		s.mu.Lock()
		wait := s.due()
		s.mu.Unlock()
		timer.Reset(wait)
		select {
		case <-s.ctx.Done():
			return
		case <-s.agenda.poke:
		case <-timer.C:
		}
	}
}
