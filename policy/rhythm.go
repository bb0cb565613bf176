package policy

import "fmt"

// Rhythm is how often a round is held and on which days of its year. Days are month and day, 401 for 1 April. The zero value has no
// first year: nothing can be planned.
type Rhythm struct {
	Every         int // years from one round to the next: 2, or 1
	FirstYear     int // 0 = not configured
	Cutoff        int // who is licensed or filed on this day takes part
	Opens         int
	DataBy        int
	PublicityFrom int
	ConfirmBy     int
}

// DefaultRhythm is every second year (三（四）每两年), from a year that must be configured: opens on 1 April, data in by 31 May, publicity
// in July, confirmed by 31 July, so that the next year's bars (五（二）上一年度星级) stand before it begins.
var DefaultRhythm = Rhythm{Every: 2, Cutoff: 401, Opens: 401, DataBy: 531, PublicityFrom: 701, ConfirmBy: 731}

// RoundDays are the days of one round.
type RoundDays struct{ Cutoff, Opens, DataBy, PublicityFrom, ConfirmBy Date }

// RhythmError says why no round can be held in a year, and what to do.
type RhythmError struct{ Message string }

func (e *RhythmError) Error() string { return e.Message }

// Round plans the round of a year. last is the last day of the policy, 0 = not limited. It refuses a year off the rhythm, and one whose
// confirmation would come after the policy's end.
func (r Rhythm) Round(year int, last Date) (RoundDays, error) {
	wrong := func(format string, args ...any) (RoundDays, error) {
		return RoundDays{}, &RhythmError{fmt.Sprintf(format, args...)}
	}
	switch {
	case r.FirstYear == 0:
		return wrong("还没有配置首次评定的年度（star.first_year），不能启动；请在配置文件中填写，例如 2024")
	case year < r.FirstYear:
		return wrong("%d年早于首次评定的%d年，不能启动", year, r.FirstYear)
	case (year-r.FirstYear)%r.Every != 0:
		before := year - (year-r.FirstYear)%r.Every
		return wrong("%d年不是评定年度：自%d年起每%d年一次，最近的是%d年和%d年", year, r.FirstYear, r.Every, before, before+r.Every)
	}
	day := func(md int) Date { return Date(year*10000 + md) }
	d := RoundDays{day(r.Cutoff), day(r.Opens), day(r.DataBy), day(r.PublicityFrom), day(r.ConfirmBy)}
	if last != 0 && d.ConfirmBy > last {
		return wrong("%d年度的确认日%s晚于政策有效期的最后一天%s，不能启动", year, d.ConfirmBy.Text(), last.Text())
	}
	return d, nil
}

// lateDays pass at least between the last day for data and publicity, and again until the confirmation, when a round is opened late.
const lateDays = 30

// Late are the days with another last day for data: when that is later than planned, what follows moves with it.
func (d RoundDays) Late(dataBy Date) RoundDays {
	if dataBy > d.DataBy {
		d.PublicityFrom = max(d.PublicityFrom, dataBy.AddDays(lateDays))
		d.ConfirmBy = max(d.ConfirmBy, d.PublicityFrom.AddDays(lateDays))
	}
	d.DataBy, d.Opens = dataBy, min(d.Opens, dataBy)
	return d
}

// Latest is the latest last day for data with which the round is confirmed within its year and by the policy's end.
func (d RoundDays) Latest(last Date) Date {
	latest := d.DataBy
	for day := latest.AddDays(1); d.Late(day).ConfirmBy <= d.end(last); day = day.AddDays(1) {
		latest = day
	}
	return latest
}

func (d RoundDays) end(last Date) Date {
	if end := NewDate(d.Cutoff.Year(), 12, 31); last == 0 || end < last {
		return end
	}
	return last
}

// MayOpen says why the round of a year cannot be opened on a day, however its days are moved, and of one that is too late when the next is; nil when it can.
func (r Rhythm) MayOpen(year int, on, last Date) error {
	d, err := r.Round(year, last)
	if err != nil {
		return err
	}
	if year < on.Year() {
		return &RhythmError{fmt.Sprintf("%d年已经过去，不能再启动%d年度的评定", year, year)}
	}
	if d.Latest(last) >= on {
		return nil
	}
	next := "政策有效期内不再评定"
	if days, err := r.Round(r.Next(year+1), last); err == nil {
		next = fmt.Sprintf("下一次是%d年度，%s启动", days.Opens.Year(), days.Opens.Text())
	}
	return &RhythmError{fmt.Sprintf("%d年度的评定已来不及：资料截止日定在今天，也要到%s才能确认，晚于%s；%s", year, d.Late(on).ConfirmBy.Text(), d.end(last).Text(), next)}
}

// Next is the first year of the rhythm from a year on; 0 = not configured.
func (r Rhythm) Next(year int) int {
	if r.FirstYear == 0 || year <= r.FirstYear {
		return r.FirstYear
	}
	return year + (r.Every-(year-r.FirstYear)%r.Every)%r.Every
}

// Check says what is wrong with the rhythm, or nothing.
func (r Rhythm) Check() error {
	switch {
	case r.Every != 1 && r.Every != 2:
		return &RhythmError{"评定周期应为 1 或 2 年"}
	case r.FirstYear != 0 && (r.FirstYear < 2020 || r.FirstYear > 2040):
		return &RhythmError{"首次评定的年度应在 2020 到 2040 之间"}
	case r.Cutoff > r.DataBy || r.Opens > r.DataBy || r.DataBy >= r.PublicityFrom || r.PublicityFrom > r.ConfirmBy:
		return &RhythmError{"各日期应依次为：启动、资料截止、公示、确认；核定参评名单的日期不晚于资料截止"}
	}
	return nil
}
