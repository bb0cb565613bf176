package sheets

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// FactRow is a dated statement about an organisation. Attrs is canonical JSON with the fact names of the policy.
type FactRow struct {
	At         Place
	Name, Code string
	Kind, Key  string
	On, Known  policy.Date
	Attrs      string
	Withdrawn  bool
}

// factKind is one word of 类别: the kind it means, and the columns it uses.
type factKind struct {
	word, kind string
	must, may  []string
	yearly     bool // 编号 is the year when it is not given
}

// The kinds of the facts file, in the order of the policy.
var factKinds = []factKind{
	{"星级评定", "star-rating", []string{"年度", "星级"}, nil, true},
	{"总部落户", "headquarters", []string{"榜单", "正常运营起始日", "总部独立法人"}, []string{"集团名称"}, false},
	{"高新技术企业", "hightech", []string{"首次"}, nil, false},
	{"全省百强", "top100", []string{"年度", "名次", "首次"}, nil, true},
	{"单项十强", "specialty", []string{"年度", "榜单", "名次", "首次"}, nil, false},
	{"诚信示范机构", "integrity-demo", []string{"级别", "首次"}, nil, false},
	{"骨干企业评选", "selection-backbone", []string{"年度", "名次", "入选"}, []string{"异议成立"}, true},
	{"诚信企业评选", "selection-integrity", []string{"年度", "名次", "入选"}, []string{"异议成立"}, true},
	{"引才精英评选", "selection-elite", []string{"年度", "名次", "入选"}, []string{"异议成立"}, true},
	{"创新大赛", "contest", []string{"年度", "名次", "项目数"}, []string{"入选", "异议成立"}, true},
	{"项目落地", "landing", []string{"获奖", "已落地", "评估通过"}, []string{"项目名称"}, false},
	{"产业园认定", "park", []string{"级别", "认定"}, []string{"首次", "核定金额"}, false},
	{"出口示范基地", "export-base", []string{"级别", "认定"}, nil, false},
	{"地方综合贡献", "contribution", []string{"贡献类别", "年度", "第几年", "地方综合贡献"}, []string{"返还比例"}, false},
	{"协会经费", "association", []string{"年度"}, []string{"核定金额"}, true},
	{"年度报告公示", policy.AnnualReport, []string{"年度"}, nil, true},
	{"其他政策奖补", "external", []string{"对应事项"}, []string{"外部奖补金额"}, false},
}

// attribute is one column of the facts file: the name it has in the policy, and how its cells are read.
type attribute struct {
	name string
	read func(l *line, column string) any // nil: nothing was said
}

// The attribute columns. Amounts are decimal text in yuan, days 2024-06-30, answers true or false, the rest numbers or text.
var factAttributes = map[string]attribute{
	"年度":      {"year", whole((*line).year)},
	"星级":      {"stars", func(l *line, c string) any { return said(l, c, parsed(l, c, "填 0 至 5", ParseStars)) }},
	"名次":      {"rank", whole((*line).count)},
	"项目数":     {"projects", whole((*line).count)},
	"第几年":     {"year_number", whole((*line).count)},
	"首次":      {"first_time", answer},
	"入选":      {"selected", answer},
	"异议成立":    {"objection_upheld", answer},
	"获奖":      {"contest_winner", answer},
	"已落地":     {"landed", answer},
	"评估通过":    {"landing_evaluated", answer},
	"认定":      {"recognised", answer},
	"榜单":      {"list", words}, // see kindRules
	"总部独立法人":  {"headquarters_legal_person", answer},
	"项目名称":    {"project", words},
	"集团名称":    {"group", words},
	"正常运营起始日": {"operating_since", func(l *line, c string) any { return said(l, c, l.day(c).String()) }},
	"级别":      {"level", meaning},
	"贡献类别":    {"scheme", meaning},
	"地方综合贡献":  {"local_contribution", money},
	"核定金额":    {"decided_amount", money},
	"外部奖补金额":  {"external_amount", money},
	"返还比例": {"rate_percent", func(l *line, c string) any {
		return said(l, c, json.Number(parsed(l, c, "填 0 至 100 之间的数", ParsePercent)))
	}},
	"对应事项": {"item", meaning},
}

// said is v, or nil when the cell is empty or was refused.
func said[T any](l *line, column string, v T) any {
	if l.raw(column) == "" || l.refused {
		return nil
	}
	return v
}

func whole(read func(*line, string) int) func(*line, string) any {
	return func(l *line, c string) any { return said(l, c, read(l, c)) }
}

func answer(l *line, c string) any { return said(l, c, l.yes(c, false)) }

func words(l *line, c string) any { return said(l, c, l.text(c)) }

func money(l *line, c string) any {
	f, _ := l.amount(c)
	return said(l, c, f.String())
}

func meaning(l *line, c string) any { return said(l, c, l.choice(c)) }

