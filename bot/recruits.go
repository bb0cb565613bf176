package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
)

var recruits = &Command{
	Name:    "引才人数",
	Aliases: []string{"还差几个", "还差几人", "引才", "还差多少人", "引进人数"},
	Params:  []Param{{Name: "引进年份", Also: []string{"年份", "年", "year"}}},
	Summary: "引进几人、可计入几人、还差几人",
	Roles:   firms,
	Private: true,
	Run:     runRecruits,
}

// runRecruits counts the people of a hire year: without a year, of the newest one whose reward is due this year or
// earlier, with a line on the others. Nobody is named.
func runRecruits(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	years, err := r.RecruitYears(r.Org.ID, r.On)
	if err != nil {
		return Reply{}, err
	}
	year, problem := r.hireYear(years)
	if problem != "" {
		return Reply{Text: problem, Outcome: Asked}, nil
	}
	c := recruitClaim(list, year)
	h, err := r.headcount(r.Org.ID, year, c)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + models.HireYearText(year) + "**（截至" + r.On.Text() + "）"}
	lines = append(lines, r.tally(h)...)
	if h.Unknown > 0 {
		months, err := r.unknownMonths(h)
		if err != nil {
			return Reply{}, err
		}
		if months != "" {
			lines = append(lines, "还没有报来："+months+"。")
		}
	}
	next := []string{"为什么 引才", "进度"}
	if c != nil && c.award != nil {
		next[0] = "到账"
	}
	result, err := r.result(d, h)
	if err != nil {
		return Reply{}, err
	}
	lines = append(lines, result...)
	for _, other := range years {
		if other != year {
			next = append(next, fmt.Sprintf("引才人数 %d", other))
		}
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}

// result is what comes of the count: where the claim stands, or when it will be looked at.
func (r *Request) result(d *models.Dossier, h headcount) ([]string, error) {
	c := h.claim
	switch {
	case c == nil:
		return r.forecast(d, h), nil
	case c.Reason == "LT_20" || c.State == models.ClaimNeedsData:
		return []string{r.outlook(h)}, nil
	}
	now, then, err := r.status(d, *c)
	if c.State == models.ClaimDecided && h.amount != c.decision.AmountFen {
		then = "有新的资料，" + r.outlook(h)
	}
	return []string{now + c.label(then)}, err
}

// hireYear picks the year that is asked about.
func (r *Request) hireYear(years []int) (year int, problem string) {
	if typed := r.Args["引进年份"]; typed != "" {
		year, err := strconv.Atoi(strings.TrimSuffix(typed, "年"))
		switch {
		case err != nil:
			return 0, fmt.Sprintf("“%s”不是年份，请写引进的年份，例如：引才人数 %d", plain(typed), r.On.Year()-1)
		case !slices.Contains(years, year):
			return 0, fmt.Sprintf("没有登记%s的人员。", models.HireYearText(year))
		}
		return year, ""
	}
	if len(years) == 0 {
		return 0, r.noRecruits()
	}
	for _, y := range years { // newest first
		if y < r.On.Year() {
			return y, ""
		}
	}
	return years[0], ""
}

// noRecruits is said to a firm without anybody on its list.
func (r *Request) noRecruits() string {
	return fmt.Sprintf("没有登记引进的人员。%s的名单，请交给市人社局经办人登记。", models.HireYearText(r.On.Year()))
}

// tally is the count in lines: how many there are, how many count, and where the others are.
func (r *Request) tally(h headcount) []string {
	first := fmt.Sprintf("登记引进%d人，参保满6个月、可以计入的%d人", h.Introduced, h.Counted)
	if h.Missing() > 0 {
		first += fmt.Sprintf("，**还差%d人**（要求%d人以上）。", h.Missing(), h.Need)
	} else {
		first += fmt.Sprintf("，已达到%d人。", h.Need)
	}
	lines := []string{first}
	for _, group := range []struct {
		n    int
		text string
	}{
		{h.OneAway, "再参保1个月就满6个月"},
		{h.Counting, "参保还差2个月以上"},
		{h.Unknown, "参保月份还没有报来，暂不能判断"},
		{h.Lost, "中断参保，已不能满6个月"},
		{h.NotKey, "用人单位入职时不在“2+4+X”重点产业名单"},
		{h.Other, "不是大学生或高技能人才"},
		{h.Duplicate, "已在别的机构或年度计算"},
		{h.Elsewhere, "已享受其他引才奖补，计人数、不重复发放"},
	} {
		if group.n > 0 {
			lines = append(lines, fmt.Sprintf("- %d人%s", group.n, group.text))
		}
	}
	return lines
}
