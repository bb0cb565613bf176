package models

import (
	"errors"
	"slices"

	"duixian/policy"
)

// InsertRuns records slots or requests. A row that another process has already written for the same slot stays as it
// is. It returns the rows that are new, with their ids.
func (tx *Tx) InsertRuns(rows []Run) ([]Run, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	id, err := tx.NextID("job_runs", len(rows))
	if err != nil {
		return nil, err
	}
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].ID = id + int64(i)
	}
	err = insert(tx.db, rows)
	if !errors.Is(err, ErrDuplicate) {
		return rows, err
	}
	var made []Run
	for _, r := range rows { // some are there already
		switch err := readable(tx.db.Create(&r).Error); {
		case errors.Is(err, ErrDuplicate):
		case err != nil:
			return nil, err
		default:
			made = append(made, r)
		}
	}
	return made, nil
}

// RejudgeSlots judges slots anew that a clock which ran ahead has judged: rows that say they were recorded later than now.
// What was skipped by it is now what the given rows say. What ran is done again only when that clock was surely ahead;
// otherwise it is now that is wrong, and nothing that ran may run twice. The old row stays in the history under another key.
func (tx *Tx) RejudgeSlots(rows []Run, now policy.Instant) error {
	var free []Run
	for _, r := range rows {
		n, err := affected(tx.db.Exec(`UPDATE job_runs SET slot_key = CONCAT('ahead:', id), slot_at = 0
			WHERE job = ? AND slot_key = ? AND (state = 'skipped' AND queued_at > ? OR state IN ('succeeded', 'failed', 'halted') AND queued_at > ?)`,
			r.Job, r.SlotKey, now.Add(tooFar), now.Add(surelyAhead)))
		if err != nil {
			return err
		}
		if n == 1 {
			free = append(free, r)
		}
	}
	_, err := tx.InsertRuns(free)
	return err
}

// Reopen queues a run again that failed, was halted or was skipped. What it had done stays done: it goes on at its
// cursor, under the next epoch; its day stays its day. It reports false when the run is not in such a state any more.
func (tx *Tx) Reopen(r Run, actor Actor) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET state = 'queued', cause = 'hand', actor = ?, attempt = 0, owner = '', lease_until = 0, reason = '',
		error_code = '', error_text = '', finished_at = 0
		WHERE id = ? AND epoch = ? AND state IN ('failed', 'halted', 'skipped')`, actor.Member, r.ID, r.Epoch))
	return n == 1, err
}
