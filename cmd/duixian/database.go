package main

import (
	"context"
	"errors"
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

// closing closes the store at the end of a command; an error of closing is lost only when there is another one.
func closing(store *models.Store, err *error) {
	*err = errors.Join(*err, store.Close())
}
