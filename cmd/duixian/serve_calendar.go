package main

import (
	"context"
	"fmt"
	"time"

	"duixian/policy"
)

// advance plays the time up to an instant of the business clock: every slot of every job and every morning's notices in order,
// each with its own now, as the nights would have gone by. The loops wait meanwhile. Demos only: it needs a played clock.
func (s *service) advance(ctx context.Context, to time.Time) error {
	s.playing.Lock()
	defer s.playing.Unlock()
	target := policy.InstantOf(to)
	for at := s.instant(); at < target; {
		next := target
		if slot := s.runner.NextSlot(at); slot != 0 {
			next = min(next, slot)
		}
		wake, err := s.worker.NextWake(ctx, at)
		if err != nil {
			return err
		}
		if wake > at {
			next = min(next, wake)
		}
		at = next
		s.played.stand(at.Time())
		if err := s.runner.Tick(ctx, at); err != nil {
			return fmt.Errorf("%s：%w", at.Text(), err)
		}
		if _, err := s.worker.Deliver(ctx, at); err != nil {
			return fmt.Errorf("%s：%w", at.Text(), err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return s.played.walk()
}
