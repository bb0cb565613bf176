package policy

import (
	"fmt"
	"time"
	_ "time/tzdata" // the container's zone data is not to be trusted
)

// Shanghai is the zone in which people and the law count days. It has had no daylight saving since 1991.
var Shanghai = func() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // tzdata is linked in
	}
	return loc
}()

// Date is a civil day in China, kept as the number YYYYMMDD: days compare with <, sort in any database and can be
// read by a person in a table. Zero means "no day".
type Date int32

// NewDate returns the day y-m-d; values outside their range move on as in time.Date.
func NewDate(y int, m time.Month, d int) Date {
	return fromTime(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// DateOf is the civil day in Shanghai at the instant t.
func DateOf(t time.Time) Date { return fromTime(t.In(Shanghai)) }

// ParseDate reads 2024-06-30 strictly: the day must exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("日期 %q 应写作 2024-06-30 的样子且须真实存在", s)
	}
	return fromTime(t), nil
}

// MustDate is ParseDate for days written in the program itself.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (d Date) utc() time.Time {
	return time.Date(d.Year(), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
}

// At is the instant at h:m on that day in Shanghai.
func (d Date) At(h, m int) time.Time {
	return time.Date(d.Year(), time.Month(d/100%100), int(d%100), h, m, 0, 0, Shanghai)
}

// Year is the calendar year.
func (d Date) Year() int { return int(d) / 10000 }

// Day is the day of the month.
func (d Date) Day() int { return int(d) % 100 }

// Month is the month the day lies in.
func (d Date) Month() Month { return Month(d / 100) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays moves by n days.
func (d Date) AddDays(n int) Date { return fromTime(d.utc().AddDate(0, 0, n)) }

// AddMonths moves to the corresponding day n months on, or to that month's last day when there is none
// (民法典第二百零二条): 2025-08-31 plus 6 is 2026-02-28.
func (d Date) AddMonths(n int) Date {
	m := d.Month().Add(n)
	return Date(int(m)*100 + min(d.Day(), m.Last().Day()))
}

// AddYears is AddMonths by whole years: 2024-02-29 plus 1 is 2025-02-28.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()).Hours() / 24) }

// String is 2024-06-30, or empty for no day.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// Text is the form people read: 2026年3月1日.
func (d Date) Text() string {
	if d == 0 {
		return "—"
	}
	return fmt.Sprintf("%d年%d月%d日", d/10000, d/100%100, d%100)
}

// MarshalText writes 2024-06-30.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote; empty is no day.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}

// Month is a calendar month, kept as the number YYYYMM. Zero means "no month".
type Month int32

// NewMonth returns the month y-m; m outside 1..12 moves on.
func NewMonth(y int, m time.Month) Month { return NewDate(y, m, 1).Month() }

// ParseMonth reads 2024-06 strictly.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, fmt.Errorf("月份 %q 应写作 2024-06 的样子", s)
	}
	return fromTime(t).Month(), nil
}

// Year is the calendar year.
func (m Month) Year() int { return int(m) / 100 }

// Index counts months since year 0, so that differences are numbers of months.
func (m Month) Index() int { return int(m)/100*12 + int(m)%100 - 1 }

// Add moves by n months.
func (m Month) Add(n int) Month {
	i := m.Index() + n
	return Month(i/12*100 + i%12 + 1)
}

// First is the first day of the month.
func (m Month) First() Date { return Date(int(m)*100 + 1) }

// Last is the last day of the month.
func (m Month) Last() Date { return m.Add(1).First().AddDays(-1) }

// String is 2024-06, or empty for no month.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m/100, m%100)
}

// Text is the form people read: 2026年3月.
func (m Month) Text() string { return fmt.Sprintf("%d年%d月", m/100, m%100) }

// MarshalText writes 2024-06.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote; empty is no month.
func (m *Month) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*m = 0
		return nil
	}
	*m, err = ParseMonth(string(b))
	return err
}
