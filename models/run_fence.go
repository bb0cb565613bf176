package models

import (
	"errors"

	"duixian/policy"
)

var (
	// ErrGhost says that another process has taken over the run. Whoever meets it stops without a word.
	ErrGhost = errors.New("本次执行已由其他进程接管")
	// ErrStopped says that somebody has stopped everything: the run goes back to the queue.
	ErrStopped = errors.New("系统处于紧急停止状态")
)

// Chunk is one step of a run, done in one transaction. Of one run the epochs never fall and the keys never overlap.
type Chunk struct {
	RunID   int64
	No      int
	Epoch   int
	FromKey string
	ToKey   string
	Items   int
	At      policy.Instant
}

// TableName is the table of chunks.
func (Chunk) TableName() string { return "run_chunks" }

// Fence must be the first statement of each transaction of a run: it moves the cursor and the lease if, and only if,
// the run is still the caller's, and holds the row until the transaction ends, so that nobody takes over in between.
// A plain read would not do: it may see the past.
func (tx *Tx) Fence(r Run, c Chunk, total int, until policy.Instant) error {
	n, err := affected(tx.db.Exec("UPDATE job_runs SET cursor_key = ?, done_items = done_items + ?, total_items = ?, lease_until = ?"+
		mine+goesOn, append([]any{c.ToKey, c.Items, total, until}, r.mine()...)...))
	if err != nil {
		return err
	}
	if n == 1 {
		return readable(tx.db.Create(&c).Error)
	}
	now, err := tx.Run(r.ID)
	if err != nil {
		return err
	}
	if now.Owner == r.Owner && now.Epoch == r.Epoch && now.State == RunRunning {
		return ErrStopped
	}
	return ErrGhost
}

// Ending is how a run ends.
type Ending struct {
	State      RunState // succeeded, failed or halted
	Code, Text string
	Summary    string
	Total      int
	At         policy.Instant
}

// Finish writes the terminal state. False means that the run was no longer the caller's; a state that is terminal is
// never overwritten. Without a summary the last tally stays.
func (tx *Tx) Finish(r Run, e Ending) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE job_runs SET state = ?, error_code = ?, error_text = ?, summary = CASE WHEN ? = '' THEN summary ELSE ? END,
		total_items = ?, finished_at = ?, lease_until = 0`+mine,
		append([]any{e.State, e.Code, e.Text, e.Summary, e.Summary, e.Total, e.At}, r.mine()...)...))
	return n == 1, err
}

// Tally keeps what a run has counted so far.
func (tx *Tx) Tally(r Run, summary string) error {
	_, err := affected(tx.db.Exec("UPDATE job_runs SET summary = ?"+mine, append([]any{summary}, r.mine()...)...))
	return err
}

// Chunks lists what a run did, in order.
func (q Query) Chunks(runID int64) ([]Chunk, error) {
	return find[Chunk](q.db.Where("run_id = ?", runID).Order("no"))
}

// LastChunk is the number of a run's newest chunk, 0 when there is none.
func (q Query) LastChunk(runID int64) (no int, err error) {
	err = q.db.Raw("SELECT COALESCE(MAX(no), 0) FROM run_chunks WHERE run_id = ?", runID).Scan(&no).Error
	return no, readable(err)
}

// HasChunk reports whether a chunk was committed under exactly this epoch: the answer to a commit whose answer was lost.
func (q Query) HasChunk(c Chunk) (bool, error) {
	var n int64
	err := q.db.Model(&Chunk{}).Where("run_id = ? AND no = ? AND epoch = ? AND to_key = ?", c.RunID, c.No, c.Epoch, c.ToKey).Count(&n).Error
	return n == 1, readable(err)
}
