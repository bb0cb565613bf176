package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"time"
)

// day is a civil day as it is written in the files, 2024-06-30. Days compare as text; "" is no day.
type day string

// month is 2024-06, compared as text too.
type month string

func (d day) time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(fmt.Sprintf("%q is not a day", d))
	}
	return t
}

func (d day) next() day { return day(d.time().AddDate(0, 0, 1).Format(time.DateOnly)) }
func (d day) year() int {
	return int(d[0]-'0')*1000 + int(d[1]-'0')*100 + int(d[2]-'0')*10 + int(d[3]-'0')
}
func (d day) before() day  { return day(d.time().AddDate(0, 0, -1).Format(time.DateOnly)) }
func (d day) month() month { return month(d[:7]) }

// addYears goes to the corresponding day or, where there is none, to the last day of the month: 2024-02-29 and a year
// is 2025-02-28 (民法典 202).
func (d day) addYears(n int) day {
	t := d.time()
	to := t.AddDate(n, 0, 0)
	if to.Day() != t.Day() {
		to = to.AddDate(0, 0, -to.Day())
	}
	return day(to.Format(time.DateOnly))
}

func (m month) add(n int) month {
	t := day(m + "-01").time()
	return month(t.AddDate(0, n, 0).Format("2006-01"))
}

// after is how many months m lies after o.
func (m month) after(o month) int {
	a, b := day(m+"-01").time(), day(o+"-01").time()
	return (a.Year()-b.Year())*12 + int(a.Month()) - int(b.Month())
}

// calendar knows the days that differ from the plain week.
type calendar struct {
	off, work map[day]bool
	fixed     map[string]bool // statutory days of years without a notice, as month and day
	noticed   map[int]bool    // years of which the notice is known
}

func newCalendar() *calendar {
	c := &calendar{off: map[day]bool{}, work: map[day]bool{}, noticed: map[int]bool{}, fixed: map[string]bool{}}
	for _, year := range notices {
		c.noticed[year.year] = true
		for _, span := range year.off {
			for d := span[0]; d <= span[1]; d = d.next() {
				c.off[d] = true
			}
		}
		for _, d := range year.work {
			c.work[d] = true
		}
	}
	for _, md := range []string{"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"} {
		c.fixed[md] = true
	}
	for _, f := range feasts {
		for _, d := range f[1:] { // 清明节, 端午节, 中秋节
			c.off[d] = true
		}
		eve := f[0].before()
		for range 4 { // 除夕 and the first three days of the year
			c.off[eve] = true
			eve = eve.next()
		}
	}
	return c
}

// read adds days from a file of lines "2027-02-12,off" or "2027-02-14,work". A year it names counts as noticed: only the
// days of the file differ from the plain week.
func (c *calendar) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	named := map[int]bool{}
	for _, row := range rows {
		named[day(row[0]).year()] = true
	}
	for _, set := range []map[day]bool{c.off, c.work} {
		for d := range set {
			if named[d.year()] {
				delete(set, d)
			}
		}
	}
	for _, row := range rows {
		d := day(row[0])
		c.noticed[d.year()] = true
		switch row[1] {
		case "off":
			c.off[d] = true
		case "work":
			c.work[d] = true
		default:
			return fmt.Errorf("%s: %q is neither off nor work", path, row[1])
		}
	}
	return nil
}

// workday answers for every year. Where no notice is out, weekends and the statutory days are off, nothing is moved.
func (c *calendar) workday(d day) bool {
	if c.work[d] {
		return true
	}
	if c.off[d] || !c.noticed[d.year()] && c.fixed[string(d[5:])] {
		return false
	}
	w := d.time().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// notices are the arrangements of the General Office of the State Council, typed in here a second time.
var notices = []struct {
	year int
	off  [][2]day
	work []day
}{
	{2023, [][2]day{
		{"2023-01-01", "2023-01-02"},
		{"2023-01-21", "2023-01-27"},
		{"2023-04-05", "2023-04-05"},
		{"2023-04-29", "2023-05-03"},
		{"2023-06-22", "2023-06-24"},
		{"2023-09-29", "2023-10-06"},
	}, []day{"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"}},
	{2024, [][2]day{
		{"2024-01-01", "2024-01-01"},
		{"2024-02-10", "2024-02-17"},
		{"2024-04-04", "2024-04-06"},
		{"2024-05-01", "2024-05-05"},
		{"2024-06-10", "2024-06-10"},
		{"2024-09-15", "2024-09-17"},
		{"2024-10-01", "2024-10-07"},
	}, []day{"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"}},
	{2025, [][2]day{
		{"2025-01-01", "2025-01-01"},
		{"2025-01-28", "2025-02-04"},
		{"2025-04-04", "2025-04-06"},
		{"2025-05-01", "2025-05-05"},
		{"2025-05-31", "2025-06-02"},
		{"2025-10-01", "2025-10-08"},
	}, []day{"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"}},
	{2026, [][2]day{
		{"2026-01-01", "2026-01-03"},
		{"2026-02-15", "2026-02-23"},
		{"2026-04-04", "2026-04-06"},
		{"2026-05-01", "2026-05-05"},
		{"2026-06-19", "2026-06-21"},
		{"2026-09-25", "2026-09-27"},
		{"2026-10-01", "2026-10-07"},
	}, []day{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}},
}

// feasts are 春节 (its first day), 清明节, 端午节 and 中秋节 of the years without a notice.
var feasts = [][4]day{
	{"2027-02-06", "2027-04-05", "2027-06-09", "2027-09-15"},
	{"2028-01-26", "2028-04-04", "2028-05-28", "2028-10-03"},
	{"2029-02-13", "2029-04-04", "2029-06-16", "2029-09-22"},
	{"2030-02-03", "2030-04-05", "2030-06-05", "2030-09-12"},
	{"2031-01-23", "2031-04-05", "2031-06-24", "2031-10-01"},
	{"2032-02-11", "2032-04-04", "2032-06-12", "2032-09-19"},
	{"2033-01-31", "2033-04-04", "2033-06-01", "2033-09-08"},
}
