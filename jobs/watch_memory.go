package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// memory is what a watcher must know when the database is what is wrong: the alert about the database itself, whom to tell,
// and how far the audit chain had come. On another machine it is an anchor that nobody with the database alone can move.
type memory struct {
	Alerts  []models.Alert              `json:"alerts"` // open, and not in the database
	Readers []notifications.Reader      `json:"readers"`
	Heads   map[string]models.AuditHead `json:"heads"`
	Since   map[string]policy.Instant   `json:"since"` // what is wrong but not long enough for an alert, and since when
	Began   policy.Instant              `json:"began"` // when it first looked
	Blind   policy.Instant              `json:"blind"` // since when the database does not answer, 0 = it does
}

// recall reads the file. One that is not there or not ours is a new beginning.
func (w *Watcher) recall() (m memory) {
	if w.File == "" {
		return m
	}
	text, err := os.ReadFile(w.File)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Log.Error("watcher's memory is not readable, it begins anew", "file", w.File, "err", err)
		return memory{}
	}
	return m
}

// keep remembers, in the file too when anything changed. A disk that takes nothing is no reason to be silent.
func (w *Watcher) keep(m memory) {
	was, err := json.Marshal(w.memory)
	if err == nil {
		w.memory = m
		err = w.write(string(was))
	}
	if err != nil {
		w.Log.Error("watcher's memory not written", "file", w.File, "err", err)
	}
}

// write replaces the file: aside first, so that a crash leaves the old one or the new one.
func (w *Watcher) write(was string) error {
	text, err := json.Marshal(w.memory)
	if err != nil || w.File == "" || was == string(text) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(w.File), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(w.File+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(w.File+".new", w.File)
}

// remember keeps who is to be told and where the chain ends. The anchor of a stream that is wrong stays: it is the proof.
func (w *Watcher) remember(s *sight) {
	m := w.memory
	m.Readers, m.Heads = s.readers, maps.Clone(s.heads)
	for _, sig := range seeAudit(s) {
		m.Heads[sig.thing] = s.anchors[sig.thing]
	}
	w.keep(m)
}

// local leads the life of the alert that cannot be in the database. sig is nil when the database answers.
func (w *Watcher) local(ctx context.Context, now policy.Instant, sig *signal) (told int, err error) {
	m := w.memory
	m.Alerts = slices.Clone(m.Alerts)
	hours := w.Runner.env.Outbox.Hours
	var said []models.Alert
	switch i := slices.IndexFunc(m.Alerts, func(a models.Alert) bool { return a.Kind == databaseDown.Name }); {
	case i >= 0:
		var still signal
		if sig != nil {
			still = *sig
		}
		next, tell := step(m.Alerts[i], still, sig != nil, now, hours)
		if m.Alerts[i] = next; tell {
			said = append(said, next)
		}
	case sig != nil && now >= w.memory.Blind.Add(databaseDown.After):
		fresh, tell := open(*sig, now, hours)
		if m.Alerts = append(m.Alerts, fresh); tell {
			said = append(said, fresh)
		}
	}
	var over []models.Alert
	m.Alerts = slices.DeleteFunc(m.Alerts, func(a models.Alert) bool {
		if a.State == models.AlertClosed {
			over = append(over, a)
		}
		return a.State == models.AlertClosed
	})
	w.keep(m)
	for _, a := range said {
		told += w.tell(ctx, now, a)
	}
	for _, a := range over { // for the list and the morning report
		a.Owner = w.Owner
		err := w.store().InTx(ctx, func(tx *models.Tx) error {
			_, err := tx.OpenAlert(a)
			return err
		})
		if err != nil {
			return told, err
		}
	}
	return told, nil
}

// sees is a round in which the database answers: an alert about it goes towards its end.
func (w *Watcher) sees(ctx context.Context, now policy.Instant) (int, error) {
	if w.memory.Blind == 0 && len(w.memory.Alerts) == 0 {
		return 0, nil
	}
	m := w.memory
	m.Blind = 0
	w.keep(m)
	return w.local(ctx, now, nil)
}
