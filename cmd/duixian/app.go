package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"duixian/dingtalk"
	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// app is the open house: what every command that touches the database shares. openApp is the map of the program: each
// line needs the ones above it.
type app struct {
	config   Config
	store    *models.Store
	env      *jobs.Env
	runner   *jobs.Runner
	work     models.Work
	dingtalk *dingtalk.Client // nil when none is configured
	log      *slog.Logger
}

// appOptions says how a command opens the house.
type appOptions struct {
	create     bool          // make the database if there is none: only what is meant to begin something
	background bool          // runs asked for by chat that take longer go on behind the answer
	prompt     time.Duration // longer than so; 0 = as the runner has it
}

// open reads the configuration, opens the database and wires the rooms. The caller closes.
func (p *program) open(ctx context.Context, opt appOptions) (*app, error) {
	config, err := p.loadConfig()
	if err != nil {
		return nil, err
	}
	if p.adjust != nil {
		p.adjust(&config)
	}
	rules, err := config.rules()
	if err != nil {
		return nil, err
	}
	stars, err := config.stars()
	if err != nil {
		return nil, err
	}
	if !opt.create {
		if err := config.Database.mustExist(); err != nil {
			return nil, err
		}
	}
	store, err := config.openStore(ctx)
	if err != nil {
		return nil, err
	}
	key, err := models.LoadAnchorKey(config.Audit.KeyFile, config.Audit.key)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	budget, err := config.Budget.rules()
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a := &app{config: config, store: store, log: p.logger(config)}
	a.env = &jobs.Env{
		Store: store, Book: rules.Book, Calendar: rules.Calendar, Effective: rules.EffectiveFrom, Reminders: rules.Reminders,
		Version: programVersion(), ApprovalDays: config.Approvals.ExpireDays, BasisRequired: config.Award.BasisRequired, BestOf: config.bestOf(), Now: p.now, Drop: config.drop(),
		AnchorKey: key, AnchorFile: config.Audit.AnchorFile,
		Payments:  config.payments(),
		Budget:    budget,
		Publicity: config.Publicity.rules(), ObjectTo: config.Desk.objectTo(), Stars: stars,
	}
	if a.env.Outbox, err = config.outbox(rules.Calendar); err == nil {
		a.runner, err = jobs.NewRunner(jobs.Options{Env: a.env, Jobs: config.jobs(), Owner: jobs.NewOwner(), Lease: config.Runner.Lease, Overrides: config.overrides(), Background: opt.background, Prompt: opt.prompt, Volume: config.volume()})
	}
	if err == nil {
		a.dingtalk, err = p.dingtalkClient(a)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a.work = a.runner.Work()
	return a, nil
}

func (a *app) close() error {
	a.runner.Close()
	return a.store.Close()
}

// with opens the house, lets fn work in it and closes it.
func (p *program) with(ctx context.Context, fn func(a *app) error) error {
	return p.within(ctx, appOptions{}, fn)
}

// within is with for commands that open the house in their own way.
func (p *program) within(ctx context.Context, opt appOptions, fn func(a *app) error) error {
	a, err := p.open(ctx, opt)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.close())
}

func (p *program) logger(c Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log.Level)); err != nil {
		level = slog.LevelInfo // the configuration was checked
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level}))
}

// instant is the clock in the form the database keeps.
func (p *program) instant() policy.Instant { return policy.InstantOf(p.now()) }

// actor is who a command acts for: the member of --as, and the user of the operating system for the audit.
func (p *program) actor(member string) models.Actor {
	return models.Actor{Member: member, OSUser: p.user}
}

// needAs refuses a changing command that does not say who.
func needAs(member string) error {
	if member == "" {
		return misuse("say who does this: --as MEMBER")
	}
	return nil
}

// day reads a --date flag; empty is today in Shanghai.
func (p *program) day(s string) (policy.Date, error) {
	if s == "" {
		return policy.DateOf(p.now()), nil
	}
	d, err := policy.ParseDate(s)
	if err != nil {
		return 0, misuse("%v", err)
	}
	return d, nil
}

