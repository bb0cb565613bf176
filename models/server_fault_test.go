package models_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-sql-driver/mysql"

	"duixian/models"
	"duixian/models/modelstest"
)

// What the matrix injects, a real server does here: the numbers and classes in errors.go are not only a table of a book.

// server opens a new database on the test server, with an addition to its address, and a bare connection beside it.
func server(t *testing.T, edit func(cfg *mysql.Config)) (*models.Store, *sql.DB) {
	t.Helper()
	address := modelstest.MySQL(t)
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(address, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	first, err := models.Open(t.Context(), address, models.Options{Keyset: keyset}) // before the edit, which may take rights away
	if err != nil {
		t.Fatal(err)
	}
	edit(cfg)
	s, err := models.Open(t.Context(), "mysql:"+cfg.FormatDSN(), models.Options{Keyset: keyset})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(first.Close(), s.Close(), raw.Close()); err != nil {
			t.Error(err)
		}
	})
	return s, raw
}

// servers skips nothing: without a server there is nothing to ask, and the build server must have one.
func servers(t *testing.T) bool {
	t.Helper()
	if modelstest.Server() == "" && os.Getenv("CI") == "true" {
		t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
	}
	return modelstest.Server() != ""
}

func next(tx *models.Tx, names ...string) error {
	for _, name := range names {
		if _, err := tx.NextID(name, 1); err != nil {
			return err
		}
	}
	return nil
}

// counted reads how often names were counted.
func counted(t *testing.T, s *models.Store, names ...string) string {
	t.Helper()
	var out []string
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		out = nil
		for _, name := range names {
			n, err := tx.NextID(name, 1)
			if err != nil {
				return err
			}
			out = append(out, fmt.Sprintf("%s %d", name, n-1))
		}
		return errors.New("only a look")
	})
	if err == nil {
		t.Fatal("a look was committed")
	}
	return strings.Join(out, ", ")
}

func TestARealDeadlockIsRepeatedAndCountedOnce(t *testing.T) {
	if !servers(t) {
		return
	}
	s, _ := server(t, func(*mysql.Config) {})
	inTx(t, s, func(tx *models.Tx) error { return next(tx, "a", "b") })
	var tries atomic.Int64
	var both sync.WaitGroup
	both.Add(2)
	meet := map[string]*sync.Once{"ab": {}, "ba": {}}
	var group sync.WaitGroup
	for _, order := range []string{"ab", "ba"} {
		group.Go(func() {
			err := s.InTx(t.Context(), func(tx *models.Tx) error {
				tries.Add(1)
				if err := next(tx, order[:1]); err != nil {
					return err
				}
				meet[order].Do(func() { both.Done(); both.Wait() }) // each holds one row and wants the other
				return next(tx, order[1:])
			})
			if err != nil {
				t.Errorf("%s: %v", order, err)
			}
		})
	}
	group.Wait()
	if got := counted(t, s, "a", "b"); got != "a 3, b 3" {
		t.Errorf("counted %s, want 3 of each", got)
	}
	if tries.Load() < 3 {
		t.Errorf("%d tries: there was no deadlock", tries.Load())
	}
}

func TestARealLockWaitLeavesNoHalfTransaction(t *testing.T) {
	if !servers(t) {
		return
	}
	s, raw := server(t, func(cfg *mysql.Config) { cfg.Params = map[string]string{"innodb_lock_wait_timeout": "1"} })
	inTx(t, s, func(tx *models.Tx) error { return next(tx, "a", "b") })
	holder, err := raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.ExecContext(t.Context(), "UPDATE counters SET last = last WHERE name = 'b'"); err != nil {
		t.Fatal(err)
	}
	tries := 0
	inTx(t, s, func(tx *models.Tx) error {
		if tries++; tries == 2 {
			if err := holder.Rollback(); err != nil {
				return err
			}
		}
		if err := next(tx, "a"); err != nil {
			return err
		}
		return next(tx, "b")
	})
	if got := counted(t, s, "a", "b"); got != "a 2, b 2" || tries != 2 {
		t.Errorf("counted %s in %d tries, want 2 of each in 2", got, tries)
	}
}

func TestAKilledConnectionIsRepeatedFromTheStart(t *testing.T) {
	if !servers(t) {
		return
	}
	s, raw := server(t, func(*mysql.Config) {})
	tries := 0
	inTx(t, s, func(tx *models.Tx) error {
		tries++
		if err := next(tx, "a"); err != nil {
			return err
		}
		if tries == 1 {
			kill(t, raw)
		}
		return next(tx, "b")
	})
	if got := counted(t, s, "a", "b"); got != "a 1, b 1" || tries != 2 {
		t.Errorf("counted %s in %d tries", got, tries)
	}
}

