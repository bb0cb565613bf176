package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/web"
)

func serveCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the service: the clock's jobs and the notices, until it is told to stop",
		Long: `Runs every scheduled job and sends every notice. What passed while it was down is caught up by each job's own policy.
It may be killed at any moment: a run that was going is taken over when its lease ends. Several may run on one MySQL
database; on one SQLite file only one may.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := p.open(cmd.Context(), appOptions{create: true, background: true})
			if err != nil {
				return err
			}
			return errors.Join(p.serve(cmd.Context(), a, nil), a.close())
		},
	}
}

// serve runs until ctx ends. ready is called once everything works; may be nil.
func (p *program) serve(ctx context.Context, a *app, ready func(s *service)) error {
	unlock, err := lockDatabase(a.config.Database)
	if err != nil {
		return err
	}
	defer unlock()
	worker, err := p.worker(a, p.out)
	if err != nil {
		return err
	}
	chat, err := p.chatting(a)
	if err != nil {
		return err
	}
	watcher, err := a.watcher(p.out, "watch-serve.json")
	if err != nil {
		return err
	}
	var listener net.Listener
	address := "none"
	if a.config.HTTP.Listen != "" {
		if listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.HTTP.Listen); err != nil {
			return fmt.Errorf("健康检查端口：%w（可在配置里把 http.listen 换成别的端口）", err)
		}
		address = listener.Addr().String()
	}
	s := &service{program: p, app: a, worker: worker, chat: chat, told: make(chan struct{}, 1), loops: map[string]*loopState{}, watcher: watcher, began: time.Now()}
	s.replica = models.Replica{Owner: watcher.Owner, Version: programVersion(), StartedAt: p.instant()}
	server := &http.Server{Handler: s.health(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, MaxHeaderBytes: 32 << 10}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	errs := make(chan error, 1)
	group.Go(func() { s.loop(ctx, "jobs", nil, s.jobs) })
	group.Go(func() { s.loop(ctx, "notices", s.told, s.notices) })
	if chat != nil {
		group.Go(func() { s.loop(ctx, "chat", chat.woken, s.talk) })
		if chat.stream != nil {
			group.Go(func() { s.listen(ctx) })
			group.Go(func() { s.report(ctx) })
		}
	}
	if p.played == nil { // a demo jumps over weeks: everything would look late
		group.Go(func() { s.loop(ctx, "watch", nil, s.watch) })
	}
	if listener != nil {
		group.Go(func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				errs <- err
				stop()
			}
		})
	}
	a.log.Info("ready", "version", programVersion(), "database", a.config.Database.address(), "http", address, "policy", a.env.Book.Version, "effective", a.env.Effective.String())
	if ready != nil {
		ready(s)
	}
	<-ctx.Done()
	down, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = server.Shutdown(down)
	group.Wait()
	err = errors.Join(err, s.goodbye(ctx))
	select {
	case failed := <-errs:
		err = errors.Join(err, failed)
	default:
	}
	a.log.Info("stopped")
	return err
}

// service is the daemon's loops: jobs, notices and, with DingTalk, the chat. Each does what is due, asks when something is
// due next and sleeps until then: there is no poll, only a longest sleep, because another process may write to the same
// database.
type service struct {
	*program
	*app
	worker  *notifications.Worker
	chat    *chatting     // nil without DingTalk
	told    chan struct{} // a run ended or a line was answered: there may be notices
	watcher *jobs.Watcher
	replica models.Replica
	began   time.Time

	playing sync.RWMutex // held while days are played

	mu    sync.Mutex
	loops map[string]*loopState
	open  int // alerts
}

// loopState is how a loop fares.
type loopState struct {
	failed string // what the last round could not do; empty when all is well
	round  time.Time
}

// silence is how long a loop may be away before it counts as stuck.
const silence = 3 * longest

// longest is how long a loop sleeps at most; afterError is what it waits when a round failed, mostly because the database
// is away for a moment.
const (
	longest    = time.Minute
	afterError = 5 * time.Second
)

// loop goes round and round; wake, which may be nil, ends a sleep.
func (s *service) loop(ctx context.Context, name string, wake <-chan struct{}, round func(ctx context.Context, now policy.Instant) (policy.Instant, error)) {
	for ctx.Err() == nil {
		s.playing.RLock()
		next, err := round(ctx, s.instant())
		s.playing.RUnlock()
		s.note(name, err)
		wait := longest
		if err != nil {
			wait = afterError
		} else if next != 0 {
			wait = min(wait, max(0, time.Duration(next-s.instant())*time.Millisecond))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		case <-wake:
		}
	}
}

func (s *service) note(name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.loops[name]
	if l == nil {
		l = &loopState{}
		s.loops[name] = l
	}
	l.round = s.wall()
	switch {
	case err == nil:
		l.failed = ""
	case errors.Is(err, context.Canceled):
	case l.failed != err.Error(): // the first of equal failures is logged, the rest is silence until it is over
		l.failed = err.Error()
		s.log.Error("round failed", "loop", name, "err", err)
	}
}

func (s *service) jobs(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	if err := s.runner.Tick(ctx, now); err != nil {
		return 0, err
	}
	s.tell()
	if err := s.alive(ctx); err != nil {
		return 0, err
	}
	return s.runner.NextWake(ctx, s.instant())
}

// tell wakes the notices: what was just done may have something to say.
func (s *service) tell() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

func (s *service) notices(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	if stop, err := s.store.Read(ctx).Stopped(); err != nil || stop != nil {
		return 0, err
	}
	if _, err := s.worker.Deliver(ctx, now); err != nil {
		return 0, err
	}
	return s.worker.NextWake(ctx, s.instant())
}

// expected is how many loops there are: jobs and notices always, the watch but in a demo, the chat with DingTalk.
func (s *service) expected() int {
	n := 2
	if s.played == nil {
		n++
	}
	if s.chat != nil {
		n++
	}
	return n
}

// health answers whether the loops work, and how many alerts are open: it says nothing about anybody. Beside it are DingTalk's webhook and
// the pages behind notices' links.
func (s *service) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		ok := s.works()
		rounds := map[string]string{}
		s.mu.Lock()
		ok = ok && len(s.loops) == s.expected()
		for name, l := range s.loops {
			rounds[name] = l.round.UTC().Format(time.RFC3339)
		}
		open := s.open
		s.mu.Unlock()
		answer := map[string]any{"ok": ok, "version": programVersion(), "last_round": rounds, "alerts": open}
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(answer) // the asker may have gone
	})
	if s.chat != nil && s.chat.hook != nil {
		mux.Handle("POST /dingtalk", s.chat.hook)
	}
	mux.Handle(web.PublicityPath, &web.Publicity{Store: s.store, Desk: s.config.Desk.objectTo(), Log: s.log})
	if s.config.HTTP.PublicURL != "" {
		mux.Handle(notifications.LinkPath, &web.Links{Store: s.store, Now: s.instant, Desk: s.config.Desk.line(), Log: s.log})
	}
	return mux
}

// works reports whether no loop fails or stands still; one that has only just begun does not.
func (s *service) works() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := true
	for _, l := range s.loops {
		ok = ok && l.failed == "" && s.wall().Sub(l.round) < silence
	}
	return ok
}
