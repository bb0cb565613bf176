package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// controls is the page's API under /sim/, which test programs in any language may use too: JSON in, JSON out, errors as {"error": "…"}.
func (s *Sim) controls(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/state", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.everything(), nil) })
	mux.HandleFunc("GET /sim/events", s.serveFeed)
	mux.HandleFunc("GET /sim/log", s.serveLog)
	mux.HandleFunc("GET /sim/quota", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Quota(), nil) })
	mux.HandleFunc("GET /sim/faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Faults(), nil) })
	mux.HandleFunc("GET /sim/messages", func(w http.ResponseWriter, r *http.Request) {
		reply(w, orEmpty(s.Messages(r.URL.Query().Get("conversation"))), nil)
	})
	mux.HandleFunc("GET /sim/files/{code}", func(w http.ResponseWriter, r *http.Request) { s.serveFile(w, s.stored(r.PathValue("code"), "")) })
	mux.HandleFunc("GET /sim/media/{id}", func(w http.ResponseWriter, r *http.Request) { s.serveFile(w, s.stored("", "@"+r.PathValue("id"))) })
	mux.HandleFunc("GET /sim/apps/{client}/secret", s.serveSecret)
	mux.HandleFunc("GET /sim/hooks", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.hookURLs(), nil) })
	mux.HandleFunc("POST /sim/upload", s.serveUpload)

	post(mux, "say", func(ctx context.Context, in struct {
		As, Conversation, Text string
		Mention                []string
	},
	) (any, error) {
		return s.Say(ctx, Say{As: in.As, Conversation: in.Conversation, Text: in.Text, Mention: in.Mention})
	})
	post(mux, "press", func(ctx context.Context, in struct{ As, Message, Title string }) (any, error) {
		_, link, err := s.Press(ctx, in.As, in.Message, in.Title)
		return map[string]string{"url": link}, err
	})
	post(mux, "open", func(_ context.Context, in struct{ As, Message, URL string }) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		m := s.messages[in.Message]
		if m == nil {
			return nil, errNoMessage
		}
		_, link, err := s.open(in.As, m, in.URL)
		return map[string]string{"url": link}, err
	})
	post(mux, "click", func(ctx context.Context, in struct {
		As, Card, Action string
		Params           map[string]string
	},
	) (any, error) {
		return nil, s.Click(ctx, in.As, in.Card, in.Action, in.Params)
	})
	post(mux, "read", func(_ context.Context, in struct{ As, Conversation string }) (any, error) {
		return nil, s.Read(in.As, in.Conversation)
	})
	post(mux, "redeliver", func(_ context.Context, in struct{ Message string }) (any, error) { return nil, s.Redeliver(in.Message) })
	post(mux, "chats", func(_ context.Context, in struct{ Person, App, Other string }) (any, error) {
		id, err := "", error(nil)
		if in.Other != "" {
			id, err = s.Between(in.Person, in.Other)
		} else {
			id, err = s.Chat(in.Person, in.App)
		}
		return map[string]string{"conversation": id}, err
	})
	post(mux, "faults", func(_ context.Context, in struct {
		Name string
		Setting
	},
	) (any, error) {
		return nil, s.Set(in.Name, in.Setting)
	})
	post(mux, "faults/clear", func(context.Context, struct{}) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = map[string]*Fault{}
		s.tell("faults", s.switchboard())
		return nil, nil
	})
	post(mux, "cut", func(_ context.Context, in struct{ How, App string }) (any, error) {
		n, err := s.Cut(in.How, in.App)
		return map[string]int{"connections": n}, err
	})
	post(mux, "expire-tokens", func(context.Context, struct{}) (any, error) {
		s.ExpireTokens()
		return nil, nil
	})
	post(mux, "login-code", func(_ context.Context, in struct{ As string }) (any, error) {
		code, err := s.LoginCode(in.As)
		return map[string]string{"code": code}, err
	})
	post(mux, "reset", func(_ context.Context, in Config) (any, error) {
		if in.People != nil || in.Apps != nil {
			return nil, s.Reset(in)
		}
		return nil, s.Reset()
	})
	post(mux, "people", func(_ context.Context, in Person) (any, error) { return s.PutPerson(in) })
	post(mux, "groups", func(_ context.Context, in Group) (any, error) { return s.PutGroup(in) })
	post(mux, "apps", func(_ context.Context, in App) (any, error) { return s.PutApp(in) })
	post(mux, "clock", func(_ context.Context, in struct {
		To           string
		Days, Months int
	},
	) (any, error) {
		return nil, s.play(in.To, in.Days, in.Months)
	})
}

func post[T any](mux *http.ServeMux, name string, do func(context.Context, T) (any, error)) {
	mux.HandleFunc("POST /sim/"+name, func(w http.ResponseWriter, r *http.Request) {
		var in T
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil && len(body) > 0 {
			err = json.Unmarshal(body, &in)
		}
		if err != nil {
			reply(w, nil, fmt.Errorf("请求体：%w", err))
			return
		}
		out, err := do(r.Context(), in)
		reply(w, out, err)
	})
}

