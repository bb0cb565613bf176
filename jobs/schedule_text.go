package jobs

import (
	"fmt"
	"math/bits"
	"strings"

	"duixian/policy"
)

var weekdays = [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Text says in words when the job runs; what has no short form stays a cron line.
func (s Schedule) Text() string {
	if s.spec == nil {
		return "按需执行"
	}
	text := s.line
	if hour, days := single(s.spec.Hour), s.days(); hour >= 0 && days != "" && bits.OnesCount64(s.spec.Minute&^star) <= 3 {
		var times []string
		for minute := range 60 {
			if s.spec.Minute&(1<<minute) != 0 {
				times = append(times, fmt.Sprintf("%02d:%02d", hour, minute))
			}
		}
		text = days + " " + strings.Join(times, "、")
	}
	if s.every == 1 {
		text += fmt.Sprintf("（自%d年起）", s.from)
	} else if s.every > 1 {
		text += fmt.Sprintf("（自%d年起每%d年）", s.from, s.every)
	}
	return text
}

// star is what cron sets beside the bits of a field that was written as *.
const star = 1 << 63

func (s Schedule) days() string {
	day, month := single(s.spec.Dom), single(s.spec.Month)
	everyDay, everyMonth, everyWeekday := s.spec.Dom&star != 0, s.spec.Month&star != 0, s.spec.Dow&star != 0
	switch {
	case everyDay && everyMonth && everyWeekday:
		return "每天"
	case everyDay && everyMonth && s.spec.Dow == 0b0111110:
		return "周一至周五"
	case everyDay && everyMonth:
		var names []string
		for d, name := range weekdays {
			if s.spec.Dow&(1<<d) != 0 {
				names = append(names, name)
			}
		}
		return "每" + strings.Join(names, "、")
	case day > 0 && everyMonth:
		return fmt.Sprintf("每月%d日", day)
	case day > 0 && month > 0:
		return fmt.Sprintf("每年%d月%d日", month, day)
	}
	return ""
}

// single is the one number a field allows, or -1.
func single(field uint64) int {
	if bits.OnesCount64(field) != 1 {
		return -1
	}
	return bits.TrailingZeros64(field)
}

// dayNote says what people want to know of a coming day: weekday, feast or make-up day, and that a year whose
// calendar is not out is provisional.
func dayNote(c *policy.Calendar, d policy.Date) string {
	notes := []string{weekdays[d.Weekday()]}
	if name := c.HolidayName(d); name != "" {
		if worked, err := c.Workday(d); err != nil || !worked {
			name = "节假日 " + name
		}
		notes = append(notes, name)
	}
	if c.Assumed(d) {
		notes = append(notes, "暂定")
	}
	return strings.Join(notes, " ")
}
