package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// watcher looks whether the house works. memory is the name of its file: the service and "duixian watch" beside it have
// each their own.
func (a *app) watcher(console io.Writer, memory string) (*jobs.Watcher, error) {
	c := a.config.Watch
	routes, err := routesOf(c.Channel, c.File, console)
	w := &jobs.Watcher{
		Runner: a.runner, Direct: notifications.Direct{Routes: routes}, Owner: jobs.NewOwner(), Silent: time.Duration(c.SilentMinutes) * time.Minute,
		Free: func() (uint64, error) { return freeBytes(existing(a.config.DataDir)) }, File: filepath.Join(a.config.DataDir, memory), Log: a.log,
	}
	if a.config.PlayedClock == "" { // a demo's day is not that of the database's clock
		w.Ahead = a.store.ClockAhead
	}
	return w, err
}

// alive records that the jobs' loop goes round, at most twice a minute.
func (s *service) alive(ctx context.Context) error {
	now := s.instant()
	if now < s.replica.SeenAt.Add(30*time.Second) && now >= s.replica.SeenAt {
		return nil
	}
	r := s.replica
	r.SeenAt = now
	err := s.store.InTx(ctx, func(tx *models.Tx) error { return tx.Alive(r) })
	if err == nil {
		s.replica = r
	}
	return err
}

// goodbye records that the service stopped because it was told to.
func (s *service) goodbye(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	r := s.replica
	r.SeenAt, r.StoppedAt = s.instant(), s.instant()
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.Alive(r) })
}

// watchTimeout bounds a round: a database that neither answers nor refuses is one that cannot be used.
const watchTimeout = 30 * time.Second

func (s *service) watch(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	limited, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	seen, err := s.watcher.Round(limited, now, time.Since(s.began))
	s.mu.Lock()
	s.open = seen.Open
	s.mu.Unlock()
	if err == nil && s.works() {
		s.ping(ctx, s.config)
	}
	return 0, err
}

// ping tells the configured address that all is well, and no other: it follows no redirection. A ping that fails is logged;
// whoever misses it will call.
func (a *app) ping(ctx context.Context, c Config) {
	if c.Watch.PingURL == "" {
		return
	}
	if err := ping(ctx, c.Watch.PingURL.Reveal()); err != nil {
		a.log.WarnContext(ctx, "ping failed", "err", err)
	}
}

func ping(ctx context.Context, to string) error {
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to, http.NoBody)
	if err != nil {
		return errors.New("地址不能用（watch.ping_url）") // the error would name it
	}
	resp, err := client.Do(req)
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err // without the address
	}
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return nil
}

func watchCommand(p *program) *cobra.Command {
	once := false
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Watch the service from another process or machine, and tell the operators when something is wrong",
		Long: `Looks once a minute whether jobs begin and end when they should, notices leave, a service is alive at all, the clock,
disk, calendar and audit chain are right and the database answers, and tells the operators directly: first, then at
growing intervals, then that it is over. The service does the same in a loop of its own; run this somewhere else, so that
somebody notices when the service is gone. It changes nothing but its alerts.

--once looks a single time, for a timer of the operating system; what must last a while to be an alert is remembered
between the calls. The exit code is 1 while an alert is open.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			a, err := p.openToWatch()
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, a.close()) }()
			watcher, err := a.watcher(p.out, "watch.json")
			if err != nil {
				return err
			}
			return p.watch(cmd.Context(), a, watcher, once)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "look once and end")
	return cmd
}

// openToWatch opens the house without touching it: nothing is migrated or made, no key is needed, and a database that does
// not answer is no reason not to begin.
func (p *program) openToWatch() (*app, error) {
	config, err := p.loadConfig()
	if err != nil {
		return nil, err
	}
	rules, err := config.rules()
	if err != nil {
		return nil, err
	}
	if err := config.Database.mustExist(); err != nil {
		return nil, err
	}
	store, err := models.OpenOnly(config.Database.DSN.Reveal(), config.storeOptions())
	if err != nil {
		return nil, err
	}
	a := &app{config: config, store: store, log: p.logger(config)}
	a.env = &jobs.Env{Store: store, Book: rules.Book, Calendar: rules.Calendar, Effective: rules.EffectiveFrom, Version: programVersion(), Now: p.now}
	if a.env.Outbox, err = config.outbox(rules.Calendar); err == nil {
		a.runner, err = jobs.NewRunner(jobs.Options{Env: a.env, Jobs: config.jobs(), Owner: jobs.NewOwner(), Overrides: config.overrides()})
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return a, nil
}

// watch goes round until ctx ends, or once.
func (p *program) watch(ctx context.Context, a *app, watcher *jobs.Watcher, once bool) error {
	began, failed := time.Now(), ""
	for {
		limited, cancel := context.WithTimeout(ctx, watchTimeout)
		seen, err := watcher.Round(limited, p.instant(), time.Since(began))
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			a.ping(ctx, a.config)
		}
		if once {
			if err == nil {
				lines(p.out, "未恢复的告警 %d 条", seen.Open)
			}
			if err == nil && seen.Open > 0 {
				err = errSilent
			}
			return err
		}
		now := ""
		if err != nil {
			now = err.Error()
		}
		if now != failed { // the first of equal failures is logged
			if failed = now; now != "" {
				a.log.Error("round failed", "err", now)
			} else {
				a.log.Info("round works again")
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(longest):
		}
	}
}
