package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// sqliteDSN adds what every connection must have; pragmas belong to a connection, so they live in the DSN.
// Writers begin with BEGIN IMMEDIATE: a reader that becomes a writer would fail at once, whatever the busy timeout.
func sqliteDSN(path string, opt Options, write bool) string {
	v := url.Values{}
	sync := "FULL" // a power cut must not take back an acknowledged payment
	if opt.Scratch {
		sync = "OFF"
	}
	pragmas := []string{"journal_mode(WAL)", "busy_timeout(5000)", "foreign_keys(1)", "synchronous(" + sync + ")"}
	if opt.MaxPages > 0 {
		pragmas = append(pragmas, "max_page_count("+strconv.Itoa(opt.MaxPages)+")")
	}
	for _, p := range pragmas {
		v.Add("_pragma", p)
	}
	if write {
		v.Set("_txlock", "immediate")
		// Of the one connection that writes: at most 64 MiB of pages, so that a night over a large bureau reads each of them once; and the log
		// is written back every 16 MiB, not in the middle of every larger chunk.
		v.Add("_pragma", "cache_size(-65536)")
		v.Add("_pragma", "wal_autocheckpoint(4000)")
		v.Add("_pragma", "temp_store(MEMORY)") // what takes back a half-done statement of many rows is kept in memory, not in a temporary file
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// notADatabase is SQLITE_NOTADB (https://www.sqlite.org/rescode.html#notadb).
const notADatabase = 26

func openSQLite(path string, opt Options) (write, read *gorm.DB, err error) {
	if strings.Contains(path, ":memory:") {
		return nil, nil, E(Invalid, "数据库地址 sqlite:%s 不能用内存库，请写一个文件路径", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fmt.Errorf("建立数据目录: %w", err)
	}
	open := func(write bool, conns int) (*gorm.DB, error) {
		pool := sql.OpenDB(guardConnector{Connector: dsnConnector{&sqlite.Driver{}, sqliteDSN(path, opt, write)}, fault: opt.Fault, keep: true})
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		db, err := gormOpen(gormsqlite.Dialector{Conn: pool})
		if lite, ok := errors.AsType[*sqlite.Error](err); ok && lite.Code() == notADatabase {
			err = E(Invalid, "%s 不是数据库文件，或文件头已损坏；请核对 database.dsn，文件若确是数据库，请从备份恢复", path)
		}
		return db, err
	}
	if write, err = open(true, 1); err != nil {
		return nil, nil, err
	}
	if read, err = open(false, max(2, runtime.NumCPU())); err != nil {
		return nil, nil, err
	}
	return write, read, nil
}

// dsnConnector opens a driver that knows no connectors by its DSN.
type dsnConnector struct {
	drv driver.Driver
	dsn string
}

func (c dsnConnector) Driver() driver.Driver { return c.drv }

// Connect opens one connection.
func (c dsnConnector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }
