package main

import (
	"context"
	"errors"
	"net/http"

	"duixian/bot"
	"duixian/dingtalk"
	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

// dingtalkClient is the way to DingTalk, nil when none is configured. Each call is counted before it is made.
func (p *program) dingtalkClient(a *app) (*dingtalk.Client, error) {
	d := a.config.DingTalk
	if !d.on() {
		return nil, nil
	}
	return dingtalk.New(dingtalk.Options{
		ClientID: d.ClientID, ClientSecret: d.ClientSecret, RobotCode: d.RobotCode, AgentID: d.AgentID, API: d.API, OAPI: d.OAPI, Now: p.wall, Log: a.log,
		Refund: func(ctx context.Context, k dingtalk.Kind) { p.refund(ctx, a, k) },
		Meter:  func(ctx context.Context, k dingtalk.Kind) error { return p.count(ctx, a, k) }, Denied: func(ctx context.Context, k dingtalk.Kind, scopes []string) { p.denied(ctx, a, k, scopes) },
	})
}

// chatting is the bot's life inside the service: what comes by stream or webhook lies in the inbox before DingTalk hears
// that it arrived, and is answered from there.
type chatting struct {
	inbox  *bot.Inbox
	stream *dingtalk.Stream // nil in webhook mode
	hook   http.Handler     // nil in stream mode
	woken  chan struct{}

	changed chan struct{} // the stream's state
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
	c.changed = make(chan struct{}, 1)
	c.stream, err = a.dingtalk.NewStream(dingtalk.StreamOptions{Handler: receive, Events: true, Changed: func() {
		select {
		case c.changed <- struct{}{}:
		default:
		}
	}})
	return c, err
}

// receive puts a message into the inbox, and takes note of receipts and of people who have left.
func (p *program) receive(ctx context.Context, a *app, inbox *bot.Inbox, e dingtalk.Event) error {
	now := p.instant()
	if in, ok := bot.FromDingTalk(e, now); ok {
		err := inbox.Receive(ctx, in)
		p.counted(ctx, a, dingtalk.KindInboundMessage)
		return err
	}
	p.counted(ctx, a, dingtalk.KindInboundEvent)
	return a.store.InTx(ctx, func(tx *models.Tx) error {
		switch e.Type {
		case dingtalk.MessageRead:
			r := e.Receipt()
			return tx.NoticeRead(r.Task, r.UserID, now)
		case dingtalk.MessageRecalled:
			r := e.Receipt()
			return tx.NoticeRecalled(r.Task, r.UserID, now)
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
	s.tell()
	return s.chat.inbox.NextWake(ctx)
}

// listen keeps the stream open until ctx ends.
func (s *service) listen(ctx context.Context) {
	if err := s.chat.stream.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Error("stream ended", "err", err)
	}
}
