package sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

var errClosed = errors.New("sim: closed")

// kept is how many messages a conversation remembers.
const kept = 500

// Kinds of conversation. Robots see the first three as "1" (single) or "2" (group).
const (
	kindRobot  = "robot"  // one person and one robot
	kindPeople = "people" // two persons
	kindGroup  = "group"
	kindNotice = "notice" // one person's 工作通知 of one app: nobody can answer there
)

// Conversation is one line in somebody's list of chats.
type Conversation struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"`
	Title   string   `json:"title"`   // of a group
	Members []string `json:"members"` // staffIds
	Robots  []string `json:"robots"`  // client IDs
	Hooks   []Hook   `json:"-"`
	HookIDs []string `json:"hooks"` // names of custom robots
}

type conversation struct {
	Conversation
	messages []*Message
}

func (c *conversation) isGroup() bool { return c.Kind == kindGroup }

// wireKind is conversationType.
func (c *conversation) wireKind() string {
	if c.isGroup() {
		return "2"
	}
	return "1"
}

func (c *conversation) has(person string) bool { return slices.Contains(c.Members, person) }

func (s *Sim) addConversation(c Conversation) *conversation {
	if c.Robots == nil {
		c.Robots = []string{}
	}
	if c.HookIDs == nil {
		c.HookIDs = []string{}
	}
	conv := &conversation{Conversation: c}
	s.convs[c.ID] = conv
	s.order = append(s.order, c.ID)
	s.tell("conversation", conv.Conversation)
	return conv
}

func (s *Sim) addGroup(g Group) *conversation {
	conv := Conversation{ID: g.ID, Kind: kindGroup, Title: g.Title, Members: g.Members, Robots: g.Robots, Hooks: g.Hooks}
	for _, h := range g.Hooks {
		conv.HookIDs = append(conv.HookIDs, h.Name)
	}
	return s.addConversation(conv)
}

// direct is the conversation of one person with a robot, with another person, or with an app's work notices; made when it is not there.
func (s *Sim) direct(kind, person, other string) *conversation {
	c := Conversation{Kind: kind, Members: []string{person}, Robots: []string{other}}
	if kind == kindPeople {
		c.Members, c.Robots = []string{person, other}, []string{}
		slices.Sort(c.Members)
	}
	c.ID = "cid" + s.ids.stable(kind, strings.Join(c.Members, ",")+"/"+strings.Join(c.Robots, ","), 22) + "=="
	if have := s.convs[c.ID]; have != nil {
		return have
	}
	return s.addConversation(c)
}

// Chat is the ID of a person's conversation with a robot (a client ID; "" is the first app's).
func (s *Sim) Chat(person, clientID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people[person] == nil {
		return "", s.noSuch("person", person)
	}
	if clientID == "" && len(s.apps) > 0 {
		clientID = s.apps[0].ClientID
	}
	if s.appOf(clientID) == nil {
		return "", s.noSuch("app", clientID)
	}
	return s.direct(kindRobot, person, clientID).ID, nil
}

// Between is the ID of the conversation of two persons.
func (s *Sim) Between(person, other string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range []string{person, other} {
		if s.people[p] == nil {
			return "", s.noSuch("person", p)
		}
	}
	if person == other {
		return "", errors.New("nobody chats with themselves")
	}
	return s.direct(kindPeople, person, other).ID, nil
}

// Group is the ID of the group with a title.
func (s *Sim) Group(title string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.order {
		if c := s.convs[id]; c.isGroup() && c.Title == title {
			return id, nil
		}
	}
	return "", s.noSuch("group", title)
}

// Conversations lists all, oldest first.
func (s *Sim) Conversations() []Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Conversation, 0, len(s.order))
	for _, id := range s.order {
		list = append(list, s.convs[id].Conversation)
	}
	return list
}

// noSuch says what there is instead.
func (s *Sim) noSuch(what, id string) error {
	var have []string
	switch what {
	case "person":
		for _, p := range s.config.People {
			have = append(have, p.StaffID)
		}
	case "app":
		for _, a := range s.apps {
			have = append(have, a.ClientID)
		}
	default:
		for _, id := range s.order {
			if c := s.convs[id]; c.isGroup() {
				have = append(have, c.Title+" ("+id+")")
			}
		}
	}
	return fmt.Errorf("there is no %s %q; there are: %s", what, id, strings.Join(have, ", "))
}
