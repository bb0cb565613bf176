package models

import (
	"fmt"

	"duixian/policy"
)

// AppropriationDetail is what treasuries allot, as two people decide it.
type AppropriationDetail struct {
	Changes []Appropriation `json:"changes"`
}

// ShortageDetail is a choice as two people see it: which year's money, what there is of it, and what waits then.
type ShortageDetail struct {
	Year  int                  `json:"year"`
	Left  []policy.ChannelPart `json:"left"`
	Waits []ShortageWait       `json:"waits"`
}

// ShortageWait is a part that waits if the choice stands.
type ShortageWait struct {
	AwardID int64      `json:"award"`
	No      int        `json:"instalment"`
	Who     string     `json:"who"`
	Amount  policy.Fen `json:"amount"`
}

// Text says in lines for people what the choice means for everybody else.
func (d ShortageDetail) Text() []string {
	lines := []string{fmt.Sprintf("%d年可列支：", d.Year)}
	for i, p := range d.Left {
		if i > 0 {
			lines[0] += "，"
		}
		lines[0] += string(p.Channel) + " " + p.Amount.Text()
	}
	if len(d.Waits) == 0 {
		return append(lines, "现有指标足够，没有一期需要等待")
	}
	for _, w := range d.Waits {
		lines = append(lines, fmt.Sprintf("等待指标：%s 奖励 #%d 第 %d 期 %s", w.Who, w.AwardID, w.No, w.Amount.Text()))
	}
	return lines
}
