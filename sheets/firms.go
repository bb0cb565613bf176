package sheets

import (
	"strings"

	"duixian/policy"
)

// FirmRow is the state of an organisation from a day on.
type FirmRow struct {
	At         Place
	Name, Code string
	Kind       string // 企业, 创业服务机构, 园区运营方 …
	District   string // urban, or the name of a county
	Permit     string // 许可, 备案 or empty
	PermitNo   string
	PermitEnd  policy.Date // zero: has no end
	Legal      bool        // an independent legal person
	Normal     bool        // operating normally
	On, Known  policy.Date
}

// Persons have no credit code; the bureau numbers them GR and eight digits.
const personKind = "个人"

var organisationKinds = map[string]string{
	"企业": "企业", "人力资源服务机构": "企业", "公司": "企业", "创业服务机构": "创业服务机构", "园区运营方": "园区运营方", "园区": "园区运营方", "产业园": "园区运营方",
	"基地运营方": "基地运营方", "基地": "基地运营方", "协会": "协会", "社会团体": "协会", "市场运营方": "市场运营方", "零工市场": "市场运营方", personKind: personKind, "自然人": personKind,
}

var districts = map[string]string{
	"市区": "urban", "婺城区": "urban", "婺城": "urban", "金东区": "urban", "金东": "urban", "金华开发区": "urban", "开发区": "urban", "金华经济技术开发区": "urban", "市本级": "urban",
	"兰溪市": "兰溪市", "兰溪": "兰溪市", "东阳市": "东阳市", "东阳": "东阳市", "义乌市": "义乌市", "义乌": "义乌市", "永康市": "永康市", "永康": "永康市",
	"浦江县": "浦江县", "浦江": "浦江县", "武义县": "武义县", "武义": "武义县", "磐安县": "磐安县", "磐安": "磐安县", "市外": "市外", "外地": "市外",
}

var permits = map[string]string{"许可": "许可", "行政许可": "许可", "备案": "备案", "无": "", "未取得": "", "许可、备案": "许可", "许可和备案": "许可"}

var operating = map[string]string{
	"正常": "正常", "存续": "正常", "在业": "正常", "开业": "正常", "正常经营": "正常", "异常": "异常", "经营异常": "异常", "停业": "异常", "歇业": "异常", "吊销": "异常", "注销": "异常", "清算": "异常",
}

var firms = Dataset{
	Kind: "firms", Name: "机构名录", Clause: "五（一）",
	Columns: []Column{
		{Title: orgName.Title, Also: orgName.Also, Required: true, Hint: "营业执照上的全称", Example: exampleFirm},
		{Title: orgCode.Title, Also: append([]string{"个人编号"}, orgCode.Also...), Form: Code, Required: true, Hint: "18位；个人填 GR 加8位数字", Example: exampleCode},
		{Title: "区县", Also: []string{"所属区县", "县（市、区）", "所在区县", "注册地", "所在地", "属地", "区（县、市）"}, Required: true, Hint: "婺城区、金东区、金华开发区（即市区），或县（市）名", Words: districts, Offer: []string{"婺城区", "金东区", "金华开发区", "兰溪市", "东阳市", "义乌市", "永康市", "浦江县", "武义县", "磐安县", "市外"}},
		{Title: "机构类型", Also: []string{"类型", "单位类型", "机构类别", "主体类型"}, Required: true, Hint: "企业、创业服务机构、园区运营方、基地运营方、协会、市场运营方、个人", Words: organisationKinds, Offer: []string{"企业", "创业服务机构", "园区运营方", "基地运营方", "协会", "市场运营方", personKind}},
		{Title: "许可或备案", Also: []string{"许可/备案", "资质", "资质类型", "许可备案情况"}, Hint: "许可、备案、无", Words: permits, Offer: []string{"许可", "备案", "无"}},
		{Title: "许可证号", Also: []string{"备案号", "许可证号/备案号", "许可证编号", "许可（备案）编号", "许可证号或备案号"}, Form: Code, Hint: "人力资源服务许可证编号或备案编号", Example: "SL0001"},
		{Title: "许可有效期至", Also: []string{"许可证有效期至", "有效期至", "许可到期日", "许可证有效期"}, Form: Day, Hint: "没有截止日的备案不填"},
		{Title: "独立法人", Also: []string{"是否独立法人", "独立法人资格", "法人资格"}, Form: YesNo, Hint: "是、否（分公司填否）；不填为是"},
		{Title: "经营状态", Also: []string{"登记状态", "企业状态", "状态"}, Hint: "正常、异常、停业、吊销、注销；不填为正常", Words: operating, Offer: []string{"正常", "异常", "停业", "吊销", "注销"}},
		{Title: "生效日期", Also: []string{"起始日期", "成立日期", "登记日期", "变更日期", "注册日期", "自何日起"}, Form: Day, Required: true, Hint: "这一行所说的情况从哪天起"},
		known,
	},
	record: readFirm,
	across: func(l *lines, all *Records) {
		type key struct {
			code      string
			on, known policy.Date
		}
		all.Firms = sameCode(l, all.Firms)
		all.Firms = once(l, all.Firms, "机构、同一生效日期的情况",
			func(r FirmRow) key { return key{r.Code, r.On, r.Known} }, func(r FirmRow) Place { return r.At },
			func(a, b FirmRow) bool { b.At = a.At; return a == b })
	},
}

