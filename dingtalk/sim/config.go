package sim

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"duixian/secret"
)

// Config is the organisation that the simulator plays: who works there, which robots it has, which limits its edition has. It is
// read from YAML or JSON (the same keys) by ReadConfig, or written in Go.
type Config struct {
	CorpID      string         `yaml:"corp_id" json:"corp_id"`
	Apps        []App          `yaml:"apps" json:"apps"`
	People      []Person       `yaml:"people" json:"people"`
	Departments []Department   `yaml:"departments" json:"departments"`
	Roles       []Role         `yaml:"roles" json:"roles"`
	Groups      []Group        `yaml:"groups" json:"groups"`
	Cards       []CardTemplate `yaml:"cards" json:"cards"`
	Limits      Limits         `yaml:"limits" json:"limits"`
}

// App is an internal application with its robot. RobotCode is the client ID unless it is set; AgentID is for work notices.
type App struct {
	Name         string      `yaml:"name" json:"name"`
	ClientID     string      `yaml:"client_id" json:"client_id"`
	ClientSecret secret.Text `yaml:"client_secret" json:"client_secret"`
	RobotCode    string      `yaml:"robot_code" json:"robot_code"`
	AgentID      int64       `yaml:"agent_id" json:"agent_id"`
	// Webhook is the URL that messages to the robot are posted to; empty: they come over the stream.
	Webhook string `yaml:"webhook" json:"webhook"`
	// Scopes are the permission points the app was given; empty: all. A call without its scope answers as the console would.
	Scopes []string `yaml:"scopes" json:"scopes"`
	// Unpublished robots get messages without senderStaffId and isAdmin.
	Unpublished bool `yaml:"unpublished" json:"unpublished"`
}

// Person is somebody with a phone. StaffID is the userId inside the organisation, UnionID the id that to-dos want.
type Person struct {
	StaffID  string  `yaml:"staff_id" json:"staff_id"`
	UnionID  string  `yaml:"union_id" json:"union_id"`
	Name     string  `yaml:"name" json:"name"`
	Title    string  `yaml:"title" json:"title"`
	Mobile   string  `yaml:"mobile" json:"mobile"`
	Dept     []int64 `yaml:"departments" json:"departments"`
	Roles    []int64 `yaml:"roles" json:"roles"`
	Manager  string  `yaml:"manager" json:"manager"`
	Admin    bool    `yaml:"admin" json:"admin"`
	Left     bool    `yaml:"left" json:"left"`         // no longer in the organisation
	Outsider bool    `yaml:"outsider" json:"outsider"` // of another organisation: robots see no staffId
}

// Department is one node of the tree; 1 is the root and need not be listed.
type Department struct {
	ID     int64  `yaml:"id" json:"id"`
	Parent int64  `yaml:"parent" json:"parent"`
	Name   string `yaml:"name" json:"name"`
}

// Role is a role of the address book.
type Role struct {
	ID    int64  `yaml:"id" json:"id"`
	Name  string `yaml:"name" json:"name"`
	Group string `yaml:"group" json:"group"`
}

// Group is a group chat. Robots are app client IDs; Hooks are custom group robots with their own token.
type Group struct {
	ID      string   `yaml:"id" json:"id"` // the openConversationId; made from the seed when empty
	Title   string   `yaml:"title" json:"title"`
	Members []string `yaml:"members" json:"members"`
	Robots  []string `yaml:"robots" json:"robots"`
	Hooks   []Hook   `yaml:"hooks" json:"hooks"`
}

// Hook is a custom group robot (自定义机器人). Secret switches signing on, Keywords the keyword check; with neither, all is let through
// as if the address were on its list.
type Hook struct {
	Name     string      `yaml:"name" json:"name"`
	Token    string      `yaml:"token" json:"token"`
	Secret   secret.Text `yaml:"secret" json:"secret"`
	Keywords []string    `yaml:"keywords" json:"keywords"`
}

// CardTemplate says how an interactive card looks. Text is markdown with ${name} for card parameters. Cards of a template that is
// not listed show their parameters in a table.
type CardTemplate struct {
	ID      string       `yaml:"id" json:"id"`
	Title   string       `yaml:"title" json:"title"`
	Text    string       `yaml:"text" json:"text"`
	Buttons []CardButton `yaml:"buttons" json:"buttons"`
}

// CardButton is one button; a press sends ActionID and Params to the app.
type CardButton struct {
	Text     string            `yaml:"text" json:"text"`
	ActionID string            `yaml:"action_id" json:"action_id"`
	Params   map[string]string `yaml:"params" json:"params"`
}

// Limits are what the organisation's edition allows. Zero means the standard edition's value, a negative number no limit.
type Limits struct {
	APICalls        int `yaml:"api_calls" json:"api_calls"`                   // a month; 5,000
	WebhookStream   int `yaml:"webhook_stream" json:"webhook_stream"`         // messages in and out a month; 3,000
	QPS             int `yaml:"qps" json:"qps"`                               // per app and API; 20
	HookPerMinute   int `yaml:"hook_per_minute" json:"hook_per_minute"`       // per custom group robot; 20, then blocked 10 minutes
	NoticesPerDay   int `yaml:"notices_per_day" json:"notices_per_day"`       // work notices per person and app; 500
	RedeliverySecs  int `yaml:"redelivery_secs" json:"redelivery_secs"`       // an unacknowledged push comes again once after this; 60, negative: never
	PingSecs        int `yaml:"ping_secs" json:"ping_secs"`                   // SYSTEM ping of an open stream; 30
	NoticesPerMin   int `yaml:"notices_per_minute" json:"notices_per_minute"` // receivers of work notices; 5,000
	EventsPerPerson int `yaml:"events_per_person" json:"events_per_person"`   // calendar events a day; 100
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *int
		value int
	}{
		{&l.APICalls, 5000},
		{&l.WebhookStream, 3000},
		{&l.QPS, 20},
		{&l.HookPerMinute, 20},
		{&l.NoticesPerDay, 500},
		{&l.RedeliverySecs, 60},
		{&l.PingSecs, 30},
		{&l.NoticesPerMin, 5000},
		{&l.EventsPerPerson, 100},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}

