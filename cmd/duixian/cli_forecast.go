package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"duixian/charts"
	"duixian/models"
	"duixian/policy"
)

func forecastCommand(p *program) *cobra.Command {
	var on, chart, letters string
	asJSON, due := false, false
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "What falls due by year, clause and channel, and what the appropriations leave",
		Long: `Says what falls due in each year: paid, owed by awards, and expected (预计) of claims that are decided and not awarded yet, as if
they were approved on the day. The tails that are paid after the policy has ended are in it. With --on it is what was known on
that day. --due lists the parts that could be ordered now, in the order in which they are paid, and which of them wait for an
appropriation. --chart draws the years as a picture: SVG, or PNG where the machine has a Chinese font. The chat's 资金 says the same.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := p.day(on)
			if err != nil {
				return err
			}
			if err := endsIn(chart, ".svg", ".png"); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				if due {
					return p.printDue(q, a, day, asJSON)
				}
				f, err := q.Forecast(a.env.Book, a.env.Budget, a.env.Effective, day)
				if err != nil {
					return err
				}
				switch {
				case chart != "":
					return p.drawForecast(f, chart, letters)
				case asJSON:
					return printJSON(p.out, forecastRows(f, a))
				}
				p.printForecast(f, a)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "as known on this day, 2026-06-30 (default today)")
	cmd.Flags().StringVar(&chart, "chart", "", "draw the years into a new file, .svg or .png")
	cmd.Flags().StringVar(&letters, "font", "", "font with Chinese letters for a .png (default: the first one found)")
	cmd.Flags().BoolVar(&due, "due", false, "the parts that could be ordered now")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// drawForecast writes the chart of the years.
func (p *program) drawForecast(f models.Forecast, name, letters string) error {
	picture := charts.Forecast(f).Draw()
	if strings.EqualFold(filepath.Ext(name), ".svg") {
		return p.writeNew(name, picture.WriteSVG)
	}
	font, err := charts.FindFont(letters)
	if err != nil {
		return err
	}
	return p.writeNew(name, func(w io.Writer) error { return picture.WritePNG(w, font) })
}

// forecastRow is a year for scripts.
type forecastRow struct {
	Year        int                  `json:"year"`
	AfterEnd    bool                 `json:"after_policy_end,omitempty"`
	Closes      policy.Date          `json:"closes"`
	Provisional bool                 `json:"closes_provisional,omitempty"`
	Total       policy.Fen           `json:"total"`
	Paid        policy.Fen           `json:"paid"`
	Owed        policy.Fen           `json:"owed"`
	Expected    policy.Fen           `json:"expected"`
	Quarters    []models.ForecastSum `json:"quarters"`
	Clauses     []models.ForecastSum `json:"clauses"`
	Channels    []models.ForecastSum `json:"channels"`
	Budgets     []models.BudgetState `json:"budgets"`
}

type forecastReport struct {
	On         policy.Date   `json:"on"`
	PolicyEnds policy.Date   `json:"policy_ends,omitempty"`
	Split      bool          `json:"split_configured"`
	Required   bool          `json:"budget_required"`
	Overdue    policy.Fen    `json:"carried_over"`
	Years      []forecastRow `json:"years"`
}

func forecastRows(f models.Forecast, a *app) forecastReport {
	r := forecastReport{On: f.On, PolicyEnds: f.Ends, Split: a.env.Budget.Split.Configured(), Required: a.env.Budget.Required, Overdue: f.Overdue(), Years: []forecastRow{}}
	for _, year := range f.Years() {
		s := f.Sum(year)
		row := forecastRow{
			Year: year, AfterEnd: f.Tail(year), Total: s.Total(), Paid: s.Paid, Owed: s.Owed, Expected: s.Expected,
			Quarters: f.Quarters(year), Clauses: f.Clauses(year), Channels: f.Channels(year), Budgets: f.BudgetsOf(year),
		}
		row.Closes, row.Provisional = a.env.Budget.Closing.In(year, a.env.Calendar)
		r.Years = append(r.Years, row)
	}
	return r
}

func (p *program) printForecast(f models.Forecast, a *app) {
	lines(p.out, "资金测算（%s已知）", f.On.Text())
	if len(f.Years()) == 0 {
		lines(p.out, "还没有核定的奖励、待核定的申报，也没有预算指标")
		return
	}
	table := [][]string{{"年度", "合计", "已拨付", "已核定未拨", "预计", "指标", "结余"}}
	for _, year := range f.Years() {
		s := f.Sum(year)
		allotted, left := "—", "—"
		if sum, documents := f.Appropriated(year); documents > 0 {
			need := s.Total()
			if year == f.On.Year() {
				need += f.Overdue()
			}
			allotted, left = sum.Text(), (sum - need).Text()
		}
		name := fmt.Sprint(year)
		if f.Tail(year) {
			name += "（期满后）"
		}
		table = append(table, []string{name, s.Total().Text(), s.Paid.Text(), s.Owed.Text(), s.Expected.Text(), allotted, left})
	}
	s := f.Sum(0)
	table = append(table, []string{"合计", s.Total().Text(), s.Paid.Text(), s.Owed.Text(), s.Expected.Text(), "", ""})
	p.table(table)
	if o := f.Overdue(); o > 0 {
		lines(p.out, "以前年度到期未拨 %s，由%d年指标承担，已计入该年结余", o.Text(), f.On.Year())
	}
	for _, year := range f.Years() {
		if f.Sum(year).Total() == 0 {
			continue
		}
		lines(p.out, "\n%d年", year)
		p.sums("按条款", f.Clauses(year))
		p.sums("按渠道", f.Channels(year))
		p.sums("按季度", f.Quarters(year))
	}
	states := slices.DeleteFunc(slices.Clone(f.Budgets), func(b models.BudgetState) bool { return b.Documents == 0 && b.Ordered == 0 })
	if len(states) > 0 {
		lines(p.out, "\n预算指标")
		table = [][]string{{"年度渠道", "指标", "已列支", "已拨付", "待列支", "以前年度结转", "未占用"}}
		for _, b := range states {
			table = append(table, []string{fmt.Sprintf("%d年%s", b.Year, b.Channel), b.Appropriated.Text(), b.Ordered.Text(), b.Paid.Text(), b.Open.Text(), b.Overdue.Text(), b.Free().Text()})
		}
		p.table(table)
		for _, b := range states {
			if b.Pending != 0 {
				lines(p.out, "%d年%s有 %s 尚未到生效日，还不能列支", b.Year, b.Channel, b.Pending.Text())
			}
		}
	}
	lines(p.out, "")
	for _, note := range forecastNotes(f, a) {
		lines(p.out, "说明：%s", note)
	}
}

// forecastNotes says what the figures rest on.
func forecastNotes(f models.Forecast, a *app) []string {
	var notes []string
	if f.Expected > 0 {
		notes = append(notes, fmt.Sprintf("预计为已审核、尚未核定的 %d 项，按%s核定计算", f.Expected, f.On.Text()))
	}
	if f.Ends != 0 {
		notes = append(notes, "政策有效期至"+f.Ends.Text()+"，此前核定的分期照常拨付")
	}
	if !a.env.Budget.Split.Configured() {
		notes = append(notes, "没有配置分担比例（budget.split），全部计入市级")
	}
	day, provisional := a.env.Budget.Closing.In(f.On.Year(), a.env.Calendar)
	text := fmt.Sprintf("%d年列支截止日%s（budget.closing）", f.On.Year(), day.Text())
	if provisional {
		text += "，放假安排尚未收录，暂定"
	}
	return append(notes, text)
}

// sums prints one breakdown of a year; what is nothing is left out.
func (p *program) sums(title string, sums []models.ForecastSum) {
	table := [][]string{{title, "合计", "已拨付", "已核定未拨", "预计"}}
	for _, s := range sums {
		if s.Total() != 0 {
			table = append(table, []string{s.Name, s.Total().Text(), s.Paid.Text(), s.Owed.Text(), s.Expected.Text()})
		}
	}
	p.table(table)
}

// table prints columns, the first to the left and the others to the right; a Chinese character is two places wide.
func (p *program) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], places(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		b.WriteString("  ")
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-places(cell))
			if i == 0 {
				b.WriteString(cell + pad)
			} else {
				b.WriteString("  " + pad + cell)
			}
		}
		lines(p.out, "%s", strings.TrimRight(b.String(), " "))
	}
}

func places(s string) (n int) {
	for _, r := range s {
		if n++; r >= 0x2E80 {
			n++
		}
	}
	return n
}

// dueRow is a part that could be ordered.
type dueRow struct {
	Award   int64                `json:"award"`
	No      int                  `json:"instalment"`
	Org     string               `json:"organisation"`
	Decided policy.Date          `json:"decided"`
	Amount  policy.Fen           `json:"amount"`
	Parts   []policy.ChannelPart `json:"channels"`
	Waits   bool                 `json:"waits"`
}

// printDue lists what could be ordered on a day, in the order in which it is paid.
func (p *program) printDue(q models.Query, a *app, on policy.Date, asJSON bool) error {
	due, err := q.DueParts(a.env.Budget, on)
	if err != nil {
		return err
	}
	fit, wait, err := q.BudgetFits(models.BudgetOrder{Year: on.Year(), On: on, Required: true}, due)
	if err != nil {
		return err
	}
	rows := []dueRow{}
	for i, list := range [][]models.BudgetLine{fit, wait} {
		for _, l := range list {
			award, err := q.Award(l.AwardID)
			if err != nil {
				return err
			}
			org, err := q.Organisation(award.OrgID)
			if err != nil {
				return err
			}
			rows = append(rows, dueRow{l.AwardID, l.No, org.Name, l.DecidedOn, l.Amount, l.Parts, i == 1})
		}
	}
	if asJSON {
		return printJSON(p.out, rows)
	}
	if len(rows) == 0 {
		lines(p.out, "%s没有待拨付的分期", on.Text())
		return nil
	}
	total, waits := policy.Fen(0), policy.Fen(0)
	for _, r := range rows {
		total += r.Amount
		state := "指标足够"
		if r.Waits {
			waits += r.Amount
			state = "指标不足"
		}
		lines(p.out, "%d-%d  %s  %s  %s核定  %s", r.Award, r.No, r.Org, r.Amount.Text(), r.Decided.Text(), state)
	}
	lines(p.out, "共 %d 期 %s，其中指标不足 %s", len(rows), total.Text(), waits.Text())
	if waits > 0 && !a.env.Budget.Required {
		lines(p.out, "没有要求先有指标（budget.required 为 false），指标不足的照常列支并记录")
	}
	return nil
}
