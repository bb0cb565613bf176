package policy

import (
	_ "embed" // the ladders
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Reminders is what people are reminded of and when: a ladder for each kind, and the days that the ladders lead to. It does not change
// after it is made and may be shared.
type Reminders struct {
	Ladders []Ladder
	// ReportDue is month and day by which the report of the year before is to be published, YYYY left out: 331.
	ReportDue  int
	TailMonths int // applications are taken for so many months after the validity
	Windows    []ApplicationWindow
}

// ApplicationWindow (申报期) is when material for some items is taken.
type ApplicationWindow struct {
	Name   string   // stored: backbone-2026
	Title  string   // for people: 2026年度骨干企业申报
	Items  []string // empty = all
	Opens  Date     // 0 = open already
	Closes Date     // the last day
}

// TailWindow is the name of the last window, in which applications are taken after the validity.
const TailWindow = "tail"

// Takes reports whether the window is for an item.
func (w ApplicationWindow) Takes(item string) bool {
	return len(w.Items) == 0 || slices.Contains(w.Items, item)
}

//go:embed reminders/ladders.yaml
var ladders []byte

// BuiltinReminders are the ladders in the program, without windows.
var BuiltinReminders = sync.OnceValue(func() *Reminders {
	r, err := ParseReminders(ladders)
	if err != nil {
		panic(err) // the file is linked in and tested
	}
	return r
})

// ParseReminders reads a file as reminders/ladders.yaml. Unknown keys, a kind that is missing, unknown or there twice, steps out of order and
// empty sentences are errors.
func ParseReminders(data []byte) (*Reminders, error) {
	var file struct {
		AnnualReport struct {
			Deadline string `yaml:"deadline"`
		} `yaml:"annual_report"`
		Tail    int      `yaml:"application_tail_months"`
		Ladders []Ladder `yaml:"ladders"`
	}
	if err := decodeFile("提醒阶梯", data, &file); err != nil {
		return nil, err
	}
	r := &Reminders{Ladders: file.Ladders, TailMonths: file.Tail}
	var err error
	if r.ReportDue, err = ParseMonthDay(file.AnnualReport.Deadline); err != nil {
		return nil, fmt.Errorf("提醒阶梯：annual_report.deadline：%w", err)
	}
	if r.TailMonths < 0 || r.TailMonths > 60 {
		return nil, fmt.Errorf("提醒阶梯：application_tail_months 应为 0 到 60")
	}
	missing := map[string]bool{PolicyEnd: true, Licence: true, AnnualReport: true, Window: true, Material: true}
	for _, l := range r.Ladders {
		if !missing[l.Kind] {
			return nil, fmt.Errorf("提醒阶梯：%q 不是已知的种类，或写了两次", l.Kind)
		}
		delete(missing, l.Kind)
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("提醒阶梯 %s：%w", l.Kind, err)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("提醒阶梯：缺少 %v", slices.Sorted(maps.Keys(missing)))
	}
	return r, nil
}

func (l Ladder) check() error {
	for name, text := range map[string]string{
		"title": l.Title, "clause": l.Clause, "source": l.Source, "who": l.Who, "do": l.Do, "where": l.Where, "lost": l.Lost,
	} {
		if text == "" {
			return fmt.Errorf("%s 不能为空", name)
		}
	}
	if (l.Before == nil) == (l.After == nil) || (l.After != nil) != (l.Kind == Material) {
		return fmt.Errorf("应按到期日往前数（before），只有 %s 按开始等待之日往后数（after）", Material)
	}
	var days []int
	if l.Before != nil {
		days = slices.Clone(l.Before.Days)
		slices.Reverse(days)
	} else {
		days = l.After.Days
	}
	if len(days) == 0 || days[0] < 1 {
		return fmt.Errorf("days 至少要有一个，且都在 1 以上")
	}
	for i := 1; i < len(days); i++ {
		if days[i] <= days[i-1] {
			return fmt.Errorf("days 应为 before 从大到小、after 从小到大，不重复")
		}
	}
	if l.Before != nil && l.Before.Missed < 0 || l.After != nil && l.After.Every < 0 {
		return fmt.Errorf("missed 和 every 不能为负")
	}
	return nil
}

// Ladder is the ladder of a kind.
func (r *Reminders) Ladder(kind string) Ladder {
	return r.Ladders[slices.IndexFunc(r.Ladders, func(l Ladder) bool { return l.Kind == kind })]
}

// ParseMonthDay reads 03-31, a day that every year has, as 331.
func ParseMonthDay(s string) (int, error) {
	t, err := time.Parse("01-02", s)
	if err != nil || t.Month() == time.February && t.Day() > 28 {
		return 0, fmt.Errorf("%q 应写作 03-31 的样子，且每年都有这一天", s)
	}
	return int(t.Month())*100 + t.Day(), nil
}

// ReportYear is the year whose report is the next to be published on a day, and the last day for it.
func (r *Reminders) ReportYear(on Date) (year int, due Date) {
	year = on.Year() - 1
	if due = Date(on.Year()*10000 + r.ReportDue); due < on {
		return year + 1, Date((on.Year()+1)*10000 + r.ReportDue)
	}
	return year, due
}
