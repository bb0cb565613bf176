package sim

import (
	"time"
)

// office is what the application side remembers: pushes, cards, to-dos, events, notices.
type office struct {
	pushes   map[string]*pushed // by processQueryKey
	pushKeys []string           // oldest first: bounded
	hooks    map[string]*hookState
	cards    map[string]*Card
	cardURLs map[string]cardRoute
	todos    []*Todo
	events   []*Event
	clients  map[string]answer // calendar results by x-client-token
	notices  map[int64]*notice
	said     map[string]int // work notices of a day, by person and by content
	dings    []*Ding
}

func newOffice() office {
	return office{
		pushes: map[string]*pushed{}, hooks: map[string]*hookState{}, cards: map[string]*Card{}, cardURLs: map[string]cardRoute{},
		clients: map[string]answer{}, notices: map[int64]*notice{}, said: map[string]int{},
	}
}

// pushed is one push with its messages: one, in a group; one a person, 1:1.
type pushed struct {
	app      *app
	group    string
	messages []*Message
	at       time.Time
}

func (s *Sim) remember(key string, p *pushed) {
	s.pushes[key] = p
	s.pushKeys = append(s.pushKeys, key)
	if len(s.pushKeys) > 20000 {
		delete(s.pushes, s.pushKeys[0])
		s.pushKeys = s.pushKeys[1:]
	}
}
