package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// AlertRaised tells the operators that something is wrong with the house itself, reminds them, or says that it is over. It
// never passes through the outbox, which may be what is wrong.
type AlertRaised struct {
	models.Alert
	Title string         `json:"title"`
	At    policy.Instant `json:"at"`
}

// Kind names the message.
func (AlertRaised) Kind() string { return "alert-raised" }

// Key is the alert and how often it was told.
func (m AlertRaised) Key() (string, policy.Date) {
	return fmt.Sprintf("alert/%s/%s/%d/%d", m.Alert.Kind, m.Thing, m.OpenedAt, m.Told), m.At.Date()
}

// Over reports whether it is the good news.
func (m AlertRaised) Over() bool { return m.State == models.AlertClosed }

// Lasted is how long it was there.
func (m AlertRaised) Lasted() string {
	until := m.At
	if m.GoneAt != 0 {
		until = m.GoneAt
	}
	switch minutes := int64(until-m.OpenedAt) / 60_000; {
	case minutes < 1:
		return "不到 1 分钟"
	case minutes < 120:
		return fmt.Sprintf("%d 分钟", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%d 小时", minutes/60)
	default:
		return fmt.Sprintf("%d 天", minutes/(24*60))
	}
}

var alertRaised = define(Kind{
	Name: "alert-raised", Title: "运行告警", Audience: Officials, Role: models.Operator, Timing: AtOnce, Must: true,
	Sample: AlertRaised{
		Title: "任务没有按时开始", At: policy.InstantOf(policy.Date(20270111).At(3, 27)),
		Alert: models.Alert{
			Kind: "run-late", Thing: "claims", State: models.AlertOpen, Cause: "奖补审核应于 2027-01-11 03:00 开始，至今没有记录", Effect: "当天的审核还没有做，服务恢复后会补做",
			Command: "检查服务是否在运行，然后 duixian doctor", OpenedAt: policy.InstantOf(policy.Date(20270111).At(3, 12)), Told: 2,
		},
	},
}, always[AlertRaised])
