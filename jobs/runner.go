package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Options are what a Runner needs.
type Options struct {
	Env         *Env
	Jobs        []Job
	Owner       string        // who this process is, see NewOwner
	Lease       time.Duration // 0 = a minute: a dead run is taken over so long after its last sign of life
	MaxAttempts int           // 0 = 5: a run whose owners die so often is halted
	Overrides   map[string]Override
	Background  bool          // Work.Run does not wait for the end of a long run; call Close before the store is closed
	Prompt      time.Duration // 0 = 2 s: how long Work.Run waits with Background
	NoHeartbeat bool          // for simulations, whose clock stands still while a run goes
	Patience    time.Duration // 0 = 10 s: for a body to return after its context has ended; then it is left behind
	Volume      VolumeLimits
}

// Override changes when a job runs, by configuration. What is zero stays as the job has it.
type Override struct {
	Schedule    string
	Every, From int
	CatchUp     CatchUp
}

// Runner sees to it that every slot of every job is recorded, and that it runs once or says why it did not, however
// many processes do the same beside it. All it knows is in the database; its memory only saves questions. Its methods
// may be called from several goroutines.
type Runner struct {
	opt  Options
	env  *Env
	jobs []*entry

	mu    sync.Mutex
	next  map[string]policy.Instant // the first slot that this process has not seen recorded
	noted map[string]bool           // jobs whose line this process has seen noted
	seen  policy.Instant            // the clock when next was asked last

	background context.Context // of runs that outlive the question that started them
	cancel     context.CancelFunc
	going      sync.WaitGroup
}

// entry is a job with what follows from it.
type entry struct {
	Job
	order    int
	schedule Schedule
	off      func(policy.Date) string // why nobody works on a day; nil = no matter
}

// NewOwner is a name for this process that no process had before it, not even one of the same number on this machine.
func NewOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%.48s/%d/%.10s", host, os.Getpid(), rand.Text())
}

// NewRunner checks the catalogue and the overrides and tells everything that is wrong with them.
func NewRunner(opt Options) (*Runner, error) {
	opt.Lease = cmp.Or(opt.Lease, time.Minute)
	opt.MaxAttempts = cmp.Or(opt.MaxAttempts, 5)
	opt.Patience = cmp.Or(opt.Patience, 10*time.Second)
	opt.Prompt = cmp.Or(opt.Prompt, 2*time.Second)
	r := &Runner{opt: opt, env: opt.Env, next: map[string]policy.Instant{}, noted: map[string]bool{}}
	r.background, r.cancel = context.WithCancel(context.Background())
	all := slices.Clone(opt.Jobs)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(opt.Overrides)) {
		i := slices.IndexFunc(all, func(j Job) bool { return j.Name == name })
		if i < 0 {
			errs = append(errs, unknownJob(name, all))
			continue
		}
		all[i] = all[i].with(opt.Overrides[name])
	}
	if err := errors.Join(append(errs, Lint(all))...); err != nil {
		return nil, err
	}
	for i, j := range all {
		schedule, err := ParseSchedule(j.Schedule, j.Every, j.From)
		if err != nil {
			return nil, err
		}
		e := &entry{Job: j, order: i, schedule: schedule}
		if j.Workdays {
			e.off = r.env.dayOff
		}
		r.jobs = append(r.jobs, e)
	}
	r.env.jobs = r.jobs
	return r, nil
}

func (j Job) with(o Override) Job {
	if o.Schedule != "" {
		j.Schedule, j.Every, j.From = o.Schedule, o.Every, o.From
	}
	if o.CatchUp.Policy != "" {
		j.CatchUp = o.CatchUp
	}
	return j
}

func unknownJob(name string, all []Job) error {
	var names []string
	for _, j := range all {
		names = append(names, j.Name)
	}
	return models.E(models.NotFound, "没有叫 %q 的任务%s现有任务：%s", name, orStop(policy.Suggest(name, names)), strings.Join(names, "、"))
}

// Knows refuses the name of a job that does not exist, with those that do.
func (r *Runner) Knows(name string) error {
	_, err := r.job(name)
	return err
}

