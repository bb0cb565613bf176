package sheets

import (
	"cmp"
	"slices"

	"duixian/policy"
	"duixian/secret"
)

// InsuranceState is what a row says about its months.
type InsuranceState uint8

// The four states. Nobody says that the payer had nobody insured, which makes the month known.
const (
	Insured InsuranceState = iota + 1
	BackPaid
	Revoked
	Nobody
)

// InsuranceRow is one line: one person, one payer, the months From to To. It refers to the tables of InsuranceRows, so that
// a million lines stay small.
type InsuranceRow struct {
	Row           int32
	Sheet         int16
	State         InsuranceState
	Insurance     int16
	Payer, Person int32 // Person is -1 for Nobody
	From, To      policy.Month
	Posted        policy.Month // zero: in the month itself
	Known         policy.Date
}

// InsuranceRows is an insurance file.
type InsuranceRows struct {
	Rows       []InsuranceRow
	Payers     []Payer
	People     []Insuree
	Insurances []string
	Sheets     []string

	payer, person map[string]int32
}

// Payer is an employer as the file names it.
type Payer struct{ Name, Code string }

// Insuree is a person as the file names it.
type Insuree struct{ Name, ID secret.Text }

// Place is where a row stands.
func (t *InsuranceRows) Place(r InsuranceRow) Place { return Place{t.Sheets[r.Sheet], int(r.Row)} }

// Pension is the insurance that counts, and the one meant when a file does not say.
const Pension = "企业职工基本养老保险"

var insuranceStates = map[string]string{
	"正常": "1", "正常缴费": "1", "已到账": "1", "已缴": "1", "缴费": "1", "补缴": "2", "补缴到账": "2", "补收": "2", "撤销": "3", "退费": "3", "冲销": "3", "退款": "3", "无参保人员": "4", "无参保": "4", "无人参保": "4",
}

var insuranceNames = map[string]string{
	Pension: Pension, "养老": Pension, "养老保险": Pension, "基本养老保险": Pension, "职工养老": Pension, "企业养老": Pension, "企业基本养老保险": Pension, "职工基本养老保险": Pension,
	"失业": "失业保险", "失业保险": "失业保险", "工伤": "工伤保险", "工伤保险": "工伤保险", "医疗": "职工基本医疗保险", "医疗保险": "职工基本医疗保险", "职工基本医疗保险": "职工基本医疗保险",
	"基本医疗保险": "职工基本医疗保险", "生育": "生育保险", "生育保险": "生育保险", "机关事业单位基本养老保险": "机关事业单位基本养老保险", "机关养老": "机关事业单位基本养老保险",
}

var insurance = Dataset{
	Kind: "insurance", Name: "参保缴费明细", Clause: "三（七）",
	Columns: []Column{
		{Title: "单位名称", Also: []string{"参保单位", "参保单位名称", "缴费单位", "缴费单位名称", "用人单位", "用人单位名称", "机构名称"}, Hint: "供人核对，程序按代码认单位", Example: exampleBuyer},
		{Title: "单位代码", Also: []string{"统一社会信用代码", "参保单位代码", "单位统一社会信用代码", "参保单位统一社会信用代码", "缴费单位代码", "用人单位代码", "信用代码"}, Form: Code, Required: true, Hint: "18位统一社会信用代码", Example: exampleBuyerCode},
		{Title: "姓名", Also: []string{"参保人", "参保人姓名", "人员姓名"}, Personal: true, Hint: "供人核对，程序按证件号码认人", Example: "示例"},
		{Title: "证件号码", Also: []string{"身份证号", "身份证号码", "公民身份号码", "社会保障号", "社会保障号码", "证件号"}, Form: Code, Required: true, Personal: true, Example: exampleID, Hint: "18位身份证号，该列须为文本格式；无参保人员的行不填"},
		{Title: "险种", Also: []string{"险种名称", "险种类型", "参保险种"}, Hint: Pension + "（不填即是）、失业保险、工伤保险、职工基本医疗保险、生育保险、机关事业单位基本养老保险", Words: insuranceNames, Offer: []string{Pension, "失业保险", "工伤保险", "职工基本医疗保险", "生育保险", "机关事业单位基本养老保险"}},
		{Title: "缴费年月", Also: []string{"费款所属期", "所属期", "缴费月份", "月份", "参保月份", "费款所属年月", "对应费款所属期"}, Form: Month, Hint: "一行一个月；与起止年月二选一"},
		{Title: "起始年月", Also: []string{"缴费起始年月", "开始年月", "起始月份", "缴费开始年月", "起始所属期", "费款所属期起"}, Form: Month, Hint: "一行一段时间；与缴费年月二选一"},
		{Title: "终止年月", Also: []string{"缴费终止年月", "结束年月", "终止月份", "缴费结束年月", "截止年月", "终止所属期", "费款所属期止"}, Form: Month, Hint: "与起始年月一起填"},
		{Title: "状态", Also: []string{"缴费状态", "缴费类型", "到账状态", "应缴类型", "缴费标志"}, Hint: "正常、补缴、撤销、无参保人员；不填为正常", Words: insuranceStates, Offer: []string{"正常", "补缴", "撤销", "无参保人员"}},
		{Title: "到账月份", Also: []string{"到账年月", "入账年月", "实缴年月", "做账期号", "到账日期", "结算期"}, Form: Month, Hint: "补缴必填；正常不填为当月"},
		known,
	},
	record: readInsurance,
	across: contradictions,
}

