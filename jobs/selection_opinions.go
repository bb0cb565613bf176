package jobs

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// OpinionGap is one answer that stands between a candidate and a place: an office that disagrees, or that has not answered. Silence is not consent.
type OpinionGap struct {
	Office   models.Office  `json:"office"`
	Subject  string         `json:"subject"`
	Name     string         `json:"name"`
	Verdict  models.Verdict `json:"verdict,omitempty"` // empty = no answer
	Reason   string         `json:"reason,omitempty"`  // of the office
	Overdue  policy.Date    `json:"overdue,omitempty"` // its last day, once that has passed
	Ruling   int64          `json:"ruling,omitempty"`  // what people decided about it
	Decided  string         `json:"decided,omitempty"` // their reason …
	By       string         `json:"by,omitempty"`      // … and who entered it
	Evidence string         `json:"basis,omitempty"`
}

// Text says a gap for people.
func (g OpinionGap) Text() string {
	text := g.Name + "：" + g.Office.Text() + "未答复"
	switch {
	case g.Verdict == models.Disagree:
		text = g.Name + "：" + g.Office.Text() + "不同意（" + g.Reason + "）"
	case g.Overdue != 0:
		text += "（" + g.Overdue.Text() + "截止，逾期）"
	}
	if g.Ruling != 0 {
		text += "；已研究决定：" + g.Decided
		if g.Evidence != "" {
			text += "（" + g.Evidence + "）"
		}
		text += "，" + g.By + "录入"
	}
	return text
}

// gaps lists what the offices have said against some subjects, or not said. 同意 and 无数据 are answers. What people have decided about a gap stands in it: about one
// candidate, or about all of whom an office said nothing; a 不同意 is decided one by one.
func (f *field) gaps(subjects []string) []OpinionGap {
	var out []OpinionGap
	for _, office := range models.Offices {
		for _, subject := range subjects {
			c := f.contenders[subject]
			o, answered := f.said[office][c.Org.Code]
			if answered && o.Verdict != models.Disagree {
				continue
			}
			g := OpinionGap{Office: office, Subject: subject, Name: c.Org.Name}
			if answered {
				g.Verdict, g.Reason = o.Verdict, o.Reason
			} else if i := slices.IndexFunc(f.requests, func(r models.OpinionRequest) bool { return r.Office == office }); i >= 0 && f.requests[i].DueOn < f.on {
				g.Overdue = f.requests[i].DueOn
			}
			for _, r := range f.rulings {
				if r.Ruling == models.RulingOpinion && r.Office == office && (r.Subject == subject || r.Subject == "" && !answered) {
					g.Ruling, g.Decided, g.By, g.Evidence = r.ID, r.Reason, r.Actor, r.Basis
				}
			}
			out = append(out, g)
		}
	}
	return out
}

// undecided keeps the gaps that nobody has decided about.
func undecided(gaps []OpinionGap) []OpinionGap {
	return slices.DeleteFunc(slices.Clone(gaps), func(g OpinionGap) bool { return g.Ruling != 0 })
}

// opinionsMissing refuses a plan while an office disagrees or is silent and nobody has decided about it.
func opinionsMissing(r models.Round, gaps []OpinionGap) error {
	open := undecided(gaps)
	if len(open) == 0 {
		return nil
	}
	more := ""
	if len(open) > 3 {
		more = fmt.Sprintf("等 %d 项", len(open))
	}
	text := ""
	for i, g := range open[:min(3, len(open))] {
		if i > 0 {
			text += "；"
		}
		text += g.Text()
	}
	return models.E(models.Conflict, "%s还不能送审：%s%s。没有答复不等于同意；请催办并导入部门联审意见，或由领导集体研究后录入处理决定（任务“评选决定”）", r.Name(), text, more)
}
