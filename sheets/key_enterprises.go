package sheets

import "duixian/policy"

// KeyEnterpriseRow puts an enterprise on the 2+4+X list from From up to, not including, To.
type KeyEnterpriseRow struct {
	At         Place
	Name, Code string
	Chain      string // industry
	From, To   policy.Date
	Known      policy.Date
}

var keyEnterprises = Dataset{
	Kind: "key-enterprises", Name: "重点产业企业名单（2+4+X）", Clause: "三（七）",
	Columns: []Column{
		{Title: "企业名称", Also: append([]string{"机构名称"}, orgName.Also...), Required: true, Example: exampleBuyer},
		orgCode,
		{Title: "产业", Also: []string{"产业链", "重点产业", "所属产业", "产业类别", "行业"}, Hint: "所属重点产业", Example: "现代五金"},
		{Title: "名单批次", Also: []string{"批次", "名单文号"}, Hint: "供人核对"},
		{Title: "列入日期", Also: []string{"入库日期", "认定日期", "起始日期", "列入时间"}, Form: Day, Required: true, Hint: "从哪天起在名单上"},
		{Title: "移出日期", Also: []string{"退出日期", "截止日期", "移出时间"}, Form: Day, Hint: "从哪天起不在名单上；仍在的不填"},
		known,
	},
	record: func(l *line, into *Records) {
		r := KeyEnterpriseRow{
			At: l.at(), Name: l.mustText("企业名称"), Code: l.creditCode(orgCode.Title), Chain: l.textUpTo("产业", 30),
			From: l.mustDay("列入日期"), To: l.day("移出日期"), Known: l.knownOn(),
		}
		l.checkInterval("移出日期", r.From, r.To)
		if !l.refused {
			into.KeyEnterprises = append(into.KeyEnterprises, r)
		}
	},
	across: func(l *lines, all *Records) {
		type key struct {
			code        string
			from, known policy.Date
		}
		all.KeyEnterprises = once(l, all.KeyEnterprises, "企业、同一列入日期",
			func(r KeyEnterpriseRow) key { return key{r.Code, r.From, r.Known} }, func(r KeyEnterpriseRow) Place { return r.At },
			func(a, b KeyEnterpriseRow) bool { b.At = a.At; return a == b })
	},
}

// checkInterval refuses an end that is not after its beginning.
func (l *line) checkInterval(column string, from, to policy.Date) {
	if to != 0 && from != 0 && to <= from {
		l.refuse(column, to.String(), "核对起止日期", "“%s”不在起始日期 %s 之后", column, from)
	}
}
