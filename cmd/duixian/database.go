package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"duixian/models"
)

// openStore opens the configured database, made and brought up to date if need be. The caller closes it.
func (c *Config) openStore(ctx context.Context) (*models.Store, error) {
	return models.Open(ctx, c.Database.DSN.Reveal(), c.storeOptions())
}

func (c *Config) storeOptions() models.Options {
	return models.Options{Keyset: c.KeysetFile, MaxPages: c.Database.MaxPageCount}
}

// address is the database's address without the password and parameters.
func (d DatabaseConfig) address() string {
	dsn, _, _ := strings.Cut(d.DSN.Reveal(), "?")
	dialect, rest, _ := strings.Cut(dsn, ":")
	at := strings.LastIndexByte(rest, '@')
	if dialect != "mysql" || at < 0 {
		return dsn
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	return "mysql:" + user + rest[at:]
}

// besides is the folder of an embedded database, and dir for one on a server.
func (d DatabaseConfig) besides(dir string) string {
	if path, ok := strings.CutPrefix(d.DSN.Reveal(), "sqlite:"); ok {
		return filepath.Dir(path)
	}
	return dir
}

// mustExist refuses an SQLite file that is not there: a check that makes an empty database and finds nothing wrong with it would be the worst answer
// at three in the morning.
func (d DatabaseConfig) mustExist() error {
	path, ok := strings.CutPrefix(d.DSN.Reveal(), "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return models.E(models.NotFound, "这里没有数据库：%s。请换到安装目录，或用 --config 指明配置文件；新建请用 duixian init、import、serve 或 demo", path)
	}
	return nil
}

// closing closes the store at the end of a command; an error of closing is lost only when there is another one.
func closing(store *models.Store, err *error) {
	*err = errors.Join(*err, store.Close())
}
