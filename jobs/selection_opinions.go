package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
)

// gaps lists what the offices have said against some subjects, or not said. 同意 and 无数据 are answers. What people have decided about a gap stands in it: about one
// candidate, or about all of whom an office said nothing; a 不同意 is decided one by one.
func (f *field) gaps(subjects []string) []models.OpinionGap {
	var out []models.OpinionGap
	for _, office := range models.Offices {
		for _, subject := range subjects {
			c := f.contenders[subject]
			o, answered := f.said[office][c.Org.Code]
			if answered && o.Verdict != models.Disagree {
				continue
			}
			g := models.OpinionGap{Office: office, Subject: subject, Name: c.Org.Name}
			if answered {
				g.Verdict, g.Reason = o.Verdict, o.Reason
			} else if i := slices.IndexFunc(f.requests, func(r models.OpinionRequest) bool { return r.Office == office }); i >= 0 && f.requests[i].DueOn < f.on {
				g.Overdue = f.requests[i].DueOn
			}
			for _, r := range f.rulings {
				if r.Ruling == models.RulingOpinion && r.Office == office && (r.Subject == subject || r.Subject == "" && !answered) {
					g.Ruling, g.Decided, g.By, g.Evidence = r.ID, r.Reason, f.entered(r), r.Basis
				}
			}
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b models.OpinionGap) int { // equal words next to each other
		return cmp.Or(slices.Index(models.Offices, a.Office)-slices.Index(models.Offices, b.Office), cmp.Compare(a.Verdict, b.Verdict))
	})
	return out
}

// undecided keeps the gaps that nobody has decided about.
func undecided(gaps []models.OpinionGap) []models.OpinionGap {
	return slices.DeleteFunc(slices.Clone(gaps), func(g models.OpinionGap) bool { return g.Ruling != 0 })
}

// opinionsMissing refuses a plan while an office disagrees or is silent and nobody has decided about it.
func opinionsMissing(r models.Round, gaps []models.OpinionGap) error {
	open := undecided(gaps)
	if len(open) == 0 {
		return nil
	}
	var parts []string
	for i := 0; i < len(open); {
		n := 1
		for i+n < len(open) && open[i+n].Says() == open[i].Says() {
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
