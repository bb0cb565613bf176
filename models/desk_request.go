package models

import (
	"fmt"

	"duixian/policy"
	"duixian/secret"
)

// DeskRequest is something a person of the bureau is asked to look at: a question for a human being (人工), or an
// objection to a decision (申诉). Words hold what was written, encrypted: people write what they should not.
type DeskRequest struct {
	ID       int64
	Kind     DeskKind
	Request  string // the message that asked: the same message twice is one request
	MemberID int64
	OrgID    int64
	ClaimID  int64 // 申诉: which claim, 0 = none in particular
	Words    []byte
	State    DeskState
	MadeAt   policy.Instant
	DoneBy   string
	DoneAt   policy.Instant
	Note     string // what was answered
}

// DeskKind is what is asked for.
type DeskKind string

// DeskState is where a request stands.
type DeskState string

// The kinds and states.
const (
	DeskHuman  DeskKind = "human"
	DeskAppeal DeskKind = "appeal"

	DeskRerating DeskKind = "rerating" // 复评

	DeskOpen DeskState = "open"
	DeskDone DeskState = "done"
)

// Text is the kind as people read it.
func (k DeskKind) Text() string {
	switch k {
	case DeskAppeal:
		return "申诉"
	case DeskRerating:
		return "复评申请"
	}
	return "人工咨询"
}

const deskWords = "desk_requests.words"

// AskDesk files a request and gives it its number; one that is filed already keeps its.
func (tx *Tx) AskDesk(r *DeskRequest, words secret.Text, actor Actor) error {
	old, err := one[DeskRequest](tx.db.Where("request = ?", r.Request))
	if err == nil {
		*r = old
		return nil
	}
	if CodeOf(err) != NotFound {
		return err
	}
	if r.Words, err = tx.cipher.Encrypt(deskWords, words); err != nil {
		return err
	}
	if r.ID, err = tx.NextID("desk_requests", 1); err != nil {
		return err
	}
	r.State = DeskOpen
	if err := insert(tx.db, []DeskRequest{*r}); CodeOf(err) == Conflict {
		return errRetry
	} else if err != nil {
		return err
	}
	return tx.Audit(r.MadeAt, Entry{Stream: "data", Actor: actor, Action: "ask-desk", Entity: r.Entity(), Data: map[string]any{"kind": r.Kind, "org": r.OrgID, "claim": r.ClaimID}})
}

// Entity names the request in the audit log.
func (r DeskRequest) Entity() string { return fmt.Sprintf("desk/%d", r.ID) }

// DeskRequest is one request by number.
func (q Query) DeskRequest(id int64) (DeskRequest, error) {
	return one[DeskRequest](q.db.Where("id = ?", id))
}

// DeskRequests lists requests in a state, oldest first.
func (q Query) DeskRequests(state DeskState, limit int) ([]DeskRequest, error) {
	return find[DeskRequest](q.db.Where("state = ?", state).Order("id").Limit(limit))
}

// DeskRequestsOf lists a firm's requests of a kind, newest first.
func (q Query) DeskRequestsOf(orgID int64, kind DeskKind, limit int) ([]DeskRequest, error) {
	return find[DeskRequest](q.db.Where("org_id = ? AND kind = ?", orgID, kind).Order("id DESC").Limit(limit))
}

// DeskWords reveals what was written: for the eyes of the officials who answer.
func (q Query) DeskWords(r DeskRequest) (secret.Text, error) {
	return q.cipher.Decrypt(deskWords, r.Words)
}

// CloseDesk ends a request with what was answered. False: somebody else had done so.
func (tx *Tx) CloseDesk(r DeskRequest, actor Actor, note string, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE desk_requests SET state = ?, done_by = ?, done_at = ?, note = ? WHERE id = ? AND state = ?", DeskDone, actor.Member, now, note, r.ID, DeskOpen))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.Audit(now, Entry{Stream: "data", Actor: actor, Action: "close-desk", Entity: r.Entity(), Data: map[string]any{"note": note}})
}
