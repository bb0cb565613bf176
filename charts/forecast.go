package charts

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// Forecast is the chart of what falls due by year, beside what is allotted.
func Forecast(f models.Forecast) Bars {
	c := Bars{
		Title:  "各年应付资金",
		Below:  f.On.Text() + "已知",
		Series: []Series{{"已拨付", "#2f855a", ""}, {"已核定未拨", "#2b6cb0", ""}, {"预计（尚未核定）", "#dbe7f5", "#2b6cb0"}},
	}
	if f.Ends != 0 {
		c.Below += "；政策有效期至" + f.Ends.Text() + "，其后为此前核定的分期"
	}
	for _, year := range f.Years() {
		s := f.Sum(year)
		b := Bar{Name: fmt.Sprint(year), Values: []policy.Fen{s.Paid, s.Owed, s.Expected}}
		if f.Tail(year) {
			b.Note = "政策期满后"
		}
		if sum, documents := f.Appropriated(year); documents > 0 {
			b.Mark, b.Marked, c.Mark = sum, true, "预算指标（不足为红色）"
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
