package main

import (
	"context"
	"strings"
	"time"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/policy"
)

// streamForgotten is after how long a service that was not seen any more disappears from the list.
const streamForgotten = 7 * 24 * time.Hour

// report writes the stream's state into the database each minute and when it changes, so that doctor sees every service; when the
// service ends as it should, its row goes.
func (s *service) report(ctx context.Context) {
	owner := s.worker.Name
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		state := s.chat.stream.State()
		now := s.program.wall()
		row := models.StreamState{
			Owner: owner, Connected: state.Connected, Since: instantOf(state.Since), LastFrame: instantOf(state.LastFrame), LastEvent: instantOf(state.LastEvent), Connects: state.Connects,
			LastError: state.LastError, ErrorAt: instantOf(state.LastErrorAt), SeenAt: policy.InstantOf(now),
		}
		err := s.store.InTx(ctx, func(tx *models.Tx) error { return tx.PutStreamState(row, policy.InstantOf(now.Add(-streamForgotten))) })
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "stream state was not written", "err", err)
		}
		select {
		case <-ctx.Done():
			down, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := s.store.InTx(down, func(tx *models.Tx) error { return tx.DropStreamState(owner) }); err != nil {
				s.log.WarnContext(ctx, "stream state was not cleared", "err", err)
			}
			return
		case <-minute.C:
		case <-s.chat.changed:
			select { // changes come in showers
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

// instantOf keeps never as 0.
func instantOf(t time.Time) policy.Instant {
	if t.IsZero() {
		return 0
	}
	return policy.InstantOf(t)
}

// denied keeps which permission DingTalk said is missing, for doctor.
func (p *program) denied(ctx context.Context, a *app, k dingtalk.Kind, scopes []string) {
	d := models.AppDenial{Kind: string(k), Scopes: strings.Join(scopes, " "), At: policy.InstantOf(p.wall())}
	if err := a.store.InTx(ctx, func(tx *models.Tx) error { return tx.PutAppDenial(d) }); err != nil {
		a.log.WarnContext(ctx, "missing permission was not noted", "kind", string(k), "err", err)
	}
}
