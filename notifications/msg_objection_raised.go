package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// ObjectionRaised tells the clerks that somebody objects to a line of a list, and reminds them of an objection that is late. Who objects, and why, is read
// under 异议, not here.
type ObjectionRaised struct {
	Objection int64       `json:"objection"`
	Publicity int64       `json:"publicity"`
	Line      int         `json:"line"`
	Due       policy.Date `json:"due"`
	Late      bool        `json:"late"`
	On        policy.Date `json:"on"`
}

// Kind names the message.
func (ObjectionRaised) Kind() string { return "objection-raised" }

// Key is the objection.
func (m ObjectionRaised) Key() (string, policy.Date) {
	return fmt.Sprintf("objection/%d", m.Objection), m.On
}

// Buttons open the objection.
func (m ObjectionRaised) Buttons() ([]Button, bool) {
	line := fmt.Sprintf("异议 %d", m.Objection)
	return []Button{{line, line}}, false
}

var objectionRaised = define(Kind{
	Name: "objection-raised", Title: "公示异议", Audience: Officials, Role: models.Clerk, Timing: Daytime, Must: true,
	Sample: ObjectionRaised{Objection: 2, Publicity: 3, Line: 7, Due: 20260727, On: 20260713},
}, func(q models.Query, _ models.Recipient, m ObjectionRaised) (string, error) {
	o, err := q.Objection(m.Objection)
	if err != nil || o.State == models.ObjectionOpen {
		return "", err
	}
	return "异议已处理", nil
})
