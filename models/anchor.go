package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// Anchor is where the audit chain stood on a night. It names the ends of all streams, follows the anchor before, and is signed; its short text is
// printed where people outside the database keep it. Whoever rewrites the chain as a whole, heads and hashes included, cannot rewrite what they hold.
type Anchor struct {
	No        int64          `gorm:"primaryKey;autoIncrement:false"` // 1, 2, 3 … without a gap
	Day       policy.Date    // one a day
	At        policy.Instant // when it was made: later than its night after an outage
	Prev      string         // hash of the anchor before, empty for the first
	Heads     string         // canonical JSON of []AuditHead, by stream
	Hash      string         // SHA-256 over all of the above, hex
	Short     string         // its first 16 characters: what people note down
	PublicKey string         // of the key that signed, base64; empty = unsigned (a simulation)
	Signature string         // Ed25519, base64
	RunID     int64
}

// TableName is the table of the anchors.
func (Anchor) TableName() string { return "audit_anchors" }

// anchorStream is the stream of the anchors' own rows: a stream that names only itself would miss what happened to it, so each anchor names
// also where this one stood before it.
const anchorStream = "anchors"

// ShortLength is how many characters of an anchor's hash people are given: 64 bits, which nobody meets by trying.
const ShortLength = 16

// HeadList are the ends of the streams that an anchor names.
func (a Anchor) HeadList() ([]AuditHead, error) {
	var heads []AuditHead
	if err := json.Unmarshal([]byte(a.Heads), &heads); err != nil {
		return nil, E(Invalid, "审计锚 %s（%s）的内容无法读取", a.Short, a.Day.Text())
	}
	return heads, nil
}

// sum hashes what the anchor says as one JSON array.
func (a Anchor) sum() string {
	b, err := json.Marshal([]any{"duixian-anchor-1", a.No, a.Day, a.At, a.Prev, a.Heads})
	if err != nil {
		panic(err) // strings and integers only
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// NewestAnchor is the last anchor that was made, or ErrNotFound.
func (q Query) NewestAnchor() (Anchor, error) { return one[Anchor](q.db.Order("no DESC")) }

// AnchorsAfter pages through the anchors by number.
func (q Query) AnchorsAfter(no int64, limit int) ([]Anchor, error) {
	return find[Anchor](q.db.Where("no > ?", no).Order("no").Limit(limit))
}

// MakeAnchor writes the anchor of a day, signed unless key is nil, and its audit row. A day that has one keeps it.
func (tx *Tx) MakeAnchor(day policy.Date, now policy.Instant, actor Actor, key *AnchorKey, runID int64) (Anchor, error) {
	old, err := one[Anchor](tx.db.Where("day = ?", day))
	if err == nil || CodeOf(err) != NotFound {
		return old, err
	}
	before, err := tx.NewestAnchor()
	if err != nil && CodeOf(err) != NotFound {
		return Anchor{}, err
	}
	heads, err := tx.auditHeads()
	if err != nil {
		return Anchor{}, err
	}
	text, err := Canonical(append([]AuditHead{}, heads...))
	if err != nil {
		return Anchor{}, err
	}
	a := Anchor{No: before.No + 1, Day: day, At: now, Prev: before.Hash, Heads: string(text), RunID: runID}
	a.Hash = a.sum()
	a.Short = a.Hash[:ShortLength]
	if key != nil {
		a.PublicKey, a.Signature = key.Public(), key.sign(a.Hash)
	}
	if err := insert(tx.db, []Anchor{a}); err != nil {
		return a, err
	}
	return a, tx.Audit(now, Entry{
		Stream: anchorStream, Actor: actor, Action: "anchor", Entity: fmt.Sprintf("anchor/%d", a.No), RunID: runID,
		Data: map[string]any{"day": day, "hash": a.Hash, "key": a.PublicKey},
	})
}
