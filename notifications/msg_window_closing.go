package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// WindowClosing reminds a firm of what it has not handed in before a window for applications closes.
type WindowClosing struct {
	Advice
	Window string     `json:"window"`
	Title  string     `json:"title"`
	Closes LastDay    `json:"closes"`
	Lines  []OpenLine `json:"lines"`
}

// Kind names the message.
func (WindowClosing) Kind() string { return "window-closing" }

// Key is the window, and the day of the step.
func (m WindowClosing) Key() (string, policy.Date) {
	return fmt.Sprintf("window/%d/%s/%s", m.Org, m.Window, m.Closes.Day), m.before(m.Closes.Day)
}

// Left says how far away the day is.
func (m WindowClosing) Left() string { return left(m.On, m.Closes.Day) }

// Shown are the lines that fit on a telephone.
func (m WindowClosing) Shown() []OpenLine { return m.Lines[:min(len(m.Lines), maxLines)] }

// Rest is how many more there are.
func (m WindowClosing) Rest() int { return len(m.Lines) - len(m.Shown()) }

var windowClosing = defineFor(Kind{
	Name: "window-closing", Title: "申报截止", Audience: Firms, Timing: Morning, Latest: true,
	Next: []string{"进度", "到期"},
	Sample: WindowClosing{
		Advice: AdviceOf(policy.BuiltinReminders().Ladder(policy.Window), 1, 7, 20261016), Window: "expo-2026", Title: "2026年度展会补助申报", Closes: LastDay{Day: 20261023, Workday: 20261023},
		Lines: []OpenLine{{Claim: 12, Decision: 33, State: models.ClaimNeedsData, Item: "境内展位补助", Fact: "浙江省人力资源博览会", Needs: []string{"展位费"}}},
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m WindowClosing) (WindowClosing, string, error) {
	m.On = today
	if today > m.Closes.Day {
		return m, "申报期已过", nil
	}
	if _, why, err := gone(q, m.Org, today); why != "" || err != nil {
		return m, why, err
	}
	var err error
	if m.Lines, err = stillOpen(q, m.Lines); err != nil || len(m.Lines) > 0 {
		return m, "", err
	}
	return m, "材料已补齐", nil
})
