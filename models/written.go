package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"duixian/policy"
)

// What people told us and what the rules made of it is never edited. So an audit row can carry a hash over the rows that its transaction
// wrote, and a row that is changed, removed or put in behind the program's back shows.

// Written is what an audit row says of the rows of one table. From and To are their numbers, which no other transaction has between; 0 where
// the rows have no number and are found by their import. Where they are few, Sums holds the beginning of each row's hash, so that the very
// row can be named.
type Written struct {
	From   int64  `json:"from,omitempty"`
	To     int64  `json:"to,omitempty"`
	Rows   int    `json:"rows"`
	Digest string `json:"digest"`
	Sums   string `json:"sums,omitempty"`
}

const (
	namedRows = 64 // up to so many rows each has its own sum
	namedSum  = 8  // of so many characters
)

// statement is a row of a table that is only ever added to.
type statement interface {
	table() string
	number() int64 // 0 = found by its import
	content() []any
}

type rowSum [sha256.Size]byte

func hashOf(s statement) rowSum {
	b, err := json.Marshal(append([]any{s.table()}, s.content()...))
	if err != nil {
		panic(err) // strings, numbers, days and sets of months
	}
	return sha256.Sum256(b)
}

// sums are the hashes of the rows of one table, in the order of their numbers where they have some.
type sums struct {
	from, to int64
	rows     []rowSum
}

// add notes one more row. Numbers come in ascending order.
func (s *sums) add(number int64, sum rowSum) {
	if s.from == 0 {
		s.from = number
	}
	s.to = number
	s.rows = append(s.rows, sum)
}

// written says it in the form of the chain. The digest does not depend on the order.
func (s *sums) written() Written {
	w := Written{From: s.from, To: s.to, Rows: len(s.rows)}
	if s.from != 0 && len(s.rows) <= namedRows {
		var names strings.Builder
		for _, sum := range s.rows {
			names.WriteString(hex.EncodeToString(sum[:])[:namedSum])
		}
		w.Sums = names.String()
	}
	sorted := slices.Clone(s.rows)
	slices.SortFunc(sorted, func(a, b rowSum) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, sum := range sorted {
		h.Write(sum[:])
	}
	w.Digest = hex.EncodeToString(h.Sum(nil))
	return w
}

// addStatements writes rows and notes their hashes for the audit row of the transaction.
func addStatements[T statement](tx *Tx, rows []T) error {
	if err := insert(tx.db, rows); err != nil {
		return err
	}
	for _, r := range rows {
		s := tx.written[r.table()]
		if s == nil {
			s = &sums{}
			tx.written[r.table()] = s
		}
		s.add(r.number(), hashOf(r))
	}
	return nil
}

// TakeWritten is what the transaction has written so far into tables that are only added to, by table, for the audit row that the caller is about
// to write; what was taken is not taken again. Nil when there is nothing.
func (tx *Tx) TakeWritten() map[string]Written {
	if len(tx.written) == 0 {
		return nil
	}
	m := map[string]Written{}
	for table, s := range tx.written {
		m[table] = s.written()
	}
	clear(tx.written)
	return m
}

// AuditWritten writes an audit row over what the transaction has written and nobody has taken yet. Every chunk of a run ends with it, so that
// facts and decisions that a job writes are in the chain like those of an import.
func (tx *Tx) AuditWritten(now policy.Instant, actor Actor, entity string, runID int64) error {
	w := tx.TakeWritten()
	if w == nil {
		return nil
	}
	return tx.Audit(now, Entry{Stream: "data", Actor: actor, Action: "write", Entity: entity, RunID: runID, Data: map[string]any{"written": w}})
}

func (f Fact) table() string { return "facts" }
func (f Fact) number() int64 { return f.ID }
func (f Fact) content() []any {
	return []any{f.ID, f.OrgID, f.Kind, f.FactKey, f.OnDay, f.Attrs, f.KnownOn, f.Rev, f.Withdrawn, f.ImportID}
}

func (l Listing) table() string { return "listings" }
func (l Listing) number() int64 { return l.ID }

// content leaves the organisation out: it becomes known later, and follows from the code.
func (l Listing) content() []any {
	return []any{l.ID, l.Code, l.List, l.Issuer, l.Cause, l.FromOn, l.ToOn, l.KnownOn, l.Rev, l.Withdrawn, l.ImportID}
}

func (r Recruit) table() string { return "recruits" }
func (r Recruit) number() int64 { return r.ID }
func (r Recruit) content() []any {
	return []any{r.ID, r.RootID, r.OrgID, r.PersonID, r.EnterpriseID, r.HiredOn, r.Category, r.PaidElsewhere, r.Withdrawn, r.KnownOn, r.Rev, r.ImportID}
}

func (k KeyEnterprise) table() string { return "key_enterprises" }
func (k KeyEnterprise) number() int64 { return k.ID }
func (k KeyEnterprise) content() []any {
	return []any{k.ID, k.EnterpriseID, k.Chain, k.FromOn, k.ToOn, k.KnownOn, k.Rev, k.ImportID}
}

// Of organisations and employers the code never changes; names do.
func (o Organisation) table() string  { return "organisations" }
func (o Organisation) number() int64  { return o.ID }
func (o Organisation) content() []any { return []any{o.ID, o.Code} }

func (e Enterprise) table() string  { return "enterprises" }
func (e Enterprise) number() int64  { return e.ID }
func (e Enterprise) content() []any { return []any{e.ID, e.Code} }

func (s MonthSet) table() string { return "month_sets" }
func (s MonthSet) number() int64 { return 0 }
func (s MonthSet) content() []any {
	return []any{s.PersonID, s.PayerID, s.Insurance, s.KnownOn, s.Rev, s.Insured, s.Backpaid, s.Late, s.ImportID}
}

func (c MonthCoverage) table() string { return "month_coverage" }
func (c MonthCoverage) number() int64 { return 0 }
func (c MonthCoverage) content() []any {
	return []any{c.PayerID, c.Insurance, c.Month, c.KnownOn, c.ImportID}
}

func (d Decision) table() string { return "decisions" }
func (d Decision) number() int64 { return d.ID }
func (d Decision) content() []any {
	return []any{
		d.ID, d.ClaimID, d.Seq, d.Outcome, d.AmountFen, d.Reason, d.Clause, d.Book, d.PolicyVersion, d.EffectiveFrom, d.OnDay, d.KnownOn, d.Facts, d.Result, d.Hash,
	}
}
