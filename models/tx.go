package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Tx reads and writes inside one transaction.
type Tx struct {
	Query
	written map[string]*sums // rows of tables that are only added to, by table, see TakeWritten
}

const (
	maxTries  = 6
	firstWait = 20 * time.Millisecond
	maxWait   = 500 * time.Millisecond
)

// InTx runs fn in one transaction; it is the only way to write. When the database says that nothing happened
// (deadlock, lock wait, busy, lost connection before COMMIT) fn is run again, so fn must be pure except for tx: no
// messages, no channels, no clock. A commit that returns an error may have happened: see InTxResolve.
func (s *Store) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	return s.InTxResolve(ctx, nil, fn)
}

// InTxResolve is InTx for callers who can tell, by reading a natural key, whether a commit whose answer was lost did
// happen. Without done, or when it cannot tell, such a commit is reported as ErrUnknown.
func (s *Store) InTxResolve(ctx context.Context, done func(q Query) (bool, error), fn func(tx *Tx) error) error {
	wait := firstWait
	for try := 1; ; try++ {
		err, inCommit := s.attempt(ctx, fn)
		if err == nil {
			return nil
		}
		c := classify(err)
		if inCommit && c == lost {
			if done == nil {
				return fmt.Errorf("%w: %w", ErrUnknown, err)
			}
			ok, rerr := done(s.Read(ctx))
			if rerr != nil {
				return fmt.Errorf("%w: %w", ErrUnknown, errors.Join(err, rerr))
			}
			if ok {
				return nil
			}
			c = retryable
		}
		if c != retryable && c != lost || try == maxTries || ctx.Err() != nil {
			return readable(err)
		}
		select { // full jitter, so that two writers do not meet again
		case <-ctx.Done():
			return readable(err)
		case <-time.After(rand.N(wait)):
		}
		wait = min(2*wait, maxWait)
	}
}

// attempt runs fn once. inCommit says that the error came from COMMIT itself.
func (s *Store) attempt(ctx context.Context, fn func(tx *Tx) error) (err error, inCommit bool) {
	var opts []*sql.TxOptions
	if s.dialect == "mysql" {
		opts = append(opts, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	}
	db := s.write.WithContext(ctx).Begin(opts...)
	if db.Error != nil {
		return db.Error, false
	}
	open := true
	defer func() {
		if open { // also when fn panics
			db.Rollback()
		}
	}()
	if err := fn(&Tx{Query{db, s.cipher}, map[string]*sums{}}); err != nil {
		return err, false
	}
	open = false
	if err := db.Commit().Error; err != nil {
		return err, true
	}
	return nil, false
}

// affected runs a conditional UPDATE or DELETE and says how many rows it met.
func affected(db *gorm.DB) (int64, error) { return db.RowsAffected, readable(db.Error) }

type watchKey struct{}

// Watch has every batch of rows that is inserted under the context told to written, so that somebody who waits for a large file sees it
// move. A transaction that is run again tells its rows again.
func Watch(ctx context.Context, written func(rows int)) context.Context {
	return context.WithValue(ctx, watchKey{}, written)
}

// insert writes rows in batches small enough for one packet.
func insert[T any](db *gorm.DB, rows []T) error {
	written, watched := db.Statement.Context.Value(watchKey{}).(func(int))
	for part := range slices.Chunk(rows, 500) {
		if err := db.Create(&part).Error; err != nil {
			return readable(err)
		}
		if watched {
			written(len(part))
		}
	}
	return nil
}

// insertBare writes rows a hundred at a time as the driver takes them: the values of a row in the order of the columns.
func insertBare[T any](tx *Tx, table, columns string, rows []T, values func(T) []any) error {
	row := "(?" + strings.Repeat(",?", strings.Count(columns, ",")) + ")"
	for part := range slices.Chunk(rows, 100) {
		var args []any
		for _, r := range part {
			args = append(args, values(r)...)
		}
		into := "INSERT INTO " + table + " (" + columns + ") VALUES " + row + strings.Repeat(","+row, len(part)-1)
		if _, err := tx.db.Statement.ConnPool.ExecContext(tx.db.Statement.Context, into, args...); err != nil {
			return readable(err)
		}
	}
	return nil
}
