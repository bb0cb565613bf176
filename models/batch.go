package models

import (
	"fmt"
	"strconv"
	"strings"

	"duixian/policy"
)

// Batch is a list of instalments that two people sent to the treasury in one file. From its export on neither its lines nor its file change: a
// mistake is made good by another batch.
type Batch struct {
	ID           int64
	Year, Seq    int // 2026年第1批
	BusinessDate policy.Date
	State        BatchState
	LineCount    int        // that were ordered
	TotalFen     policy.Fen // of these
	PlanID       int64
	Layout       string // the columns of its file, as configured at the export
	Anchor       string // the newest anchor of the audit chain at the export, as its file says
	ListHash     string // 清单校验码, printed in the file
	FileSHA256   string `gorm:"column:file_sha256"` // of the workbook
	CSVSHA256    string `gorm:"column:csv_sha256"`
	ExportedOn   policy.Date
	ExportedBy   string
	ChangedOn    policy.Date
	RunID        int64
	Epoch        int
}

// BatchState is where a batch stands.
type BatchState string

// The states of a batch. Confirmed: everything was paid. Partly returned: everything was answered, and some came back; also when the treasury took none of it, which
// it says line by line. A batch plan that is rejected has no batch yet.
const (
	BatchDraft          BatchState = "draft"
	BatchApproved       BatchState = "approved"
	BatchExported       BatchState = "exported"
	BatchConfirmed      BatchState = "confirmed"
	BatchPartlyReturned BatchState = "partly_returned"
	BatchCancelled      BatchState = "cancelled"
)

// Text is the state as people read it.
func (s BatchState) Text() string {
	return map[BatchState]string{
		BatchDraft: "正在生成", BatchApproved: "已批准，待导出", BatchExported: "已送财政，等待回单", BatchConfirmed: "已全部到账", BatchPartlyReturned: "已答复，有退汇", BatchCancelled: "没有可付的行，已作废",
	}[s]
}

// Name is the batch as people call it.
func (b Batch) Name() string { return fmt.Sprintf("%d年第%d批", b.Year, b.Seq) }

// Number is the batch as files name it: 2026-0001.
func (b Batch) Number() string { return fmt.Sprintf("%d-%04d", b.Year, b.Seq) }

// BatchLine is one order to pay: a try at one instalment. Who, what for and to which account are frozen.
type BatchLine struct {
	BatchID      int64       `json:"batch"`
	No           int         `json:"no"`
	AwardID      int64       `json:"award"`
	InstalmentNo int         `json:"instalment_no"`
	Attempt      int         `json:"attempt"`
	OrgID        int64       `json:"org"`
	OrgCode      string      `json:"org_code"`
	OrgName      string      `json:"org_name"`
	Purpose      string      `json:"purpose"` // 中国500强总部落户奖励 第1期
	Clause       string      `json:"clause"`
	AmountFen    policy.Fen  `json:"amount"`
	AccountID    int64       `json:"account"`
	LineRef      string      `json:"line_ref"` // 付款编号, which the answer names
	State        LineFate    `json:"state"`
	Reason       string      `json:"reason"`
	AnsweredOn   policy.Date `json:"answered_on"`
	BankRef      string      `json:"bank_ref"`
}

// LineFate is what became of an order.
type LineFate string

// An order is unanswered, paid or returned; held is a line that was taken out before the file was made.
const (
	LineOrdered  LineFate = "ordered"
	LinePaid     LineFate = "paid"
	LineReturned LineFate = "returned"
	LineOut      LineFate = "held"
)

// Text is the fate as people read it.
func (f LineFate) Text() string {
	return map[LineFate]string{LineOrdered: "未答复", LinePaid: "已付", LineReturned: "退汇", LineOut: "未列入"}[f]
}

// LineRef is the number under which a line is paid: DX20260001-0003-41. Its last two digits check the others (ISO 7064, mod 97), so that a
// slip of somebody's finger is no other line.
func LineRef(b Batch, no int) string {
	digits := fmt.Sprintf("%04d%04d%04d", b.Year, b.Seq, no)
	return fmt.Sprintf("DX%s-%s-%02d", digits[:8], digits[8:], checkDigits(digits))
}

func checkDigits(digits string) int {
	n, _ := strconv.ParseInt(digits, 10, 64) // twelve digits
	return int(98 - n*100%97)
}

// ParseLineRef reads a number of a line as people type it, in either case and with any blanks; wrong check digits are an error.
func ParseLineRef(s string) (string, error) {
	t := strings.ToUpper(strings.NewReplacer(" ", "", "\t", "", "－", "-", "—", "-", "–", "-").Replace(strings.TrimSpace(s)))
	digits := strings.ReplaceAll(strings.TrimPrefix(t, "DX"), "-", "")
	if !strings.HasPrefix(t, "DX") || len(digits) != 14 || strings.Trim(digits, "0123456789") != "" {
		return "", E(Invalid, "付款编号应为 DX20260001-0003-41 的样子")
	}
	if digits[12:] != fmt.Sprintf("%02d", checkDigits(digits[:12])) {
		return "", E(Invalid, "付款编号的末两位与前面的数字不符，请与拨付清单核对")
	}
	return fmt.Sprintf("DX%s-%s-%s", digits[:8], digits[8:12], digits[12:]), nil
}

// ParseBatchNumber reads a batch as people type it: 2026-0001, 2026-1, 2026年第1批.
func ParseBatchNumber(s string) (year, seq int, ok bool) {
	t := strings.NewReplacer(" ", "", "年第", "-", "批", "", "－", "-", "#", "").Replace(strings.TrimSpace(s))
	y, n, found := strings.Cut(t, "-")
	year, err1 := strconv.Atoi(y)
	seq, err2 := strconv.Atoi(n)
	return year, seq, found && err1 == nil && err2 == nil && year > 2000 && year < 3000 && seq > 0
}
