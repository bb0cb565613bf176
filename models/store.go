package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Options are what Open needs besides the address.
type Options struct {
	Keyset   string // path of the keyset file; made at the first start of a new database
	Scratch  bool   // a throw-away database: no fsync
	MaxPages int    // SQLite only: a limit on the file in pages of 4 KiB, 0 = none
	Fault    Fault  // tests and the fault simulator only
}

// Store is an open database at today's schema.
type Store struct {
	write, read *gorm.DB
	dialect     string
	cipher      *Cipher
}

// Query reads. It is bound to a context and, inside InTx, to the transaction.
type Query struct {
	db     *gorm.DB
	cipher *Cipher
}

// Open opens the database at dsn ("sqlite:PATH" or "mysql:USER:PW@tcp(HOST:PORT)/NAME"), brings its schema up to date
// and loads the keyset. It refuses a database of a newer program, and a keyset that is missing or not the one the
// database was written with.
func Open(ctx context.Context, dsn string, opt Options) (*Store, error) {
	s, err := OpenOnly(dsn, opt)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.dialect == "mysql" { // on SQLite they come with the schema; doctor tells of those that somebody took away
		if err := s.GuardRows(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if err := s.loadCipher(ctx, opt.Keyset); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenOnly opens without migrating and without keys: for `migrate` and `doctor`.
func OpenOnly(dsn string, opt Options) (*Store, error) {
	dialect, rest, _ := strings.Cut(dsn, ":")
	s := &Store{dialect: dialect}
	var err error
	switch dialect {
	case "sqlite":
		s.write, s.read, err = openSQLite(rest, opt)
	case "mysql":
		s.write, s.read, err = openMySQL(rest, opt)
	default:
		return nil, E(Invalid, "数据库地址应以 sqlite: 或 mysql: 开头，例如 sqlite:data/duixian.db")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func gormOpen(d gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true, DisableAutomaticPing: true, Logger: logger.Discard, DisableForeignKeyConstraintWhenMigrating: true,
	})
	if err != nil {
		return nil, fmt.Errorf("打开数据库: %w", err)
	}
	return db, nil
}

// Close closes all connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.write, s.read} {
		if pool, err := db.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
		if s.write == s.read {
			break
		}
	}
	return errors.Join(errs...)
}

// Dialect is "sqlite" or "mysql".
func (s *Store) Dialect() string { return s.dialect }

// Cipher encrypts personal data and makes its join keys.
func (s *Store) Cipher() *Cipher { return s.cipher }

// Read is for reading outside a transaction. Each call of its methods sees what is committed at that moment.
func (s *Store) Read(ctx context.Context) Query { return Query{s.read.WithContext(ctx), s.cipher} }

// Cipher encrypts personal data and makes its join keys.
func (q Query) Cipher() *Cipher { return q.cipher }

// find fills dst with the rows of a condition.
func find[T any](db *gorm.DB) ([]T, error) {
	var rows []T
	err := db.Find(&rows).Error
	return rows, readable(err)
}

// one reads the single row of a condition, or ErrNotFound.
func one[T any](db *gorm.DB) (T, error) {
	var row T
	err := db.Take(&row).Error
	return row, readable(err)
}
