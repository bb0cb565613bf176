package charts

import (
	"strconv"

	"duixian/policy"
)

// Bars is a chart of stacked bars, one a year or a clause, each perhaps with a mark for what is allotted to it.
type Bars struct {
	Title  string
	Below  string // what the figures rest on
	Series []Series
	Mark   string // what a mark means; empty = no bar has one
	Bars   []Bar
}

// Series is one part of each bar, from the bottom up.
type Series struct {
	Name, Fill, Edge string
}

// Bar is one bar: a value for each series. Nothing is drawn of what is negative.
type Bar struct {
	Name, Note string
	Values     []policy.Fen
	Mark       policy.Fen
	Marked     bool
}

func (b Bar) total() (sum policy.Fen) {
	for _, v := range b.Values {
		sum += max(0, v)
	}
	return sum
}

const (
	width, height          = 960, 540
	left, right            = 96, 32
	top, bottom            = 112, 92
	ink, grey, rule, alarm = "#1f2933", "#616e7c", "#e4e7eb", "#b42318"
)

// Draw lays the chart out.
func (c Bars) Draw() *Drawing {
	d := &Drawing{Width: width, Height: height, Title: c.Title, About: c.about()}
	d.rect(0, 0, width, height, "#ffffff", "")
	d.text(left-64, 40, 22, start, ink, c.Title, true)
	c.legend(d)
	most := policy.Fen(0)
	for _, b := range c.Bars {
		most = max(most, b.total(), b.Mark)
	}
	step := tick(most)
	ceiling := max(step, (most+step-1)/step*step)
	y := func(f policy.Fen) int { return height - bottom - int(f*policy.Fen(height-bottom-top)/ceiling) }
	d.text(left-64, top-14, 13, start, grey, "万元", false)
	for f := policy.Fen(0); f <= ceiling; f += step {
		d.rect(left, y(f), width-left-right, 1, rule, "")
		d.text(left-10, y(f)+5, 13, end, grey, wan(f), false)
	}
	if len(c.Bars) == 0 {
		d.text(width/2, height/2, 16, middle, grey, "没有可画的数据", false)
	}
	for i, b := range c.Bars {
		slot := (width - left - right) / len(c.Bars)
		x, w := left+i*slot+slot/2, min(72, slot*6/10)
		base := policy.Fen(0)
		for s, v := range b.Values {
			if v <= 0 {
				continue
			}
			d.rect(x-w/2, y(base+v), w, max(1, y(base)-y(base+v)), c.Series[s].Fill, c.Series[s].Edge)
			base += v
		}
		label := y(base) - 8
		if b.Marked {
			fill := ink
			if base > b.Mark {
				fill = alarm
			}
			d.rect(x-w/2-8, y(max(0, b.Mark))-1, w+16, 3, fill, "")
			if m := y(max(0, b.Mark)); label > m-16 && label < m+12 { // not through the mark
				label = min(label, m-8)
			}
		}
		d.text(x, label, 13, middle, ink, wan(base), true)
		d.text(x, height-bottom+24, 15, middle, ink, b.Name, false)
		if b.Note != "" {
			d.text(x, height-bottom+42, 12, middle, grey, b.Note, false)
		}
	}
	d.text(left-64, height-20, 13, start, grey, c.Below, false)
	return d
}

func (c Bars) legend(d *Drawing) {
	x := left - 64
	for _, s := range c.Series {
		d.rect(x, 58, 14, 14, s.Fill, s.Edge)
		d.text(x+20, 70, 14, start, ink, s.Name, false)
		x += 20 + wide(s.Name, 14) + 24
	}
	if c.Mark != "" {
		d.rect(x, 64, 20, 3, ink, "")
		d.text(x+26, 70, 14, start, ink, c.Mark, false)
	}
}

// about says the chart in words: every bar with its parts.
func (c Bars) about() string {
	text := c.Title
	for _, b := range c.Bars {
		text += "；" + b.Name
		for i, v := range b.Values {
			if v > 0 {
				text += " " + c.Series[i].Name + " " + v.Text()
			}
		}
		if b.Marked {
			text += " " + c.Mark + " " + b.Mark.Text()
		}
	}
	return text
}

// tick is the distance of the lines: 1, 2 or 5 times a power of ten of yuan, about five of them.
func tick(most policy.Fen) policy.Fen {
	step := policy.Yuan(1)
	for {
		for _, n := range []policy.Fen{1, 2, 5} {
			if step*n*5 >= most {
				return step * n
			}
		}
		step *= 10
	}
}

// wan is a sum in 万元 as short as it is exact to the hundredth, cut down.
func wan(f policy.Fen) string {
	cents := int64(f / 10_000) // hundredths of 万元
	text := strconv.FormatInt(cents/100, 10)
	switch rest := cents % 100; {
	case rest == 0:
	case rest%10 == 0:
		text += "." + strconv.FormatInt(rest/10, 10)
	case rest < 10:
		text += ".0" + strconv.FormatInt(rest, 10)
	default:
		text += "." + strconv.FormatInt(rest, 10)
	}
	return text
}