// Defaults is an invented office with two departments: enough to try a bot without configuring anything. Its app's credentials come
// from the seed, so that they stay the same from start to start.
func Defaults() Config {
	return Config{
		CorpID:      "dingsimcorp",
		Apps:        []App{{Name: "小助手"}},
		Departments: []Department{{ID: 2, Parent: 1, Name: "综合科"}, {ID: 3, Parent: 1, Name: "业务科"}},
		Roles:       []Role{{ID: 101, Name: "科长", Group: "职务"}, {ID: 102, Name: "科员", Group: "职务"}},
		People: []Person{
			{StaffID: "u001", Name: "李科", Title: "科长", Mobile: "13800000001", Dept: []int64{2}, Roles: []int64{101}, Admin: true},
			{StaffID: "u002", Name: "王芳", Title: "科员", Mobile: "13800000002", Dept: []int64{3}, Roles: []int64{102}, Manager: "u001"},
			{StaffID: "u003", Name: "陈晨", Title: "科员", Mobile: "13800000003", Dept: []int64{3}, Roles: []int64{102}, Manager: "u001"},
			{StaffID: "u004", Name: "周末", Title: "已离职", Mobile: "13800000004", Dept: []int64{3}, Left: true},
			{StaffID: "x001", Name: "外部赵总", Title: "某公司", Mobile: "13800000009", Outsider: true},
		},
		Groups: []Group{{
			Title: "项目群", Members: []string{"u001", "u002", "u003"}, Robots: []string{"*"},
			Hooks: []Hook{{Name: "告警"}},
		}},
	}
}

// ReadConfig reads YAML or JSON. Unknown keys and contradictions are errors that name the place.
func ReadConfig(data []byte) (c Config, err error) {
	defer func() { // the parser is not ours
		if p := recover(); p != nil {
			err = fmt.Errorf("sim configuration: not readable as YAML: %v", p)
		}
	}()
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&c); err != nil {
		return c, fmt.Errorf("sim configuration: %s", yaml.FormatError(err, false, true))
	}
	return c, c.check()
}

// check refuses what could not be played; it runs before ids are filled in.
func (c *Config) check() error {
	staff, mobiles, apps := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, p := range c.People {
		switch {
		case p.StaffID == "" || p.Name == "":
			return fmt.Errorf("people[%d]: staff_id and name are needed", i)
		case staff[p.StaffID]:
			return fmt.Errorf("people[%d]: staff_id %q is there twice", i, p.StaffID)
		case p.Mobile != "" && mobiles[p.Mobile]:
			return fmt.Errorf("people[%d]: mobile %q is there twice", i, p.Mobile)
		}
		staff[p.StaffID], mobiles[p.Mobile] = true, true
	}
	for i, a := range c.Apps {
		if a.ClientID != "" && apps[a.ClientID] {
			return fmt.Errorf("apps[%d]: client_id %q is there twice", i, a.ClientID)
		}
		apps[a.ClientID] = true
		if a.Webhook != "" {
			if u, err := url.Parse(a.Webhook); err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
				return fmt.Errorf("apps[%d]: webhook %q is not an http(s) URL", i, a.Webhook)
			}
		}
	}
	for i, g := range c.Groups {
		if g.Title == "" {
			return fmt.Errorf("groups[%d]: a title is needed", i)
		}
		for _, m := range g.Members {
			if !staff[m] {
				return fmt.Errorf("groups[%d] %s: member %q is not in people", i, g.Title, m)
			}
		}
		for _, r := range g.Robots {
			if r != "*" && !apps[r] {
				return fmt.Errorf("groups[%d] %s: robot %q is not the client_id of an app", i, g.Title, r)
			}
		}
	}
	return nil
}

// fill completes what was left out with values made from the seed.
func (c *Config) fill(ids *ids) {
	c.Limits = c.Limits.withDefaults()
	c.CorpID = orElse(c.CorpID, "dingsimcorp")
	for i := range c.Apps {
		a := &c.Apps[i]
		a.Name = orElse(a.Name, fmt.Sprintf("机器人%d", i+1))
		a.ClientID = orElse(a.ClientID, ids.key("dingsim", i))
		a.ClientSecret = orElse(a.ClientSecret, secret.Text(ids.secret("app", i)))
		a.RobotCode = orElse(a.RobotCode, a.ClientID)
		a.AgentID = orElse(a.AgentID, int64(900000001+i))
	}
	for i := range c.People {
		c.People[i].UnionID = orElse(c.People[i].UnionID, "UN"+ids.stable("union", c.People[i].StaffID, 16))
		if len(c.People[i].Dept) == 0 && !c.People[i].Outsider {
			c.People[i].Dept = []int64{1}
		}
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.ID = orElse(g.ID, "cid"+ids.stable("group", g.Title, 22)+"==")
		if slices.Contains(g.Robots, "*") {
			g.Robots = nil
			for _, a := range c.Apps {
				g.Robots = append(g.Robots, a.ClientID)
			}
		}
		for j := range g.Hooks {
			h := &g.Hooks[j]
			h.Name = orElse(h.Name, "自定义机器人")
			h.Token = orElse(h.Token, ids.stable("hook", g.ID+h.Name, 64))
		}
	}
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
