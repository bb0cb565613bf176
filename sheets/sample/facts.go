package sample

import (
	"fmt"
	"maps"
	"slices"

	"duixian/policy"
)

var factColumns = []string{
	"机构名称", "统一社会信用代码", "类别", "编号", "日期",
	"年度", "星级", "名次", "首次", "榜单", "级别", "入选", "异议成立", "项目数", "项目名称", "获奖", "已落地", "评估通过", "认定",
	"集团名称", "正常运营起始日", "总部独立法人", "贡献类别", "第几年", "地方综合贡献（元）", "返还比例（%）", "核定金额（元）", "对应事项", "外部奖补金额（元）",
	"来源", "报送日期",
}

// fact is one row of the facts file.
type fact struct {
	owner          firm
	kind, key, day string
	known          string // ten days after day when empty
	attrs          attrs
}

type attrs map[string]string

func (b *Bureau) factRows(yield func([]string) bool) {
	list := slices.Concat(b.ratings(), b.headquarters(), b.honours(), b.selections(), b.contests(), b.places(), b.contributions(), b.externals())
	for _, f := range list {
		known := f.known
		if known == "" {
			known = policy.MustDate(f.day).AddDays(10).String()
		}
		row := []string{f.owner.name, f.owner.code, f.kind, f.key, f.day}
		rest := maps.Clone(f.attrs)
		for _, column := range factColumns[5 : len(factColumns)-2] {
			row = append(row, rest[column])
			delete(rest, column)
		}
		if len(rest) > 0 {
			panic(fmt.Sprintf("sample: fact %s uses columns that the file does not have: %v", f.kind, rest))
		}
		if !yield(append(row, "示例文件", known)) {
			return
		}
	}
}

// ratings are the star ratings of 2024 and 2026: one firm in ten is never rated, some have no star.
func (b *Bureau) ratings() (list []fact) {
	for i, f := range b.firms {
		if i%10 == 9 {
			continue
		}
		stars := []int{3, 4, 5, 2, 3, 1, 4, 3, 5}[i%10]
		if i%10 == 8 && i >= 10 {
			stars = 0
		}
		list = append(list, fact{f, "星级评定", "2024", "2024-07-31", "2024-08-01", attrs{"年度": "2024", "星级": fmt.Sprint(stars)}})
		if i%10 == 6 && i >= 10 {
			stars = 0
		} else {
			stars = min(5, max(1, stars+b.step(i)))
		}
		list = append(list, fact{f, "星级评定", "2026", "2026-07-31", "2026-08-01", attrs{"年度": "2026", "星级": fmt.Sprint(stars)}})
	}
	return list
}

// step is -1, 0 or +1, drawn from the seed and the number alone, so that a table can be walked twice.
func (b *Bureau) step(n int) int { return int((b.opt.Seed+uint64(n)*2654435761)>>7%3) - 1 }

// headquarters has all three tiers and each way to fail: not a legal person, not yet a year, the group's second.
func (b *Bureau) headquarters() (list []fact) {
	for i, h := range []struct {
		part                    int
		lists, group, since, on string
		legal                   bool
	}{
		{10, "世界500强", "示例全球集团", "2022-05-01", "2024-03-20", true},
		{11, "中国500强、中国服务业500强", "示例华夏集团", "2022-09-15", "2024-11-15", true},
		{12, "中国服务业500强", "示例服务集团", "2023-10-10", "2025-05-10", true},
		{13, "中国服务业500强", "示例分支集团", "2023-02-01", "2025-06-30", false},
		{14, "中国500强", "示例新来集团", "2028-01-15", "2028-06-01", true},
		{15, "世界500强", "示例全球集团", "2023-04-01", "2026-04-08", true},
	} {
		list = append(list, fact{owner: b.pick(h.part), kind: "总部落户", key: fmt.Sprintf("总部-%02d", i+1), day: h.on, attrs: attrs{
			"榜单": h.lists, "集团名称": h.group, "正常运营起始日": h.since, "总部独立法人": yes(h.legal),
		}})
	}
	return list
}

