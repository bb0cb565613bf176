package sheets_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
)

const allotHeader = "预算年度,资金来源,指标文号,指标金额（万元）,生效日期,作废,报送日期\n"

// decideAllotted brings a file in and does what the plan of two people does with it.
func decideAllotted(t *testing.T, s *models.Store, rows string) []models.Appropriation {
	t.Helper()
	r, err := apply(t, s, "appropriations", allotHeader+rows, sheets.Options{KnownOn: 20260105})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Report.Text())
	}
	if r.Import.ID != 0 && len(r.Allotted) > 0 {
		t.Error("an appropriation was written before two people said so")
	}
	if err := s.InTx(t.Context(), func(tx *models.Tx) error { return tx.AddAppropriations(r.Allotted, 20260401) }); err != nil {
		t.Fatal(err)
	}
	return r.Allotted
}

// Nothing is written by the file itself. Amounts are exact in the column's unit, a document that takes back is negative, a correction is a new statement of the
// same document, and the same file again says nothing new.
func TestAppropriationsBecomeStatementsForTwoPeople(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const first = "2026,市本级,示例财〔2026〕1号,500.12,,,2026-01-05\n2026,区级(婺城区),示例财〔2026〕1号,200,2026-02-01,,2026-01-05\n2026,市级,示例财〔2026〕7号,-30,,,2026-01-06\n"
		got := decideAllotted(t, s, first)
		want := []models.Appropriation{
			{Year: 2026, Channel: "市级", DocumentNo: "示例财〔2026〕1号", AmountFen: 5_001_200_00, EffectiveOn: 20260101, KnownOn: 20260105},
			{Year: 2026, Channel: "区级（婺城区）", DocumentNo: "示例财〔2026〕1号", AmountFen: 2_000_000_00, EffectiveOn: 20260201, KnownOn: 20260105},
			{Year: 2026, Channel: "市级", DocumentNo: "示例财〔2026〕7号", AmountFen: -300_000_00, EffectiveOn: 20260101, KnownOn: 20260106},
		}
		if len(got) != len(want) {
			t.Fatalf("%d statements, want %d", len(got), len(want))
		}
		for i, a := range got {
			a.ID = 0
			if a != want[i] {
				t.Errorf("%+v, want %+v", a, want[i])
			}
		}
		if again := decideAllotted(t, s, first+"\n"); len(again) != 0 {
			t.Errorf("the same file with a blank line more says %v", again)
		}
		later := decideAllotted(t, s, "2026,市级,示例财〔2026〕1号,480,,,2026-03-02\n2026,市级,示例财〔2026〕7号,,,是,2026-03-02\n")
		if len(later) != 2 || later[0].AmountFen != 4_800_000_00 || !later[1].Withdrawn || later[1].AmountFen != -300_000_00 {
			t.Errorf("a correction and a withdrawal came out as %+v", later)
		}
	})
}

func TestAppropriationsThatCannotBeAreRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		decideAllotted(t, s, "2026,市级,示例财〔2026〕1号,10,,,2026-01-05\n")
		if err := s.InTx(t.Context(), func(tx *models.Tx) error {
			_, err := tx.CheckBudget(models.BudgetOrder{Year: 2026, On: 20260401, Required: true}, []models.BudgetLine{budgetPart(9_000_000)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for say, row := range map[string]string{
			"没有填“资金渠道”":          "2026,,示例财〔2026〕2号,10,,,\n",
			"应为 省级、市级、区级":        "2026,国际,示例财〔2026〕2号,10,,,\n",
			"没有填“指标文号”":          "2026,市级,,10,,,\n",
			"不能是零":               "2026,市级,示例财〔2026〕2号,0,,,\n",
			"不能到2027年1月1日才生效":    "2026,市级,示例财〔2026〕2号,10,2027-01-01,,\n",
			"以前没有报过这一条":          "2026,市级,示例财〔2026〕3号,10,,是,\n",
			"不能改写更早的历史":          "2026,市级,示例财〔2026〕1号,11,,,2026-01-04\n",
			"内容却不同":              "2026,市级,示例财〔2026〕2号,10,,,\n2026,市级,示例财〔2026〕2号,12,,,\n",
			"已列支 90,000.00 元":    "2026,市级,示例财〔2026〕1号,8,,,2026-03-01\n",
			"指标不能减到 89,999.99 元": "2026,市级,示例财〔2026〕8号,-1.000001,,,2026-03-01\n",
		} {
			r, err := apply(t, s, "appropriations", allotHeader+row, sheets.Options{KnownOn: 20260301})
			if models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), say) {
				t.Errorf("%s: %v\n%s\nwant %q", strings.TrimSpace(row), err, r.Report.Text(), say)
			}
		}
		if rows, err := s.Read(t.Context()).AppropriationRows(); err != nil || len(rows) != 1 {
			t.Errorf("%d rows (%v), want the first alone", len(rows), err)
		}
	})
}

// The sample has no money; these rows show that the template can be filled in.
var allotments = sheets.Table{
	Name: "appropriations", Header: []string{"年度", "资金渠道", "指标文号", "金额（元）", "生效日期", "作废", "报送日期"},
	Rows: func(yield func([]string) bool) {
		_ = yield([]string{"2026", "市级", "示例财〔2026〕1号", "5000000.50", "2026-01-01", "否", "2026-01-05"}) &&
			yield([]string{"2026", "区级（婺城区）", "=1+1", "2000000", "", "", "2026-01-05"}) && yield([]string{"2027", "省级", "示例财〔2026〕90号", "-300000", "2027-01-01", "", "2026-12-28"})
	},
}

func budgetPart(amount policy.Fen) models.BudgetLine {
	return models.BudgetLine{AwardID: 1, No: 1, Attempt: 1, DecidedOn: 20260301, Amount: amount, Parts: []policy.ChannelPart{{Channel: "市级", Amount: amount}}}
}
