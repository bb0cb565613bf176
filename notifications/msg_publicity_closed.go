package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// PublicityClosed tells the clerks that a list has run its days, and what became of its lines; or that it could not be closed because the working days of
// a year are not known.
type PublicityClosed struct {
	Publicity int64       `json:"publicity"`
	Title     string      `json:"title"`
	Free      int         `json:"free"`
	Held      int         `json:"held"`
	Dropped   int         `json:"dropped"`
	Unknown   int         `json:"unknown"` // the year, when nothing was closed
	On        policy.Date `json:"on"`
}

// Kind names the message.
func (PublicityClosed) Kind() string { return "publicity-closed" }

// Key is the list, and the year while it cannot be closed.
func (m PublicityClosed) Key() (string, policy.Date) {
	return fmt.Sprintf("publicity/%d/%d", m.Publicity, m.Unknown), m.On
}

// Buttons show the list.
func (m PublicityClosed) Buttons() ([]Button, bool) {
	line := fmt.Sprintf("公示 %d", m.Publicity)
	return []Button{{line, line}}, false
}

var publicityClosed = define(Kind{
	Name: "publicity-closed", Title: "公示期满", Audience: Officials, Role: models.Clerk, Timing: Daytime,
	Sample: PublicityClosed{Publicity: 3, Title: "拟奖补名单（2026年7月）", Free: 25, Held: 1, On: 20260718},
}, always[PublicityClosed])