// honours are recognitions and ranks, with the neighbours of each edge: rank 10 and 11, 100 and 101, first and not first.
func (b *Bureau) honours() (list []fact) {
	add := func(part int, kind, key, day string, a attrs) {
		list = append(list, fact{owner: b.pick(part), kind: kind, key: key, day: day, attrs: a})
	}
	add(0, "高新技术企业", "GR202433009001", "2024-12-06", attrs{"首次": "是"})
	add(2, "高新技术企业", "GR202333009002", "2023-12-08", attrs{"首次": "是"})
	add(16, "高新技术企业", "GR202533009003", "2025-12-12", attrs{"首次": "否"})
	add(17, "高新技术企业", "GR202233009004", "2022-12-24", attrs{"首次": "是"})
	for year := 2024; year <= 2027; year++ {
		y, day := fmt.Sprint(year), fmt.Sprintf("%d-09-18", year)
		add(year-2024, "全省百强", y, day, attrs{"年度": y, "名次": fmt.Sprint(20 * (year - 2023)), "首次": "是"})
		add(year-2023, "单项十强", y+"-猎头", day, attrs{"年度": y, "榜单": "猎头", "名次": fmt.Sprint(year - 2016), "首次": "是"})
	}
	add(18, "全省百强", "2025", "2025-09-18", attrs{"年度": "2025", "名次": "100", "首次": "是"})
	add(19, "全省百强", "2025", "2025-09-18", attrs{"年度": "2025", "名次": "101", "首次": "是"})
	add(0, "全省百强", "2025", "2025-09-18", attrs{"年度": "2025", "名次": "35", "首次": "否"})
	add(1, "单项十强", "2024-派遣", "2024-09-18", attrs{"年度": "2024", "榜单": "派遣", "名次": "3", "首次": "是"})
	add(20, "单项十强", "2025-培训", "2025-09-18", attrs{"年度": "2025", "榜单": "培训", "名次": "2", "首次": "否"})
	add(21, "单项十强", "2026-网络招聘", "2026-09-18", attrs{"年度": "2026", "榜单": "网络招聘", "名次": "5", "首次": "是"})
	add(0, "诚信示范机构", "省诚信-2024-01", "2024-10-15", attrs{"级别": "省级", "首次": "是"})
	add(3, "诚信示范机构", "省诚信-2025-02", "2025-10-15", attrs{"级别": "省级", "首次": "是"})
	add(3, "诚信示范机构", "国诚信-2027-01", "2027-05-20", attrs{"级别": "国家级", "首次": "是"})
	add(22, "诚信示范机构", "省诚信-2026-03", "2026-10-15", attrs{"级别": "省级", "首次": "否"})
	return list
}

// selections are the rounds of 2024 and 2026: ten chosen, one after the last place, one struck by an objection.
func (b *Bureau) selections() (list []fact) {
	for _, year := range []int{2024, 2026} {
		y, day := fmt.Sprint(year), fmt.Sprintf("%d-10-31", year)
		for rank := 1; rank <= 11; rank++ {
			a := func(struck int) attrs {
				return attrs{"年度": y, "名次": fmt.Sprint(rank), "入选": yes(rank <= 10), "异议成立": yes(rank == struck)}
			}
			shift := (year - 2024) * 2
			list = append(list,
				fact{owner: b.pick(rank - 1 + shift), kind: "骨干企业评选", key: y, day: day, attrs: a(9)},
				fact{owner: b.pick(rank + 10 + shift), kind: "诚信企业评选", key: y, day: day, attrs: a(0)},
				fact{owner: b.persons[(rank-1+shift)%len(b.persons)], kind: "引才精英评选", key: y, day: day, attrs: a(7)},
			)
		}
	}
	return list
}

// contests are held every year; winners land their projects one year later, some without being evaluated.
func (b *Bureau) contests() (list []fact) {
	for year := 2024; year <= 2027; year++ {
		y := fmt.Sprint(year)
		for i, c := range [][2]int{{2, 1}, {4, 2}, {5, 1}, {8, 3}, {9, 1}, {12, 2}} { // lowest rank, projects
			list = append(list, fact{owner: b.pick(i*3 + year - 2024), kind: "创新大赛", key: y, day: y + "-11-20", attrs: attrs{
				"年度": y, "名次": fmt.Sprint(c[0]), "项目数": fmt.Sprint(c[1]), "入选": yes(c[0] <= 10), "异议成立": "否",
			}})
		}
		for i := range 2 {
			list = append(list, fact{
				owner: b.pick(i*3 + year - 2024), kind: "项目落地", key: fmt.Sprintf("落地-%d-%d", year+1, i+1), day: fmt.Sprintf("%d-06-12", year+1),
				attrs: attrs{"项目名称": fmt.Sprintf("示例项目%d-%d", year, i+1), "获奖": "是", "已落地": "是", "评估通过": yes(i == 0 || year%2 == 0)},
			})
		}
	}
	return list
}
