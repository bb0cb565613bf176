package models_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// invariant is what one invariant says of a store.
func invariant(t *testing.T, s *models.Store, no string) models.CheckResult {
	t.Helper()
	results, err := s.Read(t.Context()).Check(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(results, func(r models.CheckResult) bool { return r.No == no })
	if i < 0 {
		t.Fatalf("there is no check %s", no)
	}
	return results[i]
}

// takeIn writes an import of two month sets, a covered month and more facts than are named one by one, with its audit row, as sheets does.
func takeIn(t *testing.T, s *models.Store) {
	t.Helper()
	if err := s.InTx(t.Context(), func(tx *models.Tx) error {
		i := models.Import{Kind: "insurance", SHA256: "aa", FileName: "参保.csv", KnownOn: 20260301, Changed: 3, Actor: "jb01", At: 1000}
		if err := tx.AddImport(&i); err != nil {
			return err
		}
		var months policy.MonthSet
		if err := months.Set(202601); err != nil {
			return err
		}
		sets := []models.MonthSet{
			{PersonID: 2, PayerID: 1, Insurance: models.Pension, KnownOn: 20260301, Insured: months, ImportID: i.ID},
			{PersonID: 1, PayerID: 1, Insurance: models.Pension, KnownOn: 20260301, Insured: months, ImportID: i.ID},
		}
		if err := tx.AddMonthSets(sets); err != nil {
			return err
		}
		if err := tx.AddCoverage([]models.MonthCoverage{{PayerID: 1, Insurance: models.Pension, Month: 202601, KnownOn: 20260301, ImportID: i.ID}}); err != nil {
			return err
		}
		facts := make([]models.Fact, 100)
		for n := range facts {
			facts[n] = models.Fact{OrgID: 1, Kind: "event", FactKey: strconv.Itoa(n), OnDay: 20260101, Attrs: `{"a":1}`, KnownOn: 20260301, ImportID: i.ID, SourceRow: n + 2}
		}
		if err := tx.AddFacts(facts); err != nil {
			return err
		}
		return tx.Audit(1000, models.Entry{Stream: "data", Actor: models.Actor{Member: "jb01"}, Action: "import", Entity: "import/insurance", Data: map[string]any{
			"import": i.ID, "kind": i.Kind, "sha256": i.SHA256, "written": tx.TakeWritten(),
		}})
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnImportWroteIsComparedWithItsAuditRow(t *testing.T) {
	for name, c := range map[string]struct{ edit, want string }{
		"month set changed":    {"UPDATE month_sets SET insured = '' WHERE person_id = 1", "参保月份：1970年1月1日 08:00导入的 参保.csv（#1，jb01）写入的 2 行里有内容被改过（审计链 data 第 1 行）"},
		"month set removed":    {"DELETE FROM month_sets WHERE person_id = 1", "写入的 2 行现在是 1 行"},
		"month set put in":     {"INSERT INTO month_sets (person_id, payer_id, insurance, known_on, rev, insured, backpaid, late, import_id) SELECT 9, payer_id, insurance, known_on, rev, insured, backpaid, late, import_id FROM month_sets WHERE person_id = 1", "写入的 2 行现在是 3 行"},
		"month set of no file": {"INSERT INTO month_sets (person_id, payer_id, insurance, known_on, rev, insured, backpaid, late, import_id) SELECT 9, payer_id, insurance, known_on, rev, insured, backpaid, late, 7 FROM month_sets WHERE person_id = 1", "参保月份 1 行（导入 #7）不是系统写入的"},
		"month set of nothing": {"INSERT INTO month_sets (person_id, payer_id, insurance, known_on, rev, insured, backpaid, late, import_id) SELECT 9, payer_id, insurance, known_on, rev, insured, backpaid, late, 0 FROM month_sets WHERE person_id = 1", "参保月份 1 行（导入 #0）不是系统写入的"},
		"coverage removed":     {"DELETE FROM month_coverage", "参保覆盖月份：1970年1月1日 08:00导入的 参保.csv（#1，jb01）写入的 1 行现在是 0 行"},
		"one of many facts":    {"UPDATE facts SET attrs = '{}' WHERE id = 50", "资格信息：1970年1月1日 08:00导入的 参保.csv（#1，jb01）写入的 100 行里有内容被改过"},
		"many facts removed":   {"DELETE FROM facts WHERE id > 90", "写入的 100 行现在是 90 行"},
		"the file's name":      {"UPDATE imports SET sha256 = 'bb'", "导入 #1 的登记与审计记录不符"},
		"an import made up":    {"INSERT INTO imports (id, kind, sha256, file_name, known_on, total, accepted, warned, changed, actor, run_id, at) SELECT 8, kind, 'cc', file_name, known_on, total, accepted, warned, changed, actor, run_id, at FROM imports", "导入 #8（参保.csv）没有审计记录"},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				takeIn(t, s)
				if r := invariant(t, s, "40e"); len(r.Findings) > 0 || len(r.Notes) > 0 || r.Examined != 104 {
					t.Fatalf("an honest import: %+v", r)
				}
				modelstest.Exec(t, s, c.edit)
				if r := invariant(t, s, "40e"); len(r.Findings) != 1 || !strings.Contains(r.Findings[0], c.want) {
					t.Errorf("%q, want one with %q", r.Findings, c.want)
				}
			})
		})
	}
}

