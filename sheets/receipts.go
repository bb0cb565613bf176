package sheets

import (
	"strings"

	"duixian/models"
	"duixian/policy"
)

// ReceiptRow is one row of the treasury's answer to a batch.
type ReceiptRow struct {
	At        Place
	Ref       string // 付款编号, as it was typed
	Batch     string
	Amount    policy.Fen
	Result    models.LineFate
	On, Known policy.Date
	BankRef   string
	Note      string
}

// results are what treasuries and banks write.
var results = map[string]string{
	"已付": "paid", "已到账": "paid", "到账": "paid", "成功": "paid", "支付成功": "paid", "已支付": "paid", "已拨付": "paid",
	"退汇": "returned", "退回": "returned", "失败": "returned", "支付失败": "returned", "已退汇": "returned", "已退回": "returned",
}

var receipts = Dataset{
	Kind: "receipts", Name: "拨付回单",
	Columns: []Column{
		{Title: "付款编号", Also: []string{"付款单号", "指令编号", "明细编号", "业务编号"}, Form: Code, Required: true, Hint: "照抄拨付清单，例如 DX20260001-0001-27", Example: "DX20260001-0001-27"},
		{Title: "批次号", Also: []string{"拨付批次", "批次", "批次编号"}, Form: Code, Hint: "例如 2026-0001，没有可不填", Example: "2026-0001"},
		{Title: "金额", Also: []string{"支付金额", "实付金额", "拨付金额", "到账金额", "发生额"}, Form: Amount, Required: true, Hint: "与拨付清单相同；不同的转入待查款"},
		{Title: "支付结果", Also: []string{"处理结果", "支付状态", "交易状态", "办理结果", "答复"}, Required: true, Hint: "已付、退汇", Words: results, Offer: []string{"已付", "退汇"}},
		{Title: "办理日期", Also: []string{"支付日期", "到账日期", "交易日期", "退汇日期", "处理日期"}, Form: Day, Required: true, Hint: "银行记账的日期"},
		{Title: "银行流水号", Also: []string{"流水号", "交易流水号", "回单号", "银行回单号"}, Form: Code, Hint: "没有可不填"},
		{Title: "退汇原因", Also: []string{"失败原因", "退回原因", "备注", "附言"}, Hint: "银行的原话", Example: "账号户名不符"},
		known,
	},
	record: readReceipt,
	across: func(l *lines, all *Records) {
		all.Receipts = once(l, all.Receipts, "回单", func(r ReceiptRow) ReceiptRow { r.At = Place{}; return r }, func(r ReceiptRow) Place { return r.At }, func(_, _ ReceiptRow) bool { return true })
	},
}

func readReceipt(l *line, into *Records) {
	amount, said := l.amount("金额")
	if !said {
		l.must("金额")
	} else if amount == 0 && !l.refused {
		l.refuse("金额", "0.00", "核对金额", "回单金额为零")
	}
	r := ReceiptRow{
		At: l.at(), Ref: strings.ToUpper(squash(l.textUpTo("付款编号", 40))), Batch: squash(l.textUpTo("批次号", 20)), Amount: amount, Result: models.LineFate(l.choice("支付结果")), On: l.mustDay("办理日期"), Known: l.knownOn(),
		BankRef: squash(l.textUpTo("银行流水号", 40)), Note: l.textUpTo("退汇原因", 100),
	}
	l.must("支付结果")
	if r.On > r.Known && r.Known != 0 {
		l.refuse("办理日期", r.On.String(), "核对日期", "办理日期晚于报送日期 %s", r.Known.Text())
	}
	r.Note = quoted(r.Note)
	if !l.refused {
		into.Receipts = append(into.Receipts, r)
	}
}