// sameCode finds one code under two names. Reported on one day these are two firms, of which one has the wrong code, and the
// second row is refused: a warning that nobody reads would give the one the other's money. Reported on two days it is a change
// of name.
func sameCode(l *lines, rows []FirmRow) (kept []FirmRow) {
	names := map[string]FirmRow{}
	for _, r := range rows {
		before, there := names[r.Code]
		switch {
		case !there:
			names[r.Code] = r
		case SameName(before.Name) == SameName(r.Name):
		case before.Known == r.Known:
			l.refuse(r.At, orgCode.Title, r.Code, "核对两家机构的代码；如是同一家更名，给旧名称的一行填上当时的报送日期", "与%s“%s”是同一代码，名称却是“%s”", before.At, before.Name, r.Name)
			continue
		default:
			l.warn(r.At, orgName.Title, r.Name, "核对代码，如是更名可照常导入", "与%s“%s”是同一代码，名称不同", before.At, before.Name)
			names[r.Code] = r
		}
		kept = append(kept, r)
	}
	return kept
}

func readFirm(l *line, into *Records) {
	r := FirmRow{
		At: l.at(), Name: l.mustText(orgName.Title), Kind: l.choice("机构类型"), District: l.choice("区县"),
		PermitNo: l.text("许可证号"), PermitEnd: l.day("许可有效期至"), Legal: l.yes("独立法人", true), Normal: true, On: l.mustDay("生效日期"), Known: l.knownOn(),
	}
	l.must("机构类型")
	l.must("区县")
	if l.raw("许可或备案") != "" {
		r.Permit = l.choice("许可或备案")
		if r.Permit != "" && r.PermitNo == "" {
			l.warn("许可证号", "", "补填编号，无误可照常导入", "填了“%s”却没有编号", r.Permit)
		}
	} else if r.PermitNo != "" {
		l.refuse("许可或备案", "", "填写“许可”或“备案”", "有编号却没说是许可还是备案")
	}
	if s := l.raw("经营状态"); s != "" {
		r.Normal = l.choice("经营状态") == "正常"
	}
	if r.Kind == personKind {
		r.Code = l.personCode()
	} else {
		r.Code = l.creditCode(orgCode.Title)
		l.checkClass(r)
	}
	if r.PermitEnd != 0 && r.PermitEnd < r.On {
		l.refuse("许可有效期至", r.PermitEnd.String(), "核对两个日期", "有效期止于生效日期 %s 之前", r.On)
	}
	if r.On > r.Known && r.Known != 0 {
		l.warn("生效日期", r.On.String(), "核对日期，无误可照常导入", "生效日期晚于报送日期 %s", r.Known)
	}
	if !l.refused {
		into.Firms = append(into.Firms, r)
	}
}

// personCode is GR and eight digits; an identity number in its place must not get into the list of organisations.
func (l *line) personCode() string {
	s := strings.ToUpper(squash(l.must(orgCode.Title)))
	if s != "" && (len(s) != 10 || !strings.HasPrefix(s, "GR") || !digitsOnly(s[2:])) {
		l.refused = true
		l.report.add(Finding{
			Refused, l.at(), orgCode.Title, mask(s), "个人应填由我局编的号（GR 加8位数字），不得填身份证号", "改填个人编号",
		})
		return ""
	}
	return l.keep(s)
}

// checkClass warns when the code belongs to another class of organisation than the row says.
func (l *line) checkClass(r FirmRow) {
	if r.Code == "" {
		return
	}
	class := policy.CreditCode(r.Code).Kind()
	if r.Kind == "企业" && class != "企业" || r.Kind == "协会" && class != "社会团体" {
		l.warn("机构类型", r.Kind, "核对机构类型和代码，无误可照常导入", "代码 %s 属于%s，与机构类型“%s”不符", r.Code, class, r.Kind)
	}
}
