package sheets

import "duixian/policy"

// ListingRow puts an organisation on a list from From up to, not including, To.
type ListingRow struct {
	At            Place
	Name, Code    string
	List          string // SeriousDishonesty bars; the others are kept for people
	Cause, Issuer string
	From, To      policy.Date
	Known         policy.Date
	Withdrawn     bool
}

// SeriousDishonesty is the list that bars from rewards while one is on it.
const SeriousDishonesty = "严重失信主体名单"

var lists = map[string]string{
	"严重失信主体名单": SeriousDishonesty, "严重失信名单": SeriousDishonesty, "严重失信": SeriousDishonesty, "严重违法失信名单": SeriousDishonesty, "黑名单": SeriousDishonesty,
	"经营异常名录": "经营异常名录", "异常名录": "经营异常名录", "行政处罚": "行政处罚", "处罚": "行政处罚",
}

var listings = Dataset{
	Kind: "listings", Name: "失信与处罚名单", Clause: "五（二）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "名单", Also: []string{"名单名称", "名单类型", "名单类别"}, Required: true, Hint: "严重失信主体名单、经营异常名录、行政处罚", Words: lists, Offer: []string{SeriousDishonesty, "经营异常名录", "行政处罚"}},
		{Title: "列入事由", Also: []string{"事由", "列入原因", "原因", "违法事实"}, Hint: "供人核对", Example: "示例事由"},
		{Title: "认定单位", Also: []string{"列入机关", "认定机关", "决定机关", "作出机关", "列入单位"}, Required: true, Hint: "作出认定或处罚的单位全称", Example: "示例市场监督管理局"},
		{Title: "文号", Also: []string{"决定文号", "决定书文号", "处罚决定书文号"}, Form: Code, Hint: "供人核对", Example: "示例〔2024〕1号"},
		{Title: "列入日期", Also: []string{"认定日期", "决定日期", "列入时间"}, Form: Day, Required: true, Hint: "从哪天起在名单上"},
		{Title: "移出日期", Also: []string{"退出日期", "修复日期", "移出时间"}, Form: Day, Hint: "从哪天起不在名单上；仍在的不填"},
		withdrawn,
		known,
	},
	record: func(l *line, into *Records) {
		r := ListingRow{
			At: l.at(), Name: l.text(orgName.Title), Code: l.creditCode(orgCode.Title), List: l.choice("名单"), Cause: l.text("列入事由"), Issuer: l.mustText("认定单位"),
			From: l.mustDay("列入日期"), To: l.day("移出日期"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false),
		}
		l.must("名单")
		l.checkInterval("移出日期", r.From, r.To)
		if r.From > r.Known && r.Known != 0 {
			l.refuse("列入日期", r.From.String(), "核对日期", "列入日期晚于报送日期 %s", r.Known)
		}
		if !l.refused {
			into.Listings = append(into.Listings, r)
		}
	},
	across: func(l *lines, all *Records) {
		type key struct {
			code, list  string
			from, known policy.Date
		}
		all.Listings = once(l, all.Listings, "机构、同一名单、同一列入日期",
			func(r ListingRow) key { return key{r.Code, r.List, r.From, r.Known} }, func(r ListingRow) Place { return r.At },
			func(a, b ListingRow) bool { b.At = a.At; return a == b })
	},
}
