package sheets

import (
	"strings"

	"duixian/policy"
	"duixian/secret"
)

// AccountRow is where an organisation is paid from a day on.
type AccountRow struct {
	At        Place
	Org       string // credit code
	Name      string
	Holder    secret.Text
	Number    secret.Text
	Bank      string
	BankCode  string
	Closed    bool
	On, Known policy.Date
}

var accounts = Dataset{
	Kind: "accounts", Name: "收款账户",
	Columns: []Column{
		orgName, orgCode,
		{Title: "户名", Also: []string{"收款人户名", "账户名称", "开户名称", "收款人", "收款人全称", "账户名"}, Required: true, Personal: true, Hint: "与银行开户名称一字不差", Example: exampleFirm},
		{Title: "收款账号", Also: []string{"账号", "银行账号", "银行帐号", "帐号", "收款人账号", "银行账户"}, Form: Code, Required: true, Personal: true, Hint: "8到32位数字，整列设为文本格式", Example: "33010000000000001234"},
		{Title: "开户银行", Also: []string{"开户行", "开户行名称", "收款人开户银行", "银行"}, Required: true, Hint: "写到支行", Example: "示例银行示例支行"},
		{Title: "联行号", Also: []string{"行号", "开户行行号", "银行行号", "大额行号"}, Form: Code, Hint: "12位数字，没有可不填"},
		{Title: "状态", Also: []string{"是否在用", "账户状态"}, Hint: "在用、停用；不填为在用。停用：自生效日期起暂无收款账户", Words: inUse, Offer: []string{"在用", "停用"}},
		{Title: "生效日期", Also: []string{"起用日期", "启用日期", "起始日期"}, Form: Day, Hint: "不填同报送日期"},
		known,
	},
	record: readAccount,
	across: func(l *lines, all *Records) {
		type key struct {
			org string
			on  policy.Date
		}
		all.Accounts = once(l, all.Accounts, "机构在同一天的收款账户",
			func(r AccountRow) key { return key{r.Org, r.On} }, func(r AccountRow) Place { return r.At },
			func(a, b AccountRow) bool { b.At = a.At; return a == b })
	},
}

func readAccount(l *line, into *Records) {
	r := AccountRow{
		At: l.at(), Name: l.text(orgName.Title), Org: l.anyCode(), Holder: secret.Text(l.textUpTo("户名", 80)), Number: l.accountNumber("收款账号"), Bank: l.mustText("开户银行"),
		Closed: l.choice("状态") == "no", On: l.day("生效日期"), Known: l.knownOn(),
	}
	l.must("户名")
	if code := squash(l.raw("联行号")); code != "" {
		if len(code) != 12 || !digitsOnly(code) {
			l.refuse("联行号", code, "填写12位数字，或留空", "联行号不是12位数字")
		}
		r.BankCode = code
	}
	if r.On == 0 {
		r.On = r.Known
	}
	if !l.refused {
		into.Accounts = append(into.Accounts, r)
	}
}

// accountNumber is the number of a bank account: digits, blanks and dashes between them taken out. What a spreadsheet has made a number of is
// refused, for its last digits are lost.
func (l *line) accountNumber(column string) secret.Text {
	s := l.must(column)
	if s == "" {
		return ""
	}
	if strings.ContainsAny(s, "eE.") {
		l.refuse(column, s, "把该列设为文本格式后重新填写", "账号被电子表格改成了数值，后几位已丢失")
		return ""
	}
	n := strings.NewReplacer("-", "", "—", "", "－", "").Replace(squash(s))
	if len(n) < 8 || len(n) > 32 || !digitsOnly(n) {
		l.refuse(column, n, "与开户许可证或银行卡核对", "账号应为8到32位数字")
		return ""
	}
	if len(n) > 15 && strings.HasSuffix(n, "000") {
		l.warn(column, n, "与开户许可证核对；如已被截断，把该列设为文本格式后重新填写", "账号末尾为000，可能是被电子表格截断的")
	}
	return secret.Text(l.keep(n))
}
