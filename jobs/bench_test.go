package jobs_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// at is an instant in Shanghai: at("2026-03-02 02:00").
func at(s string) policy.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, policy.Shanghai)
	if err != nil {
		panic(err)
	}
	return policy.InstantOf(t)
}

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now policy.Instant
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.Time()
}

func (c *clock) set(s string) policy.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at(s)
	return c.now
}

func (c *clock) add(d time.Duration) policy.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// bench is a database with a clock, on which several runners can be put beside each other.
type bench struct {
	t     *testing.T
	store *models.Store
	clock *clock
}

func newBench(t *testing.T, s *models.Store, now string) *bench {
	b := &bench{t, s, &clock{}}
	b.clock.set(now)
	return b
}

// runner makes a runner of the given name.
func (b *bench) runner(owner string, all ...jobs.Job) *jobs.Runner {
	b.t.Helper()
	return b.runnerWith(jobs.Options{Owner: owner, Jobs: all})
}

func (b *bench) runnerWith(opt jobs.Options) *jobs.Runner {
	b.t.Helper()
	calendar := policy.BuiltinCalendar()
	opt.Env = &jobs.Env{Store: b.store, Calendar: calendar, Version: "test", Now: b.clock.Now, Outbox: notifications.Outbox{Hours: notifications.Hours{Calendar: calendar}}}
	opt.NoHeartbeat = true
	r, err := jobs.NewRunner(opt)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// tick sets the clock and lets a runner work.
func (b *bench) tick(r *jobs.Runner, now string) {
	b.t.Helper()
	if err := r.Tick(b.t.Context(), b.clock.set(now)); err != nil {
		b.t.Fatal(err)
	}
}

// history reads a job's runs, oldest first.
func (b *bench) history(job string) []models.Run {
	b.t.Helper()
	rows, err := b.store.Read(b.t.Context()).History(job, 10_000)
	if err != nil {
		b.t.Fatal(err)
	}
	out := make([]models.Run, 0, len(rows))
	for i := range rows {
		out = append(out, rows[len(rows)-1-i])
	}
	return out
}

func (b *bench) tx(fn func(tx *models.Tx) error) {
	b.t.Helper()
	if err := b.store.InTx(b.t.Context(), fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) member(code string, roles ...models.Role) models.Actor {
	b.t.Helper()
	b.tx(func(tx *models.Tx) error {
		rows := make([]models.MemberRole, len(roles))
		for i, role := range roles {
			rows[i].Role = role
		}
		return tx.AddMember(1, models.System, &models.Member{Code: code, Name: code, Active: true}, rows...)
	})
	return models.Actor{Member: code}
}

// job makes a daily job at 02:00 with a body.
func job(name string, catchUp jobs.CatchUp, body func(ctx context.Context, run *jobs.Run) error) jobs.Job {
	return jobs.Job{
		Name: name, Title: "试验任务", Summary: "供检验用", Schedule: "0 2 * * *", CatchUp: catchUp, Timeout: time.Hour, Roles: []models.Role{models.Clerk}, Run: body,
		Params: []string{"full", "year", "firm", "a", "file"},
	}
}

func nothing(context.Context, *jobs.Run) error { return nil }

// items is a body that does n items in chunks of one, each leaving its mark, and goes on where it stopped. Before each
// chunk it calls before with the item's number.
func items(n int, before func(ctx context.Context, run *jobs.Run, item int) error) func(context.Context, *jobs.Run) error {
	return func(ctx context.Context, run *jobs.Run) error {
		run.Expect(n)
		first := 1
		if run.Cursor() != "" {
			done, err := strconv.Atoi(run.Cursor())
			if err != nil {
				return err
			}
			first = done + 1
		}
		for i := first; i <= n; i++ {
			if before != nil {
				if err := before(ctx, run, i); err != nil {
					return err
				}
			}
			if err := run.Chunk(ctx, strconv.Itoa(i), 1, mark); err != nil {
				return err
			}
		}
		run.Summarise(map[string]int{"items": n})
		return nil
	}
}

// mark is an effect that shows when it happens twice.
func mark(tx *models.Tx) error {
	_, err := tx.NextID("marks", 1)
	return err
}

// marks counts the effects that were committed.
func (b *bench) marks() int64 {
	b.t.Helper()
	var n int64
	b.tx(func(tx *models.Tx) (err error) {
		n, err = tx.NextID("marks", 1)
		return err
	})
	return n - 1
}