// What the closed columns of the facts file may say.
var (
	levels  = map[string]string{"市级": "municipal", "省级": "provincial", "国家级": "national"}
	schemes = map[string]string{"总部": "hq", "总部企业": "hq", "园区": "park", "入园企业": "park"}
	rewards = map[string]string{
		"上市奖励": "listing-referral", "股改挂牌上市奖励": "listing-referral", "专精特新奖励": "sme-title-referral", "人才计划奖励": "talent-programme-referral",
		"零工市场补助": "gig-market-referral", "就业创业补贴": "employment-services-referral",
		"listing-referral": "listing-referral", "sme-title-referral": "sme-title-referral", "talent-programme-referral": "talent-programme-referral",
		"gig-market-referral": "gig-market-referral", "employment-services-referral": "employment-services-referral",
	}
)

var facts = Dataset{
	Kind: "facts", Name: "资格信息", Clause: "三", kinds: factKinds,
	Columns: []Column{
		orgName,
		{Title: orgCode.Title, Also: append([]string{"个人编号"}, orgCode.Also...), Form: Code, Required: true, Hint: "18位；个人填 GR 加8位数字", Example: exampleCode},
		{Title: "类别", Also: []string{"信息类别", "资格类别", "事项类别"}, Required: true, Hint: strings.Join(kindWords(factKinds), "、"), Words: kindMeanings(factKinds), Offer: kindWords(factKinds)},
		{Title: "编号", Also: []string{"证书编号", "文件编号", "认定编号", "证书号"}, Form: Code, Required: true, Hint: "同一机构同一类别内不重复；按年度的可填年度", Example: "2024"},
		{Title: "日期", Also: []string{"认定日期", "发布日期", "公布日期", "获评日期", "评定日期"}, Form: Day, Required: true, Hint: "认定、公布或评定的日期"},
		{Title: "年度", Also: []string{"评选年度", "所属年度", "年份"}, Form: Year, Hint: "四位年份"},
		{Title: "星级", Also: []string{"评定星级"}, Form: Count, Hint: "0 至 5，0 为无星", Example: "3"},
		{Title: "名次", Also: []string{"排名", "位次"}, Form: Count, Hint: "1、2、3 ……", Example: "1"},
		{Title: "首次", Also: []string{"是否首次", "首次认定", "首次入榜"}, Form: YesNo, Hint: "是、否"},
		{Title: "榜单", Also: []string{"榜单名称", "上榜榜单"}, Hint: "世界500强、中国500强、中国服务业500强；或猎头、派遣、服务外包、网络招聘、测评、培训、管理咨询", Example: "中国500强、中国服务业500强", Offer: []string{"世界500强", "中国500强", "中国服务业500强", "猎头", "派遣", "服务外包", "网络招聘", "测评", "培训", "管理咨询"}},
		{Title: "级别", Also: []string{"认定级别", "等级"}, Hint: "市级、省级、国家级", Words: levels, Offer: []string{"市级", "省级", "国家级"}},
		{Title: "入选", Also: []string{"是否入选"}, Form: YesNo, Hint: "是、否"},
		{Title: "异议成立", Also: []string{"异议是否成立"}, Form: YesNo, Hint: "是、否"},
		{Title: "项目数", Also: []string{"获奖项目数"}, Form: Count, Hint: "1、2、3 ……", Example: "1"},
		{Title: "项目名称", Also: []string{"落地项目"}, Hint: "项目全称", Example: "示例项目"},
		{Title: "获奖", Also: []string{"大赛获奖", "是否获奖"}, Form: YesNo, Hint: "是、否"},
		{Title: "已落地", Also: []string{"是否落地"}, Form: YesNo, Hint: "是、否"},
		{Title: "评估通过", Also: []string{"落地评估通过", "是否通过评估"}, Form: YesNo, Hint: "是、否"},
		{Title: "认定", Also: []string{"是否认定", "认定结果"}, Form: YesNo, Hint: "是、否"},
		{Title: "集团名称", Also: []string{"所属集团", "集团"}, Hint: "同一集团只奖励一次", Example: "示例集团"},
		{Title: "正常运营起始日", Also: []string{"运营起始日", "正常运营起始日期"}, Form: Day, Hint: "总部在市区正常运营的第一天"},
		{Title: "总部独立法人", Also: []string{"总部是否独立法人"}, Form: YesNo, Hint: "是、否"},
		{Title: "贡献类别", Also: []string{"返还类别"}, Hint: "总部、园区", Words: schemes, Offer: []string{"总部", "园区"}},
		{Title: "第几年", Also: []string{"前三年第几年"}, Form: Count, Hint: "1、2、3 ……", Example: "1"},
		{Title: "地方综合贡献", Also: []string{"地方综合贡献额", "贡献额"}, Form: Amount, Hint: "财政、税务出具的数"},
		{Title: "返还比例", Also: []string{"比例"}, Form: Percent, Hint: "0 至 100，只写数字", Example: "80"},
		{Title: "核定金额", Also: []string{"审定金额"}, Form: Amount, Hint: "尚未核定的不填"},
		{Title: "对应事项", Also: []string{"奖补事项"}, Hint: "上市奖励、专精特新奖励、人才计划奖励、零工市场补助、就业创业补贴", Words: rewards, Offer: []string{"上市奖励", "专精特新奖励", "人才计划奖励", "零工市场补助", "就业创业补贴"}},
		{Title: "外部奖补金额", Also: []string{"其他政策金额"}, Form: Amount, Hint: "尚不知道的不填"},
		{Title: "来源", Also: []string{"文件名称", "依据", "文号"}, Hint: "供人核对", Example: "示例文件"},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) { readFactOf(l, into, factAttributes) },
	across: sameFact,
}

