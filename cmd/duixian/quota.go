package main

import (
	"context"
	"errors"
	"time"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// The ledger of DingTalk's monthly allowances. The month is that of the real clock in Shanghai, also where the business clock is a
// played one: DingTalk's bill does not know the demo's days.

func (p *program) today() policy.Date { return policy.DateOf(p.wall()) }

// count writes a call into the ledger before it is made. It refuses what may not use the allowance up any further; a ledger that
// cannot be written refuses everything, for a call that nobody counted might be the one too many.
func (p *program) count(ctx context.Context, a *app, k dingtalk.Kind) error {
	month, limit := p.today().Month(), int64(0)
	if k.Quota() == dingtalk.APIQuota {
		limit = notifications.CallLimit(ctx)
	}
	ok := false
	err := a.store.InTx(ctx, func(tx *models.Tx) (err error) {
		var used int64
		if used, ok, err = tx.CountCall(month, string(k), string(k.Quota()), limit); err != nil || !ok {
			return err
		}
		return p.warn(tx, a, k.Quota(), month, used)
	})
	switch {
	case errors.Is(err, models.ErrUnknown):
		return nil // counted or not: one call is no reason to keep a message back
	case err == nil && !ok:
		return notifications.ErrAllowance
	}
	return err
}

// refund takes a call back that DingTalk does not count.
func (p *program) refund(ctx context.Context, a *app, k dingtalk.Kind) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // also of a call that was given up on
	defer cancel()
	err := a.store.InTx(ctx, func(tx *models.Tx) error { return tx.UncountCall(p.today().Month(), string(k), string(k.Quota())) })
	if err != nil {
		a.log.WarnContext(ctx, "call stays counted", "kind", string(k), "err", err)
	}
}

// counted is count for what has happened already: nothing depends on it.
func (p *program) counted(ctx context.Context, a *app, k dingtalk.Kind) {
	if err := p.count(ctx, a, k); err != nil {
		a.log.WarnContext(ctx, "call was not counted", "kind", string(k), "err", err)
	}
}

// warn tells the operators once a month at each share of an allowance.
func (p *program) warn(tx *models.Tx, a *app, q dingtalk.Quota, month policy.Month, used int64) error {
	limit, title := a.config.DingTalk.quota(q)
	if limit == 0 {
		return nil
	}
	for _, share := range notifications.Warnings {
		if used != (limit*share+99)/100 {
			continue
		}
		m := notifications.QuotaLow{Allowance: string(q), Title: title, Month: month, Share: share, Used: used, Limit: limit}
		if err := a.env.Outbox.Tell(tx, p.instant(), 0, m, notifications.Role(models.Operator)); err != nil {
			return err
		}
	}
	return nil
}

// quota is what is configured of an allowance, 0 = without end, and its name.
func (d DingTalkConfig) quota(q dingtalk.Quota) (limit int64, title string) {
	switch q {
	case dingtalk.APIQuota:
		return d.APIQuota, "接口调用"
	case dingtalk.WebhookAndStream:
		return d.WebhookStreamQuota, "收发消息"
	}
	return 0, ""
}

// allowance is what the month has left for notices.
func (p *program) allowance(ctx context.Context, a *app, limit int64) (notifications.Allowance, error) {
	today := p.today()
	calls, err := a.store.Read(ctx).APICalls(today.Month())
	return notifications.Allowance{Used: calls[string(dingtalk.APIQuota)], Limit: limit, Month: today.Month(), Day: today}, err
}
