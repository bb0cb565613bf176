package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var funds = &Command{
	Name:    "资金",
	Aliases: []string{"还剩多少钱", "预算", "指标", "资金测算", "资金预测"},
	Params:  []Param{{Name: "年度", Also: []string{"年", "year"}}},
	Example: "资金 2027",
	Summary: "各年要付多少、指标还剩多少",
	Roles:   officials,
	Private: true,
	Run:     runFunds,
}

// byClause is what may stand in the place of a year.
const byClause = "条款"

// runFunds says what falls due and what the appropriations leave: all years, one year, or by clause.
func runFunds(_ context.Context, r *Request) (Reply, error) {
	f, err := r.Forecast(r.Bot.Book, r.Bot.Budget, r.Bot.Effective, r.On)
	if err != nil {
		return Reply{}, err
	}
	asked := strings.TrimSuffix(r.Args["年度"], "年")
	if asked == byClause {
		return r.fundsByClause(f), nil
	}
	if asked != "" {
		year, err := strconv.Atoi(asked)
		if err != nil || year < 2000 || year > 2100 {
			return Reply{Text: "年度是四位数字，例如：资金 2027。按条款看请发送：资金 条款。", Next: []string{"资金", "资金 " + byClause}, Outcome: Asked}, nil
		}
		return r.fundsOfYear(f, year), nil
	}
	lines := []string{fmt.Sprintf("**资金**%s", bracketed(f.On.Text()+"已知"))}
	purses := allotted(f.Budgets, f.On.Year())
	for _, b := range purses {
		lines = append(lines, purseLine(b))
	}
	if len(purses) == 0 {
		lines = append(lines, fmt.Sprintf("%d年还没有录入预算指标：请把“预算指标”表发给我，两人同意后生效。", f.On.Year()))
	}
	next := []string{}
	if len(f.Parts) == 0 {
		lines = append(lines, "还没有核定的奖励，也没有待核定的申报。")
	} else {
		lines = append(lines, "**各年应付**")
		most := policy.Fen(0)
		for _, year := range f.Years() {
			most = max(most, f.Sum(year).Total())
		}
		for _, year := range f.Years() {
			s := f.Sum(year)
			line := fmt.Sprintf("- %d年　%s　%s%s", year, blocks(s.Total(), most), s.Total().Text(), sumDetail(s))
			if f.Tail(year) {
				line += "【政策期满后】"
			}
			lines = append(lines, line)
			if year >= f.On.Year() && s.Total() > 0 {
				next = append(next, fmt.Sprintf("资金 %d", year))
			}
		}
		if o := f.Overdue(); o > 0 {
			lines = append(lines, fmt.Sprintf("以前年度到期未拨 %s，由%d年指标承担。", o.Text(), f.On.Year()))
		}
		next = append(next[:min(3, len(next))], "资金 "+byClause)
	}
	return Reply{Text: strings.Join(append(lines, r.fundsNotes(f, f.On.Year())...), "\n"), Next: append(next, "待办")}, nil
}

func (r *Request) fundsOfYear(f models.Forecast, year int) Reply {
	s := f.Sum(year)
	lines := []string{fmt.Sprintf("**%d年资金**%s", year, bracketed(f.On.Text()+"已知"))}
	for _, b := range allotted(f.Budgets, year) {
		lines = append(lines, purseLine(b))
	}
	if s.Total() == 0 {
		lines = append(lines, "这一年没有到期的分期。")
	} else {
		lines = append(lines, fmt.Sprintf("应付 %s%s", s.Total().Text(), sumDetail(s)), "**按季度**")
		lines = append(lines, sumLines(f.Quarters(year))...)
		lines = append(append(lines, "**按条款**"), sumLines(f.Clauses(year))...)
		if channels := f.Channels(year); len(channels) > 1 {
			lines = append(append(lines, "**按渠道**"), sumLines(channels)...)
		}
	}
	next := []string{"资金", "资金 " + byClause}
	if years := f.Years(); slices.Contains(years, year+1) {
		next = slices.Insert(next, 0, fmt.Sprintf("资金 %d", year+1))
	}
	return Reply{Text: strings.Join(append(lines, r.fundsNotes(f, year)...), "\n"), Next: next}
}

func (r *Request) fundsByClause(f models.Forecast) Reply {
	lines := []string{fmt.Sprintf("**资金按条款**%s", bracketed("全部年度，"+f.On.Text()+"已知"))}
	if len(f.Parts) == 0 {
		lines = append(lines, "还没有核定的奖励，也没有待核定的申报。")
	}
	lines = append(lines, sumLines(f.Clauses(0))...)
	if s := f.Sum(0); s.Total() > 0 {
		lines = append(lines, fmt.Sprintf("合计 %s%s", s.Total().Text(), sumDetail(s)))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"资金", fmt.Sprintf("资金 %d", f.On.Year())}}
}

// fundsNotes says what the figures rest on.
func (r *Request) fundsNotes(f models.Forecast, year int) []string {
	var notes []string
	if f.Expected > 0 && (year == f.On.Year() || f.Sum(year).Expected > 0) {
		notes = append(notes, fmt.Sprintf("预计：已审核、尚未核定的%d项，按今天核定计算。", f.Expected))
	}
	day, provisional := r.Bot.Budget.Closing.In(year, cmp.Or(r.Bot.Calendar, policy.BuiltinCalendar()))
	note := fmt.Sprintf("%d年列支截止日%s", year, day.Text())
	if provisional {
		note += "（放假安排尚未公布，暂定）"
	}
	return append(notes, note+"。")
}

func allotted(all []models.BudgetState, year int) (list []models.BudgetState) {
	for _, b := range all {
		if b.Year == year && b.Documents > 0 {
			list = append(list, b)
		}
	}
	return list
}

func purseLine(b models.BudgetState) string {
	line := fmt.Sprintf("- **%d年%s**：指标 %s，已占用 %s（%d%%，其中已列支 %s）", b.Year, plain(string(b.Channel)), b.Appropriated.Text(), b.Used().Text(), b.Percent(), b.Ordered.Text())
	if b.Free() < 0 {
		line += "，**超出 " + (-b.Free()).Text() + "**"
	} else {
		line += "，还剩 **" + b.Free().Text() + "**"
	}
	if b.Pending != 0 {
		line += "；其中 " + b.Pending.Text() + " 尚未生效"
	}
	return line
}

// sumDetail says what of a sum is paid and what is only expected; nothing when it is all owed.
func sumDetail(s models.ForecastSum) string {
	var parts []string
	if s.Paid > 0 {
		parts = append(parts, "已拨付 "+s.Paid.Text())
	}
	if s.Expected > 0 {
		parts = append(parts, "预计 "+s.Expected.Text())
	}
	if parts == nil {
		return ""
	}
	return bracketed(strings.Join(parts, "，"))
}

func sumLines(sums []models.ForecastSum) (lines []string) {
	for _, s := range sums {
		if s.Total() != 0 {
			lines = append(lines, fmt.Sprintf("- %s　%s%s", plain(s.Name), s.Total().Text(), sumDetail(s)))
		}
	}
	return lines
}

// blocks is a sum as a bar of up to twelve blocks, for a chat that shows no pictures; a sum that is not nothing has one.
func blocks(f, most policy.Fen) string {
	if f <= 0 {
		return "·"
	}
	return strings.Repeat("█", max(1, int(f*12/max(1, most))))
}
