package dingtalk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// Event is one thing that DingTalk told us: a message to the robot, or an event of the organisation. Each can arrive twice
// and some never arrive: ID is what to recognise it by, in a database and not in memory.
type Event struct {
	ID      string    // msgId of a message, eventId of an event; at most 200 bytes
	Type    string    // RobotMessage, or the event's type: robot_msg_read, user_leave_org …
	Via     string    // "stream" or "webhook"
	Frame   string    // number of the stream's frame; a redelivery may have another
	CorpID  string    // organisation of an event
	Born    time.Time // when it happened, by DingTalk's clock; zero = not said
	At      time.Time // when it arrived
	Message *Incoming // of a RobotMessage
	Data    json.RawMessage
}

// RobotMessage is the Type of a message to the robot.
const RobotMessage = "robot_message"

// The types of events that have a use here. bot-message-read-event, bot-message-withdrawal-event, and the list of contact events.
const (
	MessageRead     = "robot_msg_read"
	MessageRecalled = "robot_msg_recall"
	UserLeft        = "user_leave_org"
)

// Handler takes an event over. nil means that it is safe with us (a row is written) and is acknowledged; an error means
// that DingTalk should bring it again. It has HandlerTime; work that takes longer comes later. It is called concurrently.
type Handler func(ctx context.Context, e Event) error

// HandlerTime is what a handler has. DingTalk waits 3 s for a stream's answer and 2.5 s for a webhook's.
// appendix-b-proposals-for-rational-use-of-resources.
const HandlerTime = 2 * time.Second

// Receipt reads MessageRead and MessageRecalled: which push, by whom.
type Receipt struct {
	Task, UserID, Conversation string
}

// Receipt is the content of a MessageRead or MessageRecalled event.
func (e Event) Receipt() Receipt {
	var r struct {
		Task         text `json:"processQueryKey"`
		UserID       text `json:"userId"`
		Conversation text `json:"openConversationId"`
	}
	object(e.Data).into(&r)
	return Receipt{string(r.Task), string(r.UserID), string(r.Conversation)}
}

// Left lists the userids of a UserLeft event.
func (e Event) Left() []string {
	var l struct {
		Lower texts `json:"userId"` // also UserId and userid
	}
	object(e.Data).into(&l)
	return l.Lower
}

// eventKey makes an ID that fits any column: one that is too long or holds odd bytes becomes its hash, a missing one the hash of the
// content, so that a repetition is still recognised.
func eventKey(id string, content []byte) string {
	if id = strings.TrimSpace(id); id != "" && len(id) <= 200 && printable(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	if id == "" {
		sum = sha256.Sum256(content)
	}
	return "sha256:" + hex.EncodeToString(sum[:])
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
