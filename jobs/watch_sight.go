package jobs

import (
	"context"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// sight is all that a round reads. What to make of it is decided without a further question, see judge.
type sight struct {
	now   policy.Instant
	began policy.Instant // when the watcher first looked
	hours notifications.Hours

	jobs     []*entry
	settings map[string]models.JobSetting
	slots    map[string]policy.Instant // newest recorded slot by job
	runs     []models.Run              // queued and running
	habits   map[string][]time.Duration
	stop     *models.Stop
	outbox   models.OutboxHealth
	replicas []models.Replica
	silent   time.Duration
	alerts   []models.Alert
	heads    map[string]models.AuditHead // of the chain now
	anchors  map[string]models.AuditHead // and as they were remembered
	broken   map[string]string           // streams whose remembered row is another now
	anchor   models.Anchor               // the newest one, without a number when there is none
	ahead    time.Duration               // the database's clock before ours
	jumped   time.Duration               // our clock against one that nobody can set, since the last round
	free     uint64
	freeErr  error
	disk     bool // free was looked at
	readers  []notifications.Reader
	embedded bool
}

const (
	graceLate  = 10 * time.Minute // for a slot to be recorded, or a queued run to begin while nothing else runs
	graceQueue = 2 * time.Hour    // for one that waits behind others
	graceNote  = 30 * time.Minute // for a notice
	habitOf    = 15               // runs that make a habit
	usualFrom  = 5
)

// look asks the database and the machine.
func (w *Watcher) look(ctx context.Context, now policy.Instant, up time.Duration) (*sight, error) {
	q := w.store().Read(ctx)
	env := w.Runner.env
	s := &sight{
		now: now, began: w.memory.Began, hours: env.Outbox.Hours, jobs: w.Runner.jobs, silent: w.Silent, anchors: w.memory.Heads, habits: map[string][]time.Duration{},
		broken: map[string]string{}, embedded: w.store().Dialect() == "sqlite",
	}
	s.jumped = w.jump(now, up)
	var err error
	for _, ask := range []func() error{
		func() error { s.settings, err = q.JobSettings(); return err },
		func() error { s.slots, err = q.LastSlots(); return err },
		func() error { s.runs, err = q.RunsOpen(); return err },
		func() error { s.stop, err = q.Stopped(); return err },
		func() error { s.outbox, err = q.OutboxHealth(now.Add(-graceNote), now.Add(-24*time.Hour)); return err },
		func() error { s.replicas, err = q.Replicas(); return err },
		func() error { s.alerts, err = q.OpenAlerts(); return err },
		func() error { s.heads, err = q.AuditHeads(); return err },
		func() error {
			if s.anchor, err = q.NewestAnchor(); models.CodeOf(err) == models.NotFound {
				err = nil
			}
			return err
		},
		func() error { s.readers, err = alertReaders(q); return err },
	} {
		if err := ask(); err != nil {
			return nil, err
		}
	}
	for _, r := range s.runs {
		if r.State != models.RunRunning {
			continue
		}
		if s.habits[r.Job], err = q.Habit(r.Job, habitOf); err != nil {
			return nil, err
		}
	}
	for stream, was := range s.anchors {
		if s.heads[stream].Seq < was.Seq {
			continue // gone backwards: seen without reading
		}
		row, err := q.AuditRows(stream, was.Seq, 1)
		if err != nil {
			return nil, err
		}
		if len(row) == 0 || row[0].Seq != was.Seq || row[0].Hash != was.Hash {
			s.broken[stream] = was.Hash
		}
	}
	if w.Ahead != nil {
		if s.ahead, err = w.Ahead(ctx, now); err != nil {
			return nil, err
		}
	}
	if w.Free != nil {
		s.disk = true
		s.free, s.freeErr = w.Free()
	}
	return s, nil
}

// jump is how far the wall clock moved since the last round beyond the time that passed. It is shown for a while, so that
// the alert of a moment does not end in the next.
func (w *Watcher) jump(now policy.Instant, up time.Duration) time.Duration {
	was := w.clock
	w.clock = reading{now, up}
	if was.now == 0 {
		return 0
	}
	return time.Duration(now-was.now)*time.Millisecond - (up - was.up)
}

// alertReaders are the operators; where there are none, the other officials: somebody must hear.
func alertReaders(q models.Query) ([]notifications.Reader, error) {
	for _, role := range []models.Role{models.Operator, models.Approver, models.Clerk} {
		members, err := q.MembersWithRole(role)
		if err != nil || len(members) > 0 {
			return notifications.ReadersOf(members), err
		}
	}
	return nil, nil
}
