package jobs

import (
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

const (
	settles   = 5 * time.Minute // away for so long, it is over
	comesBack = time.Hour       // seen again within, it is the same alert and not a new one
)

// maySay reports whether an alert may be told at now: at night only what is worth waking somebody for.
func maySay(urgent bool, now policy.Instant, hours notifications.Hours) bool {
	return urgent || hours.Open(now)
}

// open is the beginning of an alert.
func open(sig signal, now policy.Instant, hours notifications.Hours) (models.Alert, bool) {
	a := models.Alert{Kind: sig.kind, Thing: sig.thing, State: models.AlertOpen, OpenedAt: now, NextAt: now}
	return say(a, sig, now, hours)
}

// reopened goes on with an alert that had been closed: it is told when it would have been told next, as if it had never gone.
func reopened(a models.Alert, sig signal, now policy.Instant, hours notifications.Hours) (models.Alert, bool) {
	a.State, a.ClosedAt, a.GoneAt, a.BackAt = models.AlertOpen, 0, 0, now
	if now < a.NextAt {
		return a, false
	}
	return say(a, sig, now, hours)
}

// say tells an alert whose time has come, or puts it off to the morning.
func say(a models.Alert, sig signal, now policy.Instant, hours notifications.Hours) (models.Alert, bool) {
	a.Cause, a.Effect, a.Command, a.Urgent = sig.cause, sig.effect, sig.command, a.Urgent || sig.urgent
	if !maySay(a.Urgent, now, hours) {
		a.NextAt = hours.NextOpen(now)
		return a, false
	}
	a.Told, a.ToldAt = a.Told+1, now
	a.NextAt = now.Add(kindOf(a.Kind).pause(a.Told, now))
	return a, true
}

// step is the life of an open alert: told at growing intervals while it is there, over when it has been away for a while.
// That it is over is told to whom it was told, at night only if it was worth waking somebody for; the morning report counts
// it anyway.
func step(a models.Alert, sig signal, there bool, now policy.Instant, hours notifications.Hours) (next models.Alert, tell bool) {
	switch {
	case there && sig.urgent && !a.Urgent: // it got worse
		a.GoneAt = 0
		return say(a, sig, now, hours)
	case there && now >= a.NextAt:
		a.GoneAt = 0
		return say(a, sig, now, hours)
	case there:
		a.GoneAt = 0
		return a, false
	case a.GoneAt == 0:
		a.GoneAt = now
		return a, false
	case now < a.GoneAt.Add(settles):
		return a, false
	}
	a.State, a.ClosedAt = models.AlertClosed, now
	return a, a.Told > 0 && a.ToldAt >= a.BackAt && maySay(a.Urgent, now, hours)
}
