package sheets

import "fmt"

var parkAssessments = Dataset{
	Kind: "park-assessments", Name: "入园企业考核", Clause: "三（六）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "园区名称", Also: []string{"园区", "产业园名称", "所在园区"}, Required: true, Hint: "园区全称", Example: "示例人力资源服务产业园"},
		{Title: "年度", Also: []string{"考核年度", "年份"}, Form: Year, Required: true, Hint: "四位年份"},
		{Title: "考核日期", Also: []string{"日期", "考核时间", "审核日期"}, Form: Day, Required: true, Hint: "考核结论作出的那天"},
		{Title: "完成入园指标", Also: []string{"是否完成入园指标", "指标完成", "入园指标完成"}, Form: YesNo, Required: true, Hint: "是、否"},
		{Title: "市级园区", Also: []string{"是否市级园区", "市级产业园"}, Form: YesNo, Hint: "是、否；不填为是"},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) {
		r := FactRow{
			At: l.at(), Name: l.text(orgName.Title), Code: l.creditCode(orgCode.Title), Kind: "park-assessment",
			On: l.mustDay("考核日期"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false),
		}
		park, year := l.mustText("园区名称"), l.year("年度")
		l.must("年度")
		l.must("完成入园指标")
		r.Key = fmt.Sprintf("%d/%s", year, shortened(park, 27))
		r.finish(l, "考核日期", map[string]any{
			"park": park, "year": year, "targets_met": l.yes("完成入园指标", false), "municipal_park": l.yes("市级园区", true),
		}, into)
	},
	across: sameFact,
}

// shortened cuts a name so that a key made of it fits its column.
func shortened(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}
