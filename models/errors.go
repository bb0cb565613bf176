package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// Code says what kind of trouble an Error is.
type Code string

// The codes. Invalid is the asker's mistake, Conflict says that the world has moved on, Forbidden that the asker may not.
const (
	Invalid     Code = "invalid"
	NotFound    Code = "not_found"
	Conflict    Code = "conflict"
	Forbidden   Code = "forbidden"
	Unavailable Code = "unavailable"
)

// Error is a refusal written for the person who meets it. Errors without a code are ours and are shown to nobody.
type Error struct {
	Code    Code
	Message string
}

func (e *Error) Error() string { return e.Message }

// E makes an Error.
func E(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf is the code of the first Error in err's chain, or empty.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

var (
	// ErrNotFound is returned by lookups of one row.
	ErrNotFound = E(NotFound, "没有找到")
	// ErrDuplicate says that a row with the same natural key exists: read it and compare.
	ErrDuplicate = E(Conflict, "已经存在")
	// ErrUnknown says that a commit returned an error and may or may not have happened. Re-read by natural key.
	ErrUnknown = errors.New("提交结果未知：连接在提交时中断，请按编号查看后再重试（重复执行不会产生第二次效果）")
	// errRetry asks InTx to run the function again: nothing has happened.
	errRetry = errors.New("请重试")
)

// class says what an error of the database means for the transaction in which it happened.
type class int

const (
	permanent class = iota // the statement is wrong; trying again will not help
	duplicate              // the statement was refused by a unique key; the transaction lives
	retryable              // nothing happened or everything will be rolled back; run the whole function again
	lost                   // the connection is gone: before COMMIT nothing happened, during COMMIT nobody knows
	full                   // no room on the disk
)

// classify follows reference tables of both servers: 1213 deadlock (server rolled back all), 1205 lock wait (only
// the statement was rolled back, so the rest must be too), 1020 record changed (MariaDB 11.6+), 1290/1836/1792
// read-only fail-over, 1040/1053 busy or going down, 9007 and 8002/8022/8028/8005 TiDB write conflicts; SQLite 5
// BUSY, 6 LOCKED, 13 FULL. A primary-key or unique violation is 1062, and 1555 or 2067.
func classify(err error) class {
	if err == nil {
		return permanent
	}
	if errors.Is(err, errRetry) {
		return retryable
	}
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch my.Number {
		case 1062:
			return duplicate
		case 1213, 1205, 1020, 1290, 1836, 1792, 1040, 1053, 9007, 8002, 8005, 8022, 8028:
			return retryable
		case 1021, 1114:
			return full
		}
		return permanent
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case 5, 6:
			return retryable
		case 13:
			return full
		}
		if lite.Code() == 1555 || lite.Code() == 2067 {
			return duplicate
		}
		return permanent
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return duplicate
	}
	_, isNet := errors.AsType[net.Error](err)
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || isNet && !errors.Is(err, context.DeadlineExceeded) {
		return lost
	}
	return permanent
}

// Passes reports whether an error of the database is of the kind that passes by itself: a deadlock, a lock, a lost
// connection, a fail-over. What it interrupted may be done again later.
func Passes(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, ErrUnknown) {
		return true
	}
	c := classify(err)
	return c == retryable || c == lost
}

// readable turns what gorm and the drivers say into our errors; nil stays nil.
func readable(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	switch classify(err) {
	case duplicate:
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	case lost:
		return fmt.Errorf("%w: %w", E(Unavailable, "与数据库的连接中断了；请确认数据库在运行后重试（重复执行不会产生第二次效果）"), err)
	case full:
		if CodeOf(err) == Unavailable {
			return err // said already, further down
		}
		return fmt.Errorf("%w: %w", E(Unavailable, "磁盘或数据库空间已满，本次操作没有写入任何内容；请腾出空间（或放宽 database.max_page_count）后重试"), err)
	}
	return err
}
