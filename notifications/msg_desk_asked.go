package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// DeskAsked tells the clerks that somebody waits for a human being. What was written is read under 咨询, not here.
type DeskAsked struct {
	Request int64       `json:"request"`
	What    string      `json:"what"`
	Org     string      `json:"org"`
	On      policy.Date `json:"on"`
}

// Kind names the message.
func (DeskAsked) Kind() string { return "desk-asked" }

// Key is the request.
func (m DeskAsked) Key() (string, policy.Date) { return fmt.Sprintf("desk/%d", m.Request), m.On }

// Buttons open the request.
func (m DeskAsked) Buttons() ([]Button, bool) {
	line := fmt.Sprintf("咨询 %d", m.Request)
	return []Button{{line, line}}, false
}

var deskAsked = define(Kind{
	Name: "desk-asked", Title: "企业来询", Audience: Officials, Role: models.Clerk, Timing: Daytime, Must: true,
	Sample: DeskAsked{Request: 3, What: "人工咨询", Org: "示例人力资源有限公司", On: 20260310},
}, func(q models.Query, _ models.Recipient, m DeskAsked) (string, error) {
	d, err := q.DeskRequest(m.Request)
	if err != nil || d.State == models.DeskOpen {
		return "", err
	}
	return "已办结", nil
})
