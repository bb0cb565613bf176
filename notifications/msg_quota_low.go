package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// QuotaLow tells operators that the month's calls of DingTalk's run out: once a month at each of Warnings.
type QuotaLow struct {
	Allowance string       `json:"allowance"` // api, webhook-stream
	Title     string       `json:"title"`
	Month     policy.Month `json:"month"`
	Share     int64        `json:"share"` // per cent
	Used      int64        `json:"used"`
	Limit     int64        `json:"limit"`
}

// Kind names the message.
func (QuotaLow) Kind() string { return "quota-low" }

// Key is the share of the month.
func (m QuotaLow) Key() (string, policy.Date) {
	return fmt.Sprintf("quota/%s/%s/%d", m.Allowance, m.Month, m.Share), m.Month.First()
}

// Calls reports whether it is the allowance that notices draw on.
func (m QuotaLow) Calls() bool { return m.Allowance == "api" }

var quotaLow = define(Kind{
	Name: "quota-low", Title: "钉钉额度告警", Audience: Officials, Role: models.Operator, Timing: Daytime, Must: true,
	Next:   []string{"待办"},
	Sample: QuotaLow{Allowance: "api", Title: "接口调用", Month: 202603, Share: 90, Used: 4500, Limit: 5000},
}, always[QuotaLow])
