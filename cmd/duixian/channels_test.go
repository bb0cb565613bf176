package main

import (
	"cmp"
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk"
	"duixian/dingtalk/sim"
	"duixian/notifications"
	"duixian/notifications/channeltest"
	"duixian/policy"
	"duixian/secret"
)

// wire is a local DingTalk with a client of ours.
type wire struct {
	*sim.Sim
	t      *testing.T
	url    string
	client *dingtalk.Client
}

const robotKey = secret.Text("SECsample-key-of-a-robot")

// newWire has one contact (dd-lianxi1), another one, and two groups with a robot each. more changes the organisation.
func newWire(t *testing.T, now func() time.Time, more func(c *sim.Config)) *wire {
	t.Helper()
	config := demoOrganisation([]sim.Person{{StaffID: "dd-lianxi1", Name: "示例", Dept: []int64{2}}, {StaffID: "dd-lianxi2", Name: "示例二", Dept: []int64{3}}})
	config.Limits = sim.Limits{APICalls: -1, WebhookStream: -1, QPS: -1, HookPerMinute: -1}
	for _, group := range []string{"firm-a", "firm-b"} {
		config.Groups = append(config.Groups, sim.Group{ID: "cid-" + group, Title: group, Members: []string{"dd-lianxi1"}, Hooks: []sim.Hook{{Name: group, Token: "token-of-" + group, Secret: robotKey}}})
	}
	if more != nil {
		more(&config)
	}
	s, err := sim.New(sim.Options{Config: config, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &wire{Sim: s, t: t}
	if w.url, err = s.Listen(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	w.client = w.dial(w.url, demoAgentID, nil)
	return w
}

func (w *wire) dial(url string, agent int64, change func(o *dingtalk.Options)) *dingtalk.Client {
	w.t.Helper()
	o := dingtalk.Options{ClientID: demoClientID, ClientSecret: demoSecret, AgentID: agent, API: url, OAPI: url, Now: time.Now, Timeout: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	c, err := dingtalk.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// open is the channel of that name.
func (w *wire) open(name string, c *dingtalk.Client) notifications.Channel {
	w.t.Helper()
	robots := map[string]dingtalk.GroupRobot{}
	for _, group := range []string{"firm-a", "firm-b", ""} {
		r, err := dingtalk.NewGroupRobot("https://oapi.dingtalk.com/robot/send?access_token=token-of-"+secret.Text(cmp.Or(group, "firm-a")), robotKey)
		if err != nil {
			w.t.Fatal(err)
		}
		robots[group] = r
	}
	routes, err := notifications.Routes(notifications.ChannelOptions{DingTalk: c, WorkNotices: true, Robots: robots, Desk: "查询：示例科", Now: time.Now, Gap: -1})
	if err != nil {
		w.t.Fatal(err)
	}
	return routes[slices.IndexFunc(routes, func(r notifications.Route) bool { return r.Name == name })].Channel
}

// shown is what people have seen of one kind of message.
func (w *wire) shown(via string) string {
	var out strings.Builder
	for _, m := range w.Messages("") {
		if m.Via == via {
			out.WriteString(m.Text + "\n\n")
		}
	}
	return out.String()
}

// broken is the channel with a fault on the wire.
func (w *wire) broken(name, fault string, want channeltest.Class, repaired notifications.Channel) channeltest.Fault {
	f := channeltest.Fault{Name: fault, Channel: faulty{w, fault, w.open(name, w.client)}, Want: want}
	if repaired != nil {
		f.Repair = func() notifications.Channel { return repaired }
	}
	return f
}

// faulty switches a fault on for one call.
type faulty struct {
	w     *wire
	fault string
	notifications.Channel
}

func (f faulty) Send(ctx context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	if err := f.w.Set(f.fault, sim.Setting{On: true}); err != nil {
		f.w.t.Fatal(err)
	}
	defer func() { _ = f.w.Set(f.fault, sim.Setting{}) }()
	return f.Channel.Send(ctx, d)
}

// unplugged is a port on which nobody listens.
func unplugged(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestDingTalkChannels(t *testing.T) {
	for _, c := range []struct {
		name, via string
		keyed     bool
		faults    map[string]channeltest.Class
	}{
		{"dingtalk", "push", false, map[string]channeltest.Class{
			"partial-invalid": channeltest.Permanent, "partial-flow": channeltest.Retry, "ambiguous-504": channeltest.Unknown, "error-500": channeltest.Retry,
			"month-403": channeltest.Retry, "qps-403": channeltest.Retry, "html-200": channeltest.Retry, "ban-1111": channeltest.Retry,
		}},
		{"group-robot", "hook", true, map[string]channeltest.Class{
			"hook-130101": channeltest.Retry, "hook-310000": channeltest.Retry, "ambiguous-504": channeltest.Unknown, "error-500": channeltest.Retry, "html-200": channeltest.Retry,
		}},
		{"work-notice", "notice", false, map[string]channeltest.Class{
			"ambiguous-504": channeltest.Unknown, "month-403": channeltest.Retry, "html-200": channeltest.Retry,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			channeltest.Run(t, func(t *testing.T) channeltest.Subject {
				w := newWire(t, time.Now, nil)
				s := channeltest.Subject{Channel: w.open(c.name, w.client), Keyed: c.keyed, Seen: func() string { return w.shown(c.via) }, Secrets: []string{demoSecret.Reveal(), robotKey.Reveal(), "token-of-firm-a", w.url}}
				for _, fault := range sortedKeys(c.faults) {
					repaired := s.Channel
					if fault == "hook-130101" {
						repaired = nil // by ten minutes, see TestGroupRobot
					}
					s.Faults = append(s.Faults, w.broken(c.name, fault, c.faults[fault], repaired))
				}
				s.Faults = append(s.Faults, channeltest.Fault{
					Name: "nobody listens", Channel: w.open(c.name, w.dial(unplugged(t), demoAgentID, nil)), Want: channeltest.Retry,
					Repair: func() notifications.Channel { return s.Channel },
				})
				return s
			})
		})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// addressed is a dispatch about a firm.
func addressed(org, key string) notifications.Dispatch {
	return notifications.Dispatch{Key: key, At: 1770942600000, To: notifications.Address{Code: "lianxi1", Name: "示例", ChannelID: "dd-lianxi1", Org: org}, Title: "政策兑现提醒", Body: "有新的通知"}
}

// A group's robot knows a message by its key; twenty a minute it may say, and after a scolding it is silent for ten minutes: it alone.
func TestGroupRobot(t *testing.T) {
	w := newWire(t, time.Now, nil)
	c := w.open("group-robot", w.client)
	for range 3 {
		d := addressed("firm-a", "dx-1-1")
		if out, err := c.Send(t.Context(), d); err != nil || !out.Delivered {
			t.Fatal(out, err)
		}
	}
	if got := strings.Count(w.shown("hook"), "有新的通知"); got != 1 {
		t.Errorf("seen %d times under one key", got)
	}
	if got := w.shown("hook"); !strings.Contains(got, "查询：示例科") {
		t.Errorf("does not say whom to ask: %s", got)
	}
	many := c.(notifications.Batcher)
	var ds []notifications.Dispatch
	for range 5 {
		ds = append(ds, addressed("firm-a", "dx-2-1"), addressed("firm-b", "dx-2-1"))
	}
	for i, r := range many.SendAll(t.Context(), ds) {
		if r.Err != nil || !r.Delivered {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if got := strings.Count(w.shown("hook"), "有新的通知"); got != 3 {
		t.Errorf("%d lines after five people of two firms, want one more in each group", got)
	}

	if calls := robotCalls(w); calls != 5 {
		t.Errorf("%d calls for three tries and two groups", calls)
	}
	w.On("hook-130101")
	_, err := c.Send(t.Context(), addressed("firm-a", "dx-3-1"))
	failed, ok := err.(*notifications.SendError)
	if !ok || !failed.Busy || failed.RetryAfter < 9*time.Minute || failed.Permanent || failed.Unknown {
		t.Fatalf("%+v", err)
	}
	if err := w.Set("hook-130101", sim.Setting{}); err != nil {
		t.Fatal(err)
	}
	calls := len(w.Calls())
	if _, err = c.Send(t.Context(), addressed("firm-a", "dx-4-1")); err == nil || len(w.Calls()) != calls {
		t.Errorf("asked again within the ten minutes: %v", err)
	}
	if _, err = c.Send(t.Context(), addressed("firm-b", "dx-5-1")); err != nil {
		t.Errorf("the other robot is silent, too: %v", err)
	}
	for i := range 25 {
		_, err = c.Send(t.Context(), addressed("firm-b", "dx-6-"+string(rune('a'+i))))
	}
	if failed, ok = err.(*notifications.SendError); !ok || !failed.Busy || failed.RetryAfter > time.Minute {
		t.Errorf("more than twenty in a minute: %+v", err)
	}
	for _, call := range w.Calls() {
		if call.Path == "/robot/send" && call.Errcode == "130101" && call.N > calls {
			t.Error("DingTalk had to say so")
		}
	}
	if _, err = c.Send(t.Context(), addressed("firm-c", "dx-7-1")); err == nil {
		t.Error("a firm without a robot was told")
	}
}

func robotCalls(w *wire) (n int) {
	for _, c := range w.Calls() {
		if c.Path == "/robot/send" {
			n++
		}
	}
	return n
}

// One wrong address does not keep the message from nineteen others, and a person twice in a batch reads it once.
func TestABatchTellsPeopleApart(t *testing.T) {
	w := newWire(t, time.Now, func(c *sim.Config) {
		for i := range 20 {
			c.People = append(c.People, sim.Person{StaffID: "p" + string(rune('a'+i)), Name: "示例", Dept: []int64{3}})
		}
	})
	many := w.open("dingtalk", w.client).(notifications.Batcher)
	var ds []notifications.Dispatch
	for i := range 18 {
		d := addressed("firm-a", "dx-1-1")
		d.To.ChannelID = "p" + string(rune('a'+i))
		ds = append(ds, d)
	}
	gone, twice := addressed("firm-a", "dx-1-1"), ds[3]
	gone.To.ChannelID = "nobody"
	ds = append(ds, gone, twice)
	results := many.SendAll(t.Context(), ds)
	for i, r := range results {
		failed, _ := r.Err.(*notifications.SendError)
		if i == 18 {
			if failed == nil || !failed.NoTarget || !failed.Permanent {
				t.Errorf("nobody: %+v", r)
			}
		} else if r.Err != nil || r.Task == "" || r.Delivered {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if got := strings.Count(w.shown("push"), "有新的通知"); got != 18 {
		t.Errorf("%d people read it", got)
	}
	pushes := 0
	for _, c := range w.Calls() {
		if strings.HasSuffix(c.Path, "/batchSend") {
			pushes++
		}
	}
	if pushes != 1 {
		t.Errorf("%d calls for twenty people", pushes)
	}
}

// A long message comes whole, its buttons below the last part.
func TestALongMessageComesWhole(t *testing.T) {
	w := newWire(t, time.Now, nil)
	d := addressed("firm-a", "dx-1-1")
	d.Body = strings.Repeat("这是很长的一段通知，说明材料、期限和办理的地方。\n\n", 120) + "到此为止"
	d.Next = []notifications.Button{{Title: "收到", Line: "收到"}, {Title: "同意", Line: "同意 #8-12345678"}}
	if _, err := w.open("dingtalk", w.client).Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	chat, err := w.Chat("dd-lianxi1", demoClientID)
	if err != nil {
		t.Fatal(err)
	}
	messages := w.Messages(chat)
	last := messages[len(messages)-1]
	if len(messages) < 2 || !strings.Contains(last.Text, "到此为止") || len(last.Buttons) != 2 || len(messages[0].Buttons) != 0 {
		t.Fatalf("%d messages, the last: %+v", len(messages), last)
	}
	if line, ok := dingtalk.Said(last.Buttons[1].URL); !ok || line != "同意 #8-12345678" {
		t.Errorf("the button says %q", line)
	}
	if strings.Count(w.shown("push"), "这是很长的一段通知") != 120 {
		t.Error("a part is missing")
	}
	work := w.open("work-notice", w.client)
	out, err := work.Send(t.Context(), d)
	if err != nil || out.Task == "" || out.Delivered {
		t.Fatalf("a work notice is taken, not delivered: %+v, %v", out, err)
	}
	if got := w.shown("notice"); !strings.Contains(got, "全文请发送“通知”查看") || !strings.Contains(got, "通知编号 dx-1-1") || strings.Contains(got, "到此为止") {
		t.Errorf("the work notice:\n%s", got)
	}
}

// DingTalk takes a work notice and drops it without a word: the look finds out. The same notice again is dropped because the person has it.
func TestWorkNoticesAreLookedAfter(t *testing.T) {
	w := newWire(t, time.Now, nil)
	c := w.open("work-notice", w.client)
	tracker := c.(notifications.Tracker)
	d := addressed("firm-a", "dx-1-1")
	fate := func() notifications.Fate {
		out, err := c.Send(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		tell, err := tracker.Look(t.Context(), out.Task)
		if err != nil {
			t.Fatal(err)
		}
		return tell(d.To)
	}
	if f := fate(); !f.Delivered || f.Read || f.Err != nil {
		t.Errorf("%+v", f)
	}
	if f := fate(); f.Delivered || !f.Twice || f.Err == nil {
		t.Errorf("the same again: %+v", f)
	}
	w.On("notice-dropped")
	d.Key = "dx-2-1"
	if f := fate(); f.Delivered || f.Err == nil {
		t.Errorf("dropped: %+v", f)
	}
	at := policy.Instant(1_000_000)
	first := tracker.NextLook(at, at)
	second := tracker.NextLook(at, first)
	if first <= at || second <= first || second >= at.Add(dingtalk.WorkResultWithin) || tracker.NextLook(at, second) != 0 {
		t.Errorf("looks at %v and %v", first, second)
	}
}
