package sheets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"duixian/policy"
	"duixian/secret"
)

// BatchFile is a batch on its way to the treasury: the one file in which account numbers are written out. The same batch gives the same bytes. Nothing in
// it is computed by a spreadsheet program, and what is text stays text.
type BatchFile struct {
	Title      string // 2026年第1批
	Number     string // 2026-0001
	ApprovedOn policy.Date
	Total      policy.Fen
	Anchor     string // the newest anchor of the audit chain, may be empty
	Layout     []BatchColumn
	Lines      []BatchFileLine
}

// BatchFileLine is one order to pay.
type BatchFileLine struct {
	No                                       int
	Ref, Bank, BankCode                      string
	Holder, Number                           secret.Text
	Amount                                   policy.Fen
	Purpose, Clause, OrgName, OrgCode, Again string
}

// BatchColumn is one column of the file: a title of the treasury's own and which of our fields stands under it.
type BatchColumn struct {
	Title string
	Field string
}

// batchFields are what a column may hold.
var batchFields = []struct {
	name, title string
	form        Form
	value       func(b *BatchFile, l BatchFileLine) string
}{
	{"no", "序号", Count, func(_ *BatchFile, l BatchFileLine) string { return strconv.Itoa(l.No) }},
	{"ref", "付款编号", Code, func(_ *BatchFile, l BatchFileLine) string { return l.Ref }},
	{"batch", "批次号", Code, func(b *BatchFile, _ BatchFileLine) string { return b.Number }},
	{"holder", "收款人户名", Text, func(_ *BatchFile, l BatchFileLine) string { return l.Holder.Reveal() }},
	{"account", "收款账号", Code, func(_ *BatchFile, l BatchFileLine) string { return l.Number.Reveal() }},
	{"bank", "开户银行", Text, func(_ *BatchFile, l BatchFileLine) string { return l.Bank }},
	{"bank_code", "联行号", Code, func(_ *BatchFile, l BatchFileLine) string { return l.BankCode }},
	{"amount", "金额（元）", Amount, func(_ *BatchFile, l BatchFileLine) string { return l.Amount.String() }},
	{"purpose", "用途", Text, func(_ *BatchFile, l BatchFileLine) string { return l.Purpose }},
	{"clause", "政策条款", Code, func(_ *BatchFile, l BatchFileLine) string { return l.Clause }},
	{"org", "机构名称", Text, func(_ *BatchFile, l BatchFileLine) string { return l.OrgName }},
	{"org_code", "统一社会信用代码", Code, func(_ *BatchFile, l BatchFileLine) string { return l.OrgCode }},
	{"again", "第几次拨付", Text, func(_ *BatchFile, l BatchFileLine) string { return l.Again }},
}

// ParseLayout reads columns as TITLE=FIELD; none is all of our own. Without ref and amount an answer could not be matched, without account nothing be paid.
func ParseLayout(columns []string) ([]BatchColumn, error) {
	var out []BatchColumn
	if len(columns) == 0 {
		for _, f := range batchFields {
			out = append(out, BatchColumn{f.title, f.name})
		}
		return out, nil
	}
	var names []string
	for _, f := range batchFields {
		names = append(names, f.name)
	}
	for _, c := range columns {
		title, field, ok := strings.Cut(c, "=")
		title, field = strings.TrimSpace(title), strings.TrimSpace(field)
		if !ok || title == "" || !slices.Contains(names, field) {
			return nil, fmt.Errorf("%q 应写成 标题=字段，字段为 %s 之一", c, strings.Join(names, "、"))
		}
		if slices.ContainsFunc(out, func(b BatchColumn) bool { return b.Title == title }) {
			return nil, fmt.Errorf("标题 %q 写了两次", title)
		}
		out = append(out, BatchColumn{title, field})
	}
	for _, must := range []string{"ref", "holder", "account", "bank", "amount"} {
		if !slices.ContainsFunc(out, func(b BatchColumn) bool { return b.Field == must }) {
			return nil, fmt.Errorf("缺少字段 %s：没有它不能付款，或不能核对回单", must)
		}
	}
	return out, nil
}

