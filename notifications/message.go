package notifications

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"duixian/models"
	"duixian/policy"
)

// Message is something to say: a typed struct whose fields the template prints. It is stored as JSON, so a field that
// was once released keeps its name.
type Message interface {
	// Kind names the message, its template and its golden file: instalment-due.
	Kind() string
	// Key is what the message is about, and on which day. The same person is told the same kind of the same thing of
	// the same day once, however often it is told.
	Key() (thing string, on policy.Date)
}

// Audience says whose eyes a kind is for. Tell refuses any other recipient.
type Audience int

// Firms reads contacts of one organisation, about that organisation; Officials reads everybody else.
const (
	Firms Audience = iota + 1
	Officials
)

// Timing says when a kind goes out.
type Timing int

// Morning waits for the next working morning, Daytime for working hours, AtOnce for nothing.
const (
	Morning Timing = iota + 1
	Daytime
	AtOnce
)

// Kind is a sort of message.
type Kind struct {
	Name     string
	Title    string // for lists: 分期到期
	Audience Audience
	Role     models.Role // who, of the officials, may read it when it goes out; empty = all of them
	Timing   Timing
	Must     bool     // after a doubtful try it is sent again: a duplicate is better than nothing
	Latest   bool     // of several waiting ones about the same thing only the newest goes out
	Next     []string // lines that the reader is likely to answer with; see ButtonsOf
	Sample   Message

	decode func(payload string) (Message, error)
	look   func(q models.Query, to models.Recipient, today policy.Date, m Message) (now Message, why string, err error)
}

// define completes a kind with the type of its messages and the guard that is asked just before sending: what has
// happened meanwhile that makes the message wrong or needless, or empty when it still holds.
func define[M Message](k Kind, stale func(q models.Query, to models.Recipient, m M) (string, error)) Kind {
	return defineFor(k, func(q models.Query, to models.Recipient, _ policy.Date, m M) (M, string, error) {
		why, err := stale(q, to, m)
		return m, why, err
	})
}

// defineFor is define for a message whose words depend on the day on which it is read: its guard also gives the message as it is to be said
// today.
func defineFor[M Message](k Kind, look func(q models.Query, to models.Recipient, today policy.Date, m M) (M, string, error)) Kind {
	k.decode = func(payload string) (Message, error) {
		var m M
		err := json.Unmarshal([]byte(payload), &m)
		return m, err
	}
	k.look = func(q models.Query, to models.Recipient, today policy.Date, m Message) (Message, string, error) {
		return look(q, to, today, m.(M))
	}
	return k
}

// always is the guard of a message about something that stays true.
func always[M Message](models.Query, models.Recipient, M) (string, error) { return "", nil }

// private is a message with a part that must not lie open in the database. seal hides it before it is written, open
// brings it back for the recipient and nobody else.
type private interface {
	seal(c *models.Cipher) (Message, error)
	open(c *models.Cipher) (Message, error)
}

// KindOf finds a kind by name.
func KindOf(name string) (Kind, error) {
	for _, k := range all {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, models.E(models.NotFound, "没有名为 %q 的通知；可用的见 notify preview", name)
}

// Kinds lists every kind in the order in which a digest shows them.
func Kinds() []Kind { return append([]Kind(nil), all...) }

// rank is a kind's place in a digest.
var rank = func() map[string]int {
	r := map[string]int{}
	for i, k := range all {
		r[k.Name] = i
	}
	return r
}()

// encode writes a message as it is stored. Whatever looks like an identity number loses its middle, whichever text it
// came in with: none may lie in the outbox.
func encode(tx *models.Tx, m Message) (string, error) {
	if p, ok := m.(private); ok {
		sealed, err := p.seal(tx.Cipher())
		if err != nil {
			return "", fmt.Errorf("通知 %s：%w", m.Kind(), err)
		}
		m = sealed
	}
	b, err := models.Canonical(m)
	if err != nil {
		return "", fmt.Errorf("通知 %s：%w", m.Kind(), err)
	}
	return string(maskIDs(b)), nil
}

var idLike = regexp.MustCompile(`[1-9]\d{16}[0-9Xx]`)

func maskIDs(b []byte) []byte {
	return idLike.ReplaceAllFunc(b, func(found []byte) []byte {
		id, err := policy.ParseResidentID(string(found))
		if err != nil {
			return found
		}
		return bytes.Clone([]byte(id.String()))
	})
}