// kindWords lists the words of 类别 in order.
func kindWords(kinds []factKind) []string {
	var list []string
	for _, k := range kinds {
		list = append(list, k.word)
	}
	return list
}

// KindWord is a kind of statements as people write it in 类别; the kind itself where no file has a word for it.
func KindWord(kind string) string {
	switch kind {
	case "registration":
		return "登记"
	case "park-assessment":
		return "入园考核"
	case models.ReportFigures:
		return annualReports.Name
	case models.ContributionFigures:
		return contributions.Name
	case models.CreditGrade:
		return credit.Name
	}
	for _, k := range externalKinds {
		if k.kind == kind {
			return k.word
		}
	}
	for _, k := range factKinds {
		if k.kind == kind {
			return k.word
		}
	}
	return kind
}

// kindMeanings are the words of 类别 and the kinds they mean; a kind may be written as it is, too.
func kindMeanings(kinds []factKind) map[string]string {
	m := map[string]string{}
	for _, k := range kinds {
		m[k.word], m[k.kind] = k.kind, k.kind
	}
	return m
}

// readFactOf reads a line of one of several kinds, each of which uses some of the attribute columns.
func readFactOf(l *line, into *Records, attributes map[string]attribute) {
	r := FactRow{At: l.at(), Name: l.text(orgName.Title), Code: l.anyCode(), On: l.mustDay("日期"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false)}
	kind, ok := l.factKind()
	if !ok {
		return
	}
	r.Kind = kind.kind
	attrs := map[string]any{}
	for _, c := range l.dataset.Columns {
		a, ok := attributes[c.Title]
		if !ok {
			continue
		}
		if l.raw(c.Title) != "" && !slices.Contains(kind.must, c.Title) && !slices.Contains(kind.may, c.Title) {
			l.refuse(c.Title, l.raw(c.Title), "删去这一格，或核对类别", "“%s”不用填“%s”", kind.word, c.Title)
		} else if v := a.read(l, c.Title); v != nil {
			attrs[a.name] = v
		}
	}
	for _, column := range kind.must {
		if !r.Withdrawn {
			l.must(column)
		}
	}
	l.kindRules(kind.kind, attrs)
	r.Key = l.textUpTo("编号", 30)
	report := kind.kind == policy.AnnualReport // one a year, whatever number it bears: reminders ask for the year
	if year, there := attrs["year"].(int); there && report && r.On != 0 && year >= r.On.Year() {
		l.refuse("年度", fmt.Sprint(year), "填写报告所属的年度，一般是上一年", "公示日期 %s 时%d年还没有结束", r.On, year)
	}
	if year, there := attrs["year"]; kind.yearly && there && (r.Key == "" || report) {
		r.Key = fmt.Sprint(year)
	} else if r.Key == "" {
		l.must("编号")
	}
	r.finish(l, "日期", attrs, into)
}

// finish stores the row when nothing in it was refused. day is the column that says when it was true.
func (r FactRow) finish(l *line, day string, attrs map[string]any, into *Records) {
	if r.On > r.Known && r.Known != 0 {
		l.refuse(day, r.On.String(), "核对日期", "日期晚于报送日期 %s", r.Known)
	}
	if l.refused {
		return
	}
	text, err := models.Canonical(attrs)
	if err != nil {
		panic(err) // text, numbers and answers only
	}
	r.Attrs = string(text)
	into.Facts = append(into.Facts, r)
}

func (l *line) factKind() (factKind, bool) {
	if l.must("类别") == "" {
		return factKind{}, false
	}
	kind := l.choice("类别")
	for _, k := range l.dataset.kinds {
		if k.kind == kind {
			return k, true
		}
	}
	return factKind{}, false
}

// anyCode is a credit code, or the number of a person.
func (l *line) anyCode() string {
	if s := squash(l.raw(orgCode.Title)); len(s) == 10 && (s[:2] == "GR" || s[:2] == "gr") {
		return l.personCode()
	}
	return l.creditCode(orgCode.Title)
}

// sameFact names rows that speak twice of one thing.
func sameFact(l *lines, all *Records) {
	type key struct {
		code, kind, key string
		known           policy.Date
	}
	all.Facts = once(l, all.Facts, "机构、同一类别、同一编号",
		func(r FactRow) key { return key{r.Code, r.Kind, r.Key, r.Known} }, func(r FactRow) Place { return r.At },
		func(a, b FactRow) bool { b.At, b.Name = a.At, a.Name; return a == b })
}
