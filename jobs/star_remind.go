package jobs

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/notifications"
)

// remindEvery is after how many days a round that waits for people reminds them again; openReminders are the days before the last one for data on which
// the clerks hear how far the offices are.
const remindEvery = 7

var openReminders = []int{30, 14, 7, 3, 0}

// remindRound tells the clerks what a round waits for, when it has come to that step and every week after.
func (s *starRun) remindRound(r models.Round) error {
	since := r.ChangedOn.DaysUntil(s.on)
	switch r.State {
	case models.RoundPlanned, models.RoundPaused, models.RoundPublicity:
		return nil
	case models.RoundOpen:
		if !slices.Contains(openReminders, s.on.DaysUntil(r.DataBy)) && since != 0 {
			return nil
		}
	default:
		if since%remindEvery != 0 {
			return nil
		}
	}
	step := fmt.Sprintf("%d/remind", r.ID)
	if s.Cursor() == step { // told before the run was taken up again; a second time nobody would hear it, and yet it would be counted
		return nil
	}
	return s.chunk(step, 1, func(c *starSummary) { c.Reminded++ }, func(tx *models.Tx) error {
		w, err := tx.RoundWait(r, s.on)
		if err != nil {
			return err
		}
		m := notifications.RoundWaiting{Round: r.ID, Version: r.Version, Name: r.Name(), State: r.State.Text(), Waits: w.Text, Do: w.Do, Late: w.Late, Until: r.ConfirmBy, On: s.on}
		return s.Outbox.Tell(tx, s.At(), s.Row.ID, m, notifications.Role(models.Clerk))
	})
}
