package models

import (
	"fmt"
	"slices"

	"duixian/policy"
)

// Reminder is a step of a ladder that was told: of what, and when. No step of one thing is told twice.
type Reminder struct {
	Kind     string
	OrgID    int64
	Thing    string
	AnchorOn policy.Date // the day the ladder leads to, or begins on: a renewed licence is another ladder
	Step     int         // days; policy.Missed = it was said that the day has passed
	ToldOn   policy.Date
	RunID    int64
}

// AddReminders writes the steps that are told in this transaction.
func (tx *Tx) AddReminders(rows []Reminder) error {
	if len(rows) == 0 {
		return nil
	}
	return insert(tx.db, rows)
}

// RemindersOf reads what organisations were told of the ladders.
func (q Query) RemindersOf(orgs []int64) ([]Reminder, error) {
	return find[Reminder](q.db.Where("kind IN ? AND org_id IN ?", []string{policy.PolicyEnd, policy.Licence, policy.AnnualReport, policy.Window, policy.Material}, orgs))
}

// RemindersAbout reads what was told about days of a kind.
func (q Query) RemindersAbout(kind string, from, to policy.Date) ([]Reminder, error) {
	return find[Reminder](q.db.Where("kind = ? AND anchor_on >= ? AND anchor_on <= ?", kind, from, to))
}

// ReminderCount is how often a step was told.
type ReminderCount struct {
	Kind string
	Step int
	N    int
}

// ReminderCounts counts what a run told, by kind and step.
func (q Query) ReminderCounts(runID int64) ([]ReminderCount, error) {
	var rows []ReminderCount
	err := q.db.Raw("SELECT kind, step, COUNT(*) AS n FROM reminders WHERE run_id = ? GROUP BY kind, step ORDER BY kind, step", runID).Scan(&rows).Error
	return rows, readable(err)
}

// PermitEnd is the last day that some statement about an organisation's licence names; it may have been renewed since.
type PermitEnd struct {
	OrgID int64
	EndOn policy.Date
}

// PermitEnds lists such days from one to another, as known on a day.
func (q Query) PermitEnds(from, to, knownOn policy.Date) ([]PermitEnd, error) {
	var rows []PermitEnd
	err := q.db.Raw("SELECT DISTINCT org_id, end_on FROM facts WHERE end_on >= ? AND end_on <= ? AND known_on <= ? ORDER BY org_id, end_on", from, to, knownOn).Scan(&rows).Error
	return rows, readable(err)
}

// WithoutReport lists the organisations of which no report for a year is known on a day, and that were not told this step or a nearer one.
// Not all of them owe one.
func (q Query) WithoutReport(year int, due policy.Date, step int, knownOn policy.Date) ([]int64, error) {
	return pluck(q.db.Raw(`SELECT o.id FROM organisations o
		WHERE NOT EXISTS (SELECT 1 FROM facts f WHERE f.org_id = o.id AND f.kind = ? AND f.fact_key = ? AND f.known_on <= ? AND f.withdrawn = 0 AND NOT EXISTS
			(SELECT 1 FROM facts l WHERE l.org_id = f.org_id AND l.kind = f.kind AND l.fact_key = f.fact_key AND l.known_on <= ? AND (l.known_on > f.known_on OR l.known_on = f.known_on AND l.rev > f.rev)))
		AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.kind = ? AND r.org_id = o.id AND r.thing = ? AND r.anchor_on = ? AND r.step <= ?) ORDER BY o.id`,
		policy.AnnualReport, fmt.Sprint(year), knownOn, knownOn, policy.AnnualReport, reportThing(year), due, step))
}

// Unpaid sums up what organisations were awarded and have not been paid yet.
func (q Query) Unpaid(orgs []int64) (map[int64]Sum, error) {
	m := map[int64]Sum{}
	for part := range slices.Chunk(orgs, 500) {
		var rows []struct {
			OrgID  int64
			N      int
			Amount policy.Fen
		}
		err := q.db.Raw(`SELECT a.org_id, COUNT(*) AS n, SUM(i.amount_fen) AS amount FROM awards a JOIN instalments i ON i.award_id = a.id
			WHERE a.org_id IN ? AND i.state IN ? GROUP BY a.org_id`, part, []InstalmentState{Scheduled, Due, Held, Returned}).Scan(&rows).Error
		if err != nil {
			return nil, readable(err)
		}
		for _, r := range rows {
			m[r.OrgID] = Sum{N: r.N, Amount: r.Amount}
		}
	}
	return m, nil
}
