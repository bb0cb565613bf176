package jobs

import (
	"cmp"
	"strings"

	"duixian/notifications"
	"duixian/policy"
)

// dayOff says why nobody works on a day: its feast or weekday; empty on a working day. A year whose calendar is not known
// counts Monday to Friday, as for sending.
func (e *Env) dayOff(d policy.Date) string {
	if (notifications.Hours{Calendar: e.Calendar}).Workday(d) {
		return ""
	}
	return cmp.Or(e.Calendar.HolidayName(d), weekdays[d.Weekday()])
}

// next is the first slot after an instant at which the job runs, 0 when there is none.
func (j *entry) next(after policy.Instant) policy.Instant {
	at := j.schedule.Next(after)
	for at != 0 && j.off != nil && j.off(at.Date()) != "" {
		at = j.schedule.Next(at)
	}
	return at
}

// when says in words when the job runs.
func (j *entry) when() string {
	text := j.schedule.Text()
	if j.off == nil {
		return text
	}
	if rest, daily := strings.CutPrefix(text, "每天"); daily {
		return "每个工作日" + rest
	}
	return text + "（仅工作日）"
}
