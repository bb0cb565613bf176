package sim

import (
	"context"
	"slices"
	"time"
)

// Message is one message in a conversation, as phones show it.
type Message struct {
	ID           string    `json:"id"` // msgId on the wire
	Conversation string    `json:"conversation"`
	At           time.Time `json:"at"`
	From         Sender    `json:"from"`
	Content
	Mentions  map[string]string `json:"mentions,omitempty"` // "@u001" in the text → name
	AtAll     bool              `json:"at_all,omitempty"`
	ReadBy    []string          `json:"read_by"` // staffIds
	Recalled  bool              `json:"recalled,omitempty"`
	Via       string            `json:"via"`           // person, session, push, hook, reply, notice, card
	Key       string            `json:"key,omitempty"` // processQueryKey of a push
	Delivered []Delivery        `json:"delivered,omitempty"`

	place int // in its conversation
}

// Sender is who wrote a message: a person (ID is the staffId), a robot (client ID) or a custom group robot (name).
type Sender struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Content is what a message says. Kind is text, markdown, actionCard, link, feedCard, image, file, audio, video, richText, oa, card or unknown.
type Content struct {
	Kind     string   `json:"kind"`
	Title    string   `json:"title,omitempty"`
	Text     string   `json:"text,omitempty"` // markdown where the kind has it
	Buttons  []Button `json:"buttons,omitempty"`
	Sideways bool     `json:"sideways,omitempty"` // buttons beside each other
	Links    []Link   `json:"links,omitempty"`
	File     *File    `json:"file,omitempty"`
	Card     *Card    `json:"card,omitempty"`
	Fields   []Field  `json:"fields,omitempty"` // of an oa notice
	URL      string   `json:"url,omitempty"`
}

// Button is a button of an actionCard.
type Button struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Link is a link or one entry of a feedCard.
type Link struct {
	Title   string `json:"title"`
	Text    string `json:"text,omitempty"`
	URL     string `json:"url"`
	Picture string `json:"picture,omitempty"`
}

// Field is a key with its value.
type Field struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// File is an attachment. URL is where the page gets it.
type File struct {
	Name     string `json:"name"`
	Size     int    `json:"size"`
	Type     string `json:"type"`
	URL      string `json:"url"`
	Duration int    `json:"duration,omitempty"` // ms
}

// Delivery is what became of a person's message on its way to one robot. State is queued, sent, acked, failed (the app said so), offline (no
// connection), lost (a fault) or timeout.
type Delivery struct {
	App      string `json:"app"`
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	MS       int64  `json:"ms,omitempty"` // from the last push to the answer
	Note     string `json:"note,omitempty"`
}

// post puts a message into a conversation. The caller holds the lock.
func (s *Sim) post(c *conversation, m Message) *Message {
	m.ID = orElse(m.ID, "msg"+s.ids.key64("msg"))
	m.Conversation, m.At = c.ID, s.today()
	m.ReadBy = []string{}
	if m.From.Kind == "person" {
		m.ReadBy = append(m.ReadBy, m.From.ID)
	}
	if n := len(c.messages); n > 0 {
		m.place = c.messages[n-1].place + 1
	}
	c.messages = append(c.messages, &m)
	s.messages[m.ID] = &m
	if over := len(c.messages) - kept; over > 0 {
		for _, old := range c.messages[:over] {
			delete(s.messages, old.ID)
		}
		c.messages = slices.Clone(c.messages[over:])
	}
	s.tell("message", &m)
	if s.playing {
		s.tell("clock", s.calendar()) // the days pass as one looks
	}
	return &m
}

// changed tells pages of a message that is not as it was.
func (s *Sim) changedMessage(m *Message) { s.tell("message", m) }

// Messages are a conversation's, oldest first; "" is all conversations'.
func (s *Sim) Messages(conversation string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	for _, id := range s.order {
		if conversation == "" || conversation == id {
			for _, m := range s.convs[id].messages {
				list = append(list, m.copy())
			}
		}
	}
	if conversation == "" {
		slices.SortStableFunc(list, func(a, b Message) int { return a.At.Compare(b.At) })
	}
	return list
}

func (m *Message) copy() Message {
	c := *m
	c.ReadBy, c.Delivered = slices.Clone(m.ReadBy), slices.Clone(m.Delivered)
	if m.Card != nil {
		card := m.Card.copy()
		c.Card = &card
	}
	return c
}

// Wait returns the first message, old or new, that match accepts; it waits for one until ctx ends. match must not call the simulator.
func (s *Sim) Wait(ctx context.Context, match func(Message) bool) (found Message, err error) {
	err = s.await(ctx, func() bool {
		for _, id := range s.order {
			for _, m := range s.convs[id].messages {
				if c := m.copy(); match(c) {
					found = c
					return true
				}
			}
		}
		return false
	})
	return found, err
}

// After says of messages whether somebody other than a person wrote them into a conversation after another message: for Wait,
// "the answer to this".
func After(m Message) func(Message) bool {
	return func(other Message) bool {
		return other.Conversation == m.Conversation && other.place > m.place && other.From.Kind != "person"
	}
}
