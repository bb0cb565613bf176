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
	Summary: "许可、政策和各期款项的日子",
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
	days, notes := r.registrationDays(d)
	days = append(days, r.barDays(d)...)
	if r.Bot.Effective == 0 {
		notes = append(notes, "政策施行日尚未公布，有效期暂不能确定。")
	} else {
		_, last := r.Bot.Book.Validity(r.Bot.Effective)
		days = append(days, day{last, "政策有效期的最后一天，之后发生的事项不能享受"})
	}
	waiting, err := r.hiring(list)
	if err != nil {
		return Reply{}, err
	}
	for _, h := range waiting {
		reward, err := r.rewardDay(h.Year)
		if err != nil {
			return Reply{}, err
		}
		days = append(days, day{reward, "审核引才奖励" + bracketed(hireYear(h.Year))})
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

// registrationDays is the end of the licence; a filing has none.
func (r *Request) registrationDays(d *models.Dossier) (days []day, notes []string) {
	reg := d.Newest("registration", r.On)
	if reg == nil || reg.Attrs["licensed"] != true {
		return nil, nil
	}
	if end := permitEnd(*reg); end != 0 {
		return []day{{end, "人力资源服务许可到期，请提前办理延续"}}, nil
	}
	return nil, []string{"人力资源服务备案没有截止日期。"}
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
