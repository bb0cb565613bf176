package sheets

import (
	"duixian/policy"
	"duixian/secret"
)

// RecruitRow is one report of an agency: it brought this person to this employer.
type RecruitRow struct {
	At                       Place
	AgencyName, Agency       string // name and credit code
	EmployerName, Employer   string
	Name                     secret.Text
	ID                       secret.Text // identity number
	Category                 string      // graduate, high_skill or other
	Hired, Known             policy.Date
	PaidElsewhere, Withdrawn bool
}

var categories = map[string]string{
	"大学生": "graduate", "高校毕业生": "graduate", "毕业生": "graduate", "高技能人才": "high_skill", "高技能": "high_skill", "技能人才": "high_skill", "其他": "other", "其它": "other", "普通": "other",
}

var recruits = Dataset{
	Kind: "recruits", Name: "引才名单", Clause: "三（七）",
	Columns: []Column{
		{Title: "引进机构名称", Also: []string{"机构名称", "服务机构名称", "人力资源服务机构", "引进机构"}, Hint: orgName.Hint, Example: exampleFirm},
		{Title: "引进机构代码", Also: []string{"引进机构统一社会信用代码", "机构代码", "服务机构代码", "机构统一社会信用代码"}, Form: Code, Required: true, Hint: "18位", Example: exampleCode},
		{Title: "用人单位名称", Also: []string{"用人单位", "用工单位名称", "用工单位", "企业名称"}, Hint: "供人核对，程序按代码认单位", Example: exampleBuyer},
		{Title: "用人单位代码", Also: []string{"用人单位统一社会信用代码", "用工单位代码", "企业代码", "用工单位统一社会信用代码"}, Form: Code, Required: true, Hint: "18位", Example: exampleBuyerCode},
		{Title: "姓名", Also: []string{"人员姓名", "人才姓名"}, Required: true, Personal: true, Hint: "身份证上的姓名", Example: "示例"},
		{Title: "证件号码", Also: []string{"身份证号", "身份证号码", "公民身份号码", "身份证", "证件号"}, Form: Code, Required: true, Personal: true, Hint: "18位身份证号，该列须为文本格式", Example: exampleID},
		{Title: "人才类别", Also: []string{"人员类别", "类别", "人才类型"}, Required: true, Hint: "大学生、高技能人才、其他", Words: categories, Offer: []string{"大学生", "高技能人才", "其他"}},
		{Title: "学历或技能等级", Also: []string{"学历", "技能等级", "学历（技能等级）", "学历/技能等级"}, Hint: "供人核对", Example: "本科"},
		{Title: "入职日期", Also: []string{"引进日期", "入职时间", "上岗日期", "合同起始日期", "劳动合同起始日期", "引进时间"}, Form: Day, Required: true, Hint: "劳动合同开始的那天"},
		{Title: "已享受其他奖补", Also: []string{"是否已享受其他奖补", "已享受其他政策", "是否重复享受"}, Form: YesNo, Hint: "是、否；不填为否"},
		withdrawn,
		known,
	},
	record: readRecruit,
	across: func(l *lines, all *Records) {
		type key struct {
			agency, employer string
			id               secret.Text
			hired, known     policy.Date
		}
		all.Recruits = once(l, all.Recruits, "人员的同一次引进",
			func(r RecruitRow) key { return key{r.Agency, r.Employer, r.ID, r.Hired, r.Known} }, func(r RecruitRow) Place { return r.At },
			func(a, b RecruitRow) bool { b.At = a.At; return a == b })
		names := map[secret.Text]RecruitRow{}
		for _, r := range all.Recruits {
			before, there := names[r.ID]
			switch {
			case !there:
				names[r.ID] = r
			case before.Name != r.Name:
				l.refuse(r.At, "姓名", mask(r.Name.Reveal()), "与身份证核对", "与%s是同一身份证号，姓名却不同", before.At)
			}
		}
	},
}

func readRecruit(l *line, into *Records) {
	r := RecruitRow{
		At: l.at(), AgencyName: l.text("引进机构名称"), Agency: l.creditCode("引进机构代码"), EmployerName: l.text("用人单位名称"), Employer: l.creditCode("用人单位代码"),
		Name: secret.Text(l.mustText("姓名")), Category: l.choice("人才类别"), Hired: l.mustDay("入职日期"), Known: l.knownOn(),
		PaidElsewhere: l.yes("已享受其他奖补", false), Withdrawn: l.yes(withdrawn.Title, false),
	}
	l.must("人才类别")
	r.ID = secret.Text(l.residentID("证件号码", r.Known))
	if r.Hired != 0 && r.Known != 0 && r.Hired > r.Known {
		l.refuse("入职日期", r.Hired.String(), "核对入职日期和报送日期", "入职日期晚于报送日期 %s", r.Known)
	}
	if id, err := policy.ParseResidentID(r.ID.Reveal()); err == nil && r.Hired != 0 {
		switch {
		case r.Hired < id.Birth():
			l.refuse("入职日期", r.Hired.String(), "核对入职日期和身份证号", "入职日期早于身份证号中的出生日期")
		case r.Hired < id.Birth().AddYears(16):
			l.refuse("入职日期", r.Hired.String(), "核对入职日期和身份证号", "入职时不满16周岁")
		}
	}
	if r.Agency != "" && r.Agency == r.Employer {
		l.warn("用人单位代码", r.Employer, "核对两个代码，无误可照常导入", "引进机构和用人单位是同一家")
	}
	if !l.refused {
		into.Recruits = append(into.Recruits, r)
	}
}
