package policy

import (
	_ "embed" // calendar data
	"fmt"
	"slices"
	"sync"
	"time"
)

// Calendar says which days are worked in China. It holds the years whose State Council notice is out; every other
// year is unknown, and asking for a day in it is an *UnknownYearError, never a guess. A Calendar does not change
// after it is made and may be shared.
type Calendar struct {
	names   map[Date]string // special days: why they are off, or worked
	worked  map[Date]bool   // special days: worked (make-up) or off
	sources map[int]string  // known years and the notice that settled them
	assume  bool
	movable map[int]map[string]Date // 春节, 清明节, 端午节, 中秋节 of unknown years
}

// UnknownYearError says that the working days of a year are not known.
type UnknownYearError struct{ Year int }

func (e *UnknownYearError) Error() string {
	return fmt.Sprintf("%d年的放假调休安排尚未收录，涉及该年的工作日无法确定；请在国务院办公厅通知公布后更新工作日历", e.Year)
}

//go:embed calendar/state-council.yaml
var stateCouncil []byte

//go:embed calendar/statutory.yaml
var statutory []byte

// BuiltinCalendar is the calendar in the program.
var BuiltinCalendar = sync.OnceValue(func() *Calendar {
	c, err := ParseCalendar(stateCouncil)
	if err != nil {
		panic(err) // the file is linked in and tested
	}
	var days struct {
		Years map[int]map[string]Date `yaml:"years"`
	}
	if err := decodeFile("法定节日", statutory, &days); err != nil {
		panic(err)
	}
	c.movable = days.Years
	return c
})

type calendarYear struct {
	Source string `yaml:"source"`
	Off    []struct {
		Name string `yaml:"name"`
		From Date   `yaml:"from"`
		To   Date   `yaml:"to"`
	} `yaml:"off"`
	Work []Date `yaml:"work"`
}

// ParseCalendar reads a calendar file as calendar/state-council.yaml. A year without a source or without a single
// day off is refused: an empty year is a notice that is not out yet, not a year without holidays.
func ParseCalendar(data []byte) (*Calendar, error) {
	var file struct {
		Years map[int]calendarYear `yaml:"years"`
	}
	if err := decodeFile("工作日历", data, &file); err != nil {
		return nil, err
	}
	c := &Calendar{names: map[Date]string{}, worked: map[Date]bool{}, sources: map[int]string{}}
	for year, y := range file.Years {
		if y.Source == "" || len(y.Off) == 0 {
			return nil, fmt.Errorf("工作日历：%d年缺少通知名称（source）或放假日期（off）", year)
		}
		c.sources[year] = y.Source
		for _, off := range y.Off {
			if off.From.Year() != year || off.To.Year() != year || off.To < off.From {
				return nil, fmt.Errorf("工作日历：%d年%s的起止日期 %s 至 %s 有误", year, off.Name, off.From, off.To)
			}
			for d := off.From; d <= off.To; d = d.AddDays(1) {
				c.names[d], c.worked[d] = off.Name, false
			}
		}
		for _, d := range y.Work {
			if _, clash := c.names[d]; clash || d.Year() != year || !weekend(d) {
				return nil, fmt.Errorf("工作日历：%d年的调休上班日 %s 应为该年不放假的周末", year, d)
			}
			c.names[d], c.worked[d] = "调休上班", true
		}
	}
	return c, nil
}

func weekend(d Date) bool { w := d.Weekday(); return w == time.Saturday || w == time.Sunday }

// Assume returns a calendar that answers for unknown years too: weekends and statutory days are off, without any
// exchange of days (the feasts of the lunar calendar are known for 2027 to 2040). Every such answer is provisional
// (see Assumed) and for simulation only.
func (c *Calendar) Assume() *Calendar {
	a := *c
	a.assume = true
	return &a
}

// Known reports whether the notice for the year is in the calendar.
func (c *Calendar) Known(year int) bool { return c.sources[year] != "" }

// Source is the notice that settled the year, empty when unknown.
func (c *Calendar) Source(year int) string { return c.sources[year] }

// LastKnown is the last day of the last year that is known without a break from the first.
func (c *Calendar) LastKnown() Date {
	years := make([]int, 0, len(c.sources))
	for y := range c.sources {
		years = append(years, y)
	}
	if len(years) == 0 {
		return 0
	}
	y := slices.Min(years)
	for c.Known(y + 1) {
		y++
	}
	return NewDate(y, time.December, 31)
}

// Assumed reports whether an answer about the day is provisional (暂定) because its year is not known.
func (c *Calendar) Assumed(d Date) bool { return !c.Known(d.Year()) }

// Workday reports whether people work on the day.
func (c *Calendar) Workday(d Date) (bool, error) {
	if c.Known(d.Year()) {
		if worked, special := c.worked[d]; special {
			return worked, nil
		}
		return !weekend(d), nil
	}
	if !c.assume {
		return false, &UnknownYearError{d.Year()}
	}
	return !weekend(d) && c.statutoryName(d) == "", nil
}

// HolidayName is the feast for which the day is off, 调休上班 for a weekend that is worked, or empty.
func (c *Calendar) HolidayName(d Date) string {
	if c.assume && !c.Known(d.Year()) {
		return c.statutoryName(d)
	}
	return c.names[d]
}

func (c *Calendar) statutoryName(d Date) string {
	switch md := int(d) % 10000; {
	case md == 101:
		return "元旦"
	case md == 501 || md == 502:
		return "劳动节"
	case md >= 1001 && md <= 1003:
		return "国庆节"
	}
	for name, day := range c.movable[d.Year()] {
		if d == day || name == "春节" && d >= day.AddDays(-1) && d <= day.AddDays(2) {
			return name
		}
	}
	return ""
}

// NextWorkday is d itself when it is a working day, else the first one after it.
func (c *Calendar) NextWorkday(d Date) (Date, error) {
	return c.AddWorkdays(d.AddDays(-1), 1)
}

// AddWorkdays is the n-th working day after d, d not counted; for negative n the n-th before it. AddWorkdays(d, 0)
// is d. For a period whose first day counts see WorkdaysFrom.
func (c *Calendar) AddWorkdays(d Date, n int) (Date, error) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		work, err := c.Workday(d)
		if err != nil {
			return 0, err
		}
		if work {
			n--
		}
	}
	return d, nil
}

// WorkdaysFrom is the last day of a period of n working days that begins on d; d counts when it is a working day.
func (c *Calendar) WorkdaysFrom(d Date, n int) (Date, error) { return c.AddWorkdays(d.AddDays(-1), n) }

// CountWorkdays counts the working days from first to last, both included.
func (c *Calendar) CountWorkdays(first, last Date) (n int, err error) {
	for d := first; d <= last; d = d.AddDays(1) {
		work, err := c.Workday(d)
		if err != nil {
			return 0, err
		}
		if work {
			n++
		}
	}
	return n, nil
}
