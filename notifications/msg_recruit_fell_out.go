package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// RecruitFellOut tells a firm that recruits who were counted are counted no more.
type RecruitFellOut struct {
	Year    int             `json:"year"` // of hiring
	Reached int             `json:"reached"`
	Need    int             `json:"need"`
	On      policy.Date     `json:"on"`
	Lines   []FallenRecruit `json:"lines"`
}

// FallenRecruit is one of them. Name is masked, see MaskName.
type FallenRecruit struct {
	Root       int64        `json:"root"` // number of the recruit's first row
	Name       string       `json:"name"`
	Enterprise string       `json:"enterprise"`
	Months     int          `json:"months"` // in a row
	Last       policy.Month `json:"last"`   // the last insured one, 0 = none
}

// Kind names the message.
func (RecruitFellOut) Kind() string { return "recruit-fell-out" }

// Key is the year of hiring.
func (m RecruitFellOut) Key() (string, policy.Date) { return fmt.Sprintf("recruits/%d", m.Year), m.On }

// PayYear is the year in which the year's recruits are rewarded.
func (m RecruitFellOut) PayYear() int { return m.Year + 1 }

// Shown are the lines that fit on a telephone.
func (m RecruitFellOut) Shown() []FallenRecruit { return m.Lines[:min(len(m.Lines), maxLines)] }

// Rest is how many more there are.
func (m RecruitFellOut) Rest() int { return len(m.Lines) - len(m.Shown()) }

// maxLines is how many lines of a list a message shows.
const maxLines = 10

// MaskName keeps a person's first character: 张**.
func MaskName(name string) string {
	r := []rune(name)
	for i := 1; i < len(r); i++ {
		r[i] = '*'
	}
	return string(r)
}

var recruitFellOut = define(Kind{
	Name: "recruit-fell-out", Title: "引才人员参保中断", Audience: Firms, Timing: Morning,
	Next: []string{"引才人数", "人工"},
	Sample: RecruitFellOut{Year: 2025, Reached: 17, Need: 20, On: 20260315, Lines: []FallenRecruit{
		{Root: 7, Name: "示**", Enterprise: "示例智能装备有限公司", Months: 4, Last: 202601},
		{Root: 9, Name: "例*", Enterprise: "示例新能源有限公司"},
	}},
}, func(q models.Query, _ models.Recipient, m RecruitFellOut) (string, error) {
	roots := make([]int64, len(m.Lines))
	for i, l := range m.Lines {
		roots[i] = l.Root
	}
	n, err := q.UnchangedRecruits(roots, m.On)
	if err != nil || n > 0 {
		return "", err
	}
	return "这些人员的参保状态又有变化", nil
})
