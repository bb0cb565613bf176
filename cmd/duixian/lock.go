package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"duixian/models"
)

// lockDatabase makes sure that one service runs on an SQLite file: WAL needs all its users on one host, and two services would only wait for each other. The
// lock is the kernel's, so a killed process leaves none behind. Commands run beside the service need no lock.
func lockDatabase(d DatabaseConfig) (unlock func(), err error) {
	path, ok := strings.CutPrefix(d.DSN.Reveal(), "sqlite:")
	if !ok {
		return func() {}, nil
	}
	path += ".serve"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("服务锁：%w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = models.E(models.Unavailable, "这个数据库文件上已经有一个服务在运行（锁文件 %s）；SQLite 只能运行一个，多副本请使用 MySQL", path)
		}
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // closing releases it
}