func reply(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		value = map[string]string{"error": err.Error()}
	} else if value == nil {
		value = map[string]bool{"ok": true}
	}
	_ = json.NewEncoder(w).Encode(value) // the page went away
}

// robot is an app as the page shows it: without its secret.
type robot struct {
	App
	Connections []stream `json:"connections"`
}

type stream struct {
	ID    string    `json:"id"`
	Agent string    `json:"agent"`
	Since time.Time `json:"since"`
	State string    `json:"state"`
}

func (s *Sim) robots() []robot {
	list := []robot{}
	for _, a := range s.apps {
		r := robot{App: a.App, Connections: []stream{}}
		for _, c := range a.conns {
			state := "正常"
			switch {
			case c.leaving:
				state = "即将断开"
			case c.zombie:
				state = "僵死"
			case c.wire.frozen.Load():
				state = "半开"
			}
			r.Connections = append(r.Connections, stream{c.id, c.agent, c.since, state})
		}
		list = append(list, r)
	}
	return list
}

// everything is what a page needs to begin; the feed continues after Seq.
func (s *Sim) everything() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	conversations, messages := []Conversation{}, []Message{}
	for _, id := range s.order {
		conversations = append(conversations, s.convs[id].Conversation)
		for _, m := range s.convs[id].messages {
			messages = append(messages, m.copy())
		}
	}
	people := []Person{}
	for _, p := range s.config.People {
		people = append(people, *s.people[p.StaffID])
	}
	todos := []Todo{}
	for _, t := range s.todos {
		todos = append(todos, *t)
	}
	events := []Event{}
	for _, e := range s.events {
		events = append(events, *e)
	}
	dings := []Ding{}
	for _, d := range s.dings {
		dings = append(dings, *d)
	}
	return map[string]any{
		"seq": s.feed.place(s.feed.next() - 1), "corp": s.config.CorpID, "url": orElse(s.url, s.seen), "robots": s.robots(), "people": people, "conversations": conversations, "messages": messages,
		"todos": todos, "events": events, "dings": dings, "faults": s.switchboard(), "quota": s.used(), "clock": s.calendar(),
		"calls": orEmpty(slices.Clone(s.calls[max(0, len(s.calls)-500):])),
	}
}

// serveLog answers the log after line ?after=, at most 1,000 lines.
func (s *Sim) serveLog(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after")) // without one: from the beginning
	kind := r.URL.Query().Get("kind")
	list := slices.DeleteFunc(s.Calls(), func(c Call) bool { return c.N <= after || kind != "" && c.Kind != kind })
	reply(w, orEmpty(list[:min(len(list), 1000)]), nil)
}

// serveSecret hands out an app's credentials, for who asks for them: they never stand in the state or the log.
func (s *Sim) serveSecret(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	a := s.appOf(r.PathValue("client"))
	s.mu.Unlock()
	if a == nil {
		reply(w, nil, fmt.Errorf("there is no app %q", r.PathValue("client")))
		return
	}
	reply(w, map[string]string{"client_id": a.ClientID, "client_secret": a.ClientSecret.Reveal()}, nil)
}

// serveUpload takes a person's file: ?as=&conversation=&name=&kind=&text=, the body is the file.
func (s *Sim) serveUpload(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFile))
	if err != nil {
		reply(w, nil, fmt.Errorf("文件超过 %d MB，或没有传完", maxFile>>20))
		return
	}
	duration, _ := strconv.Atoi(q.Get("duration")) // 0 when there is none
	m, err := s.Say(r.Context(), Say{As: q.Get("as"), Conversation: q.Get("conversation"), Text: q.Get("text"), File: &Upload{
		Kind: q.Get("kind"), Name: q.Get("name"), Data: data, Duration: duration, Speech: q.Get("speech"),
	}})
	reply(w, m, err)
}

// hookURL is how a program reaches a custom group robot; secret is empty when it does not sign.
type hookURL struct {
	Group  string `json:"group"`
	Name   string `json:"name"`
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

func (s *Sim) hookURLs() []hookURL {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []hookURL{}
	for _, id := range s.order {
		for _, h := range s.convs[id].Hooks {
			list = append(list, hookURL{s.convs[id].Title, h.Name, orElse(s.url, s.seen) + "/robot/send?access_token=" + h.Token, h.Secret.Reveal()})
		}
	}
	return list
}

func (s *Sim) stored(code, media string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code != "" {
		return s.files.byCode[code]
	}
	return s.files.byMedia[media]
}

// serveFile shows pictures, sound and film; everything else is only ever saved, so that a file cannot become a page of ours.
func (s *Sim) serveFile(w http.ResponseWriter, f *file) {
	if f == nil {
		http.Error(w, "没有这个文件", http.StatusNotFound)
		return
	}
	kind, _, _ := strings.Cut(f.mime, "/")
	if slices.Contains([]string{"image", "audio", "video"}, kind) && !strings.Contains(f.mime, "svg") {
		w.Header().Set("Content-Type", f.mime)
	} else {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(f.data)))
	_, _ = w.Write(f.data) // the page went away
}
