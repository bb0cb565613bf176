package notifications

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duixian/dingtalk"
	"duixian/policy"
)

var workChannel = ChannelKind{
	Name: "work-notice", Title: "工作通知", Metered: true,
	open: func(o ChannelOptions) Channel {
		if o.DingTalk == nil || !o.WorkNotices {
			return nil
		}
		return &Work{client: o.DingTalk, now: o.Now, gap: gap{now: o.Now, every: o.Gap}}
	},
}

// Work writes into 工作通知. DingTalk takes every notice and drops some without a word (500 a person and day, the same content to a person
// twice a day): what became of it is asked within 24 hours. It shows the beginning of a long message; the chat has the rest.
type Work struct {
	client *dingtalk.Client
	now    func() time.Time
	gap    gap
}

// Reaches reports whether the person has an address in the chat.
func (w *Work) Reaches(to Address) bool { return to.ChannelID != "" }

// Most is how many people one call takes, so many that results are told.
func (w *Work) Most() int { return dingtalk.MaxWorkPeople }

// Send is SendAll for one person.
func (w *Work) Send(ctx context.Context, d Dispatch) (Outcome, error) {
	r := w.SendAll(ctx, []Dispatch{d})[0]
	return r.Outcome, r.Err
}

// SendAll is one call.
func (w *Work) SendAll(ctx context.Context, ds []Dispatch) []Result {
	var to []string
	for _, d := range ds {
		if !slices.Contains(to, d.To.ChannelID) {
			to = append(to, d.To.ChannelID)
		}
	}
	task, err := "", w.gap.wait(ctx)
	if err == nil {
		task, err = w.client.SendWork(ctx, to, workCard(ds[0]))
	}
	results := make([]Result, len(ds))
	for i := range ds {
		results[i] = Result{Outcome{Task: task}, DingTalkFailure(err, w.now())}
	}
	return results
}

// workCard fits a dispatch into 2,048 bytes with its buttons. The key at its end makes it different from every other one,
// and equal to itself when it is sent again: then DingTalk drops it.
func workCard(d Dispatch) dingtalk.Message {
	const room = dingtalk.MaxWorkBytes - 200 // JSON around it
	card := dingtalk.Card{Title: titleOnly(d.Title)}
	for _, b := range d.Next[:min(len(d.Next), 3)] {
		card.Buttons = append(card.Buttons, dingtalk.Say(b.Title, b.Line))
	}
	end := fmt.Sprintf("\n\n通知编号 %s", d.Key)
	left := room - len(card.Title) - len(end)
	for _, b := range card.Buttons {
		left -= len(b.Title) + len(b.URL) + 40
	}
	text := dingtalk.Phone("### " + d.Title + "\n\n" + d.Body)
	if parts := dingtalk.Split(text, left-len("…全文请发送“通知”查看")); len(parts) > 1 {
		text = strings.TrimRight(parts[0], " \n") + "\n\n…全文请发送“通知”查看"
	}
	card.Text = text + end
	if len(card.Buttons) == 0 {
		return dingtalk.Markdown{Title: card.Title, Text: card.Text}
	}
	return card
}

// When a notice is asked about: soon, whether it was dropped; at the end of the time in which it may be asked, whether it was read.
const (
	firstLook = 5 * time.Minute
	lastLook  = 20 * time.Hour
)

// NextLook is two looks.
func (w *Work) NextLook(accepted, now policy.Instant) policy.Instant {
	switch {
	case now < accepted.Add(firstLook):
		return accepted.Add(firstLook)
	case now < accepted.Add(lastLook):
		return accepted.Add(lastLook)
	}
	return 0
}

// sameContent is DingTalk's code for a notice whose content the person has had today.
const sameContent = "143106"

// Look asks DingTalk.
func (w *Work) Look(ctx context.Context, task string) (func(to Address) Fate, error) {
	if err := w.gap.wait(ctx); err != nil {
		return nil, err
	}
	r, err := w.client.WorkResult(ctx, task)
	if err != nil {
		return nil, DingTalkFailure(err, w.now())
	}
	return func(to Address) Fate {
		read, known, err := r.Outcome(to.ChannelID)
		if !known {
			return Fate{}
		}
		return Fate{Delivered: err == nil, Read: read, Err: DingTalkFailure(err, w.now()), Twice: r.Forbidden[to.ChannelID] == sameContent}
	}, nil
}
