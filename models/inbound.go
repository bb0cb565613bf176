package models

import (
	"time"

	"duixian/policy"
	"duixian/secret"
)

// Inbound is a message to the bot on its way to an answer: a row of the inbox. It is written before the channel is told
// that it arrived; a second copy of it, also at another replica, is the same row. Texts are encrypted.
//
//	new → working → replied → done
//	            ↘ dead(reason)
//
// Working: somebody runs the command. Replied: it has run and its answer is stored; only the sending is left. So a
// crash never runs a command whose answer exists, and an answer that was not sent is sent by whoever comes next.
type Inbound struct {
	ID           int64
	Channel      string
	MsgID        string
	ReceivedAt   policy.Instant
	Sender       string // the address in the channel, empty for strangers
	Corp         string // the organisation the sender's account belongs to
	Conversation string
	InGroup      bool
	MemberID     int64 // who it turned out to be, once answered; 0 = nobody we know
	Body         []byte
	Session      []byte // where an answer may go, until SessionUntil
	SessionUntil policy.Instant
	State        InboundState
	Reason       string
	Owner        string
	LeaseUntil   policy.Instant
	Tries        int
	NextAt       policy.Instant
	Outcome      string
	Reply        []byte
	Ambiguous    int // answers of which nobody knows whether they arrived
	DoneAt       policy.Instant
}

// TableName is the inbox.
func (Inbound) TableName() string { return "inbox" }

// InboundState is where a message is in its life.
type InboundState string

// The states.
const (
	InboundNew     InboundState = "new"
	InboundWorking InboundState = "working"
	InboundReplied InboundState = "replied"
	InboundDone    InboundState = "done"
	InboundDead    InboundState = "dead"
)

const (
	inboundBody    = "inbox.body"
	inboundSession = "inbox.session"
	inboundReply   = "inbox.reply"
)

const inboundColumns = "id, channel, msg_id, received_at, sender, corp, conversation, in_group, member_id, body, session, session_until, state, reason, owner, lease_until, tries, next_at, outcome, reply, ambiguous, done_at"

// row is the message in the order of inboundColumns.
func (m Inbound) row() []any {
	return []any{
		m.ID, m.Channel, m.MsgID, m.ReceivedAt, m.Sender, m.Corp, m.Conversation, m.InGroup, m.MemberID, m.Body, m.Session, m.SessionUntil, m.State, m.Reason, m.Owner, m.LeaseUntil,
		m.Tries, m.NextAt, m.Outcome, m.Reply, m.Ambiguous, m.DoneAt,
	}
}

// Receive writes a message into the inbox. False: it was there already, nothing is to be done; the unique key says so, and a
// number is spent on the copy.
func (tx *Tx) Receive(m *Inbound, body, session secret.Text) (bool, error) {
	var err error
	if m.Body, err = tx.cipher.Encrypt(inboundBody, body); err != nil {
		return false, err
	}
	if m.Session, err = tx.cipher.Encrypt(inboundSession, session); err != nil {
		return false, err
	}
	m.Reply, m.State, m.NextAt = []byte{}, InboundNew, m.ReceivedAt
	if m.ID, err = tx.NextID("inbox", 1); err != nil {
		return false, err
	}
	if err := insertBare(tx, "inbox", inboundColumns, []Inbound{*m}, Inbound.row); CodeOf(err) == Conflict {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return true, nil
}

// Inbound is one message by its channel's number.
func (q Query) Inbound(channel, msgID string) (Inbound, error) {
	return one[Inbound](q.db.Where("channel = ? AND msg_id = ?", channel, msgID))
}

// OpenInbound lists the messages that wait for somebody, oldest first: new ones, those whose answer is not sent, those of owners
// that died.
func (q Query) OpenInbound(now policy.Instant, limit int) ([]Inbound, error) {
	return find[Inbound](q.db.Where("state IN ? AND next_at <= ? AND lease_until < ?", []InboundState{InboundNew, InboundWorking, InboundReplied}, now, now).Order("id").Limit(limit))
}

// InboundWake is when the next open message may be looked at, 0 when there is none.
func (q Query) InboundWake() (policy.Instant, error) {
	var at *policy.Instant
	err := q.db.Raw("SELECT MIN(CASE WHEN lease_until > next_at THEN lease_until + 1 ELSE next_at END) FROM inbox WHERE state IN ?",
		[]InboundState{InboundNew, InboundWorking, InboundReplied}).Scan(&at).Error
	if at == nil {
		return 0, readable(err)
	}
	return *at, readable(err)
}

// TakeInbound claims a message for an owner until its lease ends. A new one becomes working; one that is replied stays so.
func (tx *Tx) TakeInbound(m Inbound, owner string, now policy.Instant, lease time.Duration) (Inbound, bool, error) {
	to := InboundWorking
	if m.State == InboundReplied {
		to = InboundReplied
	}
	until := now.Add(lease)
	n, err := affected(tx.db.Exec("UPDATE inbox SET state = ?, owner = ?, lease_until = ?, tries = tries + 1 WHERE id = ? AND state = ? AND tries = ? AND lease_until < ?",
		to, owner, until, m.ID, m.State, m.Tries, now))
	m.State, m.Owner, m.LeaseUntil = to, owner, until
	m.Tries++
	return m, n == 1, err
}

// Behind reports whether an earlier message of the same person in the same place is still to be answered: by another owner, or
// before its next try. Answers come in the order of the questions.
func (q Query) Behind(m Inbound) (bool, error) {
	var n int64
	err := q.db.Raw("SELECT COUNT(*) FROM inbox WHERE channel = ? AND sender = ? AND conversation = ? AND id < ? AND state IN ?",
		m.Channel, m.Sender, m.Conversation, m.ID, []InboundState{InboundNew, InboundWorking}).Scan(&n).Error
	return n > 0, readable(err)
}

// mineInbound is the condition under which an owner may change a message it has taken.
const mineInbound = " WHERE id = ? AND owner = ? AND tries = ?"

// StoreReply keeps the answer to a message whose command has run. False: it is somebody else's by now.
func (tx *Tx) StoreReply(m Inbound, memberID int64, outcome string, reply secret.Text) (bool, error) {
	hidden, err := tx.cipher.Encrypt(inboundReply, reply)
	if err != nil {
		return false, err
	}
	n, err := affected(tx.db.Exec("UPDATE inbox SET state = ?, member_id = ?, outcome = ?, reply = ?"+mineInbound+" AND state = ?",
		InboundReplied, memberID, outcome, hidden, m.ID, m.Owner, m.Tries, InboundWorking))
	return n == 1, err
}

// DoneInbound records that the answer was handed over.
func (tx *Tx) DoneInbound(m Inbound, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE inbox SET state = ?, reason = '', owner = '', lease_until = 0, done_at = ?"+mineInbound+" AND state = ?",
		InboundDone, now, m.ID, m.Owner, m.Tries, InboundReplied))
	return n == 1, err
}

