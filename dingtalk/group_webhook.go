package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"duixian/secret"
)

// GroupRobot is a custom robot (自定义机器人) that somebody added to a group by hand. It only sends, also in groups with
// outsiders. Make one with NewGroupRobot.
type GroupRobot struct {
	token, key secret.Text
}

// NewGroupRobot takes the webhook address that the group's settings show, or its access_token alone, and the key of 加签, which
// begins with SEC; without one the robot must be protected by keywords or addresses.
func NewGroupRobot(webhook, key secret.Text) (GroupRobot, error) {
	token := webhook
	if u, err := url.Parse(webhook.Reveal()); err == nil && u.Host != "" {
		token = secret.Text(u.Query().Get("access_token"))
	}
	if token == "" {
		return GroupRobot{}, errors.New("群自定义机器人的 Webhook 地址中没有 access_token：请从群设置“机器人”中完整复制")
	}
	return GroupRobot{token, key}, nil
}

// String hides both keys.
func (r GroupRobot) String() string { return "群自定义机器人" }

// GoString hides both keys.
func (r GroupRobot) GoString() string { return r.String() }

// SendToGroupRobot sends one message to the robot's group. id is an idempotency key (msgUuid): the same message sent again under
// it after an Unknown error is shown once; for how long DingTalk remembers it is nowhere said. Above RobotPerMinute
// messages a minute the robot is silent for RobotCoolDown: Retry, AboutRate, RetryAt. Page: custom-robots-send-group-messages.
func (c *Client) SendToGroupRobot(ctx context.Context, r GroupRobot, id string, m Message, at At) error {
	if r.token == "" {
		return &Error{Kind: KindGroupWebhook, Class: Configuration, Code: "token", Hint: "没有配置群自定义机器人的 Webhook 地址"}
	}
	body, err := webhookBody(KindGroupWebhook, m, at)
	if err != nil {
		return err
	}
	if id != "" {
		body["msgUuid"] = id
	}
	if err := fitsWebhook(KindGroupWebhook, body); err != nil {
		return err
	}
	q := url.Values{"access_token": {r.token.Reveal()}}
	hide := []secret.Text{r.token, r.key}
	if r.key != "" {
		timestamp, sign := Sign(c.o.Now(), r.key)
		q.Set("timestamp", timestamp)
		q.Set("sign", sign)
		hide = append(hide, secret.Text(sign))
	}
	return c.call(ctx, request{
		kind: KindGroupWebhook, method: http.MethodPost, target: secret.Text(c.o.OAPI + "/robot/send"), query: q, old: true, body: body, hide: hide,
	})
}