func readInsurance(l *line, into *Records) {
	t := &into.Insurance
	if t.payer == nil {
		t.payer, t.person = map[string]int32{}, map[string]int32{}
	}
	r := InsuranceRow{Row: int32(l.row.Row), State: Insured, Person: -1, Known: l.knownOn()}
	if s := l.choice("状态"); s != "" {
		r.State = InsuranceState(s[0] - '0')
	}
	payer := Payer{l.text("单位名称"), l.creditCode("单位代码")}
	name := Pension
	if l.raw("险种") != "" {
		name = l.choice("险种")
	}
	l.months(&r)
	var person Insuree
	if r.State == Nobody {
		if l.raw("证件号码") != "" {
			l.refuse("证件号码", l.raw("证件号码"), "删去人员信息，或改状态", "状态是“无参保人员”，却填了人员")
		}
	} else {
		person = Insuree{secret.Text(l.text("姓名")), secret.Text(l.residentID("证件号码", r.Known))}
	}
	if l.refused || r.To < policy.FirstMonth {
		return
	}
	r.Payer = place(&t.Payers, t.payer, payer.Code, payer)
	if r.State != Nobody {
		before := len(t.People)
		r.Person = place(&t.People, t.person, person.ID.Reveal(), person)
		if known := t.People[r.Person]; int(r.Person) < before && known.Name != person.Name && known.Name != "" && person.Name != "" {
			l.refuse("姓名", person.Name.Reveal(), "与身份证核对", "同一身份证号在本文件里有两个姓名")
			return
		}
	}
	r.Insurance, r.Sheet = indexOf(&t.Insurances, name), indexOf(&t.Sheets, l.row.Sheet)
	t.Rows = append(t.Rows, r)
}

// place is the number of an entry in a table, added if new.
func place[T any](table *[]T, index map[string]int32, key string, entry T) int32 {
	i, there := index[key]
	if !there {
		i = int32(len(*table))
		index[key] = i
		*table = append(*table, entry)
	}
	return i
}

func indexOf(list *[]string, s string) int16 {
	i := slices.Index(*list, s)
	if i < 0 {
		i = len(*list)
		*list = append(*list, s)
	}
	return int16(i)
}

// months reads which months the row is about, and when they were posted.
func (l *line) months(r *InsuranceRow) {
	single, from, to := l.month("缴费年月"), l.month("起始年月"), l.month("终止年月")
	r.Posted = l.month("到账月份")
	switch {
	case l.refused:
		return
	case single != 0 && (from != 0 || to != 0):
		l.refuse("缴费年月", single.String(), "只留一种写法", "既填了缴费年月又填了起止年月")
		return
	case single != 0:
		from, to = single, single
	case from == 0 || to == 0:
		l.refuse("缴费年月", "", "填写缴费年月，或同时填写起始年月和终止年月", "没有填缴费年月")
		return
	}
	r.From, r.To = from, to
	switch {
	case to < from:
		l.refuse("终止年月", to.String(), "核对起止年月", "终止年月早于起始年月 %s", from)
	case to > policy.LastMonth:
		l.refuse("缴费年月", to.String(), "核对月份", "月份在 %s 之后", policy.LastMonth)
	case from > r.Known.Month() && r.Known != 0:
		l.refuse("缴费年月", from.String(), "核对月份和报送日期", "缴费年月在报送日期 %s 之后", r.Known)
	case to > r.Known.Month() && r.Known != 0:
		l.refuse("终止年月", to.String(), "核对月份和报送日期", "终止年月在报送日期 %s 之后", r.Known)
	case r.State == BackPaid && r.Posted == 0:
		l.refuse("到账月份", "", "填写补缴到账的月份", "补缴没有填到账月份")
	case r.Posted != 0 && r.Posted < from && r.State == BackPaid:
		l.refuse("到账月份", r.Posted.String(), "核对月份", "补缴到账月份早于缴费年月")
	case r.Posted > r.Known.Month() && r.Known != 0:
		l.refuse("到账月份", r.Posted.String(), "核对月份和报送日期", "到账月份在报送日期 %s 之后", r.Known)
	case from < policy.FirstMonth: // histories of decades are common; what is before does not matter to the policy
		l.warn("缴费年月", from.String(), "核对，无误可照常导入", "%s 以前的月份不记", policy.FirstMonth)
		r.From = policy.FirstMonth
	}
}

// contradictions finds rows that say two different things about one person, payer and month on one day. Rows that say the
// same twice do no harm and are not reported: office exports are full of them.
func contradictions(l *lines, all *Records) {
	t := &all.Insurance
	order := make([]int32, len(t.Rows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := t.Rows[a], t.Rows[b]
		return cmp.Or(cmp.Compare(x.Payer, y.Payer), cmp.Compare(x.Person, y.Person), cmp.Compare(x.Insurance, y.Insurance), cmp.Compare(x.Known, y.Known), cmp.Compare(a, b))
	})
	said := map[policy.Month]InsuranceRow{}
	var last InsuranceRow
	for _, i := range order {
		r := t.Rows[i]
		if r.Payer != last.Payer || r.Person != last.Person || r.Insurance != last.Insurance || r.Known != last.Known {
			clear(said)
		}
		last = r
		for m := r.From; m <= r.To; m = m.Add(1) {
			if before, twice := said[m]; twice && r.contradicts(before) {
				l.refuse(t.Place(r), "状态", "", "核对两行；如是更正，请写上较晚的报送日期", "与%s说的是同一人同一单位的同一月份，状态或到账月份却不同", t.Place(before))
				break
			}
			said[m] = r
		}
	}
}

func (r InsuranceRow) contradicts(before InsuranceRow) bool {
	return r.State != before.State || r.Posted != before.Posted && r.Posted != 0 && before.Posted != 0
}
