package models

import (
	"database/sql"
	"runtime"
	"time"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// openMySQL sets what the protocol needs whatever the DSN says: clientFoundRows, because renewing a lease to the
// same millisecond must count as one row; rejectReadOnly, so that a connection to a demoted primary is dropped.
// READ COMMITTED, the one isolation that means the same on MySQL, MariaDB and TiDB, is asked for at BEGIN: the servers
// do not agree on the variable's name.
func openMySQL(dsn string, opt Options) (write, read *gorm.DB, err error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, nil, E(Invalid, "数据库地址 mysql:… 写法不对（%v），应为 mysql:用户:口令@tcp(主机:3306)/库名", err)
	}
	cfg.ClientFoundRows, cfg.InterpolateParams, cfg.RejectReadOnly = true, true, true
	cfg.MultiStatements, cfg.ParseTime = false, true // we keep no DATETIME, but goose's lock table does
	cfg.Timeout, cfg.ReadTimeout, cfg.WriteTimeout = 10*time.Second, 60*time.Second, 60*time.Second
	cfg.Logger = &mysql.NopLogger{} // what it would print is returned as an error too
	cfg.Collation = "utf8mb4_bin"
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO'"
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, nil, err
	}
	pool := sql.OpenDB(guardConnector{Connector: connector, fault: opt.Fault})
	pool.SetMaxOpenConns(4 + 2*runtime.NumCPU())
	pool.SetMaxIdleConns(4)
	pool.SetConnMaxLifetime(5 * time.Minute)
	db, err := gormOpen(gormmysql.New(gormmysql.Config{Conn: pool, SkipInitializeWithVersion: true}))
	return db, db, err
}
