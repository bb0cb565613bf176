package policy

import "time"

// Closing is the month and day (MMDD) up to which money of a year may be ordered; treasuries stop taking payment orders before the year
// ends. 20 December is this program's own default: the policy names none.
type Closing int

// DefaultClosing is 20 December.
const DefaultClosing Closing = 1220

// In is the last working day of a year up to the closing. Provisional says that the working days of that year are not known yet: the day
// then follows from weekends and statutory days alone.
func (c Closing) In(year int, calendar *Calendar) (day Date, provisional bool) {
	if c == 0 {
		c = DefaultClosing
	}
	day = NewDate(year, time.Month(c/100), int(c%100))
	provisional = calendar.Assumed(day)
	assumed := calendar.Assume()
	for range 31 { // no stretch without work is that long
		if work, err := assumed.Workday(day); err == nil && work {
			break
		}
		day = day.AddDays(-1)
	}
	return day, provisional
}

// OrderYear is the year whose money an order given on a day would be, 0 when that year is closed, with the day on which it closes. In a year whose calendar is
// not known the answer near the closing would be a guess: then it is an *UnknownYearError.
func (c Closing) OrderYear(on Date, calendar *Calendar) (year int, closes Date, err error) {
	closes, provisional := c.In(on.Year(), calendar)
	if provisional && on > closes.AddDays(-closingDoubt) {
		if _, err := calendar.Workday(on); err != nil { // a simulation may assume
			return 0, closes, err
		}
	}
	if on > closes {
		return 0, closes, nil
	}
	return on.Year(), closes, nil
}

// closingDoubt is by how many days an exchange of working days might move a closing.
const closingDoubt = 10
