package bot

import (
	"context"
	"encoding/json"
	"time"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// Incoming is a message as a channel hands it over, before anybody has looked at it.
type Incoming struct {
	Channel, ID  string
	At           policy.Instant
	Sender       string // the address; empty for strangers and outsiders
	Corp         string
	Conversation string
	Group        bool
	Text         string
	File         *FileRef
	Note         Note
	Session      secret.Text // where an answer may go …
	SessionUntil policy.Instant
}

// FileRef is a file that lies with the channel: Code fetches it.
type FileRef struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

// Note says what is special about a message without words.
type Note string

// The notes: it was not text; the month's allowance is gone, and with it the words.
const (
	NotText   Note = "not_text"
	QuotaGone Note = "quota_gone"
)

// body is what the inbox keeps of a message, encrypted.
type body struct {
	Text string   `json:"text,omitempty"`
	File *FileRef `json:"file,omitempty"`
	Note Note     `json:"note,omitempty"`
}

// Receive writes a message into the inbox; when it returns nil the channel may be told that it arrived. A copy, also one
// that another replica has, is no new message. It does nothing else: the answer comes later.
func (d *Inbox) Receive(ctx context.Context, in Incoming) error {
	text, err := json.Marshal(body{in.Text, in.File, in.Note})
	if err != nil {
		return err
	}
	row := models.Inbound{
		Channel: in.Channel, MsgID: in.ID, ReceivedAt: in.At, Sender: in.Sender, Corp: in.Corp, Conversation: in.Conversation, InGroup: in.Group, SessionUntil: in.SessionUntil,
	}
	fresh := false
	err = d.Bot.Store.InTxResolve(ctx, func(q models.Query) (bool, error) {
		_, err := q.Inbound(in.Channel, in.ID)
		if models.CodeOf(err) == models.NotFound {
			return false, nil
		}
		return err == nil, err
	}, func(tx *models.Tx) (err error) {
		fresh, err = tx.Receive(&row, secret.Text(text), in.Session)
		return err
	})
	if err == nil && fresh {
		d.wake()
	}
	return err
}

// staleAfter is how old a message may be and still be carried out: a command from before a long outage is asked again
// instead of being done a day late.
const staleAfter = 12 * time.Hour