// overrides turns the configured schedules into what the runner takes.
func (c *Config) overrides() map[string]jobs.Override {
	m := map[string]jobs.Override{}
	for name, j := range c.Jobs {
		if j.Disabled {
			continue // see jobs: it is not there to be changed
		}
		m[name] = jobs.Override{Schedule: j.Schedule, CatchUp: jobs.CatchUp{Policy: jobs.CatchUpPolicy(j.CatchUp)}}
	}
	return m
}

// volume is what the runner takes of the limits.
func (c *Config) volume() jobs.VolumeLimits {
	return jobs.VolumeLimits{Times: c.Volume.Times, Items: c.Volume.Items, Amount: c.Volume.Amount, Absence: c.Volume.AbsenceDays}
}

// jobs are the catalogue without what the configuration disables; where firms are not rated, there is no job that rates them.
func (c *Config) jobs() []jobs.Job {
	var list []jobs.Job
	for _, j := range jobs.All() {
		if !c.Jobs[j.Name].Disabled && (j.Name != jobs.StarRatingJob || c.Star.FirstYear != 0) {
			list = append(list, j)
		}
	}
	return list
}

// lines prints lines.
func lines(w io.Writer, format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// drop is the folder of other offices.
func (c *Config) drop() jobs.Drop {
	i := c.Import
	return jobs.Drop{Dir: i.DropDir, NeedsMarker: i.DropNeedsMarker, KeepDays: i.DropKeepDays, TellDays: i.DropTellDays}
}

// payments is the list for the treasury.
func (c *Config) payments() jobs.Payments {
	return jobs.Payments{Columns: c.Payments.Columns, Overdue: c.Payments.OverdueDays}
}

// outbox is where notices go, with the hours at which people may be spoken to.
func (c *Config) outbox(calendar *policy.Calendar) (notifications.Outbox, error) {
	morning, err := notifications.ParseClock(c.Notices.Morning)
	if err != nil {
		return notifications.Outbox{}, err
	}
	evening, err := notifications.ParseClock(c.Notices.Quiet.From)
	return notifications.Outbox{Hours: notifications.Hours{Calendar: calendar, Morning: morning, Evening: evening}}, err
}

// routesOf opens the channel of that name.
func routesOf(channel, file string, console io.Writer) ([]notifications.Route, error) {
	if channel == "file" {
		return notifications.Routes(notifications.ChannelOptions{File: file})
	}
	return notifications.Routes(notifications.ChannelOptions{Console: console})
}

// worker sends what is due through the configured channels.
func (p *program) worker(a *app, console io.Writer) (*notifications.Worker, error) {
	o := notifications.ChannelOptions{Now: p.wall}
	n := a.config.Notices
	switch n.Channel {
	case "console":
		o.Console = console
	case "dingtalk":
		o.DingTalk, o.WorkNotices, o.Desk = a.dingtalk, a.config.DingTalk.AgentID != 0, a.config.Desk.line()
		if !a.config.DingTalk.real() {
			o.Gap = -1 // a local one has no other callers
		}
		var err error
		if o.Robots, err = n.robots(p.getenv); err != nil {
			return nil, err
		}
		fallthrough // what reaches nobody there
	default:
		o.File = n.File
	}
	routes, err := notifications.Routes(o)
	w := &notifications.Worker{Store: a.store, Hours: a.env.Outbox.Hours, Routes: routes, Name: jobs.NewOwner(), Now: p.instant, UnreadDays: n.UnreadDays, PublicURL: a.config.HTTP.PublicURL}
	if limit := a.config.DingTalk.APIQuota; limit > 0 && o.DingTalk != nil {
		w.Allowance = func(ctx context.Context) (notifications.Allowance, error) { return p.allowance(ctx, a, limit) }
	}
	return w, err
}
