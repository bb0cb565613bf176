package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// HigherDecisions lists for the clerks the awarded claims of which a newer decision makes another sum: where it is more,
// a 补差 plan is due or a word why not; where it is less, somebody looks before anything is asked back.
type HigherDecisions struct {
	Run   int64        `json:"run"` // that found them
	On    policy.Date  `json:"on"`
	Lines []HigherLine `json:"lines"`
}

// HigherLine is one of them.
type HigherLine struct {
	Claim    int64      `json:"claim"`
	Decision int64      `json:"decision"`
	Org      string     `json:"org"`
	Item     string     `json:"item"`
	Awarded  policy.Fen `json:"awarded"`
	Now      policy.Fen `json:"now"`
}

// Less says that the newer decision makes less.
func (l HigherLine) Less() bool { return l.Now < l.Awarded }

// Apart is the difference, never negative.
func (l HigherLine) Apart() policy.Fen { return max(l.Now-l.Awarded, l.Awarded-l.Now) }

// Kind names the message.
func (HigherDecisions) Kind() string { return "higher-decisions" }

// Key is the run and the first decision: a run speaks once a chunk.
func (m HigherDecisions) Key() (string, policy.Date) {
	first := int64(0)
	if len(m.Lines) > 0 {
		first = m.Lines[0].Decision
	}
	return fmt.Sprintf("run/%d/%d", m.Run, first), m.On
}

// Shown are the lines that fit on a telephone.
func (m HigherDecisions) Shown() []HigherLine { return m.Lines[:min(len(m.Lines), maxLines)] }

// Rest is how many more there are.
func (m HigherDecisions) Rest() int { return len(m.Lines) - len(m.Shown()) }

var higherDecisions = define(Kind{
	Name: "higher-decisions", Title: "结论变化待办", Audience: Officials, Role: models.Clerk, Timing: Morning,
	Next: []string{"待办"},
	Sample: HigherDecisions{Run: 121, On: 20260702, Lines: []HigherLine{
		{12, 40, "示例人力资源有限公司", "引进人才奖励", 1200000, 1500000},
		{19, 41, "示例猎头有限公司", "展会补助", 800000, 500000},
	}},
}, func(q models.Query, _ models.Recipient, m HigherDecisions) (why string, err error) {
	for _, l := range m.Lines { // one that still stands is enough
		if why, err = claimMoved(q, l.Claim, l.Decision); why == "" || err != nil {
			return "", err
		}
	}
	return why, nil
})
