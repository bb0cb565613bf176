package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var expiries = &Command{
	Name:    "到期",
	Aliases: []string{"什么时候到期", "有效期", "到期提醒", "快到期了吗"},
	Summary: "许可、年报、申报截止、政策和各期款项的日子",
	Roles:   firms,
	Private: true,
	Run:     runExpiries,
}

// day is one coming day and what happens on it.
type day struct {
	on   policy.Date
	text string
}

// runExpiries lists the days that matter to the firm, the nearest first: what ends, what begins, what falls due.
func runExpiries(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	days, notes, err := r.deadlineDays(d)
	if err != nil {
		return Reply{}, err
	}
	days = append(days, r.barDays(d)...)
	waiting, err := r.hiring(list)
	if err != nil {
		return Reply{}, err
	}
	for _, h := range waiting {
		reward, err := r.rewardDay(h.Year)
		if err != nil {
			return Reply{}, err
		}
		days = append(days, day{reward, "审核引才奖励" + bracketed(models.HireYearText(h.Year))})
	}
	for _, c := range list {
		for _, p := range c.parts {
			if p.State == models.Scheduled {
				days = append(days, day{p.DueOn, fmt.Sprintf("%s%s起可拨付，%s", c.item.Short, strings.TrimSpace(nth(c.parts, p)), p.AmountFen.Text())})
			}
		}
	}
	slices.SortStableFunc(days, func(a, b day) int { return cmp.Compare(a.on, b.on) })
	lines := []string{"**" + plain(r.Org.Name) + "**的重要日子"}
	for _, one := range days {
		lines = append(lines, "- "+one.on.Text()+left(r.On, one.on)+"："+one.text)
	}
	return Reply{Text: strings.Join(append(lines, notes...), "\n"), Next: []string{"进度", "到账"}}, nil
}

// soon is how many days ahead people count days.
const soon = 180

// left says how far away a day is, when it is near.
func left(from, to policy.Date) string {
	switch n := from.DaysUntil(to); {
	case n < 0:
		return "（已过）"
	case n == 0:
		return "（今天）"
	case n <= soon:
		return fmt.Sprintf("（还有%d天）", n)
	}
	return ""
}

// deadlineDays are the days that the reminders lead to: the end of the licence, reports, windows and material that is missing.
func (r *Request) deadlineDays(d *models.Dossier) (days []day, notes []string, err error) {
	terms := models.DeadlineTermsOf(r.Bot.Reminders, r.Bot.Book, r.Bot.Effective)
	list, err := r.Deadlines([]int64{r.Org.ID}, terms, r.On)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range list {
		switch l.Kind {
		case policy.Licence:
			what := "人力资源服务" + map[bool]string{true: "备案", false: "许可"}[l.Filing]
			if l.On < r.On {
				what += "已过期，请尽快办理"
			} else {
				what += "到期，请提前办理延续"
			}
			days = append(days, day{l.On, what})
		case policy.AnnualReport:
			days = append(days, day{l.On, fmt.Sprintf("%d年度报告公示截止，未公示的星级评定为无星", l.Year)})
		case policy.Window:
			days = append(days, day{l.On, fmt.Sprintf("%s截止，还有%d项材料没有交齐", plain(l.Window.Title), len(l.Claims))})
		case policy.Material:
			if l.Until != 0 {
				days = append(days, day{l.Until, r.itemShort(l.Claims[0].Item) + "补交材料的最后一天" + bracketed(l.On.Text()+"起等待材料")})
			}
		}
	}
	if reg := d.Newest("registration", r.On); reg != nil && reg.Attrs["licensed"] == true && permitEnd(*reg) == 0 {
		notes = append(notes, "人力资源服务备案没有截止日期。")
	}
	if terms.Last != 0 {
		text := "政策有效期的最后一天，之后发生的事项不能享受"
		if n := slices.IndexFunc(list, func(l models.Deadline) bool { return l.Kind == policy.PolicyEnd }); n >= 0 && len(list[n].Claims) > 0 {
			text += fmt.Sprintf("；有%d项未办结，申报受理至%s", len(list[n].Claims), terms.Tail.Text())
		}
		days = append(days, day{terms.Last, text})
	} else {
		notes = append(notes, "政策施行日尚未公布，有效期暂不能确定。")
	}
	return days, notes, nil
}

func (r *Request) itemShort(id string) string {
	if item, err := r.Bot.Book.Item(id); err == nil {
		return item.Short
	}
	return id
}

// barDays are the days on which a bar begins or ends.
func (r *Request) barDays(d *models.Dossier) (days []day) {
	newYear := policy.NewDate(r.On.Year()+1, 1, 1)
	for _, b := range append(r.bars(d, r.On), r.bars(d, newYear)...) {
		if b.from > r.On {
			days = append(days, day{b.from, b.why + "，从这一天起不享受政策"})
		}
		if b.until > r.On {
			days = append(days, day{b.until, "可以重新享受政策" + bracketed(b.why)})
		}
	}
	slices.SortFunc(days, func(a, b day) int { return cmp.Or(cmp.Compare(a.on, b.on), strings.Compare(a.text, b.text)) })
	return slices.Compact(days)
}
