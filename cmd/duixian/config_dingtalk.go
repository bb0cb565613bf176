package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"duixian/models"
	"duixian/secret"
)

// DingTalkConfig is the app of the bureau's DingTalk organisation. Without a client_id there is no DingTalk: the bot is
// in the terminal alone.
type DingTalkConfig struct {
	ClientID         string      `yaml:"client_id"`
	ClientSecret     secret.Text `yaml:"client_secret"`
	ClientSecretFile string      `yaml:"client_secret_file"`
	RobotCode        string      `yaml:"robot_code"`
	AgentID          int64       `yaml:"agent_id"`
	Receive          string      `yaml:"receive"` // stream or webhook
	API              string      `yaml:"api"`
	OAPI             string      `yaml:"oapi"`

	APIQuota           int64 `yaml:"api_quota"`            // calls a month, 0 = counted and never short
	WebhookStreamQuota int64 `yaml:"webhook_stream_quota"` // messages a month
}

const envDingTalkSecret = "DUIXIAN_DINGTALK_SECRET"

func (d DingTalkConfig) on() bool { return d.ClientID != "" }

// real reports whether the credentials are those of the real DingTalk and not of a local one.
func (d DingTalkConfig) real() bool { return d.on() && d.API == "" }

// complete reads the secret.
func (d *DingTalkConfig) complete(getenv func(string) string) (problems []problem) {
	if d.ClientSecret != "" && d.ClientSecretFile != "" {
		problems = append(problems, problem{"dingtalk.client_secret_file", "与 dingtalk.client_secret 只能填写一个"})
	}
	if env := getenv(envDingTalkSecret); env != "" {
		d.ClientSecret, d.ClientSecretFile = secret.Text(env), ""
	} else if d.ClientSecretFile != "" {
		data, err := os.ReadFile(d.ClientSecretFile)
		if err != nil {
			problems = append(problems, problem{"dingtalk.client_secret_file", fmt.Sprintf("无法读取：%v", err)})
		}
		d.ClientSecret = secret.Text(strings.TrimSpace(string(data)))
	}
	return problems
}

func (d DingTalkConfig) check(bad func(key, format string, args ...any)) {
	if !slices.Contains([]string{"stream", "webhook"}, d.Receive) {
		bad("dingtalk.receive", "应为 stream（推荐）或 webhook")
	}
	if d.on() && d.ClientSecret == "" {
		bad("dingtalk.client_secret", "填写了 client_id，还须有 Client Secret：写在只有服务能读的文件里（client_secret_file），或放在环境变量 %s", envDingTalkSecret)
	}
	if !d.on() && d.ClientSecret != "" {
		bad("dingtalk.client_id", "填写了 Client Secret，还须填写 Client ID（钉钉开放平台“凭证与基础信息”）")
	}
	if d.APIQuota < 0 {
		bad("dingtalk.api_quota", "不能为负数；0 表示只登记、不限制")
	}
	if d.WebhookStreamQuota < 0 {
		bad("dingtalk.webhook_stream_quota", "不能为负数；0 表示只登记、不告警")
	}
	if (d.API == "") != (d.OAPI == "") {
		bad("dingtalk.oapi", "api 与 oapi 须一起填写，或都不填（使用钉钉的正式地址）")
	}
	for key, address := range map[string]string{"dingtalk.api": d.API, "dingtalk.oapi": d.OAPI} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			bad(key, "%q 应为 http 或 https 地址", address)
		}
	}
}

// officialsHere refuses to let the command line speak for people, once they speak for themselves in DingTalk.
func (c *Config) officialsHere() error {
	if c.DingTalk.real() && !c.CLIOfficials {
		return models.E(models.Forbidden, "已经接入钉钉，审批和对话由本人在钉钉里进行；确需在命令行代行，请在配置中写 cli_officials: true（会记入审计）")
	}
	return nil
}
