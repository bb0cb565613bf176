package jobs

import (
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// selectionKind is the kind of plan by which two people decide a selection, or who moves up in it.
const selectionKind = "selection"

// SelectionDetail is what two people see of a selection: the whole list with reasons, what the meeting decided and what the offices said. It is what the
// reserves move up by, whatever becomes known later.
type SelectionDetail struct {
	Round   int64              `json:"round"`
	Kind    models.RoundKind   `json:"kind"`
	Year    int                `json:"year"`
	Places  int                `json:"places"`
	Tie     string             `json:"tie"`
	Jury    []string           `json:"jury,omitempty"`
	Lines   []SelectionLine    `json:"lines"`
	Rulings []RulingLine       `json:"rulings,omitempty"`
	Gaps    []OpinionGap       `json:"gaps,omitempty"`  // all of them decided
	Moves   bool               `json:"moves,omitempty"` // not the list itself: who leaves it, and who moves up
	Leaves  []SelectionLeaving `json:"leaves,omitempty"`
}

// SelectionLine is one candidate: the result, and its sheet.
type SelectionLine struct {
	Subject string                `json:"subject"`
	Org     int64                 `json:"org"`
	Sheet   models.SelectionSheet `json:"sheet"`
}

// RulingLine is a decision of the meeting as the second person sees it.
type RulingLine struct {
	ID     int64         `json:"id"`
	Ruling models.Ruling `json:"ruling"`
	Name   string        `json:"name"`
	Reason string        `json:"reason"`
	Basis  string        `json:"basis,omitempty"`
	By     string        `json:"by"`
}

// SelectionLeaving is one who gives up a place.
type SelectionLeaving struct {
	Subject string `json:"subject"`
	Org     int64  `json:"org"`
	Name    string `json:"name"`
	Place   int    `json:"place"`
	Reason  string `json:"reason"`
}

// Title is the selection as plans and lists name it.
func (d SelectionDetail) Title() string {
	title := fmt.Sprintf("%d年度%s方案", d.Year, d.Kind.Text())
	if d.Moves {
		title = fmt.Sprintf("%d年度%s递补方案", d.Year, d.Kind.Text())
	}
	return title
}

// detail words a field.
func (f *field) detail() SelectionDetail {
	d := SelectionDetail{Round: f.round.ID, Kind: f.round.Kind, Year: f.round.Year, Places: f.rules.Places, Tie: f.rules.Tie, Jury: f.jury.Jurors}
	for _, p := range f.list {
		d.Lines = append(d.Lines, SelectionLine{Subject: p.Subject, Org: f.contenders[p.Subject].Org.ID, Sheet: f.sheet(p)})
	}
	for _, r := range f.rulings {
		if r.Ruling == models.RulingOpinion {
			continue
		}
		d.Rulings = append(d.Rulings, RulingLine{ID: r.ID, Ruling: r.Ruling, Name: f.contenders[r.Subject].Org.Name, Reason: r.Reason, Basis: r.Basis, By: r.Actor})
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
	d, err := detailOf[SelectionDetail](p)
	if err != nil {
		return models.ReportLine{}, err
	}
	item, err := e.Book.Item(l.Item)
	if err != nil {
		return models.ReportLine{}, err
	}
	line, ok := d.line(l.OrgID)
	if !ok {
		return models.ReportLine{}, models.E(models.Conflict, "方案 #%d 第 %d 行不在名单里", p.ID, l.No)
	}
	r := models.ReportLine{Who: line.Sheet.Name, Item: item.ID, Clause: item.Clause, What: d.Kind.Text() + "：" + standingText(line.Sheet), Why: e.why(line.Sheet)}
	if d.Moves {
		r.Change = "递补"
	}
	return r, nil
}

// placings are the results of a frozen list.
func (d SelectionDetail) placings() []policy.Placing {
	list := make([]policy.Placing, len(d.Lines))
	for i, l := range d.Lines {
		list[i] = policy.Placing{Subject: l.Subject, Standing: l.Sheet.Standing, Rank: l.Sheet.Rank, Place: l.Sheet.Place, Reserve: l.Sheet.Reserve, Tied: l.Sheet.Tied}
	}
	return list
}

// line finds a candidate of a frozen list by its organisation.
func (d SelectionDetail) line(org int64) (SelectionLine, bool) {
	for _, l := range d.Lines {
		if l.Org == org {
			return l, true
		}
	}
	return SelectionLine{}, false
}

// why says a result in one line for people: what the candidate has, and what stands between it and a place.
func (e *Env) why(s models.SelectionSheet) string {
	var marks []string
	for _, m := range s.Marks {
		if m.Value == "" {
			m.Value = "暂缺"
		}
		marks = append(marks, m.Name+" "+m.Value)
	}
	text := strings.Join(marks, "，")
	switch s.Standing {
	case policy.Reserve:
		switch {
		case s.Tied:
			text += "；与末位并列，按“并列者均不入选”的口径未入选"
		case s.Behind != "":
			text += "；" + s.Behind + "在末位入选者之后"
		}
	case policy.Barred:
		var bars []string
		for _, b := range s.Bars {
			bars = append(bars, e.barText(b))
		}
		text = "不具备入选资格：" + strings.Join(bars, "；")
	case policy.Incomplete:
		text += "；评选数据不全，未排名（不按零分计）"
	}
	if s.Ruling != "" {
		text += "；集体研究：" + s.Ruling
	}
	return text
}

// standingText says where a candidate stands: 入选第3名, 递补第1名（总第11名）.
func standingText(s models.SelectionSheet) string {
	switch s.Standing {
	case policy.Selected:
		if s.Ruling != "" {
			return fmt.Sprintf("入选第%d名（原排名第%d，集体研究调入）", s.Place, s.Rank)
		}
		return fmt.Sprintf("入选第%d名", s.Place)
	case policy.Reserve:
		if s.Tied {
			return fmt.Sprintf("递补第%d名（并列第%d名）", s.Reserve, s.Rank)
		}
		return fmt.Sprintf("递补第%d名（排名第%d）", s.Reserve, s.Rank)
	case policy.Barred:
		return "不具备资格"
	case policy.Incomplete:
		return "数据不全"
	case policy.MovedOut:
		return "集体研究调出"
	}
	return string(s.Standing)
}

// notes say to both people what the lines do not: the tie rule, the meeting, the offices, who gives up a place.
func (d SelectionDetail) notes() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	for _, l := range d.Leaves {
		add("退出：%s（原第%d个名额），%s", l.Name, l.Place, l.Reason)
	}
	for _, r := range d.Rulings {
		text := r.Ruling.Text() + "：" + r.Name + "，" + r.Reason
		if r.Basis != "" {
			text += "（" + r.Basis + "）"
		}
		add("%s，%s录入", text, r.By)
	}
	notes = append(notes, gapNotes(d.Gaps)...)
	if len(d.Jury) > 0 {
		add("专家评审：评委%d名，评分已全部收齐；5名以上的去掉一个最高分和一个最低分", len(d.Jury))
	}
	return notes
}
