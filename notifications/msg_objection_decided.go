package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// ObjectionDecided brings the answer to the person of a firm who objected.
type ObjectionDecided struct {
	Objection int64       `json:"objection"`
	Publicity int64       `json:"publicity"`
	Line      int         `json:"line"`
	Upheld    bool        `json:"upheld"`
	Answer    string      `json:"answer"`
	On        policy.Date `json:"on"`
}

// Kind names the message.
func (ObjectionDecided) Kind() string { return "objection-decided" }

// Key is the objection.
func (m ObjectionDecided) Key() (string, policy.Date) {
	return fmt.Sprintf("objection/%d", m.Objection), m.On
}

var objectionDecided = define(Kind{
	Name: "objection-decided", Title: "异议处理结果", Audience: Firms, Timing: Daytime, Must: true,
	Next:   []string{"异议", "人工"},
	Sample: ObjectionDecided{Objection: 2, Publicity: 3, Line: 7, Answer: "经核对服务合同与参保记录，人数无误", On: 20260720},
}, func(q models.Query, _ models.Recipient, m ObjectionDecided) (string, error) {
	o, err := q.Objection(m.Objection)
	if err != nil || o.State != models.ObjectionOpen {
		return "", err
	}
	return "异议仍在处理", nil
})
