package sheets

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"duixian/policy"
)

// ParseDay reads a day as people and spreadsheets write it: 2023-09-01, 2023.9.1, 2023/9/1, 20230901, 2023年9月1日, with or
// without a time of day, and the serial number of a spreadsheet (45170). A month without a day is refused.
func ParseDay(s string) (policy.Date, error) {
	t := squash(withoutTime(fold(s)))
	if digitsOnly(t) {
		switch len(t) {
		case 8:
			return civil(t[:4], t[4:6], t[6:], s)
		case 5:
			return serialDay(t, s)
		case 6:
			return 0, fmt.Errorf("“%s”像是月份，缺少日", s)
		}
		return 0, notADay(s)
	}
	if whole, frac, found := strings.Cut(t, "."); found && len(whole) == 5 && digitsOnly(whole) && digitsOnly(frac) {
		return serialDay(whole, s) // the fraction is the time of day
	}
	parts := splitDay(t)
	if len(parts) == 2 {
		return 0, fmt.Errorf("“%s”像是月份，缺少日", s)
	}
	if len(parts) != 3 {
		return 0, notADay(s)
	}
	return civil(parts[0], parts[1], parts[2], s)
}

// withoutTime cuts off a time of day: 2023-09-01 08:30:00, 2023-09-01T00:00:00Z.
func withoutTime(s string) string {
	cut := strings.IndexAny(s, " T")
	if cut < 8 || strings.Trim(s[cut+1:], "0123456789:.Z") != "" || !strings.Contains(s[cut:], ":") {
		return s
	}
	return s[:cut]
}

// splitDay cuts at one kind of separator, or at 年月日.
func splitDay(t string) []string {
	if year, rest, found := strings.Cut(t, "年"); found {
		month, day, _ := strings.Cut(rest, "月")
		if day = strings.TrimSuffix(strings.TrimSuffix(day, "日"), "号"); day == "" {
			return []string{year, month}
		}
		return []string{year, month, day}
	}
	for _, sep := range []string{"-", "/", ".", "、", "—", "–"} {
		if strings.Contains(t, sep) {
			return strings.Split(t, sep)
		}
	}
	return nil
}

func civil(year, month, day, as string) (policy.Date, error) {
	if len(year) != 4 || len(month) > 2 || len(day) > 2 || !digitsOnly(year) || !digitsOnly(month) || !digitsOnly(day) {
		return 0, notADay(as)
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if y < 1900 || y > 2100 {
		return 0, fmt.Errorf("“%s”年份不在1900至2100之间", as)
	}
	day8 := policy.Date(y*10000 + m*100 + d)
	if policy.NewDate(y, time.Month(m), d) != day8 {
		return 0, fmt.Errorf("“%s”这一天不存在", as)
	}
	return day8, nil
}

// serialDay counts days from 1899-12-30. Only numbers that mean 1982 to 2064 are taken: 30000 to 60000.
func serialDay(t, as string) (policy.Date, error) {
	n, err := strconv.Atoi(t)
	if err != nil || n < 30000 || n > 60000 {
		return 0, notADay(as)
	}
	return policy.Date(18991230).AddDays(n), nil
}

func notADay(s string) error { return fmt.Errorf("“%s”不是日期", s) }

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
