package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// After some errors a server has already rolled the transaction back, but database/sql lets the caller go on: the
// statements that follow run in autocommit and Commit says nil, so half a transaction stays (seen with 1213 through
// gorm). The guard stands between database/sql and the driver. Once a statement of a transaction failed with
// anything but a duplicate key, every later statement fails and Commit rolls back.

// Fault lets tests make the database fail: it is asked before ("exec", "query", "begin", "commit") and after ("executed",
// "queried", "begun", "committed": it has happened, the answer is lost) each call and its error is returned instead. Nil
// in production.
type Fault func(point, statement string) error

type guardConnector struct {
	driver.Connector
	fault Fault
	keep  bool // compiled statements, see stmtCache
}

func (c guardConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(fullConn)
	if !ok {
		return nil, fmt.Errorf("models: driver connection %T lacks a method that the guard needs", conn)
	}
	return &guardConn{fullConn: full, fault: c.fault, cache: stmtCache{on: c.keep}}, nil
}

// fullConn is what both drivers' connections can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type guardConn struct {
	fullConn
	fault    Fault
	cache    stmtCache
	inTx     bool
	poisoned error
}

func (c *guardConn) before(point, query string) error {
	if c.poisoned != nil {
		return fmt.Errorf("models: transaction is void after an earlier error: %w", c.poisoned)
	}
	if c.fault != nil {
		return c.note(c.fault(point, query))
	}
	return nil
}

// after is what the caller hears of a call that has happened.
func (c *guardConn) after(point, query string, err error) error {
	if err == nil && c.fault != nil {
		err = c.fault(point, query)
	}
	return c.note(err)
}

// note remembers an error that makes the open transaction void.
func (c *guardConn) note(err error) error {
	if err != nil && c.inTx && !errors.Is(err, driver.ErrSkip) && classify(err) != duplicate && c.poisoned == nil {
		c.poisoned = err
	}
	return err
}

func (c *guardConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.fullConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// Close closes the connection and what was compiled on it.
func (c *guardConn) Close() error { return errors.Join(c.cache.clear(), c.fullConn.Close()) }

func (c *guardConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.poisoned = nil
	if err := c.before("begin", ""); err != nil {
		return nil, err
	}
	tx, err := c.fullConn.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := c.after("begun", "", nil); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	c.inTx = true
	return &guardTx{conn: c, tx: tx}, nil
}

func (c *guardConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.before("exec", query); err != nil {
		return nil, err
	}
	res, err := c.cache.exec(ctx, c.fullConn, query, args)
	if err = c.after("executed", query, err); err != nil {
		return nil, err
	}
	return res, nil
}

func (c *guardConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.before("query", query); err != nil {
		return nil, err
	}
	rows, err := c.cache.query(ctx, c.fullConn, query, args)
	if failed := c.after("queried", query, err); failed != nil {
		if err == nil {
			failed = errors.Join(failed, rows.Close())
		}
		return nil, failed
	}
	return rows, nil
}

func (c *guardConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.before("exec", query); err != nil {
		return nil, err
	}
	stmt, err := c.fullConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.note(err)
	}
	full, ok := stmt.(fullStmt)
	if !ok {
		return nil, fmt.Errorf("models: driver statement %T lacks a method that the guard needs", stmt)
	}
	return &guardStmt{fullStmt: full, conn: c}, nil
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type guardStmt struct {
	fullStmt
	conn *guardConn
}

func (s *guardStmt) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := s.fullStmt.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return s.conn.CheckNamedValue(v)
}

func (s *guardStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.conn.before("exec", ""); err != nil {
		return nil, err
	}
	res, err := s.fullStmt.ExecContext(ctx, args)
	if err = s.conn.after("executed", "", err); err != nil {
		return nil, err
	}
	return res, nil
}

func (s *guardStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.before("query", ""); err != nil {
		return nil, err
	}
	rows, err := s.fullStmt.QueryContext(ctx, args)
	if failed := s.conn.after("queried", "", err); failed != nil {
		if err == nil {
			failed = errors.Join(failed, rows.Close())
		}
		return nil, failed
	}
	return rows, nil
}

type guardTx struct {
	conn *guardConn
	tx   driver.Tx
}

func (t *guardTx) Commit() error {
	if err := t.conn.before("commit", ""); err != nil {
		return errors.Join(err, t.Rollback())
	}
	t.conn.inTx = false
	if err := t.tx.Commit(); err != nil {
		return err
	}
	if t.conn.fault != nil {
		return t.conn.fault("committed", "")
	}
	return nil
}

func (t *guardTx) Rollback() error {
	t.conn.inTx, t.conn.poisoned = false, nil
	return t.tx.Rollback()
}
