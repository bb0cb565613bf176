package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"duixian/models"
	"duixian/policy"
)

// Run is what the body of a job gets: the house, the row of this run, and the only way to write.
type Run struct {
	*Env
	Row models.Run // as it was claimed; see Cursor for where to go on

	jobOf func(name string) (*entry, error) // the catalogue
	ask   func(ctx context.Context, actor models.Actor, job string, params models.Params, approval int64, request string, now policy.Instant) (models.Run, error)
	lease time.Duration
	stop  context.CancelCauseFunc // ends the body's context

	mu      sync.Mutex // a body that was given up may still be going while the run is ended
	cursor  string
	chunks  int
	total   int
	at      policy.Instant
	summary any
	lost    error // ErrGhost or ErrStopped: the run is not ours any more
}

// Chunk does one step in one transaction: first the fence, which moves the cursor to to and refuses who has lost the
// run, then fn. It takes no more than about a second or a hundred items. When it returns nil the step has happened
// exactly once, also when the answer to its commit was lost; after an error it may be called again. fn may be called
// more than once and must not call Chunk. When the program is told to stop, a step that has begun is finished, in
// chunkGrace at most, and none is begun.
func (r *Run) Chunk(ctx context.Context, to string, items int, fn func(tx *models.Tx) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost != nil {
		return r.lost
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, done := finishing(ctx)
	defer done()
	r.at = r.clock()
	c := models.Chunk{RunID: r.Row.ID, No: r.chunks + 1, Epoch: r.Row.Epoch, FromKey: r.cursor, ToKey: to, Items: items, At: r.at}
	err := r.Store.InTxResolve(ctx, func(q models.Query) (bool, error) { return q.HasChunk(c) }, func(tx *models.Tx) error {
		if err := tx.Fence(r.Row, c, r.total, r.at.Add(r.lease)); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.AuditWritten(r.at, models.Actor{Member: r.Row.Actor}, fmt.Sprintf("run/%d", r.Row.ID), r.Row.ID); err != nil {
			return err
		}
		if end := r.clock(); end > r.at.Add(r.lease/3) { // a long step: no heartbeat could pass the row's lock
			if _, err := tx.Heartbeat(r.Row, end.Add(r.lease)); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		r.cursor, r.chunks = to, c.No
	case errors.Is(err, models.ErrGhost), errors.Is(err, models.ErrStopped):
		r.lost = err
		r.stop(err)
	}
	return err
}

// chunkGrace is how long a step that has begun may still take when its context has ended: enough for any but the import of a
// very long file, and less than a body may take to return (Options.Patience).
const chunkGrace = 5 * time.Second

// finishing is a context that ends chunkGrace after another one.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(chunkGrace, cancel) })
	return own, func() { forget(); cancel() }
}

// Cursor is where to go on: what the last chunk, perhaps of an owner who died, was given as to. Empty at the start.
func (r *Run) Cursor() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cursor
}

// Ask has another job run at once, in the clock's name, and says how that ended: a run of its own, with its own row, fence and lease. It
// must not be called inside Chunk.
func (r *Run) Ask(ctx context.Context, job string, params models.Params) (models.Run, error) {
	return r.ask(ctx, models.System, job, params, 0, "", r.clock())
}

// At is the instant to stamp rows with: the clock at the start of the chunk.
func (r *Run) At() policy.Instant {
	// Called inside Chunk, which holds the lock; before the first chunk nobody writes.
	if r.at != 0 {
		return r.at
	}
	return r.clock()
}

// Expect says how many items the run will do in all, those included that an earlier owner has done; it is stored with the
// next chunk.
func (r *Run) Expect(total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = total
}

// Summarise keeps v, as JSON, as what the run says of itself at its end. No personal data.
func (r *Run) Summarise(v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary = v
}

// Tally keeps, in the caller's chunk, what the run has done so far, this chunk included, so that whoever takes the run over
// goes on counting. v is what Summarise will be given at the end.
func (r *Run) Tally(tx *models.Tx, v any) error {
	text, err := models.Canonical(v)
	if err != nil {
		return err
	}
	return tx.Tally(r.Row, string(text))
}

// Tallied reads into v what earlier owners of the run have counted; at the start of a run it changes nothing.
func (r *Run) Tallied(v any) error {
	if r.Row.Summary == "" || r.Row.Cursor == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(r.Row.Summary), v); err != nil {
		return fmt.Errorf("读取已完成部分的统计: %w", err)
	}
	return nil
}

// lose marks the run as no longer ours and ends the body's context.
func (r *Run) lose(err error) {
	r.mu.Lock()
	if r.lost == nil {
		r.lost = err
	}
	r.mu.Unlock()
	r.stop(err)
}

// busy reports whether a chunk holds the run's row right now.
func (r *Run) busy() bool {
	if r.mu.TryLock() {
		r.mu.Unlock()
		return false
	}
	return true
}

// end is what is known of the run when its body has returned or was given up.
func (r *Run) end() (summary any, total int, lost error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.summary, r.total, r.lost
}

func (e *Env) clock() policy.Instant { return policy.InstantOf(e.Now()) }
