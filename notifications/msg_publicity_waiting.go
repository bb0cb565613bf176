package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PublicityWaiting asks the clerks to publish a list that has been approved. Its days count only from when they record where and when they did.
type PublicityWaiting struct {
	Publicity int64       `json:"publicity"`
	Title     string      `json:"title"`
	Lines     int         `json:"lines"`
	Days      int         `json:"days"` // working days
	On        policy.Date `json:"on"`
}

// Kind names the message.
func (PublicityWaiting) Kind() string { return "publicity-waiting" }

// Key is the list.
func (m PublicityWaiting) Key() (string, policy.Date) {
	return fmt.Sprintf("publicity/%d", m.Publicity), m.On
}

// Buttons show the list and what is to be recorded.
func (m PublicityWaiting) Buttons() ([]Button, bool) {
	list, record := fmt.Sprintf("名单 %d", m.Publicity), fmt.Sprintf("公示 %d", m.Publicity)
	return []Button{{record, record}, {list, list}}, false
}

var publicityWaiting = define(Kind{
	Name: "publicity-waiting", Title: "名单待公示", Audience: Officials, Role: models.Clerk, Timing: Daytime, Must: true,
	Sample: PublicityWaiting{Publicity: 3, Title: "拟奖补名单（2026年7月）", Lines: 26, Days: 5, On: 20260710},
}, func(q models.Query, _ models.Recipient, m PublicityWaiting) (string, error) {
	p, err := q.Publicity(m.Publicity)
	if err != nil || p.State == models.PublicityPlanned {
		return "", err
	}
	return "名单已发布", nil
})
