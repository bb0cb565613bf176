package notifications

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Advice is what every reminder says besides its day: the words of its ladder.
type Advice struct {
	Org    int64       `json:"org"`
	Step   int         `json:"step"` // of the ladder
	On     policy.Date `json:"on"`   // the day on which it is read
	Do     string      `json:"do"`
	Where  string      `json:"where"`
	Lost   string      `json:"lost"`
	Clause string      `json:"clause"`
	Source string      `json:"source"`
}

// AdviceOf takes the words of a ladder.
func AdviceOf(l policy.Ladder, org int64, step int, on policy.Date) Advice {
	return Advice{org, step, on, l.Do, l.Where, l.Lost, l.Clause, l.Source}
}

// before is the day of a step towards a last day: what tells one step from the next, while the thing stays the same, so that of two that wait
// only the newer goes out.
func (a Advice) before(last policy.Date) policy.Date {
	if a.Step == policy.Missed {
		return last.AddDays(1)
	}
	return last.AddDays(-a.Step)
}

// LastDay is a day by which something must be done, with the working day to go by.
type LastDay struct {
	Day       policy.Date `json:"day"`
	Workday   policy.Date `json:"workday"`   // the day itself, or the last working day before it
	Tentative bool        `json:"tentative"` // the year's working days are not published yet
}

// LastDayOf finds the working day.
func (h Hours) LastDayOf(d policy.Date) LastDay {
	if d == 0 {
		return LastDay{}
	}
	return LastDay{d, policy.LastWorkday(d, h.Workday), h.Calendar.Assumed(d)}
}

// String is the day as people read it: 2026年3月1日（此前最后一个工作日为2026年2月28日）.
func (d LastDay) String() string {
	switch {
	case d.Workday != d.Day && d.Tentative:
		return d.Day.Text() + "（此前最后一个工作日为" + d.Workday.Text() + "，暂定）"
	case d.Workday != d.Day:
		return d.Day.Text() + "（此前最后一个工作日为" + d.Workday.Text() + "）"
	case d.Tentative:
		return d.Day.Text() + "（当年放假安排尚未公布，工作日暂定）"
	}
	return d.Day.Text()
}

// left says how far away a day is.
func left(from, to policy.Date) string {
	switch n := from.DaysUntil(to); {
	case n == 0:
		return "就在今天"
	case n > 0:
		return fmt.Sprintf("还有%d天", n)
	default:
		return fmt.Sprintf("已过%d天", -n)
	}
}

// gone says why an organisation needs no reminder any more, or empty.
func gone(q models.Query, org int64, today policy.Date) (models.Registration, string, error) {
	regs, err := q.Registrations([]int64{org}, today, today)
	switch reg, known := regs[org]; {
	case err != nil:
		return reg, "", err
	case !known || !reg.Operating:
		return reg, "该机构已不在正常经营状态", nil
	default:
		return reg, "", nil
	}
}

// OpenLine is a claim that waits, in a list.
type OpenLine struct {
	Claim    int64             `json:"claim"`
	Decision int64             `json:"decision"`
	State    models.ClaimState `json:"state"`
	Item     string            `json:"item"`
	Fact     string            `json:"fact"`
	Amount   policy.Fen        `json:"amount"` // 0 = not known yet
	AtMost   bool              `json:"at_most"`
	Needs    []string          `json:"needs"` // what is to be handed in or cleared
}

// stillOpen keeps the lines that are as they were.
func stillOpen(q models.Query, lines []OpenLine) ([]OpenLine, error) {
	claims := make([]models.OpenClaim, len(lines))
	for i, l := range lines {
		claims[i] = models.OpenClaim{ID: l.Claim, DecisionID: l.Decision, State: l.State}
	}
	open, err := q.StillOpen(claims)
	return slices.DeleteFunc(slices.Clone(lines), func(l OpenLine) bool { return !open[l.Claim] }), err
}
