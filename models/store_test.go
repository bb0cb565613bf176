package models_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

func TestIDsAreConsecutiveAndReturnedByARollback(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		next := func(n int, fail error) (id int64) {
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				if id, err = tx.NextID("things", n); err != nil {
					return err
				}
				return fail
			})
			if !errors.Is(err, fail) {
				t.Fatal(err)
			}
			return id
		}
		if got := next(3, nil); got != 1 {
			t.Errorf("first id %d, want 1", got)
		}
		if got := next(1, errors.New("no")); got != 4 {
			t.Errorf("second id %d, want 4", got)
		}
		if got := next(1, nil); got != 4 {
			t.Errorf("id after a rollback %d, want 4 again", got)
		}
	})
}

func TestAuditChainShowsTampering(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for i := range 5 {
			err := s.InTx(t.Context(), func(tx *models.Tx) error {
				return tx.Audit(policy.Instant(1000+i), models.Entry{Stream: "money", Actor: models.System, Action: "test", Entity: "x/1", Data: map[string]any{"b": 1, "a": "<甲>"}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rows, breaks, err := s.Read(t.Context()).VerifyAudit()
		if err != nil || rows != 5 || len(breaks) != 0 {
			t.Fatalf("clean chain: %d rows, %v, %v", rows, breaks, err)
		}
		first, err := s.Read(t.Context()).AuditRows("money", 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := first[0].Canon, `{"a":"<甲>","b":1}`; got != want {
			t.Errorf("canonical form %s, want %s: it is frozen, old chains depend on it", got, want)
		}
		if got, want := first[0].Hash, "eeee4548fdb529b5e7748b7e26baa3fcf901343f1a9ac2f5c21eec767ec89da6"; got != want {
			t.Errorf("hash %s, want %s: the encoding under the chain is frozen", got, want)
		}
		for _, change := range []string{"UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"} {
			if err := s.Exec(t.Context(), change); err == nil {
				t.Errorf("the database took %q", change)
			}
		}
		modelstest.Unlock(t, s)
		if g, err := s.Guarded(t.Context()); err != nil || fmt.Sprint(g.Tables) != "[audit_log]" || (s.Dialect() == "mysql") != (len(g.Grant) == 2) {
			t.Errorf("without its guard the audit log is said to be %+v, %v", g, err)
		}
		if err := s.GuardRows(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Exec(t.Context(), "UPDATE audit_log SET actor = 'x'"); err == nil {
			t.Error("the guard was not put back")
		}
		modelstest.Unlock(t, s)
		if err := s.Forge(t.Context(), "money", 5); err != nil {
			t.Fatal(err)
		}
		if _, breaks, err := s.Read(t.Context()).VerifyAudit(); err != nil || len(breaks) != 1 || breaks[0].Seq != 5 || !strings.Contains(breaks[0].Found, "衔接") {
			t.Errorf("a forged last row: breaks %v, %v", breaks, err)
		}
		for _, c := range []struct {
			tamper string
			at     int64
		}{
			{"DELETE FROM audit_log WHERE seq = 5", 6 - 1}, // the end cut off
			{"UPDATE audit_log SET canon = '{}' WHERE seq = 3", 3},
			{"DELETE FROM audit_log WHERE seq = 2", 2},
		} {
			if err := s.Exec(t.Context(), c.tamper); err != nil {
				t.Fatal(err)
			}
			_, breaks, err := s.Read(t.Context()).VerifyAudit()
			if err != nil || len(breaks) != 1 || breaks[0].Seq != c.at {
				t.Errorf("after %q: breaks %v, %v; want row %d", c.tamper, breaks, err, c.at)
			}
		}
	})
}

// After 1213 MariaDB has rolled everything back and database/sql does not know: without the guard what follows runs in
// autocommit and Commit says nil.
func TestGuardVoidsATransactionAfterADeadlock(t *testing.T) {
	armed := false
	fault := func(point, statement string) error {
		if armed && strings.Contains(statement, "UPDATE meta") {
			return &mysql.MySQLError{Number: 1213, Message: "Deadlock found"}
		}
		return nil
	}
	modelstest.EachWith(t, models.Options{Fault: fault}, func(t *testing.T, s *models.Store) {
		tries := 0
		armed = true
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			tries++
			if _, err := tx.NextID("things", 1); err != nil {
				return err
			}
			_ = tx.SetMeta("a", "1") // a careless caller who ignores the error …
			err := tx.SetMeta("b", "2")
			if armed && err == nil {
				t.Error("a statement after a deadlock was accepted")
			}
			if armed = tries < 2; tries < 3 {
				return nil // … and even says that all is well
			}
			return err
		})
		armed = false
		if err != nil {
			t.Fatal(err)
		}
		if tries != 3 {
			t.Errorf("function ran %d times, want 3 (two void, one good)", tries)
		}
		for _, name := range []string{"a", "b"} {
			if v, err := s.Read(t.Context()).Meta(name); err != nil || v == "" {
				t.Errorf("meta %s = %q, %v after the retry", name, v, err)
			}
		}
		var id int64
		if err := s.InTx(t.Context(), func(tx *models.Tx) (err error) { id, err = tx.NextID("things", 1); return err }); err != nil {
			t.Fatal(err)
		}
		if id != 2 {
			t.Errorf("next id %d, want 2: a void transaction left its id behind", id)
		}
	})
}

func TestLostCommitIsAskedForNotAssumed(t *testing.T) {
	for _, c := range []struct {
		name, point string
		resolver    bool
		want        error
		value       string
	}{
		{"lost after commit, resolver finds it", "committed", true, nil, "1"},
		{"lost before commit, resolver sends it again", "commit", true, nil, "1"},
		{"lost after commit, nobody to ask", "committed", false, models.ErrUnknown, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			armed := false
			fault := func(point, _ string) error {
				if armed && point == c.point {
					armed = false
					return mysql.ErrInvalidConn
				}
				return nil
			}
			modelstest.EachWith(t, models.Options{Fault: fault}, func(t *testing.T, s *models.Store) {
				runs := 0
				write := func(tx *models.Tx) error { runs++; return tx.SetMeta("k", "1") }
				armed = true
				var done func(q models.Query) (bool, error)
				if c.resolver {
					done = func(q models.Query) (bool, error) { v, err := q.Meta("k"); return v == "1", err }
				}
				if err := s.InTxResolve(t.Context(), done, write); !errors.Is(err, c.want) {
					t.Fatalf("error %v, want %v", err, c.want)
				}
				if v, _ := s.Read(t.Context()).Meta("k"); v != c.value {
					t.Errorf("value %q, want %q", v, c.value)
				}
				if c.point == "committed" && runs != 1 {
					t.Errorf("a committed transaction ran %d times", runs)
				}
			})
		})
	}
}

func TestFullDiskIsSaidAndNothingStays(t *testing.T) {
	dir := t.TempDir()
	s, err := models.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), models.Options{Keyset: filepath.Join(dir, "k"), MaxPages: 400})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.InTx(t.Context(), func(tx *models.Tx) error {
		if err := tx.SetMeta("small", "1"); err != nil {
			return err
		}
		return tx.SetMeta("big", strings.Repeat("x", 4<<20))
	})
	if models.CodeOf(err) != models.Unavailable || strings.Count(err.Error(), "空间已满") != 1 {
		t.Fatalf("full disk said %v", err)
	}
	if v, err := s.Read(t.Context()).Meta("small"); err != nil || v != "" {
		t.Errorf("half of the transaction stayed: %q, %v", v, err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	dsn, opt := "sqlite:"+filepath.Join(dir, "x.db"), models.Options{Keyset: filepath.Join(dir, "k")}
	s, err := models.Open(t.Context(), dsn, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PretendVersion(t.Context(), 9999); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := models.Open(t.Context(), dsn, opt); models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "9999") {
		t.Fatalf("opening a newer database said %v", err)
	}
}

func TestKeysetIsMadeOnceAndMissedLoudly(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "keys", "keyset.json")
	dsn, opt := "sqlite:"+filepath.Join(dir, "x.db"), models.Options{Keyset: key}
	open := func() (*models.Store, error) { return models.Open(context.Background(), dsn, opt) }
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(key); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("keyset file: %v, %v", st, err)
	}
	enc, err := s.Cipher().Encrypt("people.id", secret.Text("330702199901010010"))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.Cipher().Decrypt("people.id", enc); err != nil || v.Reveal() != "330702199901010010" {
		t.Errorf("decrypt: %v", err)
	}
	if _, err := s.Cipher().Decrypt("people.name", enc); err == nil {
		t.Error("a value moved to another column was accepted")
	}
	s.Close()
	body, _ := os.ReadFile(key)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, err := open(); models.CodeOf(err) != models.Unavailable || !strings.Contains(err.Error(), "恢复") {
		t.Errorf("missing keyset: %v", err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a new keyset was made over a database that has one")
	}
	other := models.Options{Keyset: filepath.Join(dir, "other")}
	s2, err := models.Open(t.Context(), "sqlite:"+filepath.Join(dir, "y.db"), other)
	if err != nil {
		t.Fatal(err)
	}
	s2.Close()
	if _, err := models.Open(t.Context(), dsn, other); models.CodeOf(err) != models.Unavailable {
		t.Errorf("foreign keyset: %v", err)
	}
	if err := os.WriteFile(key, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = open(); err != nil {
		t.Fatalf("with the right keyset back: %v", err)
	}
	s.Close()
}
