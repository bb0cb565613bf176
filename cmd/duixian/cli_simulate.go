package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

type simulateOptions struct {
	from, to, effective string
	scratch             string
	assume, asJSON      bool
	rounds, pay         bool
}

func simulateCommand(p *program) *cobra.Command {
	var o simulateOptions
	cmd := &cobra.Command{
		Use:   "simulate --from DAY --to DAY",
		Short: "Play years of nights in seconds on a scratch database and say what would happen",
		Long: `Copies what was imported into a scratch database (a temporary SQLite file unless --scratch names another) and
plays every slot of every job from --from to --to, each at its own hour, reading only what was known by then. On working
days two of the bureau's officials submit and approve what there is. Runs, decisions and awards of the real database
are neither read nor changed.

Without a configured policy.effective_from, 2023-09-01 is assumed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.simulate(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "first day, 2023-09-01")
	f.StringVar(&o.to, "to", "", "last day, 2031-12-31")
	f.StringVar(&o.effective, "effective-from", "", "first day of the policy, instead of the configured one")
	f.StringVar(&o.scratch, "scratch", "", "an empty scratch database, sqlite:PATH or mysql:DSN")
	f.BoolVar(&o.assume, "assume-calendar", false, "go on past the last year whose working days are known, with weekends and fixed holidays, marked 暂定")
	f.BoolVar(&o.rounds, "rounds", false, "hold the ratings and selections of the configured years; those that were imported are left out")
	f.BoolVar(&o.pay, "pay", false, "also order what is due, where an organisation has an account; the treasury answers after three working days")
	f.BoolVar(&o.asJSON, "json", false, "print totals as JSON instead of a timeline")
	return cmd
}

func (p *program) simulate(ctx context.Context, o simulateOptions) (err error) {
	from, err1 := policy.ParseDate(o.from)
	to, err2 := policy.ParseDate(o.to)
	if err := errors.Join(err1, err2); err != nil {
		return misuse("--from and --to: %v", err)
	}
	if to < from {
		return misuse("--to is before --from")
	}
	if from <= jobs.FirstDay { // the eve of the first day is played too
		return misuse("--from %s: the policy was published in 2023, nothing can be simulated before %s", from, jobs.FirstDay.AddDays(1))
	}
	config, err := p.loadConfig()
	if err != nil {
		return err
	}
	rules, err := config.rules()
	if err != nil {
		return err
	}
	if o.effective != "" {
		if rules.EffectiveFrom, err = policy.ParseDate(o.effective); err != nil {
			return misuse("--effective-from: %v", err)
		}
	}
	if rules.EffectiveFrom == 0 {
		rules.EffectiveFrom = policy.AssumedEffectiveFrom
		lines(p.err, "没有配置政策施行日，按 %s 模拟", rules.EffectiveFrom.Text())
	}
	if o.assume {
		rules.Calendar = rules.Calendar.Assume()
	}
	if err := config.Database.mustExist(); err != nil {
		return err
	}
	source, err := config.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	scratch, cleanup, err := openScratch(ctx, o.scratch, config.KeysetFile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cleanup()) }()
	if o.rounds && config.Star.FirstYear == 0 {
		return misuse("--rounds needs the year of the first rating: star.first_year in the configuration")
	}
	s, err := p.newSimulation(ctx, config, rules, source, scratch, from, to)
	if err != nil {
		return err
	}
	if s.Rounds = o.rounds; o.rounds {
		if err := scratch.InTx(ctx, func(tx *models.Tx) error { return tx.DropRounds() }); err != nil {
			return err
		}
	}
	defer s.Runner.Close()
	if o.pay {
		if err := payIn(ctx, s); err != nil {
			return err
		}
	}
	if err := s.Play(ctx); err != nil {
		if unknown, ok := errors.AsType[*policy.UnknownYearError](err); ok {
			return fmt.Errorf("模拟停在 %s：%w；加上 --assume-calendar 可按周末和固定节假日继续，日期标为暂定", policy.DateOf(s.Now()).Text(), unknown)
		}
		return err
	}
	return p.simulated(ctx, s, o)
}

// openScratch opens the scratch database and says how to get rid of it. One that is not empty is refused: it might be somebody's.
func openScratch(ctx context.Context, dsn, keyset string) (*models.Store, func() error, error) {
	remove := func() error { return nil }
	if dsn == "" {
		dir, rm, err := scratchDir()
		if err != nil {
			return nil, nil, err
		}
		dsn, remove = "sqlite:"+filepath.Join(dir, "scratch.db"), rm
	}
	s, err := models.Open(ctx, dsn, models.Options{Keyset: keyset, Scratch: true})
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	done := func() error { return errors.Join(s.Close(), remove()) }
	orgs, err := s.Read(ctx).AllOrganisations()
	if err == nil && len(orgs) > 0 {
		err = models.E(models.Invalid, "模拟用的数据库里已经有数据；--scratch 须指向一个空的数据库")
	}
	if err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return s, done, nil
}

func (p *program) newSimulation(ctx context.Context, config Config, rules rules, source, scratch *models.Store, from, to policy.Date) (*jobs.Simulation, error) {
	n, err := models.CopyTold(ctx, source, scratch)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, models.E(models.Invalid, "数据库里还没有导入任何资料；请先 duixian import，或用 duixian sample 生成示例资料")
	}
	s := &jobs.Simulation{From: from, To: to}
	q := scratch.Read(ctx)
	for role, who := range map[models.Role]*models.Actor{models.Clerk: &s.Maker, models.Approver: &s.Checker} {
		members, err := q.MembersWithRole(role)
		if err != nil {
			return nil, err
		}
		if len(members) == 0 {
			return nil, models.E(models.Invalid, "没有“%s”角色的在职成员，模拟中无人送审或审批；请先 duixian init 或导入 members", role.Text())
		}
		*who = models.Actor{Member: members[0].Code}
	}
	s.Env = &jobs.Env{Store: scratch, Book: rules.Book, Calendar: rules.Calendar, Effective: rules.EffectiveFrom, Reminders: rules.Reminders, Version: programVersion(), BestOf: config.bestOf(), Publicity: config.Publicity.rules(), ObjectTo: config.Desk.objectTo(), Now: s.Now, Payments: config.payments()}
	if s.Env.Stars, err = config.stars(); err != nil {
		return nil, err
	}
	if s.Env.Outbox, err = config.outbox(rules.Calendar); err != nil {
		return nil, err
	}
	codes := 0
	s.Env.Codes = func() string { codes++; return fmt.Sprintf("%06d", codes%1_000_000) }
	house := slices.DeleteFunc(config.jobs(), func(j jobs.Job) bool { return j.Name == jobs.DropJob }) // nobody puts files into a folder of years to come
	s.Runner, err = jobs.NewRunner(jobs.Options{
		Env: s.Env, Jobs: house, Owner: "simulate", Overrides: config.overrides(), NoHeartbeat: true, Volume: config.volume(),
	})
	if err != nil {
		return nil, err
	}
	routes, err := notifications.Routes(notifications.ChannelOptions{Console: io.Discard})
	if err != nil {
		return nil, err
	}
	worker := &notifications.Worker{Store: scratch, Hours: s.Env.Outbox.Hours, Routes: routes, Name: "simulate", InFlight: 100}
	s.Deliver = func(ctx context.Context, now policy.Instant) error {
		_, err := worker.Deliver(ctx, now)
		return err
	}
	return s, nil
}

// payIn gives a simulation its treasurer.
func payIn(ctx context.Context, s *jobs.Simulation) error {
	members, err := s.Env.Store.Read(ctx).MembersWithRole(models.Treasurer)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return models.E(models.Invalid, "没有“%s”角色的在职成员，模拟中无人导出清单和导入回单；请先导入 members", models.Treasurer.Text())
	}
	payable, err := s.Env.Store.Read(ctx).AnyBankAccount()
	if err == nil && !payable {
		err = models.E(models.Invalid, "没有一家机构有已生效的收款账户，模拟中无款可拨；请先 duixian template accounts 填写、导入并由两人核准，或去掉 --pay")
	}
	s.Treasurer = models.Actor{Member: members[0].Code}
	return err
}