// LayoutText writes columns as they are configured, one a line, so that a batch keeps those of its day.
func LayoutText(layout []BatchColumn) string {
	lines := make([]string, len(layout))
	for i, c := range layout {
		lines[i] = c.Title + "=" + c.Field
	}
	return strings.Join(lines, "\n")
}

// ListHash is the 清单校验码 that is printed in the file: of every number, amount, account and payee in order.
func (b *BatchFile) ListHash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", b.Number)
	for _, l := range b.Lines {
		fmt.Fprintf(h, "%q %d %q %q %q\n", l.Ref, l.Amount, l.Number.Reveal(), l.Holder.Reveal(), l.Bank)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// summary is what the second sheet of the workbook says.
func (b *BatchFile) summary() [][2]string {
	rows := [][2]string{
		{"拨付批次", b.Title + "（" + b.Number + "）"}, {"批准日期", b.ApprovedOn.Text()}, {"笔数", fmt.Sprintf("%d 笔", len(b.Lines))}, {"合计", b.Total.Text()}, {"清单校验码", b.ListHash()},
	}
	if b.Anchor != "" {
		rows = append(rows, [2]string{"审计锚", b.Anchor})
	}
	return append(rows, [2]string{"回单", "请照抄付款编号和金额，写明支付结果（已付、退汇）和办理日期"})
}

func (b *BatchFile) fields() (forms []Form, values []func(*BatchFile, BatchFileLine) string, titles []string) {
	for _, c := range b.Layout {
		for _, f := range batchFields {
			if f.name == c.Field {
				forms, values, titles = append(forms, f.form), append(values, f.value), append(titles, c.Title)
			}
		}
	}
	return forms, values, titles
}

// batchSheet and summarySheet are the sheets of the workbook; the reader of receipts passes the second one over.
const (
	batchSheet   = "拨付清单"
	summarySheet = "拨付清单汇总"
)

// WriteXLSX writes the list, titles in the first row as a template of the treasury's would have them, and a second sheet with number, total and hash.
func (b *BatchFile) WriteXLSX(w io.Writer) error {
	forms, values, titles := b.fields()
	book := newWorkbook(w)
	l := layout{frozen: 1, filter: 1, wide: true}
	for i, t := range titles {
		l.widths = append(l.widths, max(exportWidths[forms[i]], columns(t)+4))
	}
	book.sheet(batchSheet, l)
	book.row(1, texts(lookHead, titles))
	for i, line := range b.Lines {
		cells := make([]cell, len(values))
		for j, value := range values {
			switch v := value(b, line); forms[j] {
			case Amount:
				cells[j] = cell{look: lookAmount, number: v}
			case Count:
				cells[j] = cell{look: lookCount, number: v}
			default:
				cells[j] = cell{look: lookText, text: v}
			}
		}
		book.row(i+2, cells)
	}
	book.sheet(summarySheet, layout{widths: []float64{16, 80}})
	for i, row := range b.summary() {
		book.row(i+1, []cell{{look: lookSumText, text: row[0]}, {look: lookText, text: row[1]}})
	}
	return book.close()
}

// WriteCSV writes the list alone, amounts as plain decimals.
func (b *BatchFile) WriteCSV(w io.Writer) error {
	_, values, titles := b.fields()
	return Table{Name: batchSheet, Header: titles, Rows: func(yield func([]string) bool) {
		for _, line := range b.Lines {
			row := make([]string, len(values))
			for j, value := range values {
				row[j] = value(b, line)
			}
			if !yield(row) {
				return
			}
		}
	}}.WriteCSV(w)
}

// ReadLayout reads what LayoutText wrote.
func ReadLayout(text string) ([]BatchColumn, error) { return ParseLayout(strings.Split(text, "\n")) }