// PostponeInbound gives a message back for later, after a failure. Ambiguous: the answer may have arrived.
func (tx *Tx) PostponeInbound(m Inbound, reason string, ambiguous bool, at policy.Instant) (bool, error) {
	more := 0
	if ambiguous {
		more = 1
	}
	n, err := affected(tx.db.Exec("UPDATE inbox SET reason = ?, owner = '', lease_until = 0, next_at = ?, ambiguous = ambiguous + ?"+mineInbound, reason, at, more, m.ID, m.Owner, m.Tries))
	return n == 1, err
}

// DeferInbound looks again later at a message that nobody has taken.
func (tx *Tx) DeferInbound(m Inbound, at policy.Instant) error {
	return readable(tx.db.Exec("UPDATE inbox SET next_at = ? WHERE id = ? AND state = ? AND tries = ?", at, m.ID, m.State, m.Tries).Error)
}

// KillInbound gives a message up.
func (tx *Tx) KillInbound(m Inbound, reason string, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE inbox SET state = ?, reason = ?, owner = '', lease_until = 0, done_at = ?"+mineInbound, InboundDead, reason, now, m.ID, m.Owner, m.Tries))
	return n == 1, err
}

// InboundText reveals what was written.
func (q Query) InboundText(m Inbound) (secret.Text, error) {
	return q.cipher.Decrypt(inboundBody, m.Body)
}

// InboundSession reveals where an answer may go.
func (q Query) InboundSession(m Inbound) (secret.Text, error) {
	return q.cipher.Decrypt(inboundSession, m.Session)
}

// InboundReply reveals the answer.
func (q Query) InboundReply(m Inbound) (secret.Text, error) {
	return q.cipher.Decrypt(inboundReply, m.Reply)
}

// LastInbound lists the newest messages of a sender, oldest first: what a human being who takes over needs to read.
func (q Query) LastInbound(channel, sender string, limit int) ([]Inbound, error) {
	rows, err := find[Inbound](q.db.Where("channel = ? AND sender = ?", channel, sender).Order("id DESC").Limit(limit))
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows, err
}

// PruneInbound forgets messages that were done before an instant: they are kept so long as a copy may still arrive and a
// human being may want to read them.
func (tx *Tx) PruneInbound(before policy.Instant, limit int) (int64, error) {
	var ids []int64
	if err := tx.db.Raw("SELECT id FROM inbox WHERE state IN ? AND done_at < ? ORDER BY id LIMIT ?", []InboundState{InboundDone, InboundDead}, before, limit).Scan(&ids).Error; err != nil || len(ids) == 0 {
		return 0, readable(err)
	}
	return affected(tx.db.Exec("DELETE FROM inbox WHERE id IN ?", ids))
}
