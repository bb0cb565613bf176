package sheets

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// AmountRow is what officials fill in for one claim whose amount the law leaves to them.
type AmountRow struct {
	At     Place
	Claim  int64
	Seen   string // the decision that was looked at
	Amount *policy.Fen
	Rate   string // percent
	Reason string
}

// amounts goes out with what waits (AmountForm) and comes back with 核定金额 or 比例 and 理由. Rows without either are left
// for another time.
var amounts = Dataset{
	Kind: "amounts", Name: "金额核定表",
	Columns: []Column{
		{Title: "申报编号", Also: []string{"申报号"}, Form: Code, Required: true, Hint: "不要改动", Example: "12"},
		{Title: "结论校验码", Also: []string{"审核结论校验码"}, Form: Code, Required: true, Hint: "不要改动；资料有变化的行会被退回", Example: "3f9a17c2"},
		{Title: orgName.Title, Also: orgName.Also, Hint: orgName.Hint, Example: exampleFirm},
		{Title: "事项", Also: []string{"奖补事项"}, Hint: "供人核对", Example: "重大活动举办资助（一档）"},
		{Title: "申报依据", Hint: "证书、活动或年度，供人核对", Example: "2024-春季招聘会"},
		{Title: "最高金额", Also: []string{"上限"}, Form: Amount, Hint: "按比例核定的，为100%时的金额", Example: "100000.00"},
		{Title: "政策原文", Hint: "最高限额的规定", Example: "三（八）可申请最高10万元的资助"},
		{Title: "核定金额", Also: []string{"审定金额"}, Form: Amount, Hint: "按金额核定的填，不超过最高金额；暂不核定的空着", Example: "80000.00"},
		{Title: "核定比例", Also: []string{"返还比例", "比例"}, Form: Percent, Hint: "按比例核定的填，不超过100；暂不核定的空着", Example: "80"},
		{Title: "理由", Also: []string{"核定理由", "核定依据"}, Required: true, Hint: "填了金额或比例的必填，60个字以内", Example: "按活动实际成效核定", Offer: []string{"按活动实际成效核定", "按建站投入和运营情况核定", "按考核结果核定", "按年度工作实效核定"}},
		known,
	},
	record: readAmount,
	across: func(l *lines, all *Records) {
		seen := map[int64]Place{}
		for _, r := range all.Amounts {
			if before, twice := seen[r.Claim]; twice {
				l.refuse(r.At, "申报编号", fmt.Sprint(r.Claim), "同一申报只留一行", "与%s是同一申报", before)
			}
			seen[r.Claim] = r.At
		}
	},
}

func readAmount(l *line, into *Records) {
	l.knownOn()
	r := AmountRow{At: l.at(), Seen: strings.ToLower(squash(l.must("结论校验码"))), Reason: l.textUpTo("理由", 60)}
	number := strings.TrimPrefix(squash(l.must("申报编号")), "#")
	if number != "" {
		var err error
		if r.Claim, err = strconv.ParseInt(number, 10, 64); err != nil || r.Claim < 1 {
			l.refuse("申报编号", number, "用导出的表填写，不要改动编号", "申报编号应为数字")
		}
	}
	amount, said := l.amount("核定金额")
	if said {
		r.Amount = &amount
	}
	r.Rate = l.rate("核定比例")
	switch {
	case l.refused:
		return
	case r.Amount == nil && r.Rate == "":
		if r.Reason != "" {
			l.warn("理由", r.Reason, "补填核定金额或核定比例，或删去理由", "只写了理由，没有核定，这一行不处理")
		}
		return
	case r.Amount != nil && r.Rate != "":
		l.refuse("核定比例", r.Rate, "只填其中一个", "核定金额和核定比例都填了")
	case r.Reason == "":
		l.refuse("理由", "", "补填理由", "填了核定金额或比例，没有写理由")
	}
	if !l.refused {
		into.Amounts = append(into.Amounts, r)
	}
}

// rate is a percentage as a plain decimal of at most four places, empty when nothing is said.
func (l *line) rate(column string) string {
	s := strings.TrimSuffix(squash(l.raw(column)), "%")
	if s == "" {
		return ""
	}
	s = trimNoise(s)
	whole, frac, _ := strings.Cut(s, ".")
	if !digitsOnly(whole) || frac != "" && !digitsOnly(frac) || len(whole) > 3 || len(frac) > 4 {
		l.refuse(column, s, "填写 0 至 100 之间的数，不写百分号", "不是百分数")
		return ""
	}
	if n, ok := new(big.Rat).SetString(s); !ok || n.Cmp(big.NewRat(100, 1)) > 0 {
		l.refuse(column, s, "填写 0 至 100 之间的数", "超过了 100%%")
		return ""
	}
	return s
}

// amounts compares what was filled in with what waits. Nothing is written: the entries become a plan that two people decide. A row
// about a claim that has been decided, or whose decision has changed, is refused with the reason.
func (r *resolver) amounts(rows []AmountRow) error {
	pending, err := r.PendingAmounts()
	if err != nil {
		return err
	}
	waits := map[int64]models.PendingAmount{}
	for _, p := range pending {
		waits[p.Claim.ID] = p
	}
	for _, row := range rows {
		p, there := waits[row.Claim]
		number := fmt.Sprint(row.Claim)
		switch {
		case !there:
			r.refuse(row.At, "申报编号", number, "删去这一行，或重新导出后再填", "申报 #%d 现在不等核定：已经核定、已有新的结论，或没有这个编号", row.Claim)
		case p.Plan != 0:
			r.refuse(row.At, "申报编号", number, "等复核结果，要改请先退回该方案", "申报 #%d 已在方案 #%d 中等待复核", row.Claim, p.Plan)
		case row.Seen != p.Seen():
			r.refuse(row.At, "结论校验码", row.Seen, "重新导出后按最新资料核定", "导出之后资料有变化，现在最高 %s", p.Ceiling.Text())
		case p.ByRate && row.Amount != nil:
			r.refuse(row.At, "核定金额", row.Amount.String(), "改填核定比例", "这一项按比例核定")
		case !p.ByRate && row.Rate != "":
			r.refuse(row.At, "核定比例", row.Rate, "改填核定金额", "这一项按金额核定")
		case row.Amount != nil && *row.Amount > p.Ceiling:
			r.refuse(row.At, "核定金额", row.Amount.String(), "填写不超过 "+p.Ceiling.String()+" 的金额", "超过最高金额 %s（%s）", p.Ceiling.Text(), p.Clause)
		case row.Amount != nil && *row.Amount == 0, row.Rate != "" && strings.Trim(row.Rate, "0.") == "":
			r.refuse(row.At, "核定金额", "0", "不予奖补的，在资格信息中更正后由系统重新审核", "核定的金额应大于0")
		default:
			r.Amounts = append(r.Amounts, models.AmountEntry{Claim: row.Claim, Seen: row.Seen, Decided: policy.Decided{Amount: row.Amount, Rate: row.Rate}, Reason: row.Reason})
		}
	}
	if len(rows) == 0 {
		r.Report.Notes = append(r.Report.Notes, "没有一行填了核定金额或核定比例，导入不会有任何变化")
	}
	r.changes.New = len(r.Amounts)
	if len(r.Amounts) > 0 {
		r.Report.Notes = append(r.Report.Notes, fmt.Sprintf("核定 %d 项，须由两人决定：导入后生成金额核定方案，由另一名复核人同意后生效", len(r.Amounts)))
	}
	return nil
}
