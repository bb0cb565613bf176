package sheets

import (
	"fmt"
	"strconv"
	"strings"

	"duixian/policy"
)

// ParseMonth reads a month as people and spreadsheets write it: 2023-09, 2023.09, 2023/9, 202309, 2023年9月, and any day of
// the month in a form that ParseDay reads. 2023.1 is refused: a spreadsheet makes it out of 2023.10.
func ParseMonth(s string) (policy.Month, error) {
	t := squash(s)
	if digitsOnly(t) && len(t) == 6 {
		return calendarMonth(t[:4], t[4:], s)
	}
	if year, month, found := strings.Cut(t, "."); found && month == "1" && len(year) == 4 {
		return 0, fmt.Errorf("“%s”看不出是1月还是10月（电子表格会把 2023.10 存成 2023.1）", s)
	}
	if parts := splitDay(t); len(parts) == 2 && !(len(parts[0]) == 5 && digitsOnly(parts[0])) {
		return calendarMonth(parts[0], strings.TrimSuffix(parts[1], "月"), s)
	}
	day, err := ParseDay(s)
	if err != nil {
		return 0, fmt.Errorf("“%s”不是月份", s)
	}
	return day.Month(), nil
}

func calendarMonth(year, month, as string) (policy.Month, error) {
	if len(year) != 4 || len(month) > 2 || !digitsOnly(year) || !digitsOnly(month) {
		return 0, fmt.Errorf("“%s”不是月份", as)
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	if y < 1900 || y > 2100 || m < 1 || m > 12 {
		return 0, fmt.Errorf("“%s”这个月份不存在", as)
	}
	return policy.Month(y*100 + m), nil
}
