package sim

import (
	"errors"
	"slices"

	"duixian/secret"
)

// PutPerson adds a person or replaces the one with that StaffID; with Left set, that person leaves.
func (s *Sim) PutPerson(p Person) (Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.config
	next.People = slices.Clone(s.config.People)
	if i := slices.IndexFunc(next.People, func(o Person) bool { return o.StaffID == p.StaffID }); i >= 0 {
		p.UnionID = orElse(p.UnionID, next.People[i].UnionID)
		next.People[i] = p
	} else {
		next.People = append(next.People, p)
	}
	if err := next.check(); err != nil {
		return Person{}, err
	}
	next.fill(s.ids)
	s.config = next
	kept := next.People[slices.IndexFunc(next.People, func(o Person) bool { return o.StaffID == p.StaffID })]
	s.people[p.StaffID] = &kept
	s.tell("person", kept)
	return kept, nil
}

// PutGroup adds a group, or replaces title, members and robots of the one with that ID.
func (s *Sim) PutGroup(g Group) (Conversation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.config
	next.Groups = slices.Clone(s.config.Groups)
	if i := slices.IndexFunc(next.Groups, func(o Group) bool { return g.ID != "" && o.ID == g.ID }); i >= 0 {
		next.Groups[i] = g
	} else {
		next.Groups = append(next.Groups, g)
	}
	if err := next.check(); err != nil {
		return Conversation{}, err
	}
	next.fill(s.ids)
	made := next.Groups[slices.IndexFunc(next.Groups, func(o Group) bool { return o.Title == g.Title && (g.ID == "" || o.ID == g.ID) })]
	if g.ID == "" && s.convs[made.ID] != nil {
		return Conversation{}, errors.New("已有同名的群")
	}
	s.config = next
	have := s.convs[made.ID]
	if have == nil {
		return s.addGroup(made).Conversation, nil
	}
	if !have.isGroup() {
		return Conversation{}, errors.New("这个会话不是群")
	}
	have.Title, have.Members, have.Robots, have.Hooks, have.HookIDs = made.Title, made.Members, orEmpty(made.Robots), made.Hooks, []string{}
	for _, h := range made.Hooks {
		have.HookIDs = append(have.HookIDs, h.Name)
	}
	s.tell("conversation", have.Conversation)
	return have.Conversation, nil
}

// PutApp adds an app, or changes name, webhook, scopes and publication of the one with that client ID.
func (s *Sim) PutApp(a App) (App, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.config
	next.Apps = slices.Clone(s.config.Apps)
	i := slices.IndexFunc(next.Apps, func(o App) bool { return a.ClientID != "" && o.ClientID == a.ClientID })
	if i >= 0 {
		a.ClientSecret = orElse(a.ClientSecret, next.Apps[i].ClientSecret)
		a.RobotCode, a.AgentID = next.Apps[i].RobotCode, next.Apps[i].AgentID
		a.Name = orElse(a.Name, next.Apps[i].Name)
		next.Apps[i] = a
	} else {
		next.Apps = append(next.Apps, a)
		i = len(next.Apps) - 1
	}
	if err := next.check(); err != nil {
		return App{}, err
	}
	next.fill(s.ids)
	s.config = next
	made := next.Apps[i]
	if have := s.appOf(made.ClientID); have != nil {
		have.App = made
	} else {
		s.addApp(made)
	}
	s.tell("robots", s.robots())
	return made, nil
}

// Secret is the client secret of an app, "" when there is none; HookSecret that of a custom robot and its token.
func (s *Sim) Secret(clientID string) secret.Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.appOf(clientID); a != nil {
		return a.ClientSecret
	}
	return ""
}

// Hooks are the custom robots of a group, with their tokens.
func (s *Sim) Hooks(conversation string) []Hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.convs[conversation]; c != nil {
		return slices.Clone(c.Hooks)
	}
	return nil
}
