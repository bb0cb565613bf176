package sheets

import (
	"fmt"

	"duixian/models"
)

// annualReports is what firms say of themselves: the figures of a year that a rating takes from the firm, and whether its report was published.
var annualReports = Dataset{
	Kind: "annual-reports", Name: "年度经营报告", Clause: "三（四）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "年度", Also: []string{"报告年度", "所属年度", "年份"}, Form: Year, Required: true, Hint: "报告所属的年度，一般是上一年"},
		{Title: "报告日期", Also: []string{"日期", "填表日期", "公示日期"}, Form: Day, Required: true, Hint: "机构填报的那天"},
		{Title: "营业收入", Also: []string{"年营业收入", "主营业务收入", "营收"}, Form: Amount, Hint: "全年，不含代收代付；不知道的不填"},
		{Title: "服务企业数", Also: []string{"服务企业数量", "服务用人单位数", "服务单位数"}, Form: Count, Hint: "全年服务的企业家数；不知道的不填"},
		{Title: "服务重点产业企业数", Also: []string{"服务2+4+X企业数", "服务重点企业数"}, Form: Count, Hint: "申报加分的填；不申报不填"},
		{Title: "参与制定标准数", Also: []string{"参与标准制定数", "制定标准数"}, Form: Count, Hint: "申报加分的填；不申报不填"},
		{Title: "公益服务活动数", Also: []string{"公益活动数", "公益活动场次"}, Form: Count, Hint: "申报加分的填；不申报不填"},
		{Title: "省级以上荣誉数", Also: []string{"省级荣誉数", "荣誉数"}, Form: Count, Hint: "申报加分的填；不申报不填"},
		{Title: "已公示年度报告", Also: []string{"是否公示", "年度报告公示", "年报已公示"}, Form: YesNo, Hint: "是、否；不知道的不填"},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) {
		l.figures(models.ReportFigures, "报告日期", into, map[string]any{
			"revenue": money(l, "营业收入"), "served_firms": said(l, "服务企业数", l.count("服务企业数")),
			"key_industry_firms": said(l, "服务重点产业企业数", l.count("服务重点产业企业数")), "standards": said(l, "参与制定标准数", l.count("参与制定标准数")),
			"public_events": said(l, "公益服务活动数", l.count("公益服务活动数")), "provincial_titles": said(l, "省级以上荣誉数", l.count("省级以上荣誉数")),
			"published": answer(l, "已公示年度报告"),
		})
	},
	across: sameFact,
}

// figures stores what one office says of one firm and year. What is not said is left out: it is not known, and never zero.
func (l *line) figures(kind, day string, into *Records, attrs map[string]any) {
	r := FactRow{
		At: l.at(), Name: l.text(orgName.Title), Code: l.creditCode(orgCode.Title), Kind: kind,
		On: l.mustDay(day), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false),
	}
	l.must("年度")
	year := l.year("年度")
	if !l.refused && year > r.On.Year() {
		l.refuse("年度", fmt.Sprint(year), "填写数据所属的年度，一般是上一年", "%s 时%d年还没有开始", r.On, year)
	}
	for name, v := range attrs {
		if v == nil {
			delete(attrs, name)
		}
	}
	if len(attrs) == 0 && !r.Withdrawn && !l.refused {
		l.refuse("年度", fmt.Sprint(year), "填上数据，或删去这一行", "这一行没有任何数据")
	}
	attrs["year"] = year
	r.Key = fmt.Sprint(year)
	r.finish(l, day, attrs, into)
}
