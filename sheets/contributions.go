package sheets

import "duixian/models"

// contributions is what finance and tax say of a firm's contribution: the only ones who may.
var contributions = Dataset{
	Kind: "contributions", Name: "地方贡献数据", Clause: "三（四）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "年度", Also: []string{"所属年度", "贡献年度", "年份"}, Form: Year, Required: true, Hint: "数据所属的年度，一般是上一年"},
		{Title: "出具日期", Also: []string{"日期", "统计日期"}, Form: Day, Required: true, Hint: "财政、税务出具的那天"},
		{Title: "地方贡献额", Also: []string{"地方贡献", "地方综合贡献", "地方综合贡献额", "对地方贡献"}, Form: Amount, Required: true, Hint: "财政、税务出具的数；没有贡献填 0，查不到的不列"},
		{Title: "出具单位", Also: []string{"数据来源", "来源单位"}, Required: true, Hint: "财政、税务", Words: offices, Offer: []string{"财政", "税务"}},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) {
		l.must("出具单位")
		if !l.yes(withdrawn.Title, false) {
			l.must("地方贡献额")
		}
		l.figures(models.ContributionFigures, "出具日期", into, map[string]any{"contribution": money(l, "地方贡献额"), "office": said(l, "出具单位", l.choice("出具单位"))})
	},
	across: sameFact,
}

// offices are those who may say what a firm contributes.
var offices = map[string]string{"财政": "finance", "财政局": "finance", "市财政局": "finance", "税务": "tax", "税务局": "tax", "市税务局": "tax"}
