package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
func (g OpinionGap) Text() string { return g.says() + "：" + g.Name + g.decision() }

// says is what the office said, or did not say.
func (g OpinionGap) says() string {
	switch {
	case g.Verdict == models.Disagree:
		return g.Office.Text() + "不同意（" + g.Reason + "）"
	case g.Overdue != 0:
		return g.Office.Text() + "未答复（" + g.Overdue.Text() + "截止，逾期）"
	}
	return g.Office.Text() + "未答复"
}

// decision is what people decided about it, empty when nothing.
func (g OpinionGap) decision() string {
	if g.Ruling == 0 {
		return ""
	}
	text := "；已研究决定：" + g.Decided
	if g.Evidence != "" {
		text += "（" + g.Evidence + "）"
	}
	return text + "，" + g.By + "录入"
}

// gapNotes words gaps, those of one office and one decision in one line with all names.
func gapNotes(gaps []OpinionGap) []string {
	var notes []string
	for i := 0; i < len(gaps); {
		names := []string{gaps[i].Name}
		next := i + 1
		for ; next < len(gaps) && gaps[next].says() == gaps[i].says() && gaps[next].decision() == gaps[i].decision(); next++ {
			names = append(names, gaps[next].Name)
		}
		notes = append(notes, fmt.Sprintf("部门意见：%s：%s%s", gaps[i].says(), strings.Join(names, "、"), gaps[i].decision()))
		i = next
	}
	return notes
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
	slices.SortStableFunc(out, func(a, b OpinionGap) int { // equal words next to each other
		return cmp.Or(slices.Index(models.Offices, a.Office)-slices.Index(models.Offices, b.Office), cmp.Compare(a.Verdict, b.Verdict))
	})
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
	var parts []string
	for i := 0; i < len(open); {
		n := 1
		for i+n < len(open) && open[i+n].says() == open[i].says() {
			n++
		}
		text := open[i].Text()
		if n > 1 {
			text += fmt.Sprintf("等 %d 个", n)
		}
		parts, i = append(parts, text), i+n
	}
	return models.E(models.Conflict, "%s还不能送审：%s。没有答复不等于同意；请催办并导入部门联审意见，或由集体研究后录入处理决定（发送“评选决定”）", r.Name(), strings.Join(parts, "；"))
}
