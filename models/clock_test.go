package models_test

import (
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// The database's clock against ours: the server's on MySQL, the file's own time on SQLite, which can only be ahead.
func TestTheDatabasesClock(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for off, want := range map[time.Duration]time.Duration{0: 0, -time.Hour: time.Hour, time.Hour: -time.Hour} {
			if s.Dialect() == "sqlite" {
				want = max(0, want)
			}
			ahead, err := s.ClockAhead(t.Context(), policy.InstantOf(time.Now().Add(off)))
			if err != nil || (ahead-want).Abs() > time.Minute {
				t.Errorf("our clock off by %v: ahead %v, want %v (%v)", off, ahead, want, err)
			}
		}
	})
}
