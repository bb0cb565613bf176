package sheets

import "duixian/models"

// credit is the public credit grade that the credit office (信用办) gives, and whether it knows of a penalty.
var credit = Dataset{
	Kind: "credit", Name: "信用评价", Clause: "三（四）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "年度", Also: []string{"评价年度", "所属年度", "年份"}, Form: Year, Required: true, Hint: "评价所属的年度，一般是上一年"},
		{Title: "评价日期", Also: []string{"日期", "出具日期", "查询日期"}, Form: Day, Required: true, Hint: "信用办出具评价的那天"},
		{Title: "信用等级", Also: []string{"公共信用评价等级", "信用评价等级", "评价等级", "信用评价"}, Required: true, Hint: "优、良、中、差", Words: creditGrades, Offer: []string{"优", "良", "中", "差"}},
		{Title: "行政处罚", Also: []string{"是否受过行政处罚", "有无行政处罚"}, Form: YesNo, Hint: "该年度受过行政处罚的填“是”；不知道的不填"},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) {
		if !l.yes(withdrawn.Title, false) {
			l.must("信用等级")
		}
		l.figures(models.CreditGrade, "评价日期", into, map[string]any{"credit": said(l, "信用等级", l.choice("信用等级")), "penalty": answer(l, "行政处罚")})
	},
	across: sameFact,
}

var creditGrades = map[string]string{"优": "优", "优秀": "优", "良": "良", "良好": "良", "中": "中", "中等": "中", "差": "差", "较差": "差"}
