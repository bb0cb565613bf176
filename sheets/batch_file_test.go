package sheets_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/policy"
	"duixian/secret"
	"duixian/sheets"
	"duixian/sheets/sheetstest"
)

// bankAccounts and answers are rows for the templates of these kinds.
var (
	bankAccounts = sheets.Table{
		Name: "accounts", Header: []string{"机构名称", "统一社会信用代码", "户名", "收款账号", "开户银行", "联行号", "状态", "生效日期", "报送日期"},
		Rows: func(yield func([]string) bool) {
			_ = yield([]string{"示例人力资源有限公司", "91330702MA2TE5T01Y", "示例人力资源有限公司", "33010000000000001234", "示例银行示例支行", "102338000001", "在用", "2026-01-01", "2026-01-05"}) &&
				yield([]string{"示例制造有限公司", "91330702MA2TE5T1XN", "=1+1", "0012345678", "示例银行", "", "停用", "", "2026-01-05"})
		},
	}
	answers = sheets.Table{
		Name: "receipts", Header: []string{"付款编号", "批次号", "金额（元）", "支付结果", "办理日期", "银行流水号", "退汇原因", "报送日期"},
		Rows: func(yield func([]string) bool) {
			_ = yield([]string{"DX20260001-0001-26", "2026-0001", "1200000.50", "已付", "2026-03-01", "0000123", "", "2026-03-02"}) &&
				yield([]string{"DX20260001-0002-23", "", "5", "退汇", "2026-03-01", "", "账号户名不符", "2026-03-02"})
		},
	}
)

// evilBatch is a batch in whose texts people have tried everything.
func evilBatch(t *testing.T, columns ...string) *sheets.BatchFile {
	t.Helper()
	layout, err := sheets.ParseLayout(columns)
	if err != nil {
		t.Fatal(err)
	}
	b := &sheets.BatchFile{Title: "2026年第1批", Number: "2026-0001", ApprovedOn: 20260301, Anchor: "0123456789abcdef（2026年3月1日）", Layout: layout}
	for i, f := range formulas {
		b.Lines = append(b.Lines, sheets.BatchFileLine{
			No: i + 1, Ref: fmt.Sprintf("DX20260001-%04d-00", i+1), Bank: f, BankCode: "001", Holder: secret.Text(f), Number: "00330100000000001234", Amount: policy.Fen(i+1)*100_000_000 + 1, Purpose: f, OrgName: f, OrgCode: "A",
		})
		b.Total += b.Lines[i].Amount
	}
	return b
}

func TestABatchFileIsTheSameBytesAndSaysItsHash(t *testing.T) {
	var first []byte
	for range 3 {
		b := evilBatch(t)
		var xlsx, text bytes.Buffer
		if err := b.WriteXLSX(&xlsx); err != nil {
			t.Fatal(err)
		}
		if err := b.WriteCSV(&text); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = xlsx.Bytes()
		}
		if !bytes.Equal(first, xlsx.Bytes()) {
			t.Fatal("the same batch gave other bytes")
		}
		shown := sheetstest.Text(t, xlsx.Bytes())
		for _, want := range []string{b.ListHash(), b.Total.Text(), fmt.Sprintf("%d 笔", len(b.Lines)), b.Anchor} {
			if !strings.Contains(shown, want) {
				t.Errorf("the workbook does not say %q", want)
			}
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != len(b.Lines)+1 {
			t.Fatal(len(rows), err)
		}
		for i, row := range rows[1:] {
			if row[4] != "00330100000000001234" || row[7] != b.Lines[i].Amount.String() || row[3] != strings.ReplaceAll(sheets.Harmless(formulas[i]), "\r\n", "\n") {
				t.Errorf("line %d: %q", i+1, row)
			}
		}
	}
	changed := evilBatch(t)
	before := changed.ListHash()
	changed.Lines[3].Number = "00330100000000001235"
	if changed.ListHash() == before {
		t.Error("another account is the same list")
	}
}

func TestColumnsOfTheTreasury(t *testing.T) {
	b := evilBatch(t, "明细编号=ref", "收款人全称=holder", "收款人账号=account", "开户行=bank", "支付金额=amount", "用途=purpose")
	var text bytes.Buffer
	if err := b.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(text.String(), "\n"); strings.TrimSpace(strings.TrimPrefix(head, "\ufeff")) != "明细编号,收款人全称,收款人账号,开户行,支付金额,用途" {
		t.Error(head)
	}
	if back, err := sheets.ReadLayout(sheets.LayoutText(b.Layout)); err != nil || sheets.LayoutText(back) != sheets.LayoutText(b.Layout) {
		t.Error(back, err)
	}
	for columns, want := range map[string]string{
		"编号":               "应写成 标题=字段",
		"编号=iban":          "应写成 标题=字段",
		"编号=ref,编号=amount": "写了两次",
		"编号=ref,户名=holder,开户行=bank":      "缺少字段 account",
		"户名=holder,账号=account,金额=amount": "缺少字段 ref",
	} {
		if _, err := sheets.ParseLayout(strings.Split(columns, ",")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", columns, err, want)
		}
	}
}

// openBatch has LibreOffice open a batch, compute whatever it would compute, and write what it sees.
func openBatch(t *testing.T, office *sheetstest.Office, dir string) func(t *testing.T) {
	t.Helper()
	b := evilBatch(t)
	var out bytes.Buffer
	if err := b.WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	path, seen := filepath.Join(dir, "batch.xlsx"), filepath.Join(dir, "batch.csv")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	office.Open(path)
	office.Recompute()
	office.SaveCSV(seen)
	office.Close()
	return func(t *testing.T) {
		data, err := os.ReadFile(seen)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || len(lines) != len(b.Lines)+1 {
			t.Fatal(len(lines), err)
		}
		plain, sum := strings.NewReplacer("\r\n", "\n", "\r", "\n"), policy.Fen(0)
		for i, line := range lines[1:] {
			amount, err := policy.ParseFen(line[7])
			if err != nil || amount != b.Lines[i].Amount {
				t.Errorf("line %d: the amount is %q, want %s", i+1, line[7], b.Lines[i].Amount)
			}
			sum += amount
			if line[4] != "00330100000000001234" || line[6] != "001" {
				t.Errorf("line %d: account %q, bank code %q lost their zeros or digits", i+1, line[4], line[6])
			}
			for _, k := range []int{3, 5, 8, 10} {
				if plain.Replace(line[k]) != plain.Replace(formulas[i]) {
					t.Errorf("line %d, column %d: %q, want %q", i+1, k+1, line[k], formulas[i])
				}
			}
		}
		if sum != b.Total {
			t.Errorf("the sum is %s, want %s", sum, b.Total)
		}
	}
}
