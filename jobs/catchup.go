package jobs

import (
	"fmt"
	"time"

	"duixian/models"
	"duixian/policy"
)

const (
	onTime   = 5 * time.Minute // a slot found later than this was missed
	askAfter = 24 * time.Hour  // and one of an asking job, later than this, waits for a person
)

// rows turns the slots that passed since the last recorded one into run rows, oldest first. Every slot becomes a row:
// to run, or skipped with the reason. off says why nobody works on a day, nil = every day is a day of the job. more says
// that Max left slots for the next tick.
func (c CatchUp) rows(job string, slots []policy.Instant, now policy.Instant, seen models.JobState, off func(policy.Date) string) (rows []models.Run, more bool) {
	queued, newest := 0, policy.Instant(0) // the newest that may run: one on a day off takes nothing over
	dayOff := make([]string, len(slots))
	for i, at := range slots {
		if off != nil {
			dayOff[i] = off(at.Date())
		}
		if dayOff[i] == "" {
			newest = at
		}
	}
	for i, at := range slots {
		row := models.Run{
			Job: job, SlotKey: models.SlotKey(at), SlotAt: at, BusinessDate: at.Date(), Cause: models.ByClock, Actor: models.System.Member,
			State: models.RunQueued, QueuedAt: now,
		}
		late := now.Time().Sub(at.Time())
		if late > onTime {
			row.Cause = models.ByCatchUp
			if c.Policy == State {
				row.BusinessDate = now.Date()
			}
		}
		switch {
		case seen.Paused:
			row.Reason = models.SkippedPaused + ": " + seen.Reason
		case dayOff[i] != "":
			row.Reason = models.SkippedDayOff + ": " + dayOff[i]
		case c.Horizon > 0 && late > c.Horizon:
			row.Reason = models.SkippedTooOld
		case (c.Policy == State || c.Policy == Coalesce) && at != newest:
			row.Reason = models.SkippedCoalesced + ": " + models.SlotKey(newest)
		case (c.Policy == State || c.Policy == Coalesce) && seen.Waits != 0:
			row.Reason = fmt.Sprintf("%s: %d", models.SkippedWaiting, seen.Waits)
		case c.Policy == Ask && late > askAfter:
			row.Reason = models.SkippedAsk
		case c.Policy == Skip && late > onTime:
			row.Reason = models.SkippedMissed
		case c.Policy == Each && c.Max > 0 && queued == c.Max:
			return rows, true
		default:
			queued++
		}
		if row.Reason != "" {
			row.State, row.FinishedAt = models.RunSkipped, now
			row.BusinessDate = at.Date()
		}
		rows = append(rows, row)
	}
	return rows, false
}
