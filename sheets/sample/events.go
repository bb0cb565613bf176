package sample

import (
	"fmt"

	"duixian/policy"
)

var eventColumns = []string{
	"机构名称", "统一社会信用代码", "类别", "编号", "名称", "日期", "参加企业数", "参加人数", "市内举办", "重点产业", "核定金额（元）", "境外", "展位费（元）", "主办单位", "报送日期",
}

// eventRows are events at each side of both thresholds, and booths, with one firm that goes to a fair every month of
// 2025 until the year's maximum is used up.
func (b *Bureau) eventRows(yield func([]string) bool) {
	number := 0
	event := func(host firm, day string, firms, people int, inCity, key bool, decided string) bool {
		number++
		return yield([]string{
			host.name, host.code, "活动", fmt.Sprintf("HD%04d", number), fmt.Sprintf("示例招聘会第%d场", number), day, fmt.Sprint(firms), fmt.Sprint(people),
			yes(inCity), yes(key), decided, "", "", "", policy.MustDate(day).AddDays(10).String(),
		})
	}
	for _, e := range []struct {
		host          firm
		day           string
		firms, people int
		inCity, key   bool
		decided       string
	}{
		{b.pick(0), "2024-03-16", 51, 100, true, true, "60000.00"},
		{b.pick(1), "2024-04-20", 50, 300, true, true, ""},
		{b.pick(2), "2024-05-18", 120, 199, true, true, "100000.00"},
		{b.pick(3), "2024-06-15", 101, 200, true, true, "150000.00"},
		{b.pick(4), "2024-10-19", 100, 260, true, true, ""},
		{b.services[0], "2024-11-09", 80, 150, true, true, "50000.00"},
		{b.pick(5), "2025-03-15", 60, 99, true, true, ""},
		{b.pick(6), "2025-04-12", 130, 400, false, true, ""},
		{b.pick(7), "2025-05-24", 70, 140, true, false, ""},
		{b.services[1], "2025-09-20", 160, 520, true, true, "200000.00"},
		{b.pick(8), "2026-03-21", 101, 201, true, true, ""},
		{b.pick(0), "2026-05-16", 55, 110, true, true, "100000.00"},
		{b.pick(9), "2027-04-17", 210, 800, true, true, "180000.00"},
		{b.pick(20), "2028-08-31", 51, 120, true, true, ""},
		{b.pick(21), "2028-09-01", 51, 120, true, true, ""},
	} {
		if !event(e.host, e.day, e.firms, e.people, e.inCity, e.key, e.decided) {
			return
		}
	}
	booth := func(owner firm, day policy.Date, abroad bool, fee, organiser string) bool {
		number++
		return yield([]string{
			owner.name, owner.code, "展位", fmt.Sprintf("ZW%04d", number), fmt.Sprintf("示例博览会第%d届", number), day.String(), "", "",
			"", "", "", yes(abroad), fee, organiser, day.AddDays(10).String(),
		})
	}
	for month := range 12 {
		if !booth(b.pick(3), policy.Date(20250110).AddMonths(month), month%6 == 5, "26000.00", "省人社部门") {
			return
		}
	}
	for i, o := range []struct {
		fee, organiser string
		abroad         bool
	}{
		{"7999.99", "国家人社部门", false},
		{"20000.00", "省人社部门", false},
		{"20000.01", "省人社部门", false},
		{"38000.50", "国家人社部门", true},
		{"45000.00", "省人社部门", true},
		{"15000.00", "示例会展有限公司", false},
	} {
		if !booth(b.pick(i), policy.NewDate(2024+i%4, 9, 5+i), o.abroad, o.fee, o.organiser) {
			return
		}
	}
}
