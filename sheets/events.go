package sheets

var eventKinds = []factKind{
	{"活动", "event", []string{"参加企业数", "参加人数", "市内举办", "重点产业"}, []string{"核定金额"}, false},
	{"展位", "booth", []string{"境外", "展位费", "主办单位"}, nil, false},
}

var eventAttributes = map[string]attribute{
	"参加企业数": {"organisations", whole((*line).count)},
	"参加人数":  {"attendance", whole((*line).count)},
	"市内举办":  {"in_city", answer},
	"重点产业":  {"key_industry", answer},
	"核定金额":  {"decided_amount", money},
	"境外":    {"overseas", answer},
	"展位费":   {"booth_fee", money},
	"主办单位":  {"organiser", organiser},
}

// organiser is a ministry of human resources, a provincial one, or whoever it was.
func organiser(l *line, column string) any {
	s := l.text(column)
	switch squash(s) {
	case "国家人社部门", "人力资源社会保障部", "人社部":
		s = "national_hr"
	case "省人社部门", "省人力资源社会保障厅", "省人力资源和社会保障厅", "省人社厅", "浙江省人力资源和社会保障厅":
		s = "provincial_hr"
	}
	return said(l, column, s)
}

var events = Dataset{
	Kind: "events", Name: "活动与展位", Clause: "三（八）", kinds: eventKinds,
	Columns: []Column{
		orgName, orgCode,
		{Title: "类别", Also: []string{"事项类别", "活动类别"}, Required: true, Hint: "活动、展位", Words: kindMeanings(eventKinds), Offer: kindWords(eventKinds)},
		{Title: "编号", Also: []string{"活动编号", "展位编号", "场次编号"}, Form: Code, Required: true, Hint: "同一机构同一类别内不重复", Example: "2024-01"},
		{Title: "名称", Also: []string{"活动名称", "展会名称"}, Hint: "供人核对", Example: "示例招聘会"},
		{Title: "日期", Also: []string{"举办日期", "活动日期", "参展日期", "展会日期"}, Form: Day, Required: true, Hint: "举办或参展的第一天"},
		{Title: "参加企业数", Also: []string{"参会企业数", "企业数", "参加单位数"}, Form: Count, Hint: "到场企业家数"},
		{Title: "参加人数", Also: []string{"参会人数", "到场人数"}, Form: Count, Hint: "到场人数"},
		{Title: "市内举办", Also: []string{"是否市内举办", "在市内"}, Form: YesNo, Hint: "是、否"},
		{Title: "重点产业", Also: []string{"是否重点产业", "面向重点产业"}, Form: YesNo, Hint: "是、否（面向2+4+X产业）"},
		{Title: "核定金额", Also: []string{"审定金额"}, Form: Amount, Hint: "尚未核定的不填"},
		{Title: "境外", Also: []string{"是否境外", "境外展会"}, Form: YesNo, Hint: "是、否"},
		{Title: "展位费", Also: []string{"展位费用", "展位费金额"}, Form: Amount, Hint: "发票金额"},
		{Title: "主办单位", Also: []string{"主办单位类别", "主办方"}, Hint: "国家人社部门、省人社部门，或写名称", Offer: []string{"国家人社部门", "省人社部门"}},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) { readFactOf(l, into, eventAttributes) },
	across: sameFact,
}
