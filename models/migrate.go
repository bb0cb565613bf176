package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// SchemaVersion says at which migration the database is and which the newest one of this program is.
func (s *Store) SchemaVersion(ctx context.Context) (have, newest int64, err error) {
	p, err := s.migrator()
	if err != nil {
		return 0, 0, err
	}
	have, err = p.GetDBVersion(ctx)
	sources := p.ListSources()
	return have, sources[len(sources)-1].Version, err
}

// Migrate brings the schema up to date. It refuses a database that a newer program has written: going on would
// leave rows that the newer program understands in another way.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	have, newest, err := s.SchemaVersion(ctx)
	if err != nil {
		return fmt.Errorf("读取数据库结构版本: %w", err)
	}
	if have > newest {
		return E(Unavailable, "数据库结构为第 %d 版，本程序只认识到第 %d 版：请使用新版本程序，不要用旧程序打开", have, newest)
	}
	if have == newest {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("升级数据库结构: %w", err)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+s.dialect)
	if err != nil {
		return nil, err
	}
	pool, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	if s.dialect == "sqlite" {
		return goose.NewProvider(goose.DialectSQLite3, pool, dir)
	}
	locker, err := lock.NewMySQLTableLocker()
	if err != nil {
		return nil, errors.Join(errors.New("models: migration lock"), err)
	}
	return goose.NewProvider(goose.DialectMySQL, pool, dir, goose.WithLocker(locker))
}
