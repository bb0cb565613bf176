package sheets

import (
	"strings"

	"duixian/policy"
)

// AppropriationRow is what a treasury allots by a document: so much of a year's money through a channel. A negative amount takes back what another document gave.
type AppropriationRow struct {
	At        Place
	Year      int
	Channel   policy.Channel
	Document  string
	Amount    policy.Fen
	On, Known policy.Date
	Withdrawn bool
}

const channelColumn, documentColumn, amountColumn = "资金渠道", "指标文号", "金额"

var appropriations = Dataset{
	Kind: "appropriations", Name: "预算指标", Clause: "五（四）",
	Columns: []Column{
		{Title: "年度", Also: []string{"预算年度", "指标年度", "年份"}, Form: Year, Required: true, Hint: "四位年份"},
		{Title: channelColumn, Also: []string{"渠道", "资金来源", "级次", "承担级次"}, Required: true, Hint: "省级、市级、区级；某个区的写 区级（婺城区）", Offer: []string{"省级", "市级", "区级"}, Example: "市级"},
		{Title: documentColumn, Also: []string{"文号", "指标文件", "下达文号", "预算文号"}, Required: true, Hint: "财政下达指标的文号；更正时写同一文号", Example: "示例财〔2026〕1号"},
		{Title: amountColumn, Also: []string{"指标金额", "下达金额", "预算金额"}, Form: Amount, Required: true, Hint: "追减的文件写负数"},
		{Title: "生效日期", Also: []string{"可用日期", "自何日起"}, Form: Day, Hint: "从这一天起可以列支；不填为当年1月1日"},
		withdrawn,
		known,
	},
	record: readAppropriation,
	across: func(l *lines, all *Records) {
		type key struct {
			year     int
			channel  policy.Channel
			document string
			known    policy.Date
		}
		all.Appropriations = once(l, all.Appropriations, "文号在同一渠道的指标",
			func(r AppropriationRow) key { return key{r.Year, r.Channel, r.Document, r.Known} }, func(r AppropriationRow) Place { return r.At },
			func(a, b AppropriationRow) bool { b.At = a.At; return a == b })
	},
}

func readAppropriation(l *line, into *Records) {
	r := AppropriationRow{At: l.at(), Document: squash(l.textUpTo(documentColumn, 40)), On: l.day("生效日期"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false)}
	l.must(documentColumn)
	if l.must("年度") != "" {
		r.Year = l.year("年度")
	}
	if l.must(channelColumn) != "" {
		r.Channel = parsed(l, channelColumn, "填写 省级、市级、区级，或 区级（婺城区）", policy.ParseChannel)
	}
	if r.Withdrawn {
		r.Amount = 0 // what it said does not matter any more
	} else if s := l.must(amountColumn); s != "" {
		wan := l.header.unit[amountColumn] == wanYuan
		r.Amount = parsed(l, amountColumn, "填写数字，最多精确到分", func(s string) (policy.Fen, error) { return ParseAmount(s, wan) })
		if r.Amount == 0 && !l.refused {
			l.refuse(amountColumn, s, "核对金额；要作废请在“作废”列填是", "指标金额不能是零")
		}
	}
	if r.On == 0 && r.Year != 0 {
		r.On = policy.NewDate(r.Year, 1, 1)
	}
	if r.Year != 0 && r.On.Year() > r.Year {
		l.refuse("生效日期", r.On.String(), "核对年度和生效日期", "%d年的指标不能到%s才生效", r.Year, r.On.Text())
	}
	if strings.ContainsAny(r.Document, "/|") {
		l.refuse(documentColumn, r.Document, "按文件上的写法填写", "文号里有不能用的字符")
	}
	if !l.refused {
		into.Appropriations = append(into.Appropriations, r)
	}
}
