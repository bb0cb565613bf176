package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/notifications"
	"duixian/secret"
)

// GroupRobotConfig says where the address and key of a group's robot stand: one of both.
type GroupRobotConfig struct {
	File string `yaml:"file"`
	Env  string `yaml:"env"`
}

// checkNotices finds what is wrong with the channels without looking at the world outside.
func (c *Config) checkNotices(bad func(key, format string, args ...any)) {
	n := c.Notices
	if !slices.Contains([]string{"console", "file", "dingtalk"}, n.Channel) {
		bad("notices.channel", "没有通知渠道 %q，可填 console、file 或 dingtalk", n.Channel)
	}
	if n.Channel == "dingtalk" && !c.DingTalk.on() {
		bad("notices.channel", "用钉钉发通知，须先填写 dingtalk.client_id 和 Client Secret")
	}
	if n.UnreadDays < 0 || n.UnreadDays > 30 {
		bad("notices.unread_days", "应为 0 到 30 个工作日；0 表示不改走其他渠道")
	}
	for _, code := range slices.Sorted(maps.Keys(n.GroupRobots)) {
		r, key := n.GroupRobots[code], "notices.group_robots."+code
		if (r.File == "") == (r.Env == "") {
			bad(key, "file 和 env 须填写一个，不能两个都填")
		}
		if code != notifications.Office && len(code) != 18 {
			bad(key, "应为 18 位统一社会信用代码，或 %s（本局的群）", notifications.Office)
		}
	}
}

// robots reads the robots' addresses and keys.
func (n NoticesConfig) robots(getenv func(string) string) (map[string]dingtalk.GroupRobot, error) {
	out := map[string]dingtalk.GroupRobot{}
	for _, code := range slices.Sorted(maps.Keys(n.GroupRobots)) {
		c, where := n.GroupRobots[code], "notices.group_robots."+code
		text := getenv(c.Env)
		if c.File != "" {
			data, err := os.ReadFile(c.File)
			if err != nil {
				return nil, fmt.Errorf("%s：无法读取：%w", where, err)
			}
			text = string(data)
		}
		parts := strings.Fields(text)
		if len(parts) == 0 || len(parts) > 2 {
			return nil, models.E(models.Invalid, "%s：应有 Webhook 地址，以及以 SEC 开头的加签密钥（没有加签时可省略）", where)
		}
		var key secret.Text
		if len(parts) == 2 {
			key = secret.Text(parts[1])
		}
		r, err := dingtalk.NewGroupRobot(secret.Text(parts[0]), key)
		if err != nil {
			return nil, fmt.Errorf("%s：%w", where, err)
		}
		out[code] = r
	}
	return out, nil
}

// line is whom to turn to, for those who cannot talk with the robot; empty when nothing is configured.
func (d DeskConfig) line() string {
	var parts []string
	for _, s := range []string{d.Name, d.Phone, d.Hours} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "查询：" + strings.Join(parts, "，")
}
