package sim

import (
	"errors"
	"fmt"
	"time"
)

// calendar is the state of Options.Clock; nil without one.
type calendar struct {
	Now     time.Time `json:"now"`
	Playing bool      `json:"playing"`
}

func (s *Sim) calendar() *calendar {
	if s.opt.Clock == nil {
		return nil
	}
	return &calendar{s.opt.Clock.Now(), s.playing}
}

// play advances the calendar; one at a time, forward only.
func (s *Sim) play(to string, days, months int) error {
	clock := s.opt.Clock
	if clock == nil {
		return errors.New("这里没有可以拨动的日历")
	}
	now := clock.Now().In(shanghai)
	target := now.AddDate(0, 0, days)
	switch {
	case to != "":
		day, err := time.ParseInLocation(time.DateOnly, to, shanghai)
		if err != nil {
			return fmt.Errorf("日期应写成 2026-03-01：%q", to)
		}
		target = time.Date(day.Year(), day.Month(), day.Day(), now.Hour(), now.Minute(), 0, 0, shanghai)
	case months != 0:
		first := time.Date(now.Year(), now.Month()+time.Month(months), 1, now.Hour(), now.Minute(), 0, 0, shanghai)
		last := first.AddDate(0, 1, -1).Day()
		target = first.AddDate(0, 0, min(now.Day(), last)-1)
	}
	if !target.After(now) {
		return errors.New("日历只能往后拨")
	}
	s.mu.Lock()
	if s.playing {
		s.mu.Unlock()
		return errors.New("正在推进，请稍候")
	}
	if s.ctx.Err() != nil {
		s.mu.Unlock()
		return errClosed
	}
	s.playing = true
	s.group.Add(1)
	defer s.group.Done()
	s.tell("clock", s.calendar())
	s.mu.Unlock()
	err := clock.Advance(s.ctx, target) // a page that is closed meanwhile does not stop it halfway
	s.mu.Lock()
	defer s.mu.Unlock()
	s.playing = false
	s.tell("clock", s.calendar())
	s.tell("quota", s.used())
	return err
}
