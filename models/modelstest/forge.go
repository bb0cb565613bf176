package modelstest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"duixian/models"
)

// The forger has the database in hand and knows how the chain is made: by the encoding that is frozen, written down here a second time.

// Unlock lets the audit log be changed, as whoever owns the database can.
func Unlock(t testing.TB, s *models.Store) {
	t.Helper()
	Exec(t, s, "DROP TRIGGER IF EXISTS audit_log_no_update")
	Exec(t, s, "DROP TRIGGER IF EXISTS audit_log_no_delete")
}

// sumOf is the SHA-256, in hex, of values as one JSON array.
func sumOf(values ...any) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings and integers only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Rewrite changes what a row of a chain says and makes all that follows fit, the head included: the chain verifies again. An empty canon
// only makes it fit.
func Rewrite(t testing.TB, s *models.Store, stream string, seq int64, canon string) {
	t.Helper()
	Unlock(t, s)
	pool := Raw(t, s)
	defer pool.Close() //nolint:errcheck // nothing is buffered
	if canon != "" {
		run(t, pool, "UPDATE audit_log SET canon = ? WHERE stream = ? AND seq = ?", canon, stream, seq)
	}
	var rows []models.AuditRow
	read, err := pool.QueryContext(t.Context(), "SELECT stream, seq, at, actor, os_user, action, entity, run_id, canon FROM audit_log WHERE stream = ? ORDER BY seq", stream)
	if err != nil {
		t.Fatal(err)
	}
	for read.Next() {
		var r models.AuditRow
		if err := read.Scan(&r.Stream, &r.Seq, &r.At, &r.Actor, &r.OSUser, &r.Action, &r.Entity, &r.RunID, &r.Canon); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if err := read.Err(); err != nil {
		t.Fatal(err)
	}
	prev := ""
	for i, r := range rows {
		hash := sumOf(prev, r.Stream, i+1, r.At, r.Actor, r.OSUser, r.Action, r.Entity, r.RunID, r.Canon)
		run(t, pool, "UPDATE audit_log SET seq = ?, prev_hash = ?, hash = ? WHERE stream = ? AND seq = ?", i+1, prev, hash, stream, r.Seq)
		prev = hash
	}
	run(t, pool, "UPDATE audit_heads SET seq = ?, hash = ? WHERE stream = ?", len(rows), prev, stream)
}

// Cut takes the rows behind last off a chain and puts its head back.
func Cut(t testing.TB, s *models.Store, stream string, last int64) {
	t.Helper()
	Unlock(t, s)
	Exec(t, s, "DELETE FROM audit_log WHERE stream = ? AND seq > ?", stream, last)
	Rewrite(t, s, stream, last, "")
}

// Reanchor makes the anchors in the database fit the chain of today, and their rows in the chain fit them. It has no key to sign with: the
// signatures are taken away, as if the anchors were a simulation's.
func Reanchor(t testing.TB, s *models.Store) {
	t.Helper()
	pool := Raw(t, s)
	defer pool.Close() //nolint:errcheck // nothing is buffered
	var last int64
	if err := pool.QueryRowContext(t.Context(), "SELECT MAX(no) FROM audit_anchors").Scan(&last); err != nil {
		t.Fatal(err)
	}
	prev := ""
	for no := int64(1); no <= last; no++ {
		var day, at int64
		var text string
		if err := pool.QueryRowContext(t.Context(), "SELECT day, at, heads FROM audit_anchors WHERE no = ?", no).Scan(&day, &at, &text); err != nil {
			t.Fatal(err)
		}
		var heads []models.AuditHead
		if err := json.Unmarshal([]byte(text), &heads); err != nil {
			t.Fatal(err)
		}
		for i := range heads {
			h := &heads[i]
			if err := pool.QueryRowContext(t.Context(), "SELECT hash FROM audit_log WHERE stream = ? AND seq = ?", h.Stream, h.Seq).Scan(&h.Hash); err != nil {
				t.Fatal(err)
			}
		}
		canon, err := models.Canonical(heads)
		if err != nil {
			t.Fatal(err)
		}
		civil := fmt.Sprintf("%04d-%02d-%02d", day/10000, day/100%100, day%100)
		hash := sumOf("duixian-anchor-1", no, civil, at, prev, string(canon))
		run(t, pool, "UPDATE audit_anchors SET heads = ?, prev = ?, hash = ?, short = ?, public_key = '', signature = '' WHERE no = ?", string(canon), prev, hash, hash[:models.ShortLength], no)
		var says string
		var seq int64
		if err := pool.QueryRowContext(t.Context(), "SELECT seq, canon FROM audit_log WHERE action = 'anchor' AND entity = ?", fmt.Sprintf("anchor/%d", no)).Scan(&seq, &says); err != nil {
			t.Fatal(err)
		}
		was := says[strings.Index(says, `"hash":"`)+8:][:64]
		run(t, pool, "UPDATE audit_log SET canon = ? WHERE stream = 'anchors' AND seq = ?", strings.Replace(says, was, hash, 1), seq)
		Rewrite(t, s, "anchors", seq, "")
		prev = hash
	}
}

func run(t testing.TB, pool *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := pool.ExecContext(context.WithoutCancel(t.Context()), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
