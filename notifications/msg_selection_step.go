package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// SelectionStep tells the clerks where a selection stands and what they have to do: it was opened, an office lets its last day pass, the list can be made, a place is free.
type SelectionStep struct {
	Round   int64             `json:"round"`
	Version int               `json:"version"` // of the round when it was written
	Step    string            `json:"step"`    // what it is about, once a day: opened, office/tax, ready …
	Title   string            `json:"title"`   // 2026年度骨干企业评选
	State   models.RoundState `json:"state"`
	What    string            `json:"what"`
	Do      []string          `json:"do,omitempty"`
	On      policy.Date       `json:"on"`
}

// Kind names the message.
func (SelectionStep) Kind() string { return "selection-step" }

// Key is the round and what about it.
func (m SelectionStep) Key() (string, policy.Date) {
	return fmt.Sprintf("round/%d/%s", m.Round, m.Step), m.On
}

var selectionStep = define(Kind{
	Name: "selection-step", Title: "评选进展", Audience: Officials, Role: models.Clerk, Timing: Morning,
	Sample: SelectionStep{
		Round: 2, Version: 2, Step: "office/tax", Title: "2026年度骨干企业评选", State: models.RoundOpen, What: "税务的联审意见已过 2026年8月17日 的期限，尚有 12 个候选没有答复", On: 20260818,
		Do: []string{"请催办；没有答复不等于同意，送审前须有答复，或由集体研究后录入处理决定"},
	},
}, func(q models.Query, _ models.Recipient, m SelectionStep) (string, error) {
	r, err := q.RoundByID(m.Round)
	if err != nil || r.State == m.State {
		return "", err
	}
	return "评选已进入“" + r.State.Text() + "”", nil
})
