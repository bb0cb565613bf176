package models

import (
	"context"
	"database/sql/driver"
)

// stmtCache keeps the compiled statements of one SQLite connection: compiling costs a third of a small transaction.
// A statement whose rows are still being read is not given out a second time.
type stmtCache struct {
	on    bool
	stmts map[string]*cachedStmt
}

type cachedStmt struct {
	fullStmt
	busy bool
}

// Statements with lists of varying length would fill the cache, and long ones (rows by the hundred) the memory.
const (
	mostStmts   = 300
	longestStmt = 4 << 10
)

// take finds or compiles a statement; nil when it is in use or cannot be kept.
func (s *stmtCache) take(ctx context.Context, conn fullConn, query string) (*cachedStmt, error) {
	if !s.on || len(query) > longestStmt {
		return nil, nil
	}
	if st := s.stmts[query]; st != nil {
		if st.busy {
			return nil, nil
		}
		return st, nil
	}
	stmt, err := conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := stmt.(fullStmt)
	if !ok {
		return nil, stmt.Close()
	}
	if s.stmts == nil {
		s.stmts = map[string]*cachedStmt{}
	}
	if len(s.stmts) >= mostStmts {
		if err := s.clear(); err != nil {
			return nil, err
		}
	}
	st := &cachedStmt{fullStmt: full}
	s.stmts[query] = st
	return st, nil
}

// clear forgets all statements that are not in use.
func (s *stmtCache) clear() error {
	for query, st := range s.stmts {
		if !st.busy {
			delete(s.stmts, query)
			if err := st.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stmtCache) exec(ctx context.Context, conn fullConn, query string, args []driver.NamedValue) (driver.Result, error) {
	st, err := s.take(ctx, conn, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return conn.ExecContext(ctx, query, args)
	}
	return st.ExecContext(ctx, args)
}

func (s *stmtCache) query(ctx context.Context, conn fullConn, query string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := s.take(ctx, conn, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return conn.QueryContext(ctx, query, args)
	}
	rows, err := st.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	st.busy = true
	return &cachedRows{rows, st}, nil
}

type cachedRows struct {
	driver.Rows
	stmt *cachedStmt
}

// Close gives the statement back.
func (r *cachedRows) Close() error {
	r.stmt.busy = false
	return r.Rows.Close()
}
