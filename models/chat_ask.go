package models

import (
	"encoding/json"

	"duixian/policy"
)

// ChatAsk is what the bot has asked a person and not yet heard: the next line that is no command is the answer. It lies
// in the database, so that the conversation goes on after a restart and on another replica. One a person.
type ChatAsk struct {
	MemberID  int64
	Command   string // of the catalogue
	Args      Params // what is known already
	Want      string // the parameter that is asked for
	ExpiresAt policy.Instant
}

// ChatAsk is the question a person has open at now, or nil.
func (q Query) ChatAsk(memberID int64, now policy.Instant) (*ChatAsk, error) {
	a, err := one[ChatAsk](q.db.Where("member_id = ? AND expires_at > ?", memberID, now))
	if CodeOf(err) == NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// PutChatAsk asks; an older question of the same person is forgotten.
func (tx *Tx) PutChatAsk(a ChatAsk) error {
	args, err := json.Marshal(a.Args)
	if err != nil {
		return err
	}
	n, err := affected(tx.db.Exec("UPDATE chat_asks SET command = ?, args = ?, want = ?, expires_at = ? WHERE member_id = ?", a.Command, string(args), a.Want, a.ExpiresAt, a.MemberID))
	if err != nil || n > 0 {
		return err
	}
	if err := insert(tx.db, []ChatAsk{a}); CodeOf(err) == Conflict {
		return errRetry // the same person, answered by two replicas
	} else if err != nil {
		return err
	}
	return nil
}

// DropChatAsk forgets a person's question.
func (tx *Tx) DropChatAsk(memberID int64) error {
	return readable(tx.db.Exec("DELETE FROM chat_asks WHERE member_id = ?", memberID).Error)
}
