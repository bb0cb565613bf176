package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"duixian/bot"
	"duixian/dingtalk"
	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

// dingtalkClient is the way to DingTalk, nil when none is configured.
func (c *Config) dingtalkClient(wall func() time.Time, meter func(ctx context.Context, k dingtalk.Kind) error, log *slog.Logger) (*dingtalk.Client, error) {
	d := c.DingTalk
	if !d.on() {
		return nil, nil
	}
	return dingtalk.New(dingtalk.Options{
		ClientID: d.ClientID, ClientSecret: d.ClientSecret, RobotCode: d.RobotCode, AgentID: d.AgentID, API: d.API, OAPI: d.OAPI, Now: wall, Meter: meter, Log: log,
	})
}

// chatting is the bot's life inside the service: what comes by stream or webhook lies in the inbox before DingTalk hears
// that it arrived, and is answered from there.
type chatting struct {
	inbox  *bot.Inbox
	stream *dingtalk.Stream // nil in webhook mode
	hook   http.Handler     // nil in stream mode
	woken  chan struct{}
}

// chatting wires the bot to DingTalk; nil when none is configured.
func (p *program) chatting(a *app) (*chatting, error) {
	if a.dingtalk == nil {
		return nil, nil
	}
	b, err := a.bot()
	if err != nil {
		return nil, err
	}
	out := &bot.DingTalk{Client: a.dingtalk, Now: p.wall}
	c := &chatting{woken: make(chan struct{}, 1)}
	c.inbox = &bot.Inbox{Bot: b, Owner: jobs.NewOwner(), Now: p.instant, Send: out.Send, Fetch: out.Fetch, Woken: c.woken}
	receive := func(ctx context.Context, e dingtalk.Event) error { return p.receive(ctx, a, c.inbox, e) }
	if a.config.DingTalk.Receive == "webhook" {
		c.hook, err = dingtalk.NewWebhook(dingtalk.WebhookOptions{Secret: a.config.DingTalk.ClientSecret, Handler: receive, Now: p.wall, Log: a.log})
		return c, err
	}
	c.stream, err = a.dingtalk.NewStream(dingtalk.StreamOptions{Handler: receive, Events: true})
	return c, err
}

// receive puts a message into the inbox, and takes note of receipts and of people who have left.
func (p *program) receive(ctx context.Context, a *app, inbox *bot.Inbox, e dingtalk.Event) error {
	now := p.instant()
	if in, ok := bot.FromDingTalk(e, now); ok {
		return inbox.Receive(ctx, in)
	}
	return a.store.InTx(ctx, func(tx *models.Tx) error {
		switch e.Type {
		case dingtalk.MessageRead:
			r := e.Receipt()
			return tx.NoticeRead(r.Task, r.UserID, now)
		case dingtalk.UserLeft:
			for _, id := range e.Left() {
				if err := tx.MemberLeft(id, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// talk answers what lies in the inbox until ctx ends.
func (s *service) talk(ctx context.Context, now policy.Instant) (policy.Instant, error) {
	if err := s.chat.inbox.Work(ctx, now); err != nil {
		return 0, err
	}
	return s.chat.inbox.NextWake(ctx)
}

// listen keeps the stream open until ctx ends.
func (s *service) listen(ctx context.Context) {
	if err := s.chat.stream.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Error("stream ended", "err", err)
	}
}
