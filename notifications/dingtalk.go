package notifications

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"duixian/dingtalk"
)

var dingtalkChannel = ChannelKind{
	Name: "dingtalk", Title: "钉钉单聊", Metered: true,
	open: func(o ChannelOptions) Channel {
		if o.DingTalk == nil {
			return nil
		}
		return &Chat{client: o.DingTalk, now: o.Now, gap: gap{now: o.Now, every: o.Gap}}
	},
}

// Chat writes into the robot's chats of two. What is handed over counts as accepted: DingTalk says when it is read, and nothing in
// between. It has no key against duplicates.
type Chat struct {
	client *dingtalk.Client
	now    func() time.Time
	gap    gap
}

// Reaches reports whether the person has an address in the chat.
func (c *Chat) Reaches(to Address) bool { return to.ChannelID != "" }

// Most is how many people one call takes.
func (c *Chat) Most() int { return dingtalk.MaxPeople }

// Send is SendAll for one person.
func (c *Chat) Send(ctx context.Context, d Dispatch) (Outcome, error) {
	r := c.SendAll(ctx, []Dispatch{d})[0]
	return r.Outcome, r.Err
}

// SendAll hands the same words to several people with as many calls as the words have parts. A person for whom one part failed
// does not get the next ones, and once somebody may have read the beginning, a failure is a doubt.
func (c *Chat) SendAll(ctx context.Context, ds []Dispatch) []Result {
	tasks, failed := map[string]string{}, map[string]error{}
	for i, part := range pages(ds[0], dingtalk.MaxReadable, dingtalk.MaxCardButtons) {
		var to []string
		for _, d := range ds {
			if id := d.To.ChannelID; failed[id] == nil && !slices.Contains(to, id) {
				to = append(to, id)
			}
		}
		if len(to) == 0 {
			break
		}
		for id, r := range c.part(ctx, to, part) {
			tasks[id] = r.Task
			if r.Err == nil {
				continue
			}
			failed[id] = r.Err
			if e, ok := errors.AsType[*SendError](r.Err); ok && i > 0 && !e.Permanent {
				doubt := *e
				doubt.Unknown, doubt.Quota, doubt.Busy = true, false, false
				failed[id] = &doubt
			}
		}
	}
	results := make([]Result, len(ds))
	for i, d := range ds {
		results[i] = Result{Outcome{Task: tasks[d.To.ChannelID]}, failed[d.To.ChannelID]}
	}
	return results
}

// part is one call for all, and one for each when the call was refused because of somebody: one wrong number must not silence nineteen.
func (c *Chat) part(ctx context.Context, to []string, m dingtalk.Message) map[string]Result {
	out := make(map[string]Result, len(to))
	var sent dingtalk.Sent
	err := c.gap.wait(ctx)
	if err == nil {
		sent, err = c.client.SendToPeople(ctx, to, m)
	}
	if len(to) > 1 && dingtalk.AboutTarget.Is(err) && dingtalk.ClassOf(err) == dingtalk.Permanent {
		for _, id := range to {
			out[id] = c.part(ctx, []string{id}, m)[id]
		}
		return out
	}
	for _, id := range to {
		mine := err
		if mine == nil {
			mine = sent.Outcome(id)
		}
		out[id] = Result{Outcome{Task: sent.Task}, DingTalkFailure(mine, c.now())}
	}
	return out
}

// pages are the messages of a dispatch: markdown that phones render, in parts that they show whole, the buttons below the last.
func pages(d Dispatch, limit, buttons int) []dingtalk.Message {
	parts := dingtalk.Parts(titleOnly(d.Title), dingtalk.Phone("### "+d.Title+"\n\n"+d.Body), limit)
	out := make([]dingtalk.Message, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	if next := d.Next[:min(len(d.Next), buttons)]; len(next) > 0 {
		last := parts[len(parts)-1]
		card := dingtalk.Card{Title: last.Title, Text: last.Text}
		for _, b := range next {
			card.Buttons = append(card.Buttons, dingtalk.Say(b.Title, b.Line))
		}
		out[len(out)-1] = card
	}
	return out
}

// DefaultGap is the pause between two calls: DingTalk lets an app call each API 20 times a second (standard edition), and the chat
// answers beside the notices. how-to-process-api-throttling-on-the-dingtalk-server.
const DefaultGap = 70 * time.Millisecond

// gap keeps calls apart. every 0 = DefaultGap, negative = none.
type gap struct {
	now   func() time.Time
	every time.Duration

	mu   sync.Mutex
	next time.Time
}

func (g *gap) wait(ctx context.Context) error {
	every := g.every
	if every == 0 {
		every = DefaultGap
	}
	g.mu.Lock()
	now := g.now()
	at := g.next
	if at.Before(now) {
		at = now
	}
	g.next = at.Add(every)
	g.mu.Unlock()
	if !at.After(now) {
		return nil // a call asks its context itself
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return &dingtalk.Error{Kind: dingtalk.KindPersonSend, Class: dingtalk.Retry, Code: "cancelled", Hint: "调用前已停止"}
	case <-timer.C:
		return nil
	}
}
