package sim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options say which organisation is played and by which clock.
type Options struct {
	Config Config // the zero value is Defaults()
	Seed   uint64 // of all ids and of the choice among connections; 0 is 1

	// Now is the clock of the wire: tokens, tickets, sessions, signatures, rates. Required. A test that moves it itself calls Wake
	// afterwards; in production time.Now needs no help.
	Now func() time.Time

	// Clock, when given, is a calendar of the programs around the simulator: the page shows its date and can advance it. Messages
	// are dated by it and months of quota are its months. The wire never sees it.
	Clock *Clock

	// URL is where the simulator can be reached, "http://127.0.0.1:8686"; Listen on one address knows it. Without either, addresses are given out by the
	// name that the client used.
	URL string

	// Hosts are names, beside loopback addresses, that requests to the page and its API may be addressed to. Others are refused, so that
	// a web site in the same browser cannot get in by DNS rebinding.
	Hosts []string
}

// Clock is a time that can be moved forward.
type Clock struct {
	Now     func() time.Time
	Advance func(ctx context.Context, to time.Time) error // returns when everything until then has been played
}

// Sim is one simulated DingTalk. All methods may be called from any goroutine.
type Sim struct {
	opt Options
	now func() time.Time
	mux http.Handler

	mu       sync.Mutex
	ids      *ids
	config   Config
	url      string // where we can be reached, when that is known
	seen     string // how the last request called us
	apps     []*app
	people   map[string]*Person // by staffId
	convs    map[string]*conversation
	order    []string // of conversations, as they were made
	messages map[string]*Message
	gateway
	office
	files   files
	faults  map[string]*Fault
	feed    feed
	calls   []Call
	agenda  agenda
	playing bool // the calendar is being advanced

	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	server *http.Server
}

// New makes a simulator; Close ends it. Options without Now, or with a configuration that cannot be played, are an error.
func New(opt Options) (*Sim, error) {
	if opt.Now == nil {
		return nil, errors.New("sim: Options.Now is needed; time.Now will do")
	}
	opt.Seed = orElse(opt.Seed, 1)
	if opt.Config.People == nil && opt.Config.Apps == nil {
		limits := opt.Config.Limits
		opt.Config = Defaults()
		opt.Config.Limits = limits
	}
	if err := opt.Config.check(); err != nil {
		return nil, err
	}
	s := &Sim{opt: opt, now: opt.Now, url: strings.TrimSuffix(opt.URL, "/")}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.feed.changed, s.feed.boot = make(chan struct{}), rand.Text()[:8]
	s.agenda.poke = make(chan struct{}, 1)
	s.lay(opt.Config)
	s.mux = s.routes()
	s.group.Go(s.keepAgenda)
	return s, nil
}

// lay puts everything in its first state. The caller holds the lock or is alone.
func (s *Sim) lay(c Config) {
	for _, a := range s.apps {
		for _, conn := range a.conns {
			conn.drop()
		}
	}
	s.ids = newIDs(s.opt.Seed)
	c.fill(s.ids)
	s.config = c
	s.apps, s.people, s.convs, s.order, s.messages = nil, map[string]*Person{}, map[string]*conversation{}, nil, map[string]*Message{}
	s.gateway, s.office, s.files = newGateway(), newOffice(), files{byCode: map[string]*file{}, byMedia: map[string]*file{}}
	s.faults, s.calls, s.agenda.items = map[string]*Fault{}, nil, nil
	for i := range c.Apps {
		s.addApp(c.Apps[i])
	}
	for _, p := range c.People {
		s.people[p.StaffID] = &p
	}
	for _, g := range c.Groups {
		s.addGroup(g)
	}
}

// Reset forgets all messages, faults, tokens, connections and calls and begins again with the configuration of New, or with c.
func (s *Sim) Reset(c ...Config) error {
	config := s.opt.Config
	if len(c) > 0 {
		config = c[0]
	}
	if err := config.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lay(config)
	s.tell("reset", nil)
	return nil
}

// Handler serves the API of both hosts, the stream's WebSocket, the page and its own API under /sim/.
func (s *Sim) Handler() http.Handler { return s.mux }

// Listen serves on a TCP address, "127.0.0.1:0", until Close and returns the URL.
func (s *Sim) Listen(ctx context.Context, address string) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return "", errors.Join(errors.New("sim: already listening"), listener.Close())
	}
	url := "http://" + listener.Addr().String()
	if at, isTCP := listener.Addr().(*net.TCPAddr); isTCP && at.IP.IsUnspecified() { // each client knows its own name for us
		url = fmt.Sprintf("http://127.0.0.1:%d", at.Port)
	} else {
		s.url = orElse(s.url, url)
	}
	s.server = &http.Server{Handler: s.mux, ReadHeaderTimeout: 10 * time.Second}
	s.group.Go(func() { _ = s.server.Serve(listener) }) // ends with Close; nothing else can go wrong on an open listener
	return orElse(s.url, url), nil
}

// Close drops all connections, waits for everything that runs and ends the server of Listen.
func (s *Sim) Close() error {
	s.cancel()
	s.mu.Lock()
	for _, a := range s.apps {
		for _, conn := range a.conns {
			conn.drop()
		}
	}
	server := s.server
	s.tell("closed", nil)
	s.mu.Unlock()
	var err error
	if server != nil {
		err = server.Close()
	}
	s.group.Wait()
	return err
}

// App is the configuration of the i-th app with its credentials filled in.
func (s *Sim) App(i int) App {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apps[i].App
}

// today is the date that people see: the calendar's if there is one.
func (s *Sim) today() time.Time {
	if s.opt.Clock != nil {
		return s.opt.Clock.Now()
	}
	return s.now()
}

var shanghai = time.FixedZone("CST", 8*60*60) // one zone without summer time since 1992; no tzdata needed

// ms is an instant as DingTalk writes it.
func ms(t time.Time) int64 { return t.UnixMilli() }
