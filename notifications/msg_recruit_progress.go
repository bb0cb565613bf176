package notifications

import (
	"fmt"

	"duixian/policy"
)

// RecruitProgress tells a firm how many of a year's recruits have reached the six months, when that number or the
// number of those who are one month away has changed.
type RecruitProgress struct {
	Year    int         `json:"year"` // of hiring
	Reached int         `json:"reached"`
	OneAway int         `json:"one_away"`
	Need    int         `json:"need"`
	On      policy.Date `json:"on"`
}

// Kind names the message.
func (RecruitProgress) Kind() string { return "recruit-progress" }

// Key is the year of hiring.
func (m RecruitProgress) Key() (string, policy.Date) { return fmt.Sprintf("recruits/%d", m.Year), m.On }

// PayYear is the year in which the year's recruits are rewarded.
func (m RecruitProgress) PayYear() int { return m.Year + 1 }

// Missing is how many are missing, 0 when it is enough.
func (m RecruitProgress) Missing() int { return max(0, m.Need-m.Reached) }

var recruitProgress = define(Kind{
	Name: "recruit-progress", Title: "引才人数变化", Audience: Firms, Timing: Morning, Latest: true,
	Next:   []string{"引才人数"},
	Sample: RecruitProgress{Year: 2025, Reached: 18, OneAway: 3, Need: 20, On: 20260215},
}, always[RecruitProgress]) // a count of a day stays one; the next count replaces it
