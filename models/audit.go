package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// Actor is who did something: a member's code ("" for the clock) and the user of the operating system it ran under.
type Actor struct {
	Member, OSUser string
	Request        string // the message or click that asked, where there is one: the same request twice is done once
	clock          bool   // only System has it: nobody can become the clock by spelling its name
}

// System is the clock as an actor. Its name is reserved: no member can have it.
var System = Actor{Member: "system", clock: true}

// IsClock says whether the actor is the clock itself, which needs no role.
func (a Actor) IsClock() bool { return a.clock }

// AuditRow is one link of a chain. Its hash covers every other column and the hash of the row before, so that a
// changed, missing or inserted row shows. Canon is canonical JSON (keys sorted), frozen for ever.
type AuditRow struct {
	Stream   string
	Seq      int64
	At       policy.Instant
	Actor    string
	OSUser   string
	Action   string
	Entity   string
	RunID    int64
	Canon    string
	PrevHash string
	Hash     string
}

// TableName is the table of the chain.
func (AuditRow) TableName() string { return "audit_log" }

// Entry is what a caller says; the chain adds the rest.
type Entry struct {
	Stream string // money, roles, rules, jobs, data or anchors
	Actor  Actor
	Action string // a verb: award, approve, import
	Entity string // what it was done to: award/12
	RunID  int64
	Data   any // what changed; no personal data
}

// Audit appends one row to a chain, in the transaction of the change it speaks of. The head row of the chain is
// locked until the transaction ends: one writer a stream.
func (tx *Tx) Audit(at policy.Instant, e Entry) error {
	canon, err := Canonical(e.Data)
	if err != nil {
		return fmt.Errorf("models: audit %s: %w", e.Action, err)
	}
	n, err := affected(tx.db.Exec("UPDATE audit_heads SET seq = seq + 1 WHERE stream = ?", e.Stream))
	if err != nil {
		return err
	}
	if n == 0 {
		if err := tx.db.Exec("INSERT INTO audit_heads (stream, seq, hash) VALUES (?, 1, '')", e.Stream).Error; err != nil {
			if classify(err) == duplicate {
				return errRetry
			}
			return readable(err)
		}
	}
	var head struct {
		Seq  int64
		Hash string
	}
	if err := tx.db.Raw("SELECT seq, hash FROM audit_heads WHERE stream = ?", e.Stream).Scan(&head).Error; err != nil {
		return readable(err)
	}
	row := AuditRow{
		Stream: e.Stream, Seq: head.Seq, At: at, Actor: e.Actor.Member, OSUser: e.Actor.OSUser, Action: e.Action, Entity: e.Entity, RunID: e.RunID,
		Canon: string(canon), PrevHash: head.Hash,
	}
	row.Hash = row.sum()
	if err := tx.db.Create(&row).Error; err != nil {
		return readable(err)
	}
	return readable(tx.db.Exec("UPDATE audit_heads SET hash = ? WHERE stream = ?", row.Hash, e.Stream).Error)
}

// sum hashes all columns as one JSON array, a form in which no two different rows look alike.
func (r AuditRow) sum() string {
	b, err := json.Marshal([]any{r.PrevHash, r.Stream, r.Seq, r.At, r.Actor, r.OSUser, r.Action, r.Entity, r.RunID, r.Canon})
	if err != nil {
		panic(err) // strings and integers only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// AuditHead is where a stream of the chain ends.
type AuditHead struct {
	Stream string `json:"stream"`
	Seq    int64  `json:"seq"`
	Hash   string `json:"hash"`
}

func (q Query) auditHeads() ([]AuditHead, error) {
	var heads []AuditHead
	err := q.db.Raw("SELECT stream, seq, hash FROM audit_heads ORDER BY stream").Scan(&heads).Error
	return heads, readable(err)
}

// AuditHeads are the ends of the chain by stream: numbers that only grow, and anchors for whoever writes them down
// elsewhere.
func (q Query) AuditHeads() (map[string]AuditHead, error) {
	heads, err := q.auditHeads()
	m := make(map[string]AuditHead, len(heads))
	for _, h := range heads {
		m[h.Stream] = h
	}
	return m, err
}

// AuditRows lists a stream from a row on, oldest first.
func (q Query) AuditRows(stream string, from int64, limit int) ([]AuditRow, error) {
	return find[AuditRow](q.db.Where("stream = ? AND seq >= ?", stream, from).Order("seq").Limit(limit))
}

// Canonical writes v as JSON with sorted keys and without HTML escapes: equal values give equal bytes.
func Canonical(v any) ([]byte, error) {
	first, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(first))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(plain); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// AuditOfRun lists the rows of all streams that a run wrote, oldest first.
func (q Query) AuditOfRun(runID int64, limit int) ([]AuditRow, error) {
	return find[AuditRow](q.db.Where("run_id = ?", runID).Order("at, stream, seq").Limit(limit))
}
