package jobs

import (
	"duixian/models"
	"duixian/policy"
)

const selectionKind = models.KindSelection

// detail words a field.
func (f *field) detail() models.SelectionDetail {
	d := models.SelectionDetail{Round: f.round.ID, Kind: f.round.Kind, Year: f.round.Year, Places: f.rules.Places, Tie: f.rules.Tie, Jury: f.jury.Jurors}
	for _, p := range f.list {
		d.Lines = append(d.Lines, models.SelectionLine{Subject: p.Subject, Org: f.contenders[p.Subject].Org.ID, Sheet: f.sheet(p)})
	}
	for _, r := range f.rulings {
		if r.Ruling == models.RulingOpinion {
			continue
		}
		d.Rulings = append(d.Rulings, models.RulingLine{ID: r.ID, Ruling: r.Ruling, Name: f.contenders[r.Subject].Org.Name, Reason: r.Reason, Basis: r.Basis, By: f.entered(r)})
	}
	return d
}

// sheet is what one candidate may read of itself.
func (f *field) sheet(p policy.Placing) models.SelectionSheet {
	c := f.contenders[p.Subject]
	s := models.SelectionSheet{
		Code: c.Org.Code, Name: c.Org.Name, Standing: p.Standing, Rank: p.Rank, Of: f.ranked(), Places: f.rules.Places, Place: p.Place, Reserve: p.Reserve, Tied: p.Tied, Bars: p.Bars,
	}
	for _, by := range f.rules.By {
		m := models.SelectionMark{Name: by.Name, Merit: by.Merit}
		if v, known := c.Marks[by.ID]; known {
			m.Value = by.Text(v)
		}
		s.Marks = append(s.Marks, m)
	}
	if p.Standing == policy.Reserve {
		s.Behind = f.rules.Criterion(p.Behind).Name
	}
	if r := f.ruling(p.Subject); r != nil {
		s.Ruling = r.Reason
	}
	return s
}

func (f *field) ranked() (n int) {
	for _, p := range f.list {
		if p.Rank > 0 {
			n++
		}
	}
	return n
}

// lineReason says why a line of a plan about a round is held.
func (e *Env) lineReason(p models.Plan, reason string) string {
	if p.Kind == selectionKind && reason != "" {
		return e.barText(reason)
	}
	return models.HeldEntryText(reason)
}

// entered is who entered a ruling, by name where they are known.
func (f *field) entered(r models.RoundRuling) string {
	if name := f.names[r.Actor]; name != "" {
		return name
	}
	return r.Actor
}
