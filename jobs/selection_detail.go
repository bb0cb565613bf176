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
		d.Rulings = append(d.Rulings, models.RulingLine{ID: r.ID, Ruling: r.Ruling, Name: f.contenders[r.Subject].Org.Name, Reason: r.Reason, Basis: r.Basis, By: r.Actor})
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

// frozenSelection words a line of a selection as it was submitted.
func (e *Env) frozenSelection(p models.Plan, l models.PlanLine) (models.ReportLine, error) {
	d, err := models.SelectionOf(p)
	if err != nil {
		return models.ReportLine{}, err
	}
	item, err := e.Book.Item(l.Item)
	if err != nil {
		return models.ReportLine{}, err
	}
	line, ok := d.Line(l.OrgID)
	if !ok {
		return models.ReportLine{}, models.E(models.Conflict, "方案 #%d 第 %d 行不在名单里", p.ID, l.No)
	}
	r := models.ReportLine{Who: line.Sheet.Name, Item: item.ID, Clause: item.Clause, What: d.Kind.Text() + "：" + line.Sheet.Text(), Why: line.Sheet.Why(e.barText)}
	if d.Moves {
		r.Change = "递补"
	}
	return r, nil
}
