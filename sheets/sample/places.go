package sample

import (
	"fmt"

	"duixian/policy"
)

// places are parks and export bases: a park rises from municipal to national, a base is recognised twice.
func (b *Bureau) places() (list []fact) {
	park := func(i int, key, day, level, first, decided string) {
		list = append(list, fact{owner: b.parks[i], kind: "产业园认定", key: key, day: day, attrs: attrs{"级别": level, "首次": first, "认定": "是", "核定金额（元）": decided}})
	}
	park(0, "市园-2024-01", "2024-04-16", "市级", "是", "300000.00")
	park(0, "省园-2025-01", "2025-08-22", "省级", "是", "")
	park(0, "国园-2027-01", "2027-09-03", "国家级", "是", "")
	park(1, "市园-2024-02", "2024-04-16", "市级", "是", "180000.00")
	park(2, "市园-2025-03", "2025-04-18", "市级", "是", "")
	park(3, "省园-2026-02", "2026-08-25", "省级", "是", "")
	base := func(i int, key, day, level, recognised string) {
		list = append(list, fact{owner: b.bases[i], kind: "出口示范基地", key: key, day: day, attrs: attrs{"级别": level, "认定": recognised}})
	}
	base(0, "省基地-2024-01", "2024-12-20", "省级", "是")
	base(0, "国基地-2026-01", "2026-03-30", "国家级", "是")
	base(1, "省基地-2025-02", "2025-12-19", "省级", "是")
	base(1, "省基地-2027-02", "2027-12-17", "省级", "是")
	base(2, "国基地-2027-02", "2027-03-29", "国家级", "否")
	return list
}

// contributions are figures certified each March for the year before; the fourth year is beyond the three that count.
func (b *Bureau) contributions() (list []fact) {
	add := func(part int, scheme string, start, years, yuan int, rates ...string) {
		for i := range years {
			year := start + i
			list = append(list, fact{
				owner: b.pick(part), kind: "地方综合贡献", key: fmt.Sprintf("%s-%d", scheme, year), day: fmt.Sprintf("%d-03-15", year+1),
				attrs: attrs{
					"贡献类别": scheme, "年度": fmt.Sprint(year), "第几年": fmt.Sprint(i + 1),
					"地方综合贡献（元）": fmt.Sprintf("%d.%02d", yuan*(i+1), (37*i+89)%100), "返还比例（%）": rates[i%len(rates)],
				},
			})
		}
	}
	add(10, "总部", 2023, 4, 1234567, "80", "100", "")
	add(11, "总部", 2023, 3, 2500000, "")
	add(12, "总部", 2024, 3, 456789, "50")
	add(16, "园区", 2024, 3, 333333, "100", "66.6", "")
	add(17, "园区", 2024, 2, 120000, "30")
	add(18, "园区", 2025, 1, 98765, "40")
	add(10, "园区", 2024, 1, 777777, "60") // also has headquarters figures for that year
	return list
}

// externals are what other policies pay, and the yearly costs of the associations.
func (b *Bureau) externals() (list []fact) {
	add := func(owner firm, item, key, day, amount string) {
		list = append(list, fact{owner: owner, kind: "其他政策奖补", key: key, day: day, attrs: attrs{"对应事项": item, "外部奖补金额（元）": amount}})
	}
	add(b.pick(0), "上市奖励", "外-2025-001", "2025-07-10", "2000000.00")
	add(b.pick(4), "上市奖励", "外-2026-002", "2026-07-10", "")
	add(b.pick(5), "专精特新奖励", "外-2024-003", "2024-12-25", "300000.00")
	add(b.pick(8), "人才计划奖励", "外-2025-004", "2025-12-30", "12000.00")
	add(b.pick(20), "人才计划奖励", "外-2026-005", "2026-12-30", "")
	add(b.markets[0], "零工市场补助", "外-2024-006", "2024-11-11", "150000.00")
	add(b.markets[1], "零工市场补助", "外-2027-007", "2027-11-11", "")
	add(b.parks[1], "就业创业补贴", "外-2025-008", "2025-10-08", "60000.00")
	for i, a := range b.associations {
		for year := 2023; year <= 2027; year++ {
			decided := []string{"80000.00", "100000.00", "", "65000.50", "90000.00"}[(year-2023+i)%5]
			list = append(list, fact{owner: a, kind: "协会经费", key: fmt.Sprint(year), day: fmt.Sprintf("%d-12-10", year), attrs: attrs{
				"年度": fmt.Sprint(year), "核定金额（元）": decided,
			}})
		}
	}
	return list
}

var assessmentColumns = []string{"机构名称", "统一社会信用代码", "园区名称", "年度", "考核日期", "完成入园指标", "市级园区", "报送日期"}

// assessmentRows judges the residents whose contributions are certified, a firm in a county's park among them.
func (b *Bureau) assessmentRows(yield func([]string) bool) {
	for _, a := range []struct {
		part, year     int
		met, municipal bool
	}{
		{16, 2024, true, true}, {16, 2025, true, true}, {16, 2026, true, true}, {17, 2024, false, true}, {17, 2025, true, true}, {18, 2025, true, false}, {10, 2024, true, true},
	} {
		f, day := b.pick(a.part), policy.NewDate(a.year+1, 2, 20)
		name := "示例丙01产业园"
		if !a.municipal {
			name = "示例县级产业园"
		}
		if !yield([]string{f.name, f.code, name, fmt.Sprint(a.year), day.String(), yes(a.met), yes(a.municipal), day.AddDays(10).String()}) {
			return
		}
	}
}
