package sheets_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
	"duixian/sheets/sheetstest"
)

// waiting is a database with three claims that wait for officials: two by amount, one by rate. The second firm has a name that
// looks like a formula.
func waiting(t *testing.T, s *models.Store) []models.PendingAmount {
	t.Helper()
	book, err := policy.Builtin("")
	if err != nil {
		t.Fatal(err)
	}
	err = s.InTx(t.Context(), func(tx *models.Tx) error {
		orgs := []models.Organisation{{Code: "91330702MA2TE5T01Y", Kind: "firm", Name: "示例一号人力资源有限公司", KnownOn: 20240101}, {Code: "91330702MA2TE5T1XN", Kind: "firm", Name: `=HYPERLINK("http://example.invalid","示例")`, KnownOn: 20240101}}
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		for i, c := range []struct {
			item  string
			facts policy.Facts
		}{
			{"event-host-tier1", policy.Facts{"date": "2024-03-01", "organisations": 60, "attendance": 120}},
			{"park-station", policy.Facts{"date": "2024-03-01", "municipal_park": true}},
			{"hq-contribution-rebate", policy.Facts{"date": "2024-03-01", "year_number": 1, "local_contribution": "333333.33"}},
		} {
			answer, err := book.Assess(c.item, c.facts, policy.AssessOptions{})
			if err != nil {
				return err
			}
			claim, _, err := tx.OpenClaim(models.Claim{Item: c.item, OrgID: orgs[i%2].ID, FactKey: fmt.Sprint("K", i), FactOn: 20240301, OpenedOn: 20240304, Publicity: models.NotRequired})
			if err != nil {
				return err
			}
			facts, err := book.Canonical(c.facts)
			if err != nil {
				return err
			}
			d := models.Decision{Outcome: answer.Outcome, AmountFen: answer.Fen(), Reason: answer.Reason, Clause: answer.Clause, Book: book.Name, PolicyVersion: book.Version, EffectiveFrom: 20230901, OnDay: 20240304, KnownOn: 20240304, Facts: `{"facts":` + string(facts) + `}`, Result: string(answer.JSON())}
			if _, _, err := tx.Decide(&claim, d); err != nil {
				return err
			}
			if err := tx.MoveClaim(&claim, models.ClaimNeedsDecision, answer.Reason, 20240304, models.ClaimOpen); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	pending, err := s.Read(t.Context()).PendingAmounts()
	if err != nil || len(pending) != 3 {
		t.Fatalf("waiting: %+v, %v", pending, err)
	}
	return pending
}

func form(t *testing.T, pending []models.PendingAmount) []byte {
	t.Helper()
	lines := make([]sheets.AmountLine, len(pending))
	for i, p := range pending {
		lines[i] = sheets.AmountLine{PendingAmount: p, Item: p.Claim.Item}
	}
	var b bytes.Buffer
	if err := sheets.AmountForm(&b, lines); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The form goes out locked but for what is asked, holds no formula, and comes back as what was typed into it.
func TestTheAmountFormGoesOutAndComesBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		pending := waiting(t, s)
		data := form(t, pending)
		f := sheetstest.Book(t, data)
		if formula, err := f.GetCellFormula("金额核定表", "C3"); err != nil || formula != "" || !strings.Contains(sheetstest.Text(t, data), `=HYPERLINK("http://example.invalid","示例")`) {
			t.Errorf("the form holds the formula %q or lost a name: %v", formula, err)
		}
		locked := func(at string) bool {
			id, err := f.GetCellStyle("金额核定表", at)
			if err != nil {
				t.Fatal(err)
			}
			style, err := f.GetStyle(id)
			if err != nil {
				t.Fatal(err)
			}
			return style.Protection == nil || style.Protection.Locked
		}
		for i, p := range pending {
			row := fmt.Sprint(i + 2)
			if !locked("A"+row) || !locked("C"+row) || !locked("F"+row) || locked("J"+row) || locked("H"+row) != p.ByRate || locked("I"+row) == p.ByRate {
				t.Errorf("row %s of %s is locked in the wrong cells", row, p.Claim.Item)
			}
		}
		if err := f.SetCellValue("金额核定表", "A2", "1"); err != nil {
			t.Fatal(err)
		}
		for at, v := range map[string]any{"H2": 80000.5, "J2": "按活动实际成效核定", "I4": 33.3, "J4": "按考核结果核定"} {
			if err := f.SetCellValue("金额核定表", at, v); err != nil {
				t.Fatal(err)
			}
		}
		var back bytes.Buffer
		if err := f.Write(&back); err != nil {
			t.Fatal(err)
		}
		file := read(t, "amounts", "核定.xlsx", back.Bytes(), sheets.Options{KnownOn: 20240305})
		delta, err := sheets.Resolve(s.Read(t.Context()), file)
		if err != nil || !delta.Report.OK() || len(delta.Amounts) != 2 {
			t.Fatalf("%s\n%+v, %v", delta.Report.Text(), delta.Amounts, err)
		}
		first, second := delta.Amounts[0], delta.Amounts[1]
		if first.Claim != pending[0].Claim.ID || first.Amount == nil || *first.Amount != 8000050 || first.Reason != "按活动实际成效核定" || second.Rate != "33.3" || second.Amount != nil {
			t.Errorf("came back as %+v and %+v", first, second)
		}
	})
}

// What is wrong with a row is said with its row and column, and nothing of the file is taken.
func TestAmountsThatCannotBeDecided(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		pending := waiting(t, s)
		seen := pending[0].Seen()
		for _, c := range []struct{ row, column, say string }{
			{"1," + seen + ",100000.01,,太多", "核定金额", "超过最高金额 100,000.00 元"},
			{"1," + seen + ",0,,没有", "核定金额", "应大于0"},
			{"1," + seen + ",-5,,负数", "核定金额", "不能是负数"},
			{"1," + seen + ",80000.001,,太细", "核定金额", "分以下"},
			{"1," + seen + ",,80,按比例", "核定比例", "按金额核定"},
			{"1," + seen + ",80000,80,都填", "核定比例", "都填了"},
			{"1," + seen + ",80000,,", "理由", "没有写理由"},
			{"1,00000000,80000,,旧表", "结论校验码", "导出之后资料有变化"},
			{"99," + seen + ",80000,,没有的", "申报编号", "现在不等核定"},
			{"3," + pending[2].Seen() + ",80000,,按金额", "核定金额", "按比例核定"},
			{"3," + pending[2].Seen() + ",,100.5,太多", "核定比例", "超过了 100%"},
			{"3," + pending[2].Seen() + ",,一半,不是数", "核定比例", "不是百分数"},
			{"3," + pending[2].Seen() + ",,0,零", "核定金额", "应大于0"},
			{"一," + seen + ",80000,,编号", "申报编号", "应为数字"},
			{"1," + seen + ",80000,,一次\n1," + seen + ",70000,,两次", "申报编号", "同一申报"},
		} {
			csv := "申报编号,结论校验码,核定金额（元）,核定比例（%）,理由\n" + c.row + "\n"
			file := read(t, "amounts", "a.csv", []byte(csv), sheets.Options{KnownOn: 20240305})
			report := file.Report
			if report.OK() {
				delta, err := sheets.Resolve(s.Read(t.Context()), file)
				if err != nil {
					t.Fatal(err)
				}
				report = delta.Report
			}
			if report.OK() || len(report.Findings) == 0 || report.Findings[0].Column != c.column || !strings.Contains(report.Findings[0].Problem, c.say) || report.Findings[0].Row < 2 {
				t.Errorf("%s: %s", c.row, report.Text())
			}
		}
	})
}