// What was written by an earlier version says less in the chain: that is said, and is no finding; what comes after is compared.
func TestRowsFromBeforeAreNoFinding(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		modelstest.Exec(t, s, "INSERT INTO facts (id, org_id, kind, fact_key, on_day, attrs, known_on, rev, withdrawn, import_id) VALUES (1, 1, 'event', 'k', 20260101, '{}', 20260101, 0, 0, 1)")
		modelstest.Exec(t, s, "INSERT INTO counters (name, last) VALUES ('facts', 1), ('imports', 1), ('members', 1)")
		modelstest.Exec(t, s, "INSERT INTO imports (id, kind, sha256, file_name, known_on, total, accepted, warned, changed, actor, run_id, at) VALUES (1, 'events', 'old', '旧.csv', 20260101, 1, 1, 0, 1, 'jb01', 0, 5)")
		modelstest.Exec(t, s, "INSERT INTO members (id, code, name, active, person_mac, channel, channel_id, morning, muted, since) VALUES (1, 'jb01', '示例经办', 1, '', '', '', '', '', 0)")
		modelstest.Exec(t, s, "INSERT INTO member_roles (member_id, role, org_id) VALUES (1, 'clerk', 0)")
		if err := s.InTx(t.Context(), func(tx *models.Tx) error {
			if err := tx.Audit(5, models.Entry{Stream: "data", Actor: models.Actor{Member: "jb01"}, Action: "import", Entity: "import/events", Data: map[string]any{"import": 1, "kind": "events", "sha256": "old", "rows": 1}}); err != nil {
				return err
			}
			return tx.Audit(5, models.Entry{Stream: "roles", Actor: models.System, Action: "add-member", Entity: "member/jb01", Data: []map[string]any{{"role": "clerk", "org": 0}}})
		}); err != nil {
			t.Fatal(err)
		}
		takeIn(t, s)
		r := invariant(t, s, "40e")
		if len(r.Findings) > 0 || !slices.Equal(r.Notes, []string{"1 次导入早于逐行校验的启用，未比较", "资格信息 1 行早于逐行校验的启用，未比较"}) {
			t.Errorf("%+v", r)
		}
		if r := invariant(t, s, "40g"); len(r.Findings) > 0 || len(r.Notes) != 1 || r.Examined != 1 {
			t.Errorf("%+v", r)
		}
		modelstest.Exec(t, s, "INSERT INTO member_roles (member_id, role, org_id) VALUES (1, 'approver', 0)")
		if r := invariant(t, s, "40g"); len(r.Findings) != 1 {
			t.Errorf("a role put in beside the chain: %+v", r)
		}
	})
}

// An account that is changed under the hands of two people is the oldest trick of all.
func TestAnAccountChangedBesideTheChainIsFound(t *testing.T) {
	for name, c := range map[string]struct{ edit, want string }{
		"number":  {"UPDATE bank_accounts SET number_enc = holder_enc WHERE id = 1", "13b 收款账户 #1（机构 #1，尾号0001）的账号与其索引不符"},
		"owner":   {"UPDATE bank_accounts SET org_id = 2 WHERE id = 1", "40e 收款账户 #1 被改动或删除"},
		"bank":    {"UPDATE bank_accounts SET number_mac = 'x', bank = '示例银行二', mask = '尾号9' WHERE id = 1", "40e 收款账户 #1 被改动或删除"},
		"removed": {"DELETE FROM bank_accounts WHERE id = 1", "40e 收款账户 #1 被改动或删除"},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				if err := s.InTx(t.Context(), func(tx *models.Tx) error {
					mac, err := tx.Cipher().MAC("bank_accounts.number", "6222000000000001")
					if err != nil {
						return err
					}
					if err := tx.ProposeAccounts([]models.AccountChange{{OrgID: 1, Mask: "尾号0001", MAC: mac, Bank: "示例银行", Number: "6222000000000001", Holder: "示例户名", FromOn: 20260101, KnownOn: 20260101}}); err != nil {
						return err
					}
					return tx.AuditWritten(1, models.System, "run/1", 1)
				}); err != nil {
					t.Fatal(err)
				}
				for _, no := range []string{"40e", "13b"} {
					if r := invariant(t, s, no); len(r.Findings) > 0 || r.Examined != 1 {
						t.Fatalf("an honest account: %+v", r)
					}
				}
				modelstest.Exec(t, s, c.edit)
				no, what, _ := strings.Cut(c.want, " ")
				if r := invariant(t, s, no); !slices.ContainsFunc(r.Findings, func(f string) bool { return strings.Contains(f, what) }) {
					t.Errorf("%q, want %q", r.Findings, what)
				}
			})
		})
	}
}
