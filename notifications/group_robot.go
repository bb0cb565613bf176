package notifications

import (
	"context"
	"fmt"
	"sync"
	"time"

	"duixian/dingtalk"
)

var groupChannel = ChannelKind{
	Name: "group-robot", Title: "群自定义机器人", Keyed: true, Public: true,
	open: func(o ChannelOptions) Channel {
		if o.DingTalk == nil || len(o.Robots) == 0 {
			return nil
		}
		return &Group{client: o.DingTalk, now: o.Now, robots: o.Robots, desk: o.Desk, lately: map[string]*lately{}}
	},
}

// Group says a neutral line in a firm's own group, or in the office's: for people whom the robot cannot reach because they are not of the
// bureau's DingTalk organisation. Whoever is in the group reads it, and whoever opens
// its link, if it has one, reads the words: once. The key is the message's idempotency key (msgUuid).
type Group struct {
	client *dingtalk.Client
	now    func() time.Time
	robots map[string]dingtalk.GroupRobot
	desk   string

	mu     sync.Mutex
	lately map[string]*lately
}

// lately is what one robot has said in the last minute, and until when it is silent.
type lately struct {
	said   []time.Time
	silent time.Time
}

// Reaches reports whether the organisation has a robot.
func (g *Group) Reaches(to Address) bool { _, ok := g.robots[to.Org]; return ok }

// Most is how many waiting notices one round of lines can stand for.
func (g *Group) Most() int { return 100 }

// Send is SendAll for one person.
func (g *Group) Send(ctx context.Context, d Dispatch) (Outcome, error) {
	r := g.SendAll(ctx, []Dispatch{d})[0]
	return r.Outcome, r.Err
}

// SendAll says one line in each group, for however many of its people: all that waited while a robot was silent is one line.
func (g *Group) SendAll(ctx context.Context, ds []Dispatch) []Result {
	said := map[string]Result{}
	results := make([]Result, len(ds))
	for i, d := range ds {
		r, done := said[d.To.Org]
		if !done {
			r = g.say(ctx, d)
			said[d.To.Org] = r
		}
		results[i] = r
	}
	return results
}

func (g *Group) say(ctx context.Context, d Dispatch) Result {
	robot, ok := g.robots[d.To.Org]
	if !ok {
		return Result{Err: &SendError{Permanent: true, NoTarget: true, Code: "no-robot", Hint: "该单位没有登记群自定义机器人"}}
	}
	now := g.now()
	if wait := g.turn(d.To.Org, now); wait > 0 {
		return Result{Err: &SendError{Busy: true, RetryAfter: wait, Code: "group-pause", Hint: fmt.Sprintf("群机器人每分钟最多 %d 条，稍后合并发送", dingtalk.RobotPerMinute)}}
	}
	text := "### " + d.Title + "\n\n" + d.Body
	if d.Link != "" {
		text += "\n\n[查看通知](" + d.Link.Reveal() + ")\n\n链接只能打开一次，" + linkDays + "天内有效。"
	}
	if g.desk != "" {
		text += "\n\n" + dingtalk.Escape(g.desk)
	}
	err := g.client.SendToGroupRobot(ctx, robot, d.Key, dingtalk.Markdown{Title: d.Title, Text: dingtalk.Phone(text)}, dingtalk.At{})
	if dingtalk.AboutRate.Is(err) {
		g.hush(d.To.Org, now.Add(dingtalk.RobotCoolDown))
	}
	if err != nil {
		return Result{Err: DingTalkFailure(err, now)}
	}
	return Result{Outcome: Outcome{Delivered: true}}
}

// turn is how long a robot must wait, and notes that it speaks when it need not.
func (g *Group) turn(org string, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.lately[org]
	if l == nil {
		l = &lately{}
		g.lately[org] = l
	}
	if wait := l.silent.Sub(now); wait > 0 {
		return wait
	}
	for len(l.said) > 0 && now.Sub(l.said[0]) >= time.Minute {
		l.said = l.said[1:]
	}
	if len(l.said) >= dingtalk.RobotPerMinute {
		return max(time.Second, time.Minute-now.Sub(l.said[0]))
	}
	l.said = append(l.said, now)
	return 0
}

// hush makes one robot silent; the others go on.
func (g *Group) hush(org string, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lately[org].silent = until
}
