package models

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// RoundInput is what one score is made of, frozen: canonical JSON and its hash.
type RoundInput struct {
	RoundID int64
	Subject string
	Inputs  string
	Hash    string
}

// FreezeInput keeps the inputs of one subject. Frozen once, it stays: the same again changes nothing, anything else is refused.
func (tx *Tx) FreezeInput(roundID int64, subject string, v any) error {
	text, err := Canonical(v)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	in := RoundInput{RoundID: roundID, Subject: subject, Inputs: string(text), Hash: hex.EncodeToString(sum[:])}
	old, err := tx.RoundInput(roundID, subject)
	switch {
	case err == nil && old == in:
		return nil
	case err == nil:
		return E(Conflict, "评定 #%d 中 %s 的数据已经冻结，不能再改", roundID, subject)
	case !errors.Is(err, ErrNotFound):
		return err
	}
	return insert(tx.db, []RoundInput{in})
}

// RoundInput reads what was frozen of one subject, or ErrNotFound.
func (q Query) RoundInput(roundID int64, subject string) (RoundInput, error) {
	return one[RoundInput](q.db.Where("round_id = ? AND subject = ?", roundID, subject))
}

// RoundInputs lists what was frozen for a round, by subject, from one on.
func (q Query) RoundInputs(roundID int64, after string, limit int) ([]RoundInput, error) {
	return find[RoundInput](q.db.Where("round_id = ? AND subject > ?", roundID, after).Order("subject").Limit(limit))
}

// InputsHash is one hash over everything that was frozen for a round, and how many it covers. A row whose content no longer fits its
// own hash is an error.
func (q Query) InputsHash(roundID int64) (hash string, n int, err error) {
	h := sha256.New()
	for after := ""; ; {
		page, err := q.RoundInputs(roundID, after, 500)
		if err != nil {
			return "", n, err
		}
		for _, in := range page {
			sum := sha256.Sum256([]byte(in.Inputs))
			if hex.EncodeToString(sum[:]) != in.Hash {
				return "", n, E(Conflict, "评定 #%d 中 %s 的冻结数据与校验码不符", roundID, in.Subject)
			}
			fmt.Fprintf(h, "%s %s\n", in.Subject, in.Hash)
			after, n = in.Subject, n+1
		}
		if len(page) < 500 {
			return hex.EncodeToString(h.Sum(nil)), n, nil
		}
	}
}

// FrozenSubjects are those whose inputs are frozen.
func (q Query) FrozenSubjects(roundID int64) (map[string]bool, error) {
	var list []string
	err := q.db.Raw("SELECT subject FROM round_inputs WHERE round_id = ?", roundID).Scan(&list).Error
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m, readable(err)
}