func (r *Runner) job(name string) (*entry, error) {
	for _, j := range r.jobs {
		if j.Name == name {
			return j, nil
		}
	}
	all := make([]Job, len(r.jobs))
	for i, j := range r.jobs {
		all[i] = j.Job
	}
	return nil, unknownJob(name, all)
}

// Tick records the slots that are due at now and runs, one after the other, all that may run: what it recorded, what
// waited, what a dead process left. It returns when nothing is left to do, with what could not be written; runs that
// fail are recorded, not returned.
func (r *Runner) Tick(ctx context.Context, now policy.Instant) error {
	if now.Date() < FirstDay {
		return models.E(models.Unavailable, "本机时钟是 %s，早于本程序可能运行的任何日期，任务暂不执行；请校准时钟（例如启用 NTP）", now.Text())
	}
	if err := r.record(ctx, now, r.jobs); err != nil {
		return fmt.Errorf("记录到期任务: %w", err)
	}
	var errs []error
	tried := map[int64]bool{} // in this tick: what the database failed under is tried again by the next one
	for {
		open, err := r.env.Store.Read(ctx).OpenRuns(r.env.clock())
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		r.sort(open)
		ran, behind := 0, map[string]bool{} // jobs whose older run is going: the slots of a job run in order
		for _, row := range open {
			j, err := r.job(row.Job)
			if err != nil || behind[row.Job] {
				continue // err: a job of a newer program
			}
			ok, err := false, error(nil)
			if !tried[row.ID] {
				ok, err = r.startInTurn(ctx, j, row)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("任务 %s（#%d）: %w", row.Job, row.ID, err))
			}
			if ok {
				ran++
				tried[row.ID] = true
			} else {
				behind[row.Job] = true
			}
			if ctx.Err() != nil {
				return errors.Join(errs...)
			}
		}
		if ran == 0 || len(behind) == 0 { // else what was left behind may have become free
			return errors.Join(errs...)
		}
	}
}

// sort puts the runs of dead owners first, because nothing else of their jobs can run before they end, then the oldest
// and, of one time, what comes first in the catalogue.
func (r *Runner) sort(rows []models.Run) {
	order := map[string]int{}
	for _, j := range r.jobs {
		order[j.Name] = j.order
	}
	slices.SortStableFunc(rows, func(a, b models.Run) int {
		if dead := a.State == models.RunRunning; dead != (b.State == models.RunRunning) {
			return map[bool]int{true: -1, false: 1}[dead]
		}
		return cmp.Or(cmp.Compare(a.At(), b.At()), cmp.Compare(order[a.Job], order[b.Job]))
	})
}

// FirstDay is before every day on which this program can run, also in a simulation: the policy was published in 2023. A
// clock that stands before it has lost its battery, and nothing that is judged by it is right.
const FirstDay policy.Date = 2023_01_01

// longestSleep bounds how long the daemon sleeps: another process may start a run and die, and a clock may jump, without
// waking it. With a shorter lease it looks as often as a lease lasts. So a dead run is taken over within its lease and
// fifteen seconds.
const longestSleep = 15 * time.Second

// NextWake is when Tick has something to do again, as far as can be known at now.
func (r *Runner) NextWake(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	wake := now.Add(min(longestSleep, r.opt.Lease))
	q := r.env.Store.Read(ctx)
	if stop, err := q.Stopped(); err != nil || stop != nil {
		return wake, err
	}
	lease, err := q.NextLease()
	if err != nil {
		return wake, err
	}
	if lease != 0 {
		wake = min(wake, max(lease+1, now+1))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range r.jobs {
		if next, known := r.next[j.Name]; !known {
			return now, nil
		} else if next != 0 {
			wake = min(wake, max(next, now))
		}
	}
	return wake, nil
}

// NextSlot is the first scheduled time of any job after an instant, 0 when there is none: the next step of a
// simulation.
func (r *Runner) NextSlot(after policy.Instant) policy.Instant {
	var first policy.Instant
	for _, j := range r.jobs {
		if at := j.schedule.Next(after); at != 0 && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}

// Close ends the runs that were started in the background, which go back to the queue, and waits for them.
func (r *Runner) Close() {
	r.cancel()
	r.going.Wait()
}
