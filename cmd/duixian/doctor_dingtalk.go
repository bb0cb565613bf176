package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// dingtalk looks at the month's ledger, at the services' streams and at what DingTalk has refused lately.
func (d *doctor) dingtalk(q models.Query) error {
	if !d.config.DingTalk.on() {
		return nil
	}
	if _, err := d.config.Notices.robots(d.program.getenv); err != nil {
		d.say("群机器人", stateBad, err.Error(), "核对 notices.group_robots")
	}
	if err := d.ledger(q); err != nil {
		return err
	}
	if err := d.streams(q); err != nil {
		return err
	}
	return d.denials(q)
}

func (d *doctor) ledger(q models.Query) error {
	month := d.program.today().Month()
	calls, err := q.APICalls(month)
	if err != nil {
		return err
	}
	for _, quota := range []dingtalk.Quota{dingtalk.APIQuota, dingtalk.WebhookAndStream} {
		limit, title := d.config.DingTalk.quota(quota)
		used := calls[string(quota)]
		detail := fmt.Sprintf("%s已用 %d 次", month.Text(), used)
		if limit > 0 {
			detail = fmt.Sprintf("%s已用 %d / %d 次（%d%%）", month.Text(), used, limit, used*100/limit)
		}
		var parts []string
		for _, k := range dingtalk.Kinds() {
			if n := calls[string(k)]; n > 0 && k.Quota() == quota {
				parts = append(parts, fmt.Sprintf("%s %d", k.Title(), n))
			}
		}
		if len(parts) > 0 {
			detail += "：" + strings.Join(parts, "，")
		}
		state, advice := stateOK, ""
		if limit > 0 && used*100 >= limit*notifications.Warnings[len(notifications.Warnings)-1] {
			state, advice = stateWarn, "在钉钉开放平台购买额度并修改配置；否则不急的通知改为简短提示或顺延"
		}
		d.say("钉钉"+title, state, detail, advice)
	}
	return nil
}

// streamSilent is after how long a service that did not write its state counts as gone: three times what it should take.
const streamSilent = 3 * time.Minute

func (d *doctor) streams(q models.Query) error {
	if d.config.DingTalk.Receive != "stream" {
		return nil
	}
	rows, err := q.StreamStates()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		d.say("钉钉连接", stateWarn, "没有服务在接收消息", "启动 duixian serve")
	}
	now := policy.InstantOf(d.program.wall())
	for _, r := range rows {
		detail := r.Owner + "，"
		state, advice := stateOK, ""
		switch {
		case now > r.SeenAt.Add(streamSilent):
			detail += r.SeenAt.Text() + "后没有消息，服务已停或异常退出"
			state, advice = stateWarn, "核对该服务；不再使用的 7 天后从清单消失"
		case r.Connected:
			detail += "自" + r.Since.Text() + "起连接，最近一帧 " + orNever(r.LastFrame)
		default:
			detail += "未连接"
			state, advice = stateBad, "核对网络出口（*.dingtalk.com 的 443 端口）和应用凭证"
		}
		if r.LastError != "" {
			detail += fmt.Sprintf("；最近一次故障 %s：%s", r.ErrorAt.Text(), r.LastError)
		}
		d.say("钉钉连接", state, detail, advice)
	}
	return nil
}

func orNever(at policy.Instant) string {
	if at == 0 {
		return "尚无"
	}
	return at.Text()
}

// denials lists what the app may not do, and everything that it needs.
func (d *doctor) denials(q models.Query) error {
	rows, err := q.AppDenials(policy.InstantOf(d.program.wall().Add(-streamForgotten)))
	if err != nil || len(rows) == 0 {
		return err
	}
	missing := map[string]bool{}
	var lines []string
	for _, r := range rows {
		for s := range strings.FieldsSeq(r.Scopes) {
			missing[s] = true
		}
		lines = append(lines, fmt.Sprintf("%s（%s）", dingtalk.Kind(r.Kind).Title(), r.At.Text()))
	}
	d.say("钉钉权限", stateBad, "被拒绝："+strings.Join(lines, "，")+named(slices.Sorted(maps.Keys(missing))), "在开放平台“权限管理”申请并发布版本；应用需要：")
	for _, p := range dingtalk.Permissions() {
		state := stateOK
		if missing[p.Scope] {
			state = stateBad
		}
		d.say("　"+p.Scope, state, p.For, "")
	}
	return nil
}

func named(scopes []string) string {
	if len(scopes) == 0 {
		return ""
	}
	return "；缺少 " + strings.Join(scopes, "、")
}