// kill ends the connection that has an open transaction in this database.
func kill(t *testing.T, raw *sql.DB) {
	t.Helper()
	var id int64
	err := raw.QueryRowContext(t.Context(), `SELECT x.trx_mysql_thread_id FROM information_schema.innodb_trx x
		JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id WHERE p.db = DATABASE()`).Scan(&id)
	if err == nil {
		_, err = raw.ExecContext(t.Context(), fmt.Sprintf("KILL CONNECTION %d", id))
	}
	if err != nil {
		t.Error(err)
	}
}

// A primary that was demoted refuses writes (1290) until the next one is there; the connection to it is not used again.
func TestAReadOnlyServerIsWaitedFor(t *testing.T) {
	if !servers(t) {
		return
	}
	name := fmt.Sprintf("'plain%d'@'127.0.0.1'", os.Getpid())
	s, raw := server(t, func(cfg *mysql.Config) {
		root, err := sql.Open("mysql", cfg.FormatDSN())
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close() //nolint:errcheck // nothing is buffered
		for _, stmt := range []string{
			"CREATE USER " + name + " IDENTIFIED BY 'plain'", "GRANT ALL ON " + cfg.DBName + ".* TO " + name,
		} {
			if _, err := root.ExecContext(t.Context(), stmt); err != nil {
				t.Fatal(err)
			}
		}
		cfg.User, cfg.Passwd = fmt.Sprintf("plain%d", os.Getpid()), "plain"
	})
	defer func() {
		for _, stmt := range []string{"SET GLOBAL read_only = 0", "DROP USER " + name} {
			if _, err := raw.ExecContext(context.Background(), stmt); err != nil {
				t.Error(err)
			}
		}
	}()
	inTx(t, s, func(tx *models.Tx) error { return next(tx, "a") })
	tries := 0
	inTx(t, s, func(tx *models.Tx) error {
		tries++
		if _, err := raw.ExecContext(t.Context(), fmt.Sprintf("SET GLOBAL read_only = %d", map[bool]int{true: 1}[tries < 3])); err != nil {
			return err
		}
		return next(tx, "a")
	})
	if got := counted(t, s, "a"); got != "a 2" || tries != 3 {
		t.Errorf("counted %s in %d tries, want 2 in 3", got, tries)
	}
}

// The server has committed and its answer never arrives: a real one, cut on the wire.
func TestACommitWhoseAnswerIsCutOffOnTheWire(t *testing.T) {
	if !servers(t) {
		return
	}
	wire := &cutWire{}
	s, _ := server(t, func(cfg *mysql.Config) {
		wire.to, wire.network = cfg.Addr, cfg.Net
		cfg.Net, cfg.Addr = "tcp", wire.listen(t)
	})
	for _, resolver := range []bool{true, false} {
		name := fmt.Sprintf("resolver %v", resolver)
		runs := 0
		var done func(q models.Query) (bool, error)
		if resolver {
			done = func(q models.Query) (bool, error) { v, err := q.Meta(name); return v == "1", err }
		}
		wire.armed.Store(true)
		err := s.InTxResolve(t.Context(), done, func(tx *models.Tx) error { runs++; return tx.SetMeta(name, "1") })
		if wire.armed.Load() {
			t.Error("nothing was cut")
		}
		if resolver && err != nil || !resolver && !errors.Is(err, models.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
		if v, err := s.Read(t.Context()).Meta(name); err != nil || v != "1" || runs != 1 {
			t.Errorf("%s: %q after %d runs, %v", name, v, runs, err)
		}
	}
}

// cutWire stands between the driver and the server. When armed it lets one COMMIT through, waits for the server's answer,
// and hangs up instead of passing it on.
type cutWire struct {
	network, to string
	armed       atomic.Bool
}

func (w *cutWire) listen(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go w.pass(client)
		}
	}()
	return l.Addr().String()
}

func (w *cutWire) pass(client net.Conn) {
	defer client.Close()
	srv, err := (&net.Dialer{}).Dial(w.network, w.to)
	if err != nil {
		return
	}
	defer srv.Close()
	var cut atomic.Bool
	go func() {
		defer srv.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := client.Read(buf)
			if err != nil {
				return
			}
			// a packet is three bytes of length, one of number, and the command 3 with its text
			if n > 5 && buf[4] == 3 && strings.EqualFold(string(buf[5:n]), "COMMIT") && w.armed.CompareAndSwap(true, false) {
				cut.Store(true)
			}
			if _, err := srv.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := srv.Read(buf)
		if err != nil || cut.Load() {
			return
		}
		if _, err := client.Write(buf[:n]); err != nil && !errors.Is(err, io.EOF) {
			return
		}
	}
}
