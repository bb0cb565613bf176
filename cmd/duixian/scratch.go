package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// scratchPrefix begins the names of the folders that simulations keep their copy of the data in, and of nothing else.
const scratchPrefix = "duixian-simulate-"

// scratchDir makes a folder for a copy of the data and says how to get rid of it. First it removes those of dead processes: whoever
// was killed could not. A live one holds the kernel's lock on a file inside, which a killed process loses.
func scratchDir() (string, func() error, error) {
	if err := sweepScratch(os.TempDir()); err != nil {
		return "", nil, err
	}
	// Under another name until the lock is held: a folder with our name and no lock is a dead one's.
	dir, err := os.MkdirTemp("", "duixian-new-")
	if err != nil {
		return "", nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "alive"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	named := filepath.Join(filepath.Dir(dir), scratchPrefix+filepath.Base(dir)[len("duixian-new-"):])
	if err := errors.Join(syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), os.Rename(dir, named)); err != nil {
		return "", nil, errors.Join(err, lock.Close(), os.RemoveAll(dir))
	}
	return named, func() error { return errors.Join(os.RemoveAll(named), lock.Close()) }, nil
}

// sweepScratch removes the scratch folders in a folder whose owner is dead. Those of other users, which cannot be opened, are left
// alone.
func sweepScratch(in string) error {
	found, err := filepath.Glob(filepath.Join(in, scratchPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range found {
		lock, err := os.OpenFile(filepath.Join(dir, "alive"), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			err = os.RemoveAll(dir)
		}
		if err := errors.Join(err, lock.Close()); err != nil {
			return err
		}
	}
	return nil
}
