package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// Watcher looks whether the house itself works: did what was expected begin and end, do notices leave, is somebody there at
// all. It does so beside the jobs and the outbox, from its own loop or process, and tells the operators without either.
// Several watchers may look at one database; each alert is told by one of them. It is not safe for use by several
// goroutines at once.
type Watcher struct {
	Runner *Runner // for the jobs with their times; it runs nothing here
	Direct notifications.Direct
	Owner  string
	Silent time.Duration // a service that shows no sign of life for so long is gone; 0 = 5 minutes
	// Ahead is how far the database's clock lies before now, as models.Store.ClockAhead; nil = not looked at.
	Ahead func(ctx context.Context, now policy.Instant) (time.Duration, error)
	Free  func() (uint64, error) // bytes left where the data lie; nil = not looked at
	File  string                 // keeps what must survive without the database; empty = memory alone
	Log   *slog.Logger

	memory memory
	read   bool
	clock  reading
}

// reading is what two clocks said at one moment: the wall's, and one that nobody can set.
type reading struct {
	now policy.Instant
	up  time.Duration
}

// Watched is what a round saw.
type Watched struct{ Open, Told int }

// Round looks once and tells what is to be told. up is the time since the process began, by a clock that nobody can set. The
// error says that the database could not be asked; also that has been told then, once it lasted.
func (w *Watcher) Round(ctx context.Context, now policy.Instant, up time.Duration) (Watched, error) {
	w.begin(now)
	s, err := w.look(ctx, now, up)
	if err != nil {
		return w.blind(ctx, now, err)
	}
	w.remember(s)
	told, open, err := w.account(ctx, now, s, judge(s))
	if err != nil {
		return w.blind(ctx, now, err)
	}
	more, err := w.sees(ctx, now)
	return Watched{open, told + more}, err
}

func (w *Watcher) begin(now policy.Instant) {
	if w.Silent == 0 {
		w.Silent = 5 * time.Minute
	}
	if w.Log == nil {
		w.Log = slog.Default()
	}
	if !w.read {
		w.memory, w.read = w.recall(), true
	}
	if w.memory.Began == 0 {
		m := w.memory
		m.Began = now
		w.keep(m)
	}
}

// account brings the alerts in the database up to what was seen, and tells what this watcher was the one to change.
func (w *Watcher) account(ctx context.Context, now policy.Instant, s *sight, signals []signal) (told, open int, err error) {
	alerts, err := w.store().Read(ctx).OpenAlerts()
	if err != nil {
		return 0, 0, err
	}
	there := map[string]signal{}
	for _, sig := range signals {
		there[sig.key()] = sig
	}
	for _, a := range alerts {
		sig, still := there[a.Kind+" "+a.Thing]
		delete(there, a.Kind+" "+a.Thing)
		next, tell := step(a, sig, still, now, s.hours)
		if next == a {
			open++
			continue
		}
		n, err := w.change(ctx, now, a, next, tell)
		if err != nil {
			return told, open, err
		}
		told += n
		if next.State == models.AlertOpen {
			open++
		}
	}
	since := map[string]policy.Instant{} // what has gone before it became an alert was nothing
	for _, sig := range signals {
		if _, fresh := there[sig.key()]; !fresh {
			continue
		}
		began, known := w.memory.Since[sig.key()]
		if !known {
			began = now
		}
		if now < began.Add(kindOf(sig.kind).After) {
			since[sig.key()] = began
			continue
		}
		n, err := w.raise(ctx, now, sig, s.hours)
		if err != nil {
			return told, open, err
		}
		told += n
		open++
	}
	m := w.memory
	m.Since = since
	w.keep(m)
	return told, open, nil
}

// raise opens an alert, or opens again what was closed a moment ago.
func (w *Watcher) raise(ctx context.Context, now policy.Instant, sig signal, hours notifications.Hours) (int, error) {
	old, err := w.store().Read(ctx).LastClosed(sig.kind, sig.thing)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return 0, err
	}
	if err == nil && now < old.ClosedAt.Add(comesBack) {
		next, tell := reopened(old, sig, now, hours)
		return w.change(ctx, now, old, next, tell)
	}
	fresh, tell := open(sig, now, hours)
	fresh.Owner = w.Owner
	won := false
	err = w.store().InTxResolve(ctx, func(q models.Query) (bool, error) { return w.mine(q, fresh) }, func(tx *models.Tx) (err error) {
		won, err = tx.OpenAlert(fresh)
		return err
	})
	if err != nil || !won || !tell {
		return 0, err
	}
	return w.tell(ctx, now, fresh), nil
}

// mine reports whether an alert stands in the database as this watcher wrote it: the answer to a commit whose answer was lost.
func (w *Watcher) mine(q models.Query, a models.Alert) (bool, error) {
	rows, err := q.AlertsSince(a.OpenedAt-1, 1000)
	for _, have := range rows {
		if have.Kind == a.Kind && have.Thing == a.Thing && have.OpenedAt == a.OpenedAt && have.Owner == a.Owner && have.Told == a.Told && have.State == a.State {
			return true, nil
		}
	}
	return false, err
}

// change moves an alert on and tells it, if this watcher was the one to move it.
func (w *Watcher) change(ctx context.Context, now policy.Instant, was, next models.Alert, tell bool) (int, error) {
	next.Owner = w.Owner
	won := false
	err := w.store().InTxResolve(ctx, func(q models.Query) (bool, error) { return w.mine(q, next) }, func(tx *models.Tx) (err error) {
		won, err = tx.ChangeAlert(was, next)
		return err
	})
	if err != nil || !won || !tell {
		return 0, err
	}
	return w.tell(ctx, now, next), nil
}

// tell sends an alert to the operators, to other officials when there are none. A message that reached nobody is told again
// when the alert is due next; what went wrong is in the log.
func (w *Watcher) tell(ctx context.Context, now policy.Instant, a models.Alert) int {
	to := w.memory.Readers
	if len(to) == 0 {
		to = []notifications.Reader{{Code: "运维"}}
	}
	m := notifications.AlertRaised{Alert: a, Title: kindOf(a.Kind).Title, At: now}
	reached, err := w.Direct.Send(context.WithoutCancel(ctx), now, m, to)
	if err != nil {
		w.Log.ErrorContext(ctx, "alert not sent to everybody", "kind", a.Kind, "thing", a.Thing, "reached", reached, "err", err)
	}
	return reached
}

func (w *Watcher) store() *models.Store { return w.Runner.env.Store }

// blind is a round in which the database did not answer: what can be known without it is kept and told from here.
func (w *Watcher) blind(ctx context.Context, now policy.Instant, cause error) (Watched, error) {
	if ctx.Err() != nil {
		return Watched{}, ctx.Err() // the program stops
	}
	if w.memory.Blind == 0 {
		m := w.memory
		m.Blind = now
		w.keep(m)
	}
	sig := w.blindness(cause)
	told, err := w.local(ctx, now, &sig)
	return Watched{len(w.memory.Alerts), told}, errors.Join(fmt.Errorf("值守检查：%w", cause), err)
}
